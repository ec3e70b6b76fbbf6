"""Where calls may go: scheme, host and port of every address that the config names."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from yarl import URL

_SCHEMES = ("http", "https")


def origin(url: str) -> str:
    """`https://prom.acme.internal:443/x?y` -> `https://prom.acme.internal`.

    Raises ValueError, with a remedy, for what is no HTTP address.
    """
    if not url.isprintable() or any(letter in url for letter in ' \\"<>'):
        raise ValueError("An address holds a character that no address has; write it out again.")
    try:
        parsed = URL(url)
        if parsed.scheme in _SCHEMES and parsed.host:
            return str(parsed.origin())
    except ValueError as error:
        raise ValueError("An address cannot be read; write one like https://host/path.") from error
    raise ValueError("An address has no http:// or https:// and host; write it in full.")


def origins_in(value: Any) -> frozenset[str]:
    """The origin of every HTTP address anywhere inside a config value.

    Takes mappings, sequences, pydantic models and texts; texts that are no address are passed over.
    """
    if isinstance(value, BaseModel):
        return origins_in(value.model_dump())
    if isinstance(value, Mapping):
        return _together(value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return _together(value)
    return _of_text(value) if isinstance(value, str) else frozenset()


def _together(values: Any) -> frozenset[str]:
    return frozenset().union(*map(origins_in, values))


def _of_text(text: str) -> frozenset[str]:
    try:
        return frozenset({origin(text)}) if "://" in text else frozenset()
    except ValueError:
        return frozenset()
