"""Whether a step sees enough requests while it is watched, from what arrives now. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.terms.strategy import Step
from bot.domain.terms.units import Share, spell

LONGEST = timedelta(days=3650)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrafficWait:
    """How long `needs` requests take to come at `weight` of the traffic."""

    weight: Share
    bake: timedelta
    takes: timedelta

    @property
    def is_enough(self) -> bool:
        return self.takes <= self.bake


def waits(steps: Sequence[Step], needs: int, per_minute: float) -> tuple[TrafficWait, ...]:
    """Each step with users, once per weight."""
    found: dict[float, TrafficWait] = {}
    for step in steps:
        percent = step.weight.percent
        if percent and percent not in found:
            takes = time_for(needs, per_minute * percent / 100)
            found[percent] = TrafficWait(weight=step.weight, bake=step.bake, takes=takes)
    return tuple(found.values())


def time_for(needs: int, per_minute: float) -> timedelta:
    """Ten years where nothing comes at all."""
    if per_minute <= 0 or needs / per_minute > LONGEST / timedelta(minutes=1):
        return LONGEST
    return timedelta(minutes=needs / per_minute)


def too_thin(steps: Sequence[Step], needs: int, per_minute: float) -> str:
    """`20 requests/min: a 1 % step needs 42 h to see 500; 25 % needs 100 min`.

    Empty where the first step that meets users sees enough while it bakes. The second part is what
    would be worth beginning with instead.
    """
    each = waits(steps, needs, per_minute)
    if not each or each[0].is_enough:
        return ""
    first = each[0]
    said = (
        f"{per_minute:.3g} requests/min: a {first.weight} step needs {spell_waits(first.takes)} "
        f"to see {needs:,}"
    )
    return "; ".join([said, *_better(first, needs, per_minute)])


def _better(first: TrafficWait, needs: int, per_minute: float) -> Iterator[str]:
    """The least round weight that sees enough while it bakes, else 25 % or more."""
    for percent in (5.0, 10.0, 25.0, 50.0, 100.0):
        takes = time_for(needs, per_minute * percent / 100)
        if percent > first.weight.percent and (takes <= first.bake or percent >= 25):
            yield f"{Share(percent)} needs {spell_waits(takes)}"
            return


def spell_waits(span: timedelta) -> str:
    """As people compare waits: minutes up to two hours, then hours, then days."""
    if timedelta(hours=1) < span <= timedelta(hours=2):
        return f"{span / timedelta(minutes=1):.0f} min"
    if timedelta(hours=2) < span <= timedelta(hours=72):
        return f"{span / timedelta(hours=1):.0f} h"
    return "for ever" if span >= LONGEST else spell(span)
