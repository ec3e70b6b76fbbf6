"""`/release plan checkout v1.4.2 to prod`: what a start would meet and do; nothing is changed."""

from bot.domain.intents.release import Start
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply
from bot.engine.door.plan import plan
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.engine.door.why_not import refusals_of_start
from bot.render.release import plan as rendered
from commands.shared.answer import refuse, refuse_without_version, show
from commands.shared.seats import tell_seats

NOT_DONE = "Nothing was planned"


async def run(ask: Ask) -> Reply:
    parsed = ask.parsed
    if parsed.version is None:
        return refuse_without_version(ask, NOT_DONE, SPEC.usage)
    if parsed.environment is None:
        places = ask.desk.readers.services().get(parsed.service or "", ())
        return refuse(
            Code.WHICH_ENVIRONMENT,
            f"{NOT_DONE}: {parsed.service} is in {', '.join(places)}, each with its own rules.",
            f"Type: {ask.desk.command} plan {parsed.service} {parsed.version} to {places[-1]}",
        )
    return await _planned(ask, parsed.service or "", parsed.environment, parsed.version)


async def _planned(ask: Ask, service: str, environment: str, version: str) -> Reply:
    intent = Start(by=ask.by, release="", service=service, environment=environment, version=version)
    found = await plan(intent, ask.desk.engine, ask.desk.ports)
    if found is None:
        (why,) = await refusals_of_start(ask.desk.engine, intent)
        return refuse(why.code, why.sentence, why.remedy)
    against = [
        *((each.sentence, each.remedy) for each in found.refused),
        *((each.sentence, each.remedy) for each in found.unready),
    ]
    view = await ask.desk.readers.view(found.release)
    return show(rendered.plan(view, against, await tell_seats(ask, found.release)))


SPEC = CommandSpec(
    name="plan",
    usage="plan <service> <version> [to <env>]",
    summary="Whether a start would be taken now, and what it would do; asking changes nothing.",
    examples=("plan checkout v1.4.2 to prod",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=40,
    aliases=("preflight", "noop"),
    what="required",
    names=frozenset({"service"}),
    takes_version=True,
    words=frozenset({"to"}),
    run=run,
)
