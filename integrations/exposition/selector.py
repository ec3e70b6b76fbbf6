"""The query language: `name{label="value", other=~"5..", third!="x"}` and nothing more. Pure."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

Says: TypeAlias = Callable[[str], bool]

EXAMPLE = 'http_requests_total{track="canary", code=~"5.."}'

_NAME = re.compile(r"\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\s*+(\{.*\})?\s*+", re.DOTALL)
_MATCHER = re.compile(
    r"""\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*(=~|!~|!=|=)\s*
    ("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`]*`)\s*(?:,|$)""",
    re.VERBOSE,
)
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}


class SelectorError(ValueError):
    """A query that is no selector; the sentence says what to write."""


@dataclass(frozen=True, slots=True)
class Matcher:
    label: str
    says: Says


@dataclass(frozen=True, slots=True)
class PageSelector:
    name: str
    matchers: tuple[Matcher, ...]

    def accepts(self, labels: Mapping[str, str]) -> bool:
        """A label that a series does not have counts as an empty one."""
        return all(each.says(labels.get(each.label, "")) for each in self.matchers)


def parse(query: str) -> PageSelector:
    """Raises SelectorError."""
    found = _NAME.fullmatch(query)
    if found is None:
        raise SelectorError(
            f"{query[:200]!r} is no selector; a page is asked by one like {EXAMPLE}, without "
            "functions: sums and increases are what it answers"
        )
    inside = (found[2] or "{}")[1:-1]
    return PageSelector(found[1], tuple(_matchers(inside)))


def _matchers(text: str) -> list[Matcher]:
    matchers, at = [], 0
    while text[at:].strip():
        found = _MATCHER.match(text, at)
        if found is None:
            raise SelectorError(
                f"{text[at : at + 100].strip()!r} cannot be read; a label is compared by one of "
                f"= != =~ !~ with a text in quotes, as in {EXAMPLE}"
            )
        matchers.append(Matcher(found[1], _says(found[2], _text(found[3]))))
        at = found.end()
    return matchers


def _text(quoted: str) -> str:
    bare = quoted[1:-1]
    return bare if quoted[0] == "`" else _ESCAPE.sub(_unescaped, bare)


def _unescaped(found: re.Match[str]) -> str:
    if found[1] not in _ESCAPES:
        raise SelectorError(
            f"{found[0]!r} is no escape; write a backslash of a pattern twice, or use `backticks`"
        )
    return _ESCAPES[found[1]]


def _says(operator: str, text: str) -> Says:
    if operator in ("=", "!="):
        return partial(_equals, text, operator == "=")
    try:
        return partial(_fits, re.compile(text), operator == "=~")
    except (re.error, RecursionError, OverflowError) as error:
        raise SelectorError(f"{text[:100]!r} is no pattern ({error}); correct it") from error


def _equals(text: str, wanted: bool, value: str) -> bool:
    return (value == text) is wanted


def _fits(pattern: re.Pattern[str], wanted: bool, value: str) -> bool:
    return (pattern.fullmatch(value) is not None) is wanted
