"""`/release grant R-142 freeze`: the second person's yes to an override."""

from bot.domain.intents.override import AnswerOverride
from bot.domain.state.override import GATES
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from commands.shared.answer import refuse
from commands.shared.second import answer_override

PROGRAM = "api:"


async def run(ask: Ask) -> Reply:
    if ask.by.startswith(PROGRAM):
        return refuse(
            Code.NOT_A_PERSON,
            "Not granted: the second person is a person, and you are a program.",
            "Somebody who may override grants it in Slack.",
        )
    return await answer_override(ask, yes=True)


SPEC = CommandSpec(
    name="grant",
    usage="grant <what> [<version>] [freeze|poll|covered]",
    summary="Be the second person of an override, or of broken glass.",
    examples=("grant R-142 freeze",),
    does=Effectful.ACT,
    group=VerbGroup.OVERRIDE,
    order=20,
    what="required",
    takes_version=True,
    choices=GATES,
    words=frozenset({"to", "because"}),
    intent=AnswerOverride,
    run=run,
)
