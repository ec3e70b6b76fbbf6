"""An answer of the query API as points, or the reason why it is none. Pure."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

from bot.ports.answers import one_line
from bot.ports.metrics import Point
from bot.ports.outcomes import IntegrationError, Nonsense, Unavailable

MOST_POINTS = 10_000
LARGEST_COUNT = 2.0**53
LATER = frozenset({"timeout", "canceled", "unavailable", "internal", "too_many_requests"})
"""Types of error that say nothing about the query."""
HARMLESS = ("metric might not be a counter",)
"""Remarks about a name rather than about a number."""

Pair: TypeAlias = tuple[Mapping[str, str], Any]


def refusal(answer: Any, who: str) -> IntegrationError:
    """The error that a `status: error` stands for."""
    if not isinstance(answer, dict) or answer.get("status") != "error":
        return _unusable(who, "it says neither success nor error")
    kind, why = str(answer.get("errorType", ""))[:40], one_line(str(answer.get("error", "")), 200)
    if kind in LATER:
        return Unavailable(f"{who} did not answer: {why} ({kind}). It is asked again later.")
    return Nonsense(f"{who} refused the query: {why} ({kind}). Try it on its own page and mend it.")


def points(answer: Any, who: str) -> tuple[Point, ...]:
    """The series of an instant query. None where any value is no number: that is no data.

    Raises Nonsense for what is no vector and no scalar, for a number that is no count, and for an
    answer that the server itself calls doubtful; Unavailable for a partial one.
    """
    if not isinstance(answer, dict) or answer.get("status") != "success":
        raise refusal(answer, who)
    _undoubted(answer, who)
    pairs = _pairs(answer.get("data"), who)
    if len(pairs) > MOST_POINTS:
        raise _unusable(who, f"{len(pairs):,} series; sum them in the query")
    read = [Point(labels=labels, value=_number(value, who)) for labels, value in pairs]
    return tuple(read) if all(math.isfinite(point.value) for point in read) else ()


def is_empty(answer: Any) -> bool:
    """Whether the server found no series, which is not the same as a series without a number."""
    data = answer.get("data") if isinstance(answer, dict) else None
    return isinstance(data, dict) and data.get("result") == []


def _undoubted(answer: Mapping[str, Any], who: str) -> None:
    if warnings := _texts(answer.get("warnings")):
        raise Unavailable(f"{who} answered in part: {warnings[0]}. It is asked again later.")
    for remark in _texts(answer.get("infos")):
        if not any(harmless in remark for harmless in HARMLESS):
            raise Nonsense(f"{who} doubts its own answer: {remark}. Mend the query.")


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    return [one_line(str(each), 200) for each in (value if isinstance(value, list) else [value])]


def _pairs(data: Any, who: str) -> Sequence[Pair]:
    if not isinstance(data, dict) or not isinstance(data.get("result"), list):
        raise _unusable(who, "there is no result in it")
    kind = data.get("resultType")
    read = READERS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise _unusable(who, f"a {one_line(str(kind), 20)}, not numbers at one instant")
    return read(data["result"], who)


def _vector(result: list[Any], who: str) -> Sequence[Pair]:
    return [_series(each, who) for each in result]


def _series(series: Any, who: str) -> Pair:
    if isinstance(series, dict) and "histogram" in series:
        raise _unusable(who, "a native histogram; ask for classic buckets by le, or for a count")
    labels = series.get("metric") if isinstance(series, dict) else None
    if not isinstance(labels, dict) or not all(isinstance(each, str) for each in labels.values()):
        raise _unusable(who, "a series without labels")
    return labels, series.get("value")


def _scalar(result: list[Any], who: str) -> Sequence[Pair]:
    return [({}, result)]


READERS: Mapping[str, Callable[[list[Any], str], Sequence[Pair]]] = {
    "vector": _vector,
    "scalar": _scalar,
}


def _number(value: Any, who: str) -> float:
    """The text of a `[time, "number"]`; infinities and NaN are numbers to Prometheus."""
    text = value[1] if isinstance(value, list) and len(value) == 2 else None
    if not isinstance(text, str) or "_" in text or len(text) > 100:
        raise _unusable(who, "a value that is no [time, number]")
    try:
        number = float(text)
    except ValueError:
        raise _unusable(who, f"the value {one_line(text, 20)!r}") from None
    if math.isfinite(number) and not 0 <= number <= LARGEST_COUNT:
        raise _unusable(who, f"{number:g}, which is no count")
    return number


def _unusable(who: str, what: str) -> Nonsense:
    return Nonsense(f"{who} answered something unusable: {what}. Try the query on its own page.")
