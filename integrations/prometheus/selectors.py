"""The metrics and labels that a PromQL text asks for, as far as an explanation needs them. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SELECTOR = re.compile(
    r"(?<![A-Za-z0-9_:])([A-Za-z_:][A-Za-z0-9_:]*+)\s*+\{((?:[^{}\"']|\"[^\"]*\"|'[^']*')*)\}"
)
_MATCHER = re.compile(
    r"(?<![A-Za-z0-9_])([A-Za-z_][A-Za-z0-9_]*+)\s*+(=~|!~|!=|=)\s*(\"[^\"]*\"|'[^']*')"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelSelector:
    """`name{label="value"}`; only labels that must be equal have a value here."""

    metric: str
    labels: tuple[str, ...]
    equal: tuple[tuple[str, str], ...]


def selectors(query: str) -> Iterator[LabelSelector]:
    """Each with its labels, in the order of the text; metrics without braces are left out."""
    for found in _SELECTOR.finditer(query):
        matchers = _MATCHER.findall(found[2])
        yield LabelSelector(
            metric=found[1],
            labels=tuple(dict.fromkeys(name for name, _, _ in matchers)),
            equal=tuple((name, value[1:-1]) for name, sign, value in matchers if sign == "="),
        )
