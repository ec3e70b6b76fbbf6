"""`/release abort R-142`: before users, cancel; after, roll back."""

from bot.domain.intents.release import Abort
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.release import tell


async def run(ask: Ask) -> Reply:
    return await tell(ask, Abort(by=ask.by, because=ask.because), "Not aborted")


SPEC = CommandSpec(
    name="abort",
    usage="abort <what> [because <reason>]",
    summary="End a release: before it reaches users it is cancelled, after that it is rolled back.",
    examples=("abort R-142",),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=50,
    aliases=("cancel",),
    what="required",
    words=frozenset({"because", "to"}),
    intent=Abort,
    run=run,
)
