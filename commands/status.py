"""`/release status [what|env]`: what is live, and how it stands."""

from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code
from bot.domain.terms.rules import Right
from bot.engine.door.door import Ask, Reply
from bot.engine.door.override import lines_of
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.engine.door.visibility import visible
from bot.engine.lanes.advice import advice_of
from bot.engine.record.codec import restore
from bot.render.advice import status_line
from bot.render.answers import status_list, status_one
from bot.render.override.messages import beneath
from commands.shared.answer import refuse, say, show
from commands.shared.release import find_release

LISTED = 20


async def run(ask: Ask) -> Reply:
    release = await find_release(ask)
    if release is not None:
        past = await lines_of(ask.desk, ask.by, release.service, release.environment)
        return show(beneath(status_one(await ask.desk.readers.view(release)), past))
    if ask.parsed.release is not None:
        return refuse(
            Code.UNKNOWN_RELEASE,
            f"There is no {ask.parsed.release}.",
            f"{ask.desk.command} changes shows the newest ones.",
        )
    return await _many(ask)


async def _many(ask: Ask) -> Reply:
    service, environment = ask.parsed.service, ask.parsed.environment
    store = ask.desk.engine.store
    rows = await store.statuses(live=True, service=service, environment=environment, limit=LISTED)
    if service and not rows:
        rows = await store.statuses(service=service, environment=environment, limit=1)
    found: list[Release] = [restore(Release, row.body) for row in rows]
    releases = await visible(found, ask.by, ask.desk.book)
    views = [await ask.desk.readers.view(release) for release in releases]
    lines = await _advised(ask)
    if lines and not any(release.is_live for release in releases):
        return say("\n".join(lines))
    past = await lines_of(ask.desk, ask.by, service, environment)
    if service and len(views) == 1:
        return show(beneath(status_one(views[0]), past))
    return show(beneath(status_list(views, ask.desk.engine.clock.now()), past))


async def _advised(ask: Ask) -> list[str]:
    """A line for each place of the service that was named, where deploys are made elsewhere."""
    engine, book = ask.desk.engine, ask.desk.book
    lines = []
    for rules in book.advised():
        meant_here = ask.parsed.service == rules.service
        if not meant_here or ask.parsed.environment not in (None, rules.environment):
            continue
        if Right.READ in await book.rights(ask.by, rules):
            advice = await advice_of(engine, rules.service, rules.environment)
            lines.append(status_line(advice.score, advice.deploy, rules))
    return lines


SPEC = CommandSpec(
    name="status",
    usage="status [what|env]",
    summary="What is live and how it stands.",
    examples=("status checkout",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=10,
    aliases=("list",),
    what="optional",
    words=frozenset({"to"}),
    run=run,
)
