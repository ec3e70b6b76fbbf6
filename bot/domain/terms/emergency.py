"""The emergency path: what may be shortened, and what never. [G5]

Shortened are how long a step is watched and how many people are asked. The checks with their least
samples, the proven way back and the digest stand in the same rules and stay as they are.
"""

from dataclasses import dataclass, replace
from datetime import timedelta

from bot.domain.terms.rules import ANYONE, NO_ONE, PollRules, Right, Rules, Seat, SeatKind, pin
from bot.domain.terms.strategy import Step

APPROVER = "approver"
"""The one seat of an emergency's poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyRules:
    """Read fresh at the moment of the act; durations are scaled already.

    `bake` is the part of each step's bake that is left, 0 to 1. `alone`: outside of tier 1 one
    person overrides anything but a freeze by themselves.
    """

    bake: float = 0.25
    review_within: timedelta = timedelta(hours=24)
    override_for: timedelta = timedelta(hours=4)
    alone: bool = False


def shorten_rules(rules: Rules, emergency: EmergencyRules) -> Rules:
    """The rules that an emergency is pinned to."""
    steps = tuple(_shorter(step, rules, emergency.bake) for step in rules.strategy.steps)
    strategy = replace(rules.strategy, steps=steps)
    return pin(replace(rules, strategy=strategy, poll=one_approver(rules)))


def _shorter(step: Step, rules: Rules, part: float) -> Step:
    """Never below what the checks need to be asked at all."""
    least = max((max(each.window, each.limits.every) for each in rules.checks), default=timedelta())
    return replace(step, bake=min(step.bake, max(step.bake * part, least)))


def one_approver(rules: Rules) -> PollRules | None:
    """One go of anybody who fills a seat or may break glass; None where nobody is named."""
    names = approvers_of(rules)
    if not names:
        return None
    seat = Seat(name=APPROVER, people=names, kind=SeatKind.NEEDED)
    usual = rules.poll or PollRules(seats=(seat,), quorum=1)
    return replace(usual, seats=(seat,), quorum=1, caller=())


def approvers_of(rules: Rules) -> tuple[str, ...]:
    """Where no seat and no glass is given to anybody, those who may start agree for each other."""
    seats = [name for seat in (rules.poll.seats if rules.poll else ()) for name in seat.people]
    named = _people([*seats, *rules.may.get(Right.BREAK_GLASS, ())])
    return named or _people(rules.may.get(Right.START, ()))


def _people(names: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name not in (ANYONE, NO_ONE)))
