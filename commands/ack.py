"""`/release ack R-142`: I have it."""

from bot.domain.intents.release import Take
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.release import tell


async def run(ask: Ask) -> Reply:
    return await tell(ask, Take(by=ask.by), "Not taken")


SPEC = CommandSpec(
    name="ack",
    usage="ack <what>",
    summary="Say that you have it: what rings stops ringing.",
    examples=("ack R-142",),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=70,
    aliases=("take", "mine"),
    what="required",
    words=frozenset({"to"}),
    intent=Take,
    run=run,
)
