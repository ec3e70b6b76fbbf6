"""`/release start checkout v1.4.2 to prod`"""

from dataclasses import replace

from bot.domain.intents.release import Start
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.kit.forms import BECAUSE, START, AskedForm
from bot.render.release.start_form import ENVIRONMENT, SERVICE
from commands.shared.answer import refuse_without_version
from commands.shared.offer import offer_override


async def run(ask: Ask) -> Reply:
    parsed = ask.parsed
    if parsed.version is None:
        refused = refuse_without_version(ask, "Not started", SPEC.usage)
        return replace(refused, form=fill_form(ask))
    intent = Start(
        by=ask.by,
        release="",
        service=parsed.service or "",
        environment=parsed.environment or "",
        version=parsed.version,
        because=ask.because,
        incident=parsed.word("hotfix") or "",
    )
    told = await ask.desk.engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE)
    return await offer_override(ask, reply_to(told), intent)


def fill_form(ask: Ask) -> AskedForm:
    """The form, filled in as far as was typed."""
    told = {
        SERVICE: ask.parsed.service or "",
        ENVIRONMENT: ask.parsed.environment or "",
        BECAUSE: ask.because,
    }
    return AskedForm(name=START, line=START, held=told)


SPEC = CommandSpec(
    name="start",
    usage="start <service> <version> [to <env>] [hotfix <incident>]",
    summary="Release a version: it is checked, moved step by step, watched, and taken back if bad.",
    examples=("start checkout v1.4.2 to prod",),
    does=Effectful.ACT,
    group=VerbGroup.RELEASE,
    order=10,
    aliases=("deploy", "ship"),
    what="required",
    names=frozenset({"service"}),
    takes_version=True,
    words=frozenset({"to", "hotfix", "because"}),
    intent=Start,
    run=run,
)
