"""What would refuse a verb right now, and who could do it; what would be decided, nothing written.

The very predicates that decide are asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.domain.decide.condition import conditions_against
from bot.domain.decide.known import Decision
from bot.domain.decide.release import blocked_by as blocked_for
from bot.domain.decide.release import decide
from bot.domain.decide.start import Opening, open_release, propose
from bot.domain.facts.release import Mark, ReleaseKind
from bot.domain.facts.vote import Choice
from bot.domain.intents import release as i
from bot.domain.state.evolve import begin
from bot.domain.state.release import Release
from bot.domain.terms.place import Place
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Right, Rules
from bot.domain.terms.strategy import Observed
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.engine import Engine


async def refusals_of_start(engine: Engine, intent: Opening) -> tuple[Refusal, ...]:
    """Every reason why it would be refused."""
    known = await engine.load.for_opening(intent)
    if isinstance(intent, i.Start):
        return conditions_against(intent, known, engine.clock.now())
    decision = open_release(intent, known, engine.clock.now())
    return (decision,) if isinstance(decision, Refusal) else ()


async def refusals_of(engine: Engine, release: Release, intent: i.Intent) -> tuple[Refusal, ...]:
    """The same of an intent that is put to a release."""
    known = await engine.load.for_release(release, intent)
    return blocked_for(release, intent, known, engine.clock.now())


async def decision_on(engine: Engine, release: Release, intent: i.Intent) -> Decision:
    """What would be decided of a release, recorded or not."""
    return decide(
        release, intent, await engine.load.for_release(release, intent), engine.clock.now()
    )


async def propose_release(engine: Engine, intent: i.Start) -> Release | None:
    """The release that a start would make, for whoever wants to look first. None: no rules."""
    fact = propose(intent, await engine.load.for_opening(intent), engine.clock.now())
    return begin(fact) if fact is not None else None


UNNAMED = "(no version named)"
WORDS = "(a reason)"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """A verb, by whom and about what; `release` is the one that is meant or lives there.

    `intent` is what the verb makes of it.
    """

    verb: str
    intent: type[i.Intent]
    by: str
    service: str
    environment: str
    version: str = ""
    release: Release | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """`against` are all the reasons; `able` the people who have the right, `open_to` in words."""

    against: tuple[Refusal, ...]
    right: Right | None = None
    able: tuple[str, ...] = ()
    open_to: str = ""


TYPED: Mapping[type[i.Intent], Mapping[str, object]] = {
    i.Settle: {"because": WORDS},
    i.Vote: {"choice": Choice.GO},
}
"""What else is typed with it; where only that lacks, nothing is against it."""
STARTS: Mapping[str, ReleaseKind] = {"start": ReleaseKind.START, "promote": ReleaseKind.PROMOTE}
"""What opens a release; a promote does where nothing lives and something is certified before."""


async def weigh(question: WhyNot, engine: Engine, book: Rulebook) -> Weighed:
    """Everything against, and whom the config gives the right to, named as far as it is known."""
    against = await _against(question, engine)
    rules, needed = _rules(question, book), question.intent.right
    if needed is None or rules is None:
        return Weighed(against=against)
    return Weighed(
        against=against,
        right=needed,
        able=await book.who(rules, needed),
        open_to=book.who_may(rules).get(needed, ""),
    )


def _rules(question: WhyNot, book: Rulebook) -> Rules | None:
    pinned = question.release.rules if question.release else None
    return book.at(Place(question.service, question.environment)).rules or pinned


async def _against(question: WhyNot, engine: Engine) -> tuple[Refusal, ...]:
    opening = _opening(question)
    kind = question.intent
    if question.release is not None and kind in i.PEOPLE:
        intent = kind(by=question.by, **TYPED.get(kind, {}))
        return await refusals_of(engine, question.release, intent)
    if opening is not None:
        return await refusals_of_start(engine, opening)
    where = f"{question.service} in {question.environment}"
    sentence = f"Nothing is live for {where}."
    return (Refusal(Code.NOTHING_LIVE, sentence, "There is nothing to do it to just now."),)


def _opening(question: WhyNot) -> i.Start | i.UndoEnded | i.Adopt | i.MarkVersion | None:
    by, service, environment = question.by, question.service, question.environment
    version = question.version or UNNAMED
    if question.verb == "start" or (question.verb == "promote" and question.version):
        return i.Start(
            by=by,
            release="",
            service=service,
            environment=environment,
            version=version,
            kind=STARTS[question.verb],
        )
    if question.verb == "rollback":
        to = question.version or None
        return i.UndoEnded(by=by, release="", service=service, environment=environment, to=to)
    if question.verb == "adopt":
        seen = Observed(revisions={version: 100.0})
        return i.Adopt(by=by, service=service, environment=environment, seen=seen)
    if question.verb == "mark":
        return i.MarkVersion(
            by=by,
            service=service,
            environment=environment,
            version=version,
            mark=Mark.BAD,
            because=WORDS,
        )
    return None


def without_version(against: Sequence[Refusal], version: str) -> tuple[Refusal, ...]:
    """What says nothing where no version was named: whether that one was certified before."""
    about = (Code.NOT_CERTIFIED_BEFORE,) if not version else ()
    return tuple(each for each in against if each.code not in about)
