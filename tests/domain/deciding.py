"""Reading decisions in tests: what was accepted, refused, and where it leads."""

from typing import TypeVar

from bot.domain.decide.known import Decided, Decision
from bot.domain.facts.fact import Fact
from bot.domain.state.evolve import evolve
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Refusal

F = TypeVar("F", bound=Fact)


def accepted(decision: Decision) -> Decided:
    assert isinstance(decision, Decided), decision
    return decision


def refusal(decision: Decision) -> Refusal:
    """A refusal, which always has a sentence and something to do."""
    assert isinstance(decision, Refusal), decision
    assert decision.code
    assert decision.sentence.endswith(".")
    assert decision.remedy
    return decision


def first(decision: Decision, kind: type[F]) -> F:
    """The only fact of a decision."""
    [fact] = accepted(decision).facts
    assert isinstance(fact, kind), fact
    return fact


def go(release: Release, decision: Decision) -> Release:
    """The release after what was decided of it."""
    for fact in accepted(decision).facts:
        release = evolve(release, fact)
    return release
