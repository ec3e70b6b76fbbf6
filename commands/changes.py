"""`/release changes [service|env] [since 2h]`: what changed lately."""

from datetime import timedelta

from bot.domain.state.release import Release
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful
from bot.engine.door.visibility import visible
from bot.engine.record.codec import restore
from bot.render.answers import changes
from commands.common import refuse, show
from commands.since import since

LISTED = 20
LATELY = timedelta(days=1)


async def run(ask: Ask) -> Reply:
    typed, now = ask.parsed.word("since"), ask.desk.engine.clock.now()
    start = since(typed, now, ask.desk.readers.zone) if typed else now - LATELY
    if start is None:
        return refuse(
            "BAD_TIME",
            f'Nothing was looked up: "since {typed}" is no time.',
            "Write since 2h, since 14:30 or since 2026-11-20T14:30:00Z.",
        )
    rows = await ask.desk.engine.store.statuses(
        service=ask.parsed.service,
        environment=ask.parsed.environment,
        since=start,
        limit=LISTED,
    )
    found: list[Release] = [restore(Release, row.body) for row in rows]
    releases = await visible(found, ask.by, ask.desk.book)
    return show(changes([await ask.desk.readers.view(release) for release in releases]))


SPEC = CommandSpec(
    name="changes",
    usage="changes [service|env] [since <duration or time>]",
    summary="What changed lately, newest first.",
    examples=("changes prod since 2h",),
    does=Effectful.ASK,
    aliases=("history", "recent"),
    what="optional",
    names=frozenset({"service"}),
    words=frozenset({"to", "since"}),
    run=run,
)
