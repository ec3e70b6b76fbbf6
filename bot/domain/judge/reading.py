"""Counts as the judge uses them: the requests, and how many of them passed each mark.

For errors there is one mark, being an error. For latency every bucket edge is a mark, passed by
the requests that took longer. What cannot be true is a gap, with its reason in plain words.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import inf
from typing import NamedTuple

from bot.domain.judge.samples import Counts, Limits

MOST = 1e15
"""More requests than this in one window are nonsense."""
EDGES = 11
"""How many bucket edges are followed at most, so that a state stays small."""
_NUMBERS = (int, float)
_SLACK = 1e-3  # counts of two queries, or extrapolated ones, need not match to the last digit


class Reading(NamedTuple):
    """One arm in one window: `bad` has one count per mark."""

    requests: float
    bad: tuple[float, ...]


def read_counts(counts: Counts | None, limits: Limits, edges: Sequence[float]) -> Reading | str:
    """The reading, or why there is none ("" where the source had nothing)."""
    if counts is None:
        return ""
    return _read_buckets(counts, edges) if limits.latency else _read_errors(counts)


def common_edges(canary: Counts, baseline: Counts | None, limits: Limits) -> list[float]:
    """The bucket edges to follow from now on: those of both arms, thinned to EDGES."""
    ours = _finite(canary)
    theirs = set(_finite(baseline)) if baseline else set()
    shared = [edge for edge in ours if edge in theirs] or ours
    return _thin(shared, None if limits.limit is None else nearest(shared, limits.limit))


def nearest(edges: Sequence[float], seconds: float) -> int:
    """The index of the edge nearest to `seconds`, the upper one of two as near."""
    return min(range(len(edges)), key=lambda at: (abs(edges[at] - seconds), -edges[at]), default=0)


def quantile(reading: Sequence[float], edges: Sequence[float], share: float) -> float | None:
    """Seconds that `share` of the requests stayed within, or None without requests.

    `reading` is the requests and then those slower than each edge. Between two edges requests are
    taken as spread evenly; beyond the last edge nothing is known, so that edge is the answer.
    """
    if not reading or not reading[0]:
        return None
    left, below, before = reading[0] * (1 - share), 0.0, reading[0]
    for edge, slower in zip(edges, reading[1:], strict=True):
        if slower <= left:
            span = before - slower
            return below + (edge - below) * ((before - left) / span if span > 0 else 1.0)
        below, before = edge, slower
    return below


def _read_errors(counts: Counts) -> Reading | str:
    requests, errors = counts.requests, counts.errors
    if not (_is_count(requests) and _is_count(errors)):
        return "a count is negative, infinite or no number"
    if errors > requests * (1 + _SLACK):
        return "more errors than requests"
    return Reading(requests, (min(errors, requests),))


def _read_buckets(counts: Counts, edges: Sequence[float]) -> Reading | str:
    if reason := _broken(counts):
        return reason
    within = dict(counts.buckets)
    requests = counts.buckets[-1][1]
    if not edges or any(edge not in within for edge in edges):
        return "its latency buckets are not the ones it began with"
    return Reading(requests, tuple(max(0.0, requests - within[edge]) for edge in edges))


def _broken(counts: Counts) -> str:
    buckets = counts.buckets
    if len(buckets) < 2:
        return "there are no latency buckets"
    if not _all_counts(count for _, count in buckets):
        return "a count is negative, infinite or no number"
    edges = [edge for edge, _ in buckets]
    if edges[-1] != inf or not _all_counts(edges[:-1]) or edges != sorted(set(edges)):
        return "the latency buckets do not ascend to infinity"
    room = _SLACK * buckets[-1][1]
    if any(count > following + room for (_, count), (_, following) in pairwise(buckets)):
        return "a wider latency bucket holds fewer requests than a narrower one"
    return ""


def _all_counts(values: Iterable[object]) -> bool:
    return all(map(_is_count, values))


def _is_count(value: object) -> bool:
    # Comparisons are false for NaN, and right for integers too large for a float.
    return isinstance(value, _NUMBERS) and 0 <= value <= MOST


def _finite(counts: Counts) -> list[float]:
    return [] if _broken(counts) else [float(edge) for edge, _ in counts.buckets[:-1]]


def _thin(edges: list[float], keep: int | None) -> list[float]:
    if len(edges) <= EDGES:
        return edges
    last = len(edges) - 1
    picked = {round(at * last / (EDGES - 2)) for at in range(EDGES - 1)}
    return [edges[at] for at in sorted(picked | ({keep} if keep is not None else set()))]
