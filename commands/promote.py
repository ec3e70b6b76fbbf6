"""`/release promote R-142` is the next step; `promote checkout to prod` the next environment."""

from dataclasses import replace

from bot.domain.facts.release import ReleaseKind
from bot.domain.intents.release import Promote, Start
from bot.domain.state.release import Release
from bot.domain.terms.place import Place
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.answers import add_buttons
from bot.render.kit.blocks import Button, button_value
from commands.shared.answer import refuse
from commands.shared.offer import PAST, offer_override
from commands.shared.release import find_release, refuse_elsewhere, refuse_nothing_live, tell


async def run(ask: Ask) -> Reply:
    if "environment" in ask.parsed.said:
        return await _cross(ask)
    seen = int(ask.inbound.seen) if ask.inbound.seen.isdigit() else None
    intent = Promote(by=ask.by, early=ask.parsed.early, because=ask.because, step=seen)
    reply = await tell(ask, intent, "Not promoted")
    if reply.code in PAST:
        return await offer_override(ask, reply)
    return offer_early(reply) if reply.code == Code.STILL_BAKING else reply


def offer_early(reply: Reply) -> Reply:
    """With a button that asks why it should not wait."""
    early = Button(
        label="Promote early…",
        verb="promote",
        value=button_value(reply.release, f"promote {reply.release} early"),
        asks="promote-early",
    )
    return replace(reply, message=add_buttons(reply.message, early))


async def _cross(ask: Ask) -> Reply:
    """The version that is certified in the environment before, to the one named."""
    release = await find_release(ask)
    if release is None and ask.parsed.release is not None:
        return refuse_nothing_live(ask, "Not promoted")
    if wrong := refuse_elsewhere(ask, release, "Not promoted", crosses=True):
        return wrong
    service = ask.parsed.service or (release.service if release else "")
    environment = ask.parsed.environment or ""
    rules = ask.desk.book.at(Place(service, environment)).rules
    if rules is None or rules.after is None:
        return refuse(
            Code.NO_WAY_THERE,
            f"Not promoted: nothing comes before {environment} for {service}.",
            f"Start the version there: {ask.desk.command} start {service} <version> "
            f"to {environment}.",
        )
    before = await ask.desk.engine.history.service(service, rules.after)
    if before.stable is None:
        return refuse(
            Code.NOT_CERTIFIED_BEFORE,
            f"Not promoted: nothing is certified for {service} in {rules.after} yet.",
            f"Release it there first: {ask.desk.command} start {service} <version> "
            f"to {rules.after}.",
        )
    intent = Start(
        by=ask.by,
        release="",
        service=service,
        environment=environment,
        version=pick_version(release, rules.after, before.stable.version),
        kind=ReleaseKind.PROMOTE,
        because=ask.because,
    )
    told = await ask.desk.engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE)
    return await offer_override(ask, reply_to(told), intent)


def pick_version(release: Release | None, before: str, certified: str) -> str:
    """The version of the release that was named, where it is of the environment before."""
    return release.name if release is not None and release.environment == before else certified


SPEC = CommandSpec(
    name="promote",
    usage="promote <what> [early because <reason>] | promote <service> to <env>",
    summary="Send a release on to its next step, or a certified version to the next environment.",
    examples=("promote R-142", "promote R-142 early because fix for INC-77"),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=20,
    what="required",
    crosses=True,
    words=frozenset({"to", "early", "because"}),
    intent=Promote,
    run=run,
)
