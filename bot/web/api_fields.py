"""What a request may hold: JSON bodies, path parts and query values, read by allow-lists."""

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeAlias

from aiohttp import web

from bot.domain.terms.refusal import Code
from bot.engine.door.grammar import LONGEST
from bot.web.api_answers import ApiProblem

Value: TypeAlias = str | int | bool
Given: TypeAlias = dict[str, Value]
Reader: TypeAlias = Callable[[object], Value | None]

NAME: Final = r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}"
VERSION: Final = r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}"
RELEASE: Final = r"R-[1-9][0-9]{0,8}"
SPAN: Final = r"[1-9][0-9]{0,2}(?:m|h)"
SEQ: Final = r"(?:0|[1-9][0-9]{0,14})"
LONGEST_REASON: Final = 500
MOST_STEPS: Final = 1000


def like(pattern: str) -> Reader:
    """A text that matches as a whole."""
    compiled = re.compile(pattern, re.ASCII)

    def read(value: object) -> str | None:
        return value if isinstance(value, str) and compiled.fullmatch(value) else None

    return read


def line(longest: int) -> Reader:
    """Words of a person on one line: no control characters, not only spaces."""

    def read(value: object) -> str | None:
        if not isinstance(value, str) or not value.strip() or len(value) > longest:
            return None
        broken = any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value)
        return None if broken else value

    return read


reason: Final = line(LONGEST_REASON)


def flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def step(value: object) -> int | None:
    """A whole number; JSON has one kind of number, so 2.0 is one too."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 1 <= value <= MOST_STEPS and value == int(value) else None


FIELDS: Final[Mapping[str, tuple[Reader, str]]] = {
    "service": (like(NAME), 'a name like "checkout"'),
    "environment": (like(NAME), 'a name like "prod"'),
    "version": (like(VERSION), 'a version like "v1.4.2"'),
    "because": (reason, f"a text of 1 to {LONGEST_REASON} characters on one line"),
    "text": (line(LONGEST), f"what is typed after /release, up to {LONGEST} characters"),
    "for": (like(SPAN), 'a duration like "30m" or "2h"'),
    "early": (flag, "true or false"),
    "step": (step, f"a whole number from 1 to {MOST_STEPS}"),
    "live": (like("true|false"), "true or false"),
    "after": (like(SEQ), "the seq of a fact, like 42"),
}


def bad(sentence: str, remedy: str) -> ApiProblem:
    return ApiProblem(400, Code.BAD_REQUEST, f"Nothing happened: {sentence}.", remedy)


def fields_of(body: bytes, needed: Iterable[str], possible: Iterable[str]) -> Given:
    """The fields of a JSON body; an empty body has none. Raises Problem 400."""
    found = object_in(body) if body else {}
    return read(found, tuple(needed), tuple(possible))


def object_in(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body.decode("utf-8"), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise bad("the body is not a JSON object in UTF-8", 'Send one like {"because": "…"}.')
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands in it twice")
    return found


def query_of(request: web.Request, possible: Iterable[str]) -> Given:
    """The query's values, each given once at most. Raises Problem 400."""
    pairs = list(request.query.items())
    if len(dict(pairs)) != len(pairs):
        raise bad("something stands in the query twice", "Say each thing once.")
    return read(dict(pairs), (), tuple(possible))


def read(found: Mapping[str, Any], needed: tuple[str, ...], possible: tuple[str, ...]) -> Given:
    takes = ", ".join((*needed, *possible)) or "nothing"
    if any(name not in (*needed, *possible) for name in found):
        raise bad("it holds something that is not taken here", f"What is taken: {takes}.")
    for name in needed:
        if name not in found:
            raise bad(f"{name} is missing", f"Add {FIELDS[name][1]}.")
    return {name: _one(name, value) for name, value in found.items()}


def _one(name: str, value: object) -> Value:
    reader, what = FIELDS[name]
    known = reader(value)
    if known is None:
        raise bad(f"{name} is not what it has to be", f"Give {what}.")
    return known
