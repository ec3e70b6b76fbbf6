"""`/release changes [service|env] [since 2h]`: what changed lately."""

from datetime import timedelta

from bot.domain.state.release import Release
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.engine.door.visibility import visible
from bot.engine.record.codec import restore
from bot.render.answers import changes
from commands.shared.answer import show
from commands.shared.moment import add_note, start_of

LISTED = 20
LATELY = timedelta(days=1)


async def run(ask: Ask) -> Reply:
    start = start_of(ask, "Nothing was looked up")
    if isinstance(start, Reply):
        return start
    rows = await ask.desk.engine.store.statuses(
        service=ask.parsed.service,
        environment=ask.parsed.environment,
        since=start.at if start else ask.desk.engine.clock.now() - LATELY,
        limit=LISTED,
    )
    found: list[Release] = [restore(Release, row.body) for row in rows]
    releases = await visible(found, ask.by, ask.desk.book)
    told = changes([await ask.desk.readers.view(release) for release in releases])
    return add_note(show(told), start)


SPEC = CommandSpec(
    name="changes",
    usage="changes [service|env] [since <duration or time>]",
    summary="What changed lately, newest first.",
    examples=("changes prod since 2h",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=20,
    aliases=("history", "recent"),
    what="optional",
    names=frozenset({"service"}),
    words=frozenset({"to", "since"}),
    run=run,
)
