"""`/rollback checkout`: at once while a release is live; of a finished one after one click."""

from bot.domain.intents.release import Rollback, UndoEnded
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code
from bot.domain.terms.units import spell
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.answers import refusal
from commands.shared.answer import refuse
from commands.shared.release import find_release, refuse_elsewhere, refuse_nothing_live

NOT_DONE = "Not rolled back"
AT_ONCE = frozenset({"cli", "api"})
"""Where asking is the confirmation; in chat it is the click on the offer that names from and to."""


async def run(ask: Ask) -> Reply:
    release = await find_release(ask)
    if release is None and ask.parsed.release is not None:
        return refuse_nothing_live(ask, NOT_DONE)
    if wrong := refuse_elsewhere(ask, release, NOT_DONE):
        return wrong
    if release is not None and release.is_live:
        told = await ask.desk.engine.tell(
            release.id,
            Rollback(by=ask.by, because=ask.because),
            inbox=ask.inbound.key,
            patience=PATIENCE,
        )
        return reply_to(told)
    return await _undo(ask, release)


async def _undo(ask: Ask, release: Release | None) -> Reply:
    service = ask.parsed.service or (release.service if release else None)
    environment = ask.parsed.environment or (release.environment if release else None)
    if service is None or environment is None:
        return refuse_nothing_live(ask, NOT_DONE)
    if release is not None and (other := await _not_running(ask, release)):
        return other
    if is_confirmed(ask):
        return await _at_once(ask, service, environment)
    return await _offer(ask, service, environment)


def is_confirmed(ask: Ask) -> bool:
    """The offer's own button was drawn for no step; a card's button may be older than the end."""
    offered = ask.inbound.via == "button" and not ask.inbound.seen
    return offered or ask.inbound.via in AT_ONCE


async def _not_running(ask: Ask, release: Release) -> Reply | None:
    """A refusal where taking back this ended release would take back another one."""
    service, environment = release.service, release.environment
    stable = (await ask.desk.engine.history.service(service, environment)).stable
    if stable is None or stable.version == release.name:
        return None
    return refuse(
        Code.NOT_RUNNING,
        f"{NOT_DONE}: {release.id} ({release.name}) is over, and {service} in {environment} "
        f"runs {stable.version}.",
        f"To take that one back: {ask.desk.command} rollback {service} in {environment}.",
    )


async def _at_once(ask: Ask, service: str, environment: str) -> Reply:
    intent = UndoEnded(
        by=ask.by,
        release="",
        service=service,
        environment=environment,
        to=ask.parsed.version,
        because=ask.because,
    )
    return reply_to(await ask.desk.engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE))


async def _offer(ask: Ask, service: str, environment: str) -> Reply:
    """One private button that names from and to; nothing happens before the click."""
    state = await ask.desk.engine.history.service(service, environment)
    running = state.stable
    wanted = ask.parsed.version
    to = state.named(wanted) if wanted else running and state.before(running.version)
    if running is None or to is None:
        return await _at_once(ask, service, environment)
    age = await _age(ask, service, environment)
    sentence = (
        f"Nothing has happened yet. {service} in {environment} runs {running.version}{age}, "
        f"and nothing is in flight. Rolling back takes all users to {to.version}."
    )
    button = (
        f"Roll back {running.version} to {to.version}",
        f"rollback {service} in {environment} --version {to.version}",
    )
    return Reply(message=refusal(sentence, "Click to do it.", [button]), code=Code.CONFIRM)


async def _age(ask: Ask, service: str, environment: str) -> str:
    rows = await ask.desk.engine.store.statuses(
        service=service, environment=environment, live=False, limit=1
    )
    if not rows:
        return ""
    return f" since {spell(ask.desk.engine.clock.now() - rows[0].at)}"


SPEC = CommandSpec(
    name="rollback",
    usage="rollback <what> [to <version>] [because <reason>]",
    summary="Take all users back to the last certified version, now.",
    examples=("rollback checkout",),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=60,
    aliases=("undo", "revert"),
    what="required",
    takes_version=True,
    words=frozenset({"to", "because"}),
    intent=Rollback,
    run=run,
)
