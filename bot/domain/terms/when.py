"""When something is: times on the clocks of a place, and the instants that they are.

Everything that recurs is wall time: a begin on a clock, and how long the clock then shows it. So
"fri 15:00 - mon 08:00" lasts 64, 65 or 66 hours, as the clocks there go.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, takewhile
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from bot.domain.terms.strategy import StepGate

HORIZON = timedelta(days=800)
"""How far ahead is looked at most: past the next leap day's year, and never for ever."""
LEEWAY = timedelta(days=2)
"""More than any clock is ever put forward or back."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Every week on `day` (0 is Monday) at `begin`, for as long as `lasts` on the clock."""

    day: int
    begin: time
    lasts: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """By an RRULE of RFC 5545, beginning at `first`, which is wall time, as `omitted` are."""

    rule: str
    first: datetime
    lasts: timedelta
    omitted: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """Once from `begin`, which is wall time; `lasts` None: until further notice."""

    begin: datetime
    lasts: timedelta | None


When: TypeAlias = Weekly | Ruled | Once


@dataclass(frozen=True, slots=True, order=True)
class ClockSpan:
    """From `begin` to just before `end`, aware UTC; `end` None: until further notice."""

    begin: datetime
    end: datetime | None

    def holds(self, at: datetime) -> bool:
        return self.begin <= at and (self.end is None or at < self.end)


def on_day(day: date) -> Once:
    """The whole of one day."""
    return Once(begin=datetime.combine(day, time()), lasts=DAY)


def instant(wall: datetime, zone: ZoneInfo, *, later: bool = False) -> datetime:
    """The instant of a wall time: one that clocks skip is as much later as they are put forward.

    One that they show twice is the first, or the second where `later`.
    """
    return wall.replace(tzinfo=zone, fold=int(later)).astimezone(UTC)


def spans(when: When, zone: ZoneInfo, start: datetime, *, closes: bool) -> Iterator[ClockSpan]:
    """Every span that ends after `start`, by its begin, up to HORIZON after it.

    `closes`: an end that clocks show twice is the second one, so that nothing opens too early.
    """
    lasts = when.lasts or timedelta(0)
    here = start.astimezone(zone).replace(tzinfo=None)
    for begin in _begins(when, here - lasts - LEEWAY, here + HORIZON):
        span = _span(begin, when.lasts, zone, closes)
        if span.end is None or span.end > start:
            yield span


def _span(begin: datetime, lasts: timedelta | None, zone: ZoneInfo, closes: bool) -> ClockSpan:
    starts = instant(begin, zone)
    if lasts is None:
        return ClockSpan(starts, None)
    ends = instant(begin + lasts, zone, later=closes)
    # An hour that clocks skip is put off and never dropped: a freeze of that hour stays an hour.
    return ClockSpan(starts, ends if ends > starts else starts + lasts)


def _begins(when: When, after: datetime, until: datetime) -> Iterator[datetime]:
    """Wall times at which it begins, in order, within the period."""
    if isinstance(when, Once):
        return iter([when.begin] if when.begin <= until else [])
    if isinstance(when, Weekly):
        return takewhile(lambda begin: begin <= until, _weeks(when, after))
    found = _rule(when).xafter(after, inc=True)
    return takewhile(lambda begin: begin <= until, found)


def _weeks(when: Weekly, after: datetime) -> Iterator[datetime]:
    day = after.date() + timedelta(days=(when.day - after.weekday()) % 7 - 7)
    first = datetime.combine(day, when.begin)
    return (first + timedelta(weeks=week) for week in count())


@lru_cache(maxsize=512)
def _rule(when: Ruled) -> rruleset:
    found = rruleset(cache=True)
    found.rrule(rule_of(when.rule, when.first))
    for omitted in when.omitted:
        found.exdate(omitted)
    return found


def rule_of(text: str, first: datetime) -> rrule:
    """An RRULE as dates. Raises ValueError where it cannot be read, or recurs within a day."""
    try:
        read = rrulestr(text.removeprefix("RRULE:"), dtstart=first)
    except (TypeError, AttributeError, IndexError, KeyError) as error:
        raise ValueError(f"it lacks what every rule has ({error})") from None
    if not isinstance(read, rrule):
        raise ValueError("it is more than one rule")
    if read._freq > 3:  # type: ignore[attr-defined]
        raise ValueError("it recurs within a day")
    return read


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WALL = re.compile(rf"(?:({'|'.join(DAYS)})\s+)?([01]?\d|2[0-3]):([0-5]\d)", re.IGNORECASE)


class WallError(ValueError):
    """A wall time that cannot be read."""


def wall(text: str) -> tuple[int | None, time]:
    """`mon 08:00` -> (0, 08:00); `08:00` -> (None, 08:00). Raises WallError."""
    match = _WALL.fullmatch(text.strip())
    if match is None:
        raise WallError(f'{text!r} is no wall time; write one like "08:00" or "mon 08:00"')
    day = DAYS.index(match[1].lower()) if match[1] else None
    return day, time(int(match[2]), int(match[3]))


def opens_next(gate: StepGate, now: datetime) -> datetime | None:
    """The first instant from `now` on that the gate's wall time names; None without one.

    A wall time that the clocks skip is the instant an hour later by the wall; one that comes twice
    is the first of the two.
    """
    if not gate.opens:
        return None
    day, at = wall(gate.opens)
    zone = ZoneInfo(gate.zone)
    today = now.astimezone(zone).date()
    for ahead in range(9):
        date = today + timedelta(days=ahead)
        instant = datetime.combine(date, at, tzinfo=zone).astimezone(UTC)
        if day in (None, date.weekday()) and instant >= now:
            return instant
    raise AssertionError("every weekday comes within nine days")
