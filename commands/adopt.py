"""`/release adopt checkout in prod`: what runs now is what rollbacks return to."""

from bot.domain.intents.release import Adopt
from bot.domain.terms.place import Place
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.engine.parts import target_of
from bot.ports.outcomes import IntegrationError
from commands.shared.answer import refuse


async def run(ask: Ask) -> Reply:
    service, environment = ask.parsed.service or "", ask.parsed.environment or ""
    rules = ask.desk.book.at(Place(service, environment)).rules
    if rules is None:
        return refuse(
            Code.UNKNOWN_SERVICE,
            f"Not adopted: the config knows no {service} in {environment}.",
            "Look at the services there are with status.",
        )
    try:
        seen = await ask.desk.ports.deployer(rules.deployer).observe(target_of(rules))
    except IntegrationError as error:
        return refuse(Code.NOT_SEEN, f"Not adopted: {error}", "Try again when it answers.")
    intent = Adopt(by=ask.by, service=service, environment=environment, seen=seen)
    return reply_to(await ask.desk.engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE))


SPEC = CommandSpec(
    name="adopt",
    usage="adopt <service> [in <env>]",
    summary="Make what runs now the version that rollbacks return to.",
    examples=("adopt checkout in prod",),
    does=Effectful.ACT,
    group=VerbGroup.SERVICE,
    order=20,
    what="required",
    names=frozenset({"service"}),
    words=frozenset({"to"}),
    intent=Adopt,
    run=run,
)
