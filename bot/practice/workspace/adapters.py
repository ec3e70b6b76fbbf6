"""Where this package gets time and chance from when nobody hands them in."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random

Now = Callable[[], datetime]


def system_now() -> datetime:
    """The time as the machine knows it, aware and in UTC."""
    return datetime.now(UTC)


def fresh_random() -> Random:
    """Ids nobody can foresee; tests hand in a seeded one instead."""
    return Random()
