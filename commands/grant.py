"""`/release grant R-142 freeze`: the second person's yes; `deny` is their no."""

from dataclasses import replace

from bot.domain.intents.override import AnswerOverride
from bot.domain.state.override import GATES
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful
from commands.common import refuse
from commands.overseen import Meant, put, where

PROGRAM = "api:"


async def grant(ask: Ask) -> Reply:
    if ask.by.startswith(PROGRAM):
        return refuse(
            Code.NOT_A_PERSON,
            "Not granted: the second person is a person, and you are a program.",
            "Somebody who may override grants it in Slack.",
        )
    return await _answered(ask, yes=True)


async def deny(ask: Ask) -> Reply:
    return await _answered(ask, yes=False)


async def _answered(ask: Ask, yes: bool) -> Reply:
    meant = await where(ask, "Not granted" if yes else "Not refused")
    if not isinstance(meant, Meant):
        return meant
    named = "version" in ask.parsed.said or "release" in ask.parsed.said
    intent = AnswerOverride(
        by=ask.by,
        service=meant.service,
        environment=meant.environment,
        version=meant.version if named else "",
        because=ask.because,
        gate=ask.parsed.choice or "",
        yes=yes,
        seen=ask.inbound.seen,
    )
    return await put(ask, intent)


SPEC = CommandSpec(
    name="grant",
    usage="grant <what> [<version>] [freeze|poll|covered]",
    summary="Be the second person of an override, or of broken glass.",
    examples=("grant R-142 freeze",),
    does=Effectful.ACT,
    what="required",
    takes_version=True,
    choices=GATES,
    words=frozenset({"to", "because"}),
    right="override",
    run=grant,
)
DENY = replace(
    SPEC,
    name="deny",
    usage="deny <what> [<version>] [freeze|poll|covered] [because <reason>]",
    summary="Refuse an override, or end one that stands.",
    examples=("deny R-142 freeze because the payments team is out",),
    run=deny,
)
