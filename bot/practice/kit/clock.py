"""The practice rooms' own watch: it is of the outside world and shares nothing with the bot."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Now: TypeAlias = Callable[[], datetime]


def system_now() -> datetime:
    """The time as the machine knows it, aware and in UTC."""
    return datetime.now(UTC)


def rfc3339(at: datetime) -> str:
    """`2026-03-04T14:30:00.250Z`."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
