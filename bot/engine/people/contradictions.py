"""Rules that hold, each by itself, and can never be met together. Pure: read off the config.

Groups of the chat are taken to have members; who is really in them is asked for elsewhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.state.vote import assign_seats
from bot.domain.terms.place import Place
from bot.domain.terms.rules import ANYONE, NO_ONE, Right, Rules, Seat, SeatKind
from bot.domain.terms.strategy import Step
from bot.engine.people.rulebook import PeopleEntry, Policy, names_given


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
RuleLook: TypeAlias = Callable[[Rules, Policy], Iterator[Found]]


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


def circle(names: Iterable[str], people: Mapping[str, PeopleEntry]) -> Circle:
    """Whom names of `may`, of a gate or of a seat stand for."""
    listed = tuple(name for name in names if name != NO_ONE)
    entries = [people[name] for name in listed if name in people]
    ids = {each for entry in entries for each in (*entry.users, *entry.emails)}
    grouped = any(entry.group for entry in entries)
    return Circle(frozenset(ids), grouped or ANYONE in listed)


def _can(rules: Rules, right: Right, policy: Policy) -> Circle:
    return circle(names_given(rules, right), policy.people)


def _nobody_starts(rules: Rules, policy: Policy) -> Iterator[Found]:
    if rules.advance is None and _can(rules, Right.START, policy).is_empty:
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
    earlier = policy.at(Place(rules.service, rules.after)).rules
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


def _seats_stay_open(rules: Rules, policy: Policy) -> Iterator[Found]:
    """Seats are filled as in a vote: one person in one seat, and never who asked for it."""
    seats = [seat for seat in (rules.poll.seats if rules.poll else ()) if _is_needed(seat)]
    holders = {seat.name: circle(seat.people, policy.people) for seat in seats}
    closed = {name: each.people for name, each in holders.items() if not each.open}
    if left := _unfilled(closed):
        yield (
            (
                f"the poll needs the seats {', '.join(closed)} filled by different people, and "
                f"there are too few: {left} stays open"
            ),
            f"add people to {_named(seats, left)}, or make the seat advisory",
        )
        return
    starters = _can(rules, Right.START, policy)
    if starters.open or not starters.people or rules.advance is not None:
        return
    without = [_unfilled(_less(closed, starter)) for starter in sorted(starters.people)]
    if all(without):
        yield (
            (
                f"only those who fill the seat {without[0]} may start it, and who asked for a "
                "release fills no seat, so no go can come about"
            ),
            f"add people to {_named(seats, without[0])}, or to may.start",
        )


def _is_needed(seat: Seat) -> bool:
    return seat.kind is not SeatKind.ADVICE


def _less(seats: Mapping[str, frozenset[str]], person: str) -> dict[str, frozenset[str]]:
    return {name: people - {person} for name, people in seats.items()}


def _unfilled(seats: Mapping[str, frozenset[str]]) -> str:
    """The first seat that stays open even if everybody votes; empty: none."""
    people = sorted({person for holders in seats.values() for person in holders})
    can = {person: tuple(name for name in seats if person in seats[name]) for person in people}
    filled = assign_seats(tuple(seats), can)
    return next((name for name in seats if name not in filled), "")


def _named(seats: Iterable[Seat], name: str) -> str:
    return ", ".join(each for seat in seats if seat.name == name for each in seat.people)


def _nobody_has_the_last_word(rules: Rules, policy: Policy) -> Iterator[Found]:
    caller = rules.poll.caller if rules.poll else ()
    if caller and circle(caller, policy.people).is_empty:
        yield (
            f"{', '.join(caller)} has the final word of the poll, and nobody is in it",
            "name somebody in it, or take caller out",
        )


LOOKS: tuple[RuleLook, ...] = (
    _nobody_starts,
    _nobody_sends_it_on,
    _nobody_takes_it_back,
    _too_few_approve,
    _never_certified_before,
    _seats_stay_open,
    _nobody_has_the_last_word,
)
