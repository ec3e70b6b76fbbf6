"""Kinds of settings that several vendors have: spans of time with their unit, and addresses."""

from datetime import timedelta
from typing import Annotated, Any, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator

from bot.domain.terms.units import duration, spell


def span(longest: timedelta) -> BeforeValidator:
    """For `deadline: Annotated[timedelta, span(timedelta(minutes=1))]`; above 0 s, up to `longest`.

    A timedelta is taken as it is, so that code can give one too.
    """

    def read(value: Any) -> timedelta:
        read = value if isinstance(value, timedelta) else duration(value)
        if not timedelta(0) < read <= longest:
            raise ValueError(f"{value!r} is outside its bounds; write up to {spell(longest)}")
        return read

    return BeforeValidator(read)


def _address(url: str) -> str:
    """The sentences do not repeat what was read: it may hold a password."""
    if not url.isprintable() or " " in url or "\\" in url:
        raise ValueError("there is a character in this address that none has; write it out again")
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("this is no address; write it in full, like https://host/path")
    if "@" in parts.netloc or parts.fragment:
        raise ValueError("an address has no user, password or # in it; use the settings for them")
    return url


def show_address(address: str) -> str:
    """An address as it may stand in a sentence: its query may hold a secret."""
    return address.partition("?")[0]


Address: TypeAlias = Annotated[str, AfterValidator(_address)]
"""A full http or https address without credentials."""
