"""`/release why not start checkout to prod`: what would refuse it now, and who could do it."""

from bot.domain.intents.release import Intent, Start
from bot.domain.state.release import Release
from bot.domain.terms.place import Place
from bot.domain.terms.refusal import Code
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.engine.door.why_not import Weighed, WhyNot, propose_release, weigh, without_version
from bot.ports.chat import Message
from bot.render.kit.voice import full_stop
from bot.render.why_not import spell_request, why_not
from commands.shared.answer import names_of, refuse, show
from commands.shared.release import find_release
from commands.shared.seats import tell_stopping_seats


async def run(ask: Ask) -> Reply:
    verb = next((spec for spec in ask.desk.specs if spec.name == ask.parsed.topic), None)
    if verb is None:
        return refuse(
            Code.NEEDS_VERB,
            "Nothing was looked up: no verb was named.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    if not verb.is_act:
        return refuse(
            Code.NOTHING_AGAINST, f"{verb.name} only looks.", "It changes nothing; type it."
        )
    if verb.what == "none":
        return show(await _anywhere(ask, verb))
    question = await _question(ask, verb)
    if isinstance(question, Reply):
        return question
    found = await weigh(question, ask.desk.engine, ask.desk.book)
    return show(await _shown(ask, question, found))


async def _anywhere(ask: Ask, verb: CommandSpec) -> Message:
    """Of a verb that is about no place: whether the right is held in any."""
    book, right = ask.desk.book, verb.right
    who = ", ".join(book.who_may_anywhere(right)) if right else ""
    if right is None or await book.holds_anywhere(ask.by, right):
        return why_not(verb.name, (), right or "", who, ())
    lacks = f"You do not have the right to {right} anywhere."
    return why_not(verb.name, [(lacks, f"Ask {who}." if who else "Nobody has it.")], right, who, ())


async def _shown(ask: Ask, question: WhyNot, found: Weighed) -> Message:
    able = await names_of(found.able, ask.desk)
    against = without_version(found.against, question.version)
    live = question.release.id if question.release else ""
    opens = question.verb in ("start", "adopt", "mark")
    place = (question.service, question.environment, question.version)
    what = spell_request(question.verb, *place, "" if opens else live)
    told = [(each.sentence, each.remedy) for each in against]
    if question.verb == "start":
        told += await _open_seats(ask, question)
    return why_not(what, told, found.right or "", found.open_to, able)


async def _open_seats(ask: Ask, question: WhyNot) -> list[tuple[str, str]]:
    """Where even everybody's vote would be no go; who wrote it is not looked at without a plan."""
    start = Start(
        by=question.by,
        release="",
        service=question.service,
        environment=question.environment,
        version=question.version,
    )
    release = await propose_release(ask.desk.engine, start)
    lines = await tell_stopping_seats(ask, release) if release is not None else []
    return [(full_stop(line), "") for line in lines[-1:]]


async def _question(ask: Ask, verb: CommandSpec) -> WhyNot | Reply:
    release = await find_release(ask)
    service = ask.parsed.service or (release.service if release else None)
    environment = ask.parsed.environment or (release.environment if release else None)
    if service is None:
        return refuse(
            Code.NEEDS_WHAT,
            "Nothing was looked up: no service was named.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    if environment is None:
        return _which(ask, verb.name, service)
    live = release or await _live(ask, service, environment)
    return WhyNot(
        verb=verb.name,
        intent=verb.intent or Intent,
        by=ask.by,
        service=service,
        environment=environment,
        version=ask.parsed.version
        or await _to_promote(ask, verb.name, live, Place(service, environment)),
        release=live,
    )


def _which(ask: Ask, verb: str, service: str) -> Reply:
    places = ask.desk.readers.services().get(service, ())
    return refuse(
        Code.WHICH_ENVIRONMENT,
        f"Nothing was looked up: {service} is in {', '.join(places)}, and each has its own rules.",
        f"Type: {ask.desk.command} why not {verb} {service} to {places[-1]}",
    )


async def _to_promote(ask: Ask, verb: str, live: Release | None, place: Place) -> str:
    """Where nothing lives there, promote means what is certified in the environment before."""
    rules = ask.desk.book.at(place).rules
    if verb != "promote" or live is not None or rules is None or rules.after is None:
        return ""
    before = await ask.desk.engine.history.service(place.service, rules.after)
    return before.stable.version if before.stable else ""


async def _live(ask: Ask, service: str, environment: str) -> Release | None:
    live = await ask.desk.engine.history.all_live()
    here = (each for each in live if (each.service, each.environment) == (service, environment))
    return next(here, None)


SPEC = CommandSpec(
    name="why-not",
    usage="why-not <verb> <what> [<version>] [to <env>]",
    summary="What would refuse it right now, and who could do it; asking changes nothing.",
    examples=("why not start checkout to prod",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=60,
    aliases=("why not", "can"),
    what="optional",
    takes_version=True,
    takes_verb=True,
    words=frozenset({"to"}),
    run=run,
)
