"""`/release reload`: read the config again."""

from bot.domain.intents.bot import ReloadConfig
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.answer import refuse


async def run(ask: Ask) -> Reply:
    if ask.desk.reload is None:
        return refuse(
            Code.NO_CONFIG,
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
    group=VerbGroup.CONFIG,
    order=10,
    intent=ReloadConfig,
    run=run,
)
