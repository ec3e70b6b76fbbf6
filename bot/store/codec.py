"""How values become text and come back.

JSON is canonical, so that equal values are equal bytes: keys sorted by code point, no spaces,
UTF-8 without escapes but those JSON demands, integers without and floats with a point or an
exponent (the shortest decimal that reads back the same). An instant is RFC 3339 in UTC with
microseconds and a Z: 27 characters, so that the order of texts is the order of instants.
"""

import json
from datetime import UTC, datetime
from typing import Any

from bot.ports.store import Json

_DEPTH = 100
_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


def encode_json(value: Json) -> str:
    """Canonical text; tuples become lists.

    Raises ValueError for NaN, infinities, keys that are not text, half characters, more than 100
    levels, and whatever else is not JSON.
    """
    try:
        _require_plain(value)
        text = _ENCODER.encode(value)
        text.encode()
    except (TypeError, ValueError) as error:
        raise ValueError(f"A body cannot be kept as JSON ({error}); send plain values") from error
    return text


def decode_json(text: str) -> Json:
    """Raises ValueError where the text is not a JSON object."""
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(f"a JSON object was expected, not {type(value).__name__}")
    return value


def encode_instant(at: datetime) -> str:
    """Raises ValueError for an instant that names no zone."""
    if at.tzinfo is None:
        raise ValueError(f"The instant {at} names no zone; pass an aware one in UTC")
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='microseconds')}Z"


def decode_instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def maybe_json(text: str | None) -> Json | None:
    return None if text is None else decode_json(text)


def maybe_instant(text: str | None) -> datetime | None:
    return None if text is None else decode_instant(text)


def encode_text(text: str) -> str:
    """The text itself. Raises ValueError where no database could keep it as it is."""
    if "\0" in text:
        raise ValueError(f"{text!r} holds a NUL; take it out")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise half_character(error) from error
    return text


def half_character(error: UnicodeEncodeError) -> ValueError:
    return ValueError(f"{error.object!r} holds half a character; take it out")


def encode_number(number: object) -> int:
    """Raises ValueError for what a column of whole numbers would quietly change."""
    if isinstance(number, bool) or not isinstance(number, int) or abs(number) >= 2**63:
        raise ValueError(f"{number!r} cannot be kept as a whole number; pass an int of 64 bits")
    return int(number)


def _require_plain(value: Any) -> None:
    """By hand and depth first: a body has hundreds of values, and one may hold itself."""
    left = [(value, 0)]
    while left:
        each, depth = left.pop()
        if depth > _DEPTH:
            raise ValueError(f"more than {_DEPTH} levels deep")
        if isinstance(each, dict):
            odd = tuple(key for key in each if not isinstance(key, str))
            if odd:
                raise ValueError(f"key {odd[0]!r} is not text")
            left.extend((item, depth + 1) for item in each.values())
        elif isinstance(each, (list, tuple)):
            left.extend((item, depth + 1) for item in each)
