"""Shares and durations as people write them, parsed once at the edge.

UnitError is the only error here; its sentence names what was read and what would be right.
"""

import re
from dataclasses import dataclass
from datetime import timedelta

_DURATION = re.compile(r"(?<!\d)(\d++(?:\.\d++)?)\s*+(ms|s|sec|m|min|h|d|w)\b")
_SECONDS = {"ms": 0.001, "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86400, "w": 604800}
_SHARE = re.compile(r"(\d+(?:\.\d+)?)\s*%")


class UnitError(ValueError):
    """A share or a duration that does not say its unit, or says nonsense."""


@dataclass(frozen=True, slots=True, order=True)
class Share:
    """A part of the traffic in percent, from 0 to 100."""

    percent: float

    def __str__(self) -> str:
        return f"{self.percent:g} %"


NOBODY = Share(0.0)
EVERYBODY = Share(100.0)


def share(text: object) -> Share:
    """`"10%"` -> Share(10.0). Raises UnitError without a percent sign or outside 0-100 %."""
    match = _SHARE.fullmatch(text.strip()) if isinstance(text, str) else None
    if match is None:
        raise UnitError(f'{text!r} is not a share of the traffic; write one like "10%"')
    percent = float(match[1])
    if percent > 100:
        raise UnitError(f'{text!r} is more than everything; a share lies between "0%" and "100%"')
    return Share(percent)


def duration(text: object) -> timedelta:
    """`"1h 30m"` -> 90 minutes. Raises UnitError without a unit."""
    compact = text.strip().lower() if isinstance(text, str) else ""
    parts = _DURATION.findall(compact)
    if not parts or _DURATION.sub("", compact).strip():
        raise UnitError(f'{text!r} is not a duration; write one like "20m", "90s" or "1h 30m"')
    try:
        return timedelta(seconds=sum(float(number) * _SECONDS[unit] for number, unit in parts))
    except OverflowError:
        raise UnitError(f"{text!r} is longer than any release; write a shorter one") from None


def spell(span: timedelta) -> str:
    """A duration as a person reads it: `20 min`, `1 h 5 min`, `40 s`."""
    seconds = round(span.total_seconds())
    if seconds < 120:
        return f"{seconds} s"
    minutes = round(seconds / 60)
    if minutes < 60 or minutes == 90:
        return _minutes_and_seconds(seconds) if minutes < 5 else f"{minutes} min"
    if minutes < 48 * 60:
        hours, rest = divmod(minutes, 60)
        return f"{hours} h {rest} min" if rest else f"{hours} h"
    return f"{round(minutes / 1440)} d"


def _minutes_and_seconds(seconds: int) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
