"""Instants as people say them in a sentence: `Mon 08:00 CET`."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = timedelta(days=1)
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
