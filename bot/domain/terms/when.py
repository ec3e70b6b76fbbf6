"""When something is: times on the clocks of a place, and the instants that they are.

Everything that recurs is wall time: a begin on a clock, and how long the clock then shows it. So
"fri 15:00 - mon 08:00" lasts 64, 65 or 66 hours, as the clocks there go.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import count, islice, pairwise, takewhile
from typing import TypeAlias
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from bot.domain.terms.clock import DAY, DAYS, instant, read_clock, read_weekday
from bot.domain.terms.strategy import StepGate

HORIZON = timedelta(days=800)
"""How far ahead is looked at most: past the next leap day's year, and never for ever."""
LEEWAY = timedelta(days=2)
"""More than any clock is ever put forward or back."""
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Times before and after are those of a slip of the hand, or of somebody who means harm."""
LONGEST_RULE = 500
MOST_TIMES = 30_000
"""How often one rule may come about up to EXPANDED: daily since 1970 is less."""
EXPANDED = datetime(2050, 1, 1)  # noqa: DTZ001 - wall time has no zone
LONGEST_TIME = timedelta(days=800)
CYCLE = 400
"""Years after which the days of the calendar repeat, weekdays too."""
REMOTEST = 9899


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


def spell_hours(every: Sequence[When]) -> str:
    """Hours of the week: `Mon-Fri 09:00-17:00, Sat all day`; what recurs otherwise is not told."""
    days: dict[str, list[int]] = {}
    for each in every:
        if isinstance(each, Weekly):
            days.setdefault(_hours(each), []).append(each.day)
    return ", ".join(f"{_days(found)} {told}" for told, found in days.items()) or "as configured"


def _hours(when: Weekly) -> str:
    begin = datetime.combine(date(2026, 1, 5), when.begin)
    end = begin + when.lasts
    if when.begin == time() and when.lasts == DAY:
        return "all day"
    if when.lasts > DAY:
        last = DAYS[(when.day + (end.date() - begin.date()).days) % 7]
        return f"{begin:%H:%M} to {last} {end:%H:%M}"
    return f"{begin:%H:%M}-{end:%H:%M}"


def _days(found: list[int]) -> str:
    whole = len(found) > 2 and all((one + 1) % 7 == two for one, two in pairwise(found))
    return f"{DAYS[found[0]]}-{DAYS[found[-1]]}" if whole else ", ".join(DAYS[day] for day in found)


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
    times = times_of(when)
    known = times[bisect_left(times, after) : bisect_left(times, until)]
    if until < EXPANDED:
        return iter(known)
    return takewhile(lambda begin: begin < until, _rule(when).xafter(after, inc=True))


def _weeks(when: Weekly, after: datetime) -> Iterator[datetime]:
    day = after.date() + timedelta(days=(when.day - after.weekday()) % 7 - 7)
    first = datetime.combine(day, when.begin)
    return (first + timedelta(weeks=week) for week in count())


@lru_cache(maxsize=8192)
def times_of(when: Ruled) -> tuple[datetime, ...]:
    """When a rule comes about up to EXPANDED. Raises ValueError where it is too often."""
    every = takewhile(lambda begin: begin < EXPANDED, _rule(when))
    times = tuple(islice(every, MOST_TIMES + 1))
    if len(times) > MOST_TIMES:
        raise RuleError(f"it comes about over {MOST_TIMES:,} times until {EXPANDED.year}")
    return times


def demand_bounded(when: When) -> int:
    """How often it comes about. Raises ValueError for what cannot be expanded within the bound."""
    if isinstance(when, Weekly):
        return 1
    if isinstance(when, Once):
        _demand_years(when.begin, when.lasts or timedelta(0))
        return 1
    if when.lasts > LONGEST_TIME:
        raise RuleError(f"one time of it lasts over {LONGEST_TIME.days} days")
    for begin in (when.first, *when.omitted):
        _demand_years(begin, when.lasts)
    return len(times_of(when)) + len(when.omitted)


def _demand_years(begin: datetime, lasts: timedelta) -> None:
    ends_late = lasts > datetime(LAST_YEAR + 1, 1, 1) - begin.replace(tzinfo=None)  # noqa: DTZ001
    if begin.year < FIRST_YEAR or ends_late:
        raise RuleError(f"it is not within the years {FIRST_YEAR} to {LAST_YEAR}")


@lru_cache(maxsize=8192)
def _rule(when: Ruled) -> rruleset:
    found = rruleset()
    found.rrule(rule_of(when.rule, when.first))
    for omitted in when.omitted:
        found.exdate(omitted)
    return found


class RuleError(ValueError):
    """A time or rule that is not taken, with why, in words of ours."""


class NeverComes(RuleError):
    """A rule that can be read, and that no day ever fits."""


def rule_of(text: str, first: datetime) -> rrule:
    """An RRULE as dates. Raises ValueError where it cannot be read, or recurs within a day, or
    looking for its dates would not end."""
    if len(text) > LONGEST_RULE:
        raise RuleError(f"it is longer than {LONGEST_RULE} characters")
    _demand_years(first, timedelta(0))
    try:
        read = rrulestr(text.removeprefix("RRULE:"), dtstart=first)
    except (TypeError, AttributeError, IndexError, KeyError, OverflowError) as error:
        raise RuleError(f"it lacks what every rule has ({error})") from None
    if not isinstance(read, rrule):
        raise RuleError("it is more than one rule")
    if read._freq > 3:  # type: ignore[attr-defined]
        raise RuleError("it recurs within a day")
    if read._interval < 1:  # type: ignore[attr-defined]
        raise RuleError("INTERVAL is at least 1")
    _demand_some(read, first)
    return read


def _demand_some(rule: rrule, first: datetime) -> None:
    """Raises ValueError where no day ever fits.

    The library looks up to the year 9999, so the same rule is tried in its last years.
    """
    years = (REMOTEST - first.year) // CYCLE * CYCLE
    late = first.replace(year=first.year + years)
    try:
        found = next(iter(rule.replace(dtstart=late, until=None)), None)
    except (ValueError, TypeError, IndexError, OverflowError) as error:
        raise RuleError(f"its dates cannot be told ({error})") from None
    if found is None or next(iter(rule), None) is None:
        raise NeverComes("it never comes about")


class WallError(ValueError):
    """A wall time that cannot be read."""


def wall(text: str) -> tuple[int | None, time]:
    """`mon 08:00` -> (0, 08:00); `08:00` -> (None, 08:00). Raises WallError."""
    *days, clock = text.split() or [""]
    at, day = read_clock(clock), read_weekday(days[0]) if days else None
    if at is None or len(days) > 1 or (days and day is None):
        raise WallError(f'{text!r} is no wall time; write one like "08:00" or "mon 08:00"')
    return day, at


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
        opens = instant(datetime.combine(date, at), zone)
        if day in (None, date.weekday()) and opens >= now:
            return opens
    raise AssertionError("every weekday comes within nine days")
