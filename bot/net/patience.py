"""When a read is tried again, and how long after. Pure; seconds in and out."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import Random

from bot.net.body import Unusable
from bot.ports.http import HttpError, Response

READS = frozenset({"GET", "HEAD"})
PASSING = frozenset({429, 502, 503, 504})
"""Statuses that say to try again rather than that the question was wrong."""

_FIRST = 0.1
_LONGEST = 5.0
_SECONDS = re.compile(r"\d{1,9}")


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that an answer asks to wait; None where it does not say, or not readably.

    A date is measured against the answer's own Date, so that the two clocks need not agree.
    """
    text = headers.get("Retry-After", "").strip()
    if _SECONDS.fullmatch(text):
        return float(text)
    until = _instant(text)
    if until is None:
        return None
    return max(0.0, (until - (_instant(headers.get("Date", "")) or now)).total_seconds())


def _instant(text: str) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def may_pass(answer: Response | HttpError) -> bool:
    """Whether the same read could go better in a moment."""
    if isinstance(answer, Response):
        return answer.status in PASSING
    return not isinstance(answer, Unusable)


def backoff(attempt: int, chance: Random) -> float:
    """0.1 s doubling up to 5 s, each shortened by chance to between half and all of it."""
    longest = min(_LONGEST, _FIRST * 2.0**attempt)
    return longest * chance.uniform(0.5, 1.0)
