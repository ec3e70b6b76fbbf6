"""Questions that prove a zero: the same query over a wider selection. Pure.

An empty answer has two meanings: no series matched, or the server does not see the metric at all.
A wider query tells them apart, for it has an answer only where the metric was seen in that window.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeAlias

_TOKEN: Final = re.compile(
    r"""(?P<text>"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)|`[^`]*+(?:`|\Z))
    |(?P<space>\s++|\#[^\n]*+)
    |(?P<number>[0-9.][0-9A-Za-z_.]*+)
    |(?P<word>[A-Za-z_:][A-Za-z0-9_:]*+)
    |(?P<sign>=~|!~|!=|==|.)""",
    re.VERBOSE | re.DOTALL,
)
_OPERATORS: Final = frozenset({*"+-%^<>!=", "==", "!=", "and", "or", "unless", "atan2"})
"""Between two operands, one empty side can hide what the other one counted."""
_NAME: Final = "__name__"


class QueryToken(NamedTuple):
    kind: str
    text: str


class LabelMatcher(NamedTuple):
    """`sign` is empty for a metric's name in quotes."""

    label: str
    sign: str
    text: str


Part: TypeAlias = QueryToken | tuple[LabelMatcher, ...]


def proofs(query: str) -> tuple[str, ...]:
    """What to ask after an empty answer, the narrowest first; none where nothing can prove a zero.

    The first keeps the labels that must be equal, such as the version; the last only the metric.
    """
    parts = _parts(query)
    if parts is None or _combines(parts) or not _names_every_metric(parts):
        return ()
    asked = [_text(parts)]
    for keeps in ((_NAME, "="), (_NAME,)):
        wider = _text(parts, keeps)
        if wider not in asked:
            asked.append(wider)
    return tuple(f"count({wider})" for wider in asked[1:])


def _parts(query: str) -> list[Part] | None:
    """Tokens, and each pair of braces as its matchers; None for what cannot be read."""
    found = (QueryToken(str(each.lastgroup), each[0]) for each in _TOKEN.finditer(query))
    tokens = (token for token in found if token.kind != "space")
    parts: list[Part] = []
    for token in tokens:
        matchers = _matchers(_until("}", tokens)) if token.text == "{" else token
        if matchers is None:
            return None
        parts.append(matchers)
    return parts


def _until(closing: str, tokens: Iterator[QueryToken]) -> list[QueryToken]:
    """What stands inside; the brace itself where it is never closed, which nobody can read."""
    inside: list[QueryToken] = []
    for token in tokens:
        if token.text == closing:
            return inside
        inside.append(token)
    return [QueryToken("sign", "{")]


def _matchers(inside: Sequence[QueryToken]) -> tuple[LabelMatcher, ...] | None:
    groups: list[list[QueryToken]] = [[]]
    for token in inside:
        if token.text == ",":
            groups.append([])
        else:
            groups[-1].append(token)
    read = [_matcher(group) for group in groups if group]
    return tuple(each for each in read if each) if all(read) else None


def _matcher(group: Sequence[QueryToken]) -> LabelMatcher | None:
    match [token.kind for token in group]:
        case ["text"]:
            return LabelMatcher(_NAME, "", group[0].text)
        case ["word" | "text", "sign", "text"] if group[1].text in ("=", "=~", "!=", "!~"):
            return LabelMatcher(group[0].text, group[1].text, group[2].text)
    return None


def _combines(parts: Sequence[Part]) -> bool:
    """Whether two operands are combined; a vector times or by a number keeps its series."""
    tokens = [
        part if isinstance(part, QueryToken) else QueryToken("braces", "")
        for part in _outside_ranges(parts)
    ]
    return any(
        token.text in _OPERATORS or (token.text in ("*", "/") and not _scales(tokens, at))
        for at, token in enumerate(tokens)
        if token.kind in ("word", "sign")
    )


def _outside_ranges(parts: Sequence[Part]) -> Iterator[Part]:
    depth = 0
    for part in parts:
        text = part.text if isinstance(part, QueryToken) else ""
        depth += text == "["
        if not depth:
            yield part
        depth -= text == "]"


def _scales(tokens: Sequence[QueryToken], at: int) -> bool:
    """`… * 60`, `… / 60`, and `60 * …` where nothing stands before it."""
    if at + 1 < len(tokens) and tokens[at + 1].kind == "number":
        return True
    first = at < 2 or tokens[at - 2].text in ("(", ",")
    return tokens[at].text == "*" and at > 0 and tokens[at - 1].kind == "number" and first


def _names_every_metric(parts: Sequence[Part]) -> bool:
    """Without a name the widest query would ask for every series there is."""
    before: Part = QueryToken("", "")
    for part in parts:
        is_named = isinstance(before, QueryToken) and before.kind == "word"
        if not (is_named or isinstance(part, QueryToken) or _names(part)):
            return False
        before = part
    return True


def _names(matchers: Sequence[LabelMatcher]) -> bool:
    return any(each.label == _NAME for each in matchers)


def _text(parts: Sequence[Part], keeps: Sequence[str] | None = None) -> str:
    return " ".join(
        part.text if isinstance(part, QueryToken) else _braces(part, keeps) for part in parts
    )


def _braces(matchers: Sequence[LabelMatcher], keeps: Sequence[str] | None) -> str:
    kept = [
        f"{each.label}{each.sign}{each.text}" if each.sign else each.text
        for each in matchers
        if keeps is None or each.label in keeps or each.sign in keeps
    ]
    return "{" + ",".join(kept) + "}"
