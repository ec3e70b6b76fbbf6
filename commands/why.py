"""`/release why R-142`: what was seen, how sure, what was decided, done, told, and is left."""

from bot.domain.state.release import Release
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.engine.record.codec import restore
from bot.render.answers import why
from commands.shared.answer import show
from commands.shared.release import find_release, refuse_nothing_live


async def run(ask: Ask) -> Reply:
    release = await find_release(ask) or await _newest(ask)
    if release is None:
        return refuse_nothing_live(ask, "Nothing to explain")
    return show(why(await ask.desk.readers.charted(release)))


async def _newest(ask: Ask) -> Release | None:
    if ask.parsed.release is not None or ask.parsed.service is None:
        return None
    rows = await ask.desk.engine.store.statuses(
        service=ask.parsed.service, environment=ask.parsed.environment, limit=1
    )
    newest: Release | None = restore(Release, rows[0].body) if rows else None
    return newest


SPEC = CommandSpec(
    name="why",
    usage="why <what>",
    summary="What the bot saw, how sure it is, what it decided and did, and what is left to do.",
    examples=("why R-142",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=50,
    what="required",
    words=frozenset({"to"}),
    run=run,
)
