"""`until 14:30`, `until mon 09:00`, `until 2026-11-27 10:00`: the instant that is meant."""

import re
from datetime import UTC, date, datetime, time, timedelta

from commands.since import zone_of

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def until(typed: str, now: datetime, zone: str) -> datetime | None:
    """The next such instant after `now`; None where the text is no such time, or has passed."""
    words = typed.strip().lower().split()
    where = zone_of(zone)
    here = now.astimezone(where)
    clock = _clock(words[-1]) if words else None
    if clock is not None:
        words = words[:-1]
    day = _day(words, here, clock)
    if day is None or (clock is None and not words):
        return None
    at = datetime.combine(day, clock or time(0), tzinfo=where).astimezone(UTC)
    return at if at > now else None


def _clock(word: str) -> time | None:
    found = _CLOCK.fullmatch(word)
    return time(int(found[1]), int(found[2])) if found else None


def _day(words: list[str], here: datetime, clock: time | None) -> date | None:
    """The day that is named; without one the next on which clocks show the time."""
    if not words:
        passed = clock is not None and clock <= here.time()
        return here.date() + timedelta(days=1 if passed else 0)
    if words == ["today"]:
        return here.date()
    if words == ["tomorrow"]:
        return here.date() + timedelta(days=1)
    if len(words) != 1:
        return None
    return _weekday(words[0], here, clock) or _written(words[0])


def _weekday(word: str, here: datetime, clock: time | None) -> date | None:
    if len(word) < 3 or word[:3] not in _DAYS:
        return None
    ahead = (_DAYS.index(word[:3]) - here.weekday()) % 7
    passed = ahead == 0 and (clock or time(0)) <= here.time()
    return here.date() + timedelta(days=7 if passed else ahead)


def _written(word: str) -> date | None:
    try:
        return date.fromisoformat(word)
    except ValueError:
        return None
