"""Instants as people say them in a sentence: `Mon 08:00 CET`."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR = timedelta(days=6)
"""How far off a weekday alone says which day is meant."""


def spell_moment(at: datetime, zone: str, now: datetime) -> str:
    """By the clocks of `zone`: `17:00 CET` today, `Mon 08:00 CET` soon, else with its date."""
    here = at.astimezone(ZoneInfo(zone))
    clock = f"{here:%H:%M} {here.tzname() or zone}"
    today = now.astimezone(ZoneInfo(zone)).date()
    if here.date() == today:
        return clock
    day = DAYS[here.weekday()]
    if timedelta(0) <= at - now < NEAR:
        return f"{day} {clock}"
    year = f" {here.year}" if here.year != today.year else ""
    return f"{day} {here.day} {MONTHS[here.month - 1]}{year} {clock}"
