"""Hours of the week in the short form, and times and days on a calendar, as people write them."""

import re
from datetime import date, datetime, time, timedelta

from bot.config.errors import Wrong
from bot.config.fields import line
from bot.config.words import show_value
from bot.domain.terms.clock import DAY, WEEKDAYS
from bot.domain.terms.when import Weekly

WEEK = tuple(day[:3] for day in WEEKDAYS)
LIKE = 'write one like "fri 16:00 - mon 08:00", "mon-fri 09:00 - 17:00" or "sat-sun"'
_DAY = rf"({'|'.join(WEEK)})[a-z]*"
_CLOCK = r"([01]?\d|2[0-4])[:.]([0-5]\d)"
_ACROSS = re.compile(rf"{_DAY} {_CLOCK}-{_DAY} {_CLOCK}")
_WITHIN = re.compile(rf"{_DAY}(?:-{_DAY})? {_CLOCK}-{_CLOCK}")
_WHOLE = re.compile(rf"{_DAY}(?:-{_DAY})?")
_DATE = "%Y-%m-%d"


def hours(value: object) -> tuple[Weekly, ...]:
    """Hours of the week: one text, or a list of them."""
    many = value if isinstance(value, list) else [value]
    if not many:
        raise Wrong("the list is empty", LIKE)
    return tuple(each for text in many for each in _hours(line(text)))


def _hours(typed: str) -> list[Weekly]:
    text = re.sub(r" ?(?:-|–|—|\bto\b|\buntil\b) ?", "-", " ".join(typed.lower().split()))
    if found := _ACROSS.fullmatch(text):
        return [_across(found, typed)]
    if found := _WITHIN.fullmatch(text):
        begin, end = _clock(found[3], found[4], typed), _clock(found[5], found[6], typed)
        lasts = end - begin if end > begin else end - begin + DAY
        return [_weekly(day, begin, lasts) for day in _days(found[1], found[2])]
    if found := _WHOLE.fullmatch(text):
        return [_weekly(day, timedelta(0), DAY) for day in _days(found[1], found[2])]
    raise Wrong(f"{show_value(typed)} are no hours of the week", LIKE)


def _across(found: re.Match[str], typed: str) -> Weekly:
    first, last = WEEK.index(found[1]), WEEK.index(found[4])
    begin, end = _clock(found[2], found[3], typed), _clock(found[5], found[6], typed)
    lasts = timedelta(days=(last - first) % 7) + end - begin
    return _weekly(first, begin, lasts if lasts > timedelta(0) else lasts + timedelta(weeks=1))


def _weekly(day: int, begin: timedelta, lasts: timedelta) -> Weekly:
    day, rest = (day + begin.days) % 7, begin - timedelta(days=begin.days)
    return Weekly(day=day, begin=time(rest.seconds // 3600, rest.seconds // 60 % 60), lasts=lasts)


def _clock(hour: str, minute: str, typed: str) -> timedelta:
    clock = timedelta(hours=int(hour), minutes=int(minute))
    if clock > DAY:
        raise Wrong(f"{show_value(typed)} holds a time after 24:00", "24:00 is the last one")
    return clock


def _days(first: str, last: str | None) -> list[int]:
    begin, end = WEEK.index(first), WEEK.index(last or first)
    return [(begin + more) % 7 for more in range((end - begin) % 7 + 1)]


def moment(value: object) -> datetime:
    """A time on the clock of a zone; a day alone is its beginning."""
    like = 'write one like "2026-12-23 18:00"'
    read = value if isinstance(value, date) else _read(line(value), like)
    found = read if isinstance(read, datetime) else datetime.combine(read, time())
    if found.tzinfo is not None:
        raise Wrong(f"{show_value(str(value))} has an offset, and the zone says it", like)
    return found


def _read(text: str, like: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Wrong(f"{show_value(text)} is no time", like) from None


def days(value: object) -> tuple[date, ...]:
    """A list of days."""
    if not isinstance(value, list) or not value:
        raise Wrong(f"{show_value(value)} is no list of days", 'write one like ["2026-12-25"]')
    return tuple(dict.fromkeys(_day(each) for each in value))


def _day(value: object) -> date:
    read = moment(value)
    if read.time() != time():
        raise Wrong(f"{show_value(str(value))} is more than a day", 'write one like "2026-12-25"')
    return read.date()


def moments(value: object) -> tuple[datetime, ...]:
    """Times, or days, in a list."""
    if not isinstance(value, list):
        raise Wrong(f"{show_value(value)} is not a list", 'write one like ["2026-12-25 09:00"]')
    return tuple(dict.fromkeys(moment(each) for each in value))


def tiers(value: object) -> tuple[int, ...]:
    """Tiers, one or several."""
    many = value if isinstance(value, list) else [value]
    for each in many:
        if isinstance(each, bool) or not isinstance(each, int) or not 1 <= each <= 4:
            raise Wrong(
                f"{show_value(each)} is no tier", "write one from 1 to 4, or a list of them"
            )
    if not many:
        raise Wrong("the list is empty", "name at least one, or take the key out")
    return tuple(dict.fromkeys(many))
