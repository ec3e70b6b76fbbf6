"""`/release deny R-142 freeze because …`: the second person's no to an override."""

from bot.domain.intents.override import AnswerOverride
from bot.domain.state.override import GATES
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.second import answer_override


async def run(ask: Ask) -> Reply:
    return await answer_override(ask, yes=False)


SPEC = CommandSpec(
    name="deny",
    usage="deny <what> [<version>] [freeze|poll|covered] [because <reason>]",
    summary="Refuse an override, or end one that stands.",
    examples=("deny R-142 freeze because the payments team is out",),
    does=Effectful.ACT,
    group=VerbGroup.OVERRIDE,
    order=30,
    what="required",
    takes_version=True,
    choices=GATES,
    words=frozenset({"to", "because"}),
    intent=AnswerOverride,
    run=run,
)
