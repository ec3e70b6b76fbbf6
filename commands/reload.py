"""`/release reload`: read the config again."""

from bot.domain.terms.refusal import Code
from bot.domain.terms.rules import Right
from bot.engine.door.door import Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, Group
from commands.shared.answer import refuse


async def run(ask: Ask) -> Reply:
    """It needs the right to override, somewhere: it may loosen any rule."""
    if ask.desk.reload is None:
        return refuse(
            Code.NO_CONFIG,
            "Not reloaded: this bot was started without a config to read again.",
            "Start it with slipway run --config.",
        )
    book = ask.desk.book
    if not await book.holds_anywhere(ask.by, Right.OVERRIDE):
        who = ", ".join(book.who_may_anywhere(Right.OVERRIDE)) or "nobody by name"
        return refuse(
            Code.NO_RIGHT,
            f"Not reloaded: that needs the right override, which {who} has.",
            "Ask one of them, or send SIGHUP to the bot's process.",
        )
    return reply_to(await ask.desk.reload(ask.by, ask.inbound.key))


SPEC = CommandSpec(
    name="reload",
    usage="reload",
    summary="Read the config again; a bad one changes nothing, and every mistake is said.",
    examples=("reload",),
    does=Effectful.ACT,
    group=Group.CONFIG,
    order=10,
    right="override",
    run=run,
)
