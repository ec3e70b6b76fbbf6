"""`/release resume checkout`"""

from bot.domain.intents.release import Resume
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.release import tell


async def run(ask: Ask) -> Reply:
    return await tell(ask, Resume(by=ask.by, because=ask.because), "Not resumed")


SPEC = CommandSpec(
    name="resume",
    usage="resume <what> [because <reason>]",
    summary="Go on after a pause, or stay against a proposed rollback.",
    examples=("resume checkout",),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=40,
    aliases=("unpause", "continue"),
    what="required",
    words=frozenset({"because", "to"}),
    intent=Resume,
    run=run,
)
