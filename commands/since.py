"""`since 2h`, `since 14:30`, `since 2026-11-20T12:00:00Z`: the instant that is meant."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.terms.units import UnitError, duration

_OF_DAY = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
LONGEST = timedelta(days=3660)


def since(typed: str, now: datetime, zone: str) -> datetime | None:
    """The instant, never after `now`; None where the text is no such time."""
    instant = _ago(typed, now) or _of_day(typed, now, zone) or written_out(typed, zone)
    return min(instant, now) if instant is not None else None


def _ago(typed: str, now: datetime) -> datetime | None:
    try:
        return now - min(duration(typed), LONGEST)
    except UnitError:
        return None


def _of_day(typed: str, now: datetime, zone: str) -> datetime | None:
    """The last time that clocks there showed this."""
    found = _OF_DAY.fullmatch(typed.strip())
    if found is None:
        return None
    here = now.astimezone(zone_of(zone))
    at = here.replace(hour=int(found[1]), minute=int(found[2]), second=0, microsecond=0)
    return (at if at <= here else at - timedelta(days=1)).astimezone(UTC)


def written_out(typed: str, zone: str) -> datetime | None:
    """RFC 3339; without an offset it is meant in `zone`."""
    try:
        read = datetime.fromisoformat(typed.strip().upper())
        at = read if read.tzinfo else read.replace(tzinfo=zone_of(zone))
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
