"""Rules that hold, each by itself, and can never be met together. Pure: read off the config.

Groups of the chat are taken to have members; who is really in them is asked for elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.rules import ANYONE, NO_ONE, Right, Rules
from bot.domain.strategy import Step
from bot.engine.rulebook import People, Policy, given


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two rules by the keys that a person can look for, what comes of them, and what to do."""

    service: str
    environment: str
    sentence: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.sentence}; {self.remedy}"


@dataclass(frozen=True, slots=True)
class Circle:
    """The people that some names stand for; `open`: others may belong to it who are not listed."""

    people: frozenset[str]
    open: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.people and not self.open


Found: TypeAlias = tuple[str, str]
Look: TypeAlias = Callable[[Rules, Policy], Iterator[Found]]


def contradictions(policy: Policy) -> tuple[Contradiction, ...]:
    """Every contradiction of every service and environment, in the order of the file."""
    return tuple(
        Contradiction(
            service=rules.service,
            environment=rules.environment,
            sentence=sentence,
            remedy=remedy,
        )
        for rules in policy.services.values()
        for look in LOOKS
        for sentence, remedy in look(rules, policy)
    )


def circle(names: Iterable[str], people: Mapping[str, People]) -> Circle:
    """Whom names of `may`, of a gate or of a seat stand for."""
    listed = tuple(name for name in names if name != NO_ONE)
    entries = [people[name] for name in listed if name in people]
    ids = {each for entry in entries for each in (*entry.users, *entry.emails)}
    grouped = any(entry.group for entry in entries)
    return Circle(frozenset(ids), grouped or ANYONE in listed)


def _can(rules: Rules, right: Right, policy: Policy) -> Circle:
    return circle(given(rules, right), policy.people)


def _nobody_starts(rules: Rules, policy: Policy) -> Iterator[Found]:
    if _can(rules, Right.START, policy).is_empty:
        yield (
            "nobody may start it, so its strategy and checks are never used",
            "name somebody in may.start",
        )


def _nobody_sends_it_on(rules: Rules, policy: Policy) -> Iterator[Found]:
    gated = any(step.gate and not _approved(step) for step in rules.strategy.steps)
    if gated and _can(rules, Right.PROMOTE, policy).is_empty:
        yield (
            "a step has gate = true and nobody may promote, so every release stands there for good",
            "name somebody in may.promote, or take the gate out",
        )


def _approved(step: Step) -> bool:
    """Whether named people open the gate instead of whoever may promote."""
    return step.conditions is not None and bool(step.conditions.approve)


def _nobody_takes_it_back(rules: Rules, policy: Policy) -> Iterator[Found]:
    if _can(rules, Right.ROLLBACK, policy).is_empty:
        yield (
            "nobody may roll it back by hand, so what the checks do not see stays with users",
            'write rollback = "anyone" in may',
        )


def _too_few_approve(rules: Rules, policy: Policy) -> Iterator[Found]:
    for step in rules.strategy.steps:
        gate = step.conditions
        if gate is None or not gate.approve:
            continue
        able = circle((gate.approve,), policy.people)
        if not able.open and len(able.people) < gate.approvals:
            yield (
                (
                    f"{gate.approvals} of {gate.approve} must agree to {step.weight}, and it has "
                    f"{len(able.people)}"
                ),
                f"add people to [people.{gate.approve}], or lower approvals",
            )
        elif _starts_alone(rules, able, gate.approvals, policy):
            yield (
                (
                    f"only {gate.approve} may start it and {gate.approvals} of them must agree to "
                    f"{step.weight}, but who asked for a release never agrees to it"
                ),
                f"add people to [people.{gate.approve}], or to may.start",
            )


def _starts_alone(rules: Rules, able: Circle, needed: int, policy: Policy) -> bool:
    """Whoever starts it is one of those who must agree, and too few are left."""
    starters = _can(rules, Right.START, policy)
    if able.open or starters.open or not starters.people:
        return False
    return all(len(able.people - {starter}) < needed for starter in starters.people)


def _never_certified_before(rules: Rules, policy: Policy) -> Iterator[Found]:
    if rules.after is None:
        return
    earlier = policy.services.get((rules.service, rules.after))
    if earlier is None:
        return
    if not earlier.strategy.certifies:
        yield (
            (
                f"it comes after {rules.after}, whose strategy {earlier.strategy.kind} certifies "
                "nothing, so no version may ever start here"
            ),
            f"give {rules.after} another strategy, or take after out",
        )
    elif not earlier.checks:
        yield (
            f"it comes after {rules.after}, which has no checks, so nothing is certified there",
            f"name checks for {rules.after}, or take after out",
        )


LOOKS: tuple[Look, ...] = (
    _nobody_starts,
    _nobody_sends_it_on,
    _nobody_takes_it_back,
    _too_few_approve,
    _never_certified_before,
)
