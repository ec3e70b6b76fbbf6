"""`/release nudge R-142`: who has not voted is told so, directly."""

from bot.domain.intents.release import Nudge
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.release import tell


async def run(ask: Ask) -> Reply:
    return await tell(ask, Nudge(by=ask.by), "Nobody was reminded")


SPEC = CommandSpec(
    name="nudge",
    usage="nudge <R-142>",
    summary="Remind those who have not voted, directly; at most every 30 minutes.",
    examples=("nudge R-142",),
    does=Effectful.ACT,
    group=VerbGroup.VOTE,
    order=20,
    what="required",
    words=frozenset({"to"}),
    intent=Nudge,
    run=run,
)
