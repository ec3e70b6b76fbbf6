"""Durations in settings: written with their unit, bounded, a timedelta from there on."""

from datetime import timedelta
from typing import Any

from pydantic import BeforeValidator

from bot.domain.units import duration, spell


def span(longest: timedelta) -> BeforeValidator:
    """For `deadline: Annotated[timedelta, span(timedelta(minutes=1))]`; above 0 s, up to `longest`.

    A timedelta is taken as it is, so that code can give one too.
    """

    def read(value: Any) -> timedelta:
        read = value if isinstance(value, timedelta) else duration(value)
        if not timedelta(0) < read <= longest:
            raise ValueError(f'{value!r} is outside "0s" to "{spell(longest)}"')
        return read

    return BeforeValidator(read)
