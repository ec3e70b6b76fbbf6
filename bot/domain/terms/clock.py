"""Times as people write and say them: `fri 18:00`, `2h`, `2026-12-24T08:00`, `Mon 08:00 CET`.

The one reader for every verb, and the one table of days. Times without an offset are on the
clocks of a zone; what those clocks skip or show twice is told.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.terms.units import UnitError, duration

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAYS = tuple(day[:3].title() for day in WEEKDAYS)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = timedelta(days=1)
LONGEST = timedelta(days=3660)
"""No span that is typed goes further."""
SPELLINGS = "2h, 17:00, tomorrow 10:00, fri 18:00, 2026-12-24 or 2026-12-24T08:00"
_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_RELATIVE = {"yesterday": -1, "today": 0, "tomorrow": 1}
MIDNIGHT = "00:00"
NEAR = timedelta(days=6)
"""How far off a weekday alone says which day is meant."""


def spell_moment(at: datetime, zone: str, now: datetime) -> str:
    """By the clocks of `zone`: `17:00 CET` today, `Mon 08:00 CET` soon, else with its date."""
    here = at.astimezone(ZoneInfo(zone))
    return f"{_day(here, now)} {_clock(here)} {here.tzname() or zone}".lstrip()


def spell_span(begin: datetime, end: datetime, zone: str, now: datetime) -> str:
    """By the clocks of `zone`: `Fri 16:00–Mon 08:00 CET`, `Fri 25 Dec all day`."""
    first, last = begin.astimezone(ZoneInfo(zone)), end.astimezone(ZoneInfo(zone))
    if last - first >= DAY and _clock(first) == _clock(last) == MIDNIGHT:
        return _whole_days(first, last - DAY, now)
    one_day = first.date() == last.date()
    begins, ends = _day(first, now), "" if one_day else _day(last, now) or DAYS[last.weekday()]
    named = last.tzname() or zone
    shift = f" {first.tzname()}" if first.tzname() != last.tzname() else ""
    told = (f"{begins} {_clock(first)}{shift}".lstrip(), f"{ends} {_clock(last)}".lstrip())
    return f"{'–'.join(told)} {named}"


def _whole_days(first: datetime, last: datetime, now: datetime) -> str:
    """The last day is one on which it still stands."""
    begins, ends = (_day(each, now) or DAYS[each.weekday()] for each in (first, last))
    return f"{begins} all day" if begins == ends else f"{begins}–{ends}"


def _clock(here: datetime) -> str:
    return f"{here:%H:%M}"


def _day(here: datetime, now: datetime) -> str:
    """Nothing for today."""
    today = now.astimezone(here.tzinfo).date()
    if here.date() == today:
        return ""
    day = DAYS[here.weekday()]
    if timedelta(0) <= here - now < NEAR:
        return day
    year = f" {here.year}" if here.year != today.year else ""
    return f"{day} {here.day} {MONTHS[here.month - 1]}{year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeRead:
    """The instant that a typed time means; `note` says where the clocks skip or repeat it."""

    at: datetime
    note: str = ""


def read_end(typed: str, now: datetime, zone: str) -> TimeRead | None:
    """The first such instant after `now`; None where the text is no time, or has passed."""
    found = _read(typed, now, zone_of(zone), ahead=True)
    return found if found is not None and found.at > now else None


def read_start(typed: str, now: datetime, zone: str) -> TimeRead | None:
    """The last such instant, never after `now`; None where the text is no time."""
    found = _read(typed, now, zone_of(zone), ahead=False)
    return TimeRead(at=now) if found is not None and found.at > now else found


def _read(typed: str, now: datetime, zone: ZoneInfo, *, ahead: bool) -> TimeRead | None:
    text = " ".join(typed.lower().split())
    try:
        at = _by_span(text, now, ahead) or _with_offset(text)
        return TimeRead(at=at) if at else _by_clocks(text, now, zone, ahead)
    except (ValueError, OverflowError):
        return None


def _by_span(text: str, now: datetime, ahead: bool) -> datetime | None:
    try:
        span = min(duration(text), LONGEST)
    except UnitError:
        return None
    return now + span if ahead else now - span


def _with_offset(text: str) -> datetime | None:
    """An instant that is written out; None where its zone is not among it."""
    try:
        read = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return read.astimezone(UTC) if read.tzinfo else None


def _by_clocks(text: str, now: datetime, zone: ZoneInfo, ahead: bool) -> TimeRead | None:
    """The nearest of the wall times that are meant; of one that is written, that one."""
    today = now.astimezone(zone).date()
    walls = _walls(text, today, ahead)
    read = [_on_clocks(wall, zone) for wall in walls]
    fits = [each for each in read if (each.at > now if ahead else each.at <= now)]
    nearest: Callable[..., TimeRead] = min if ahead else max
    return nearest(fits or read, key=lambda each: each.at) if read else None


def _walls(text: str, today: date, ahead: bool) -> list[datetime]:
    written = _written(text)
    if written is not None:
        return [written]
    days, at = _day_and_clock(text.split(" "))
    if len(days) > 1 or not (days or at):
        return []
    around = [today + timedelta(days=off if ahead else -off) for off in range(9)]
    dates = _dates(days[0], today, around) if days else around[:3]
    return [datetime.combine(day, at or time()) for day in dates]


def _day_and_clock(words: list[str]) -> tuple[list[str], time | None]:
    """`mon 08:00` and `08:00 mon` alike."""
    for at in {len(words) - 1, 0}:
        clock = read_clock(words[at])
        if clock is not None:
            return words[:at] + words[at + 1 :], clock
    return words, None


def _dates(word: str, today: date, around: list[date]) -> list[date]:
    if word in _RELATIVE:
        return [today + timedelta(days=_RELATIVE[word])]
    weekday = read_weekday(word)
    if weekday is not None:
        return [day for day in around if day.weekday() == weekday]
    try:
        return [date.fromisoformat(word)]
    except ValueError:
        return []


def _written(text: str) -> datetime | None:
    """A date with its time, on clocks of the zone."""
    try:
        return datetime.fromisoformat(text.upper())
    except ValueError:
        return None


def _on_clocks(wall: datetime, zone: ZoneInfo) -> TimeRead:
    """A wall time as an instant, with what its clocks do to it."""
    at = instant(wall, zone)
    shown = at.astimezone(zone)
    if shown.replace(tzinfo=None) != wall:
        note = f"Clocks there skip {wall:%H:%M} that day; I take {shown:%H:%M}."
        return TimeRead(at=at, note=note)
    if instant(wall, zone, later=True) != at:
        first = shown.tzname() or "first"
        note = f"Clocks there show {wall:%H:%M} twice that day; I take the first ({first})."
        return TimeRead(at=at, note=note)
    return TimeRead(at=at)


def read_clock(text: str) -> time | None:
    """`8:00`, `08:00` or `08.00`."""
    found = _CLOCK.fullmatch(text)
    return time(int(found[1]), int(found[2])) if found else None


def read_weekday(word: str) -> int | None:
    """`mon`, `tues`, `friday`: 0 is Monday."""
    fits = [at for at, day in enumerate(WEEKDAYS) if len(word) > 2 and day.startswith(word.lower())]
    return fits[0] if fits else None


def instant(wall: datetime, zone: ZoneInfo, *, later: bool = False) -> datetime:
    """The instant of a wall time: one that clocks skip is as much later as they are put forward.

    One that they show twice is the first, or the second where `later`.
    """
    return wall.replace(tzinfo=zone, fold=int(later)).astimezone(UTC)


def zone_of(name: str) -> ZoneInfo:
    """The zone of a name; UTC where there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")
