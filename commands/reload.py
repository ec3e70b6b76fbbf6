"""`/release reload`: read the config again."""

from bot.engine.door import Ask, Reply, reply_to
from bot.engine.spec import CommandSpec, Effectful
from commands.common import refuse


async def run(ask: Ask) -> Reply:
    if ask.desk.reload is None:
        return refuse(
            "NO_CONFIG",
            "Not reloaded: this bot was started without a config to read again.",
            "Start it with slipway run --config.",
        )
    return reply_to(await ask.desk.reload(ask.by, ask.inbound.key))


SPEC = CommandSpec(
    name="reload",
    usage="reload",
    summary="Read the config again; a bad one changes nothing, and every mistake is said.",
    examples=("reload",),
    does=Effectful.ACT,
    right="override",
    run=run,
)
