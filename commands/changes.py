"""`/release changes [service|env] [since 2h]`: what changed lately."""

from datetime import timedelta

from bot.render.answers import changes

from bot.domain.release import Release
from bot.domain.units import UnitError, duration
from bot.engine.codec import restore
from bot.engine.door import Ask, Reply
from bot.engine.spec import CommandSpec, Effectful
from commands.common import refuse, show

LISTED = 20
LATELY = timedelta(days=1)


async def run(ask: Ask) -> Reply:
    typed = ask.parsed.word("since")
    try:
        span = duration(typed) if typed else LATELY
    except UnitError as error:
        return refuse("BAD_DURATION", f"Nothing was looked up: {error}.", "Type: since 2h")
    rows = await ask.desk.engine.store.statuses(
        service=ask.parsed.service,
        environment=ask.parsed.environment,
        since=ask.desk.engine.clock.now() - span,
        limit=LISTED,
    )
    releases: list[Release] = [restore(Release, row.body) for row in rows]
    return show(changes([await ask.desk.readers.view(release) for release in releases]))


SPEC = CommandSpec(
    name="changes",
    usage="changes [service|env] [since <duration>]",
    summary="What changed lately, newest first.",
    examples=("changes prod since 2h",),
    does=Effectful.ASK,
    aliases=("history", "recent"),
    what="optional",
    names=frozenset({"service"}),
    words=frozenset({"to", "since"}),
    run=run,
)
