"""`/release pause checkout for 30m because odd log lines`"""

from bot.domain.intents.release import Pause
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.release import tell


async def run(ask: Ask) -> Reply:
    intent = Pause(by=ask.by, span=ask.parsed.span, because=ask.because)
    return await tell(ask, intent, "Not paused")


SPEC = CommandSpec(
    name="pause",
    usage="pause <what> [for <duration>] [because <reason>]",
    summary="Stay at this step; it is still watched, and still taken back if it does harm.",
    examples=("pause checkout for 30m because odd log lines",),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=30,
    aliases=("hold", "stop", "wait"),
    what="required",
    words=frozenset({"for", "because", "to"}),
    intent=Pause,
    run=run,
)
