"""`/release settle R-142 because all pods are on v1.4.1 now`"""

from bot.domain.intents.release import Settle
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.release import tell


async def run(ask: Ask) -> Reply:
    return await tell(ask, Settle(by=ask.by, because=ask.because), "Not settled")


SPEC = CommandSpec(
    name="settle",
    usage="settle <what> because <what is true now>",
    summary="End a stuck rollback that you have put right by hand.",
    examples=("settle R-142 because all pods are on v1.4.1 now",),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=80,
    what="required",
    words=frozenset({"because", "to"}),
    intent=Settle,
    run=run,
)
