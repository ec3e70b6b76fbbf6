"""The first judge: canary against the baseline of the same minutes, and against the limit.

A state is what JSON can hold, at most 2 kB however long it is watched, and says the same after
being saved and read again. Every function here is pure.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from math import inf
from typing import Any, TypeAlias

from bot.domain.judge import weigh, words
from bot.domain.judge.eprocess import onset
from bot.domain.judge.reading import Reading, common_edges, read_counts
from bot.domain.judge.samples import Limits, Outcome, Sample, Verdict, VerdictSums, Window
from bot.domain.judge.weigh import Tick

JudgeState: TypeAlias = dict[str, Any]
VerdictRule: TypeAlias = Callable[[JudgeState, Limits], tuple[Outcome, str] | None]

_OVERLAP = 0.1  # of a window may have been counted already; clocks and polls jitter
_MISSED = 5.0  # expected requests that did not come: by chance that is one in 150
_LEAST_SURE = 1e-6
_HOTTEST = 30.0  # nats a calm spell must undo before the likely onset is forgotten


def begin() -> JudgeState:
    """The state before the first tick: nothing known, nothing passed."""
    return {
        "ticks": 0,
        "since": None,  # seconds since 1970, as every moment here
        "until": None,  # the end of the last counted window
        "seen": None,  # the end of the last window, counted or not
        "flowed": None,  # the end of the last window with requests on the canary
        "edges": [],
        "canary": [],  # requests, then those beyond each mark
        "baseline": [],
        "span_since": None,  # the same from the likely onset of harm on
        "span_canary": [],
        "span_baseline": [],
        "against_baseline": [],
        "against_limit": [],
        "relative": 0.0,  # the strength of the evidence against the baseline
        "absolute": 0.0,  # and against the limit
        "heat": 0.0,  # is 0 where nothing speaks for harm
        "heat_limit": 0.0,
        "clear": 0.0,  # how far the baseline is known to be below the limit, in nats
        "shared": False,  # both arms are over the limit
        "blind": 0,
        "blind_both": False,
        "blind_why": "",
        "lone": 0,
        "lone_since": None,
        "lone_why": "",
        "empty": 0,
        "empty_baseline": 0.0,
        "failed": "",
    }


def observe(state: JudgeState, limits: Limits, sample: Sample) -> JudgeState:
    """The state after one more tick. A window seen before changes nothing; a failure stays."""
    start, end = sample.window.start.timestamp(), sample.window.end.timestamp()
    if state["failed"] or end == state["seen"]:
        return state
    edges = state["edges"] or _first_edges(limits, sample)
    canary = read_counts(sample.canary, limits, edges)
    baseline = read_counts(sample.baseline, limits, edges)
    if not start < end or (state["seen"] is not None and end < state["seen"]):
        canary = "its window lies in the past"
    if isinstance(canary, str):
        return _missed(state, canary, baseline, end)
    if _overlaps(state, start, end):
        return {**state, "seen": end, "blind": 0}
    return _counted({**state, "edges": edges}, limits, (canary, baseline), (start, end))


def verdict(state: JudgeState, limits: Limits) -> Verdict:
    """What the check says so far. Pass only where enough was seen, lately, and nothing is wrong."""
    outcome, because = next(
        found for rule in (*_RULES, _passed) if (found := rule(state, limits)) is not None
    )
    return Verdict(
        check=limits.name,
        outcome=outcome,
        because=because,
        evidence=_evidence(state, limits, _suspected(state, limits)),
    )


# ------------------------------------------------------------------ one tick


def _first_edges(limits: Limits, sample: Sample) -> list[float]:
    if not limits.latency or sample.canary is None:
        return []
    return common_edges(sample.canary, sample.baseline, limits)


def _overlaps(state: JudgeState, start: float, end: float) -> bool:
    until = state["until"]
    return until is not None and start < until - _OVERLAP * (end - start)


def _missed(state: JudgeState, why: str, baseline: Reading | str, end: float) -> JudgeState:
    seen = state["seen"]
    return {
        **state,
        "seen": end if seen is None else max(seen, end),
        "blind": min(state["blind"] + 1, 1_000_000),
        "blind_both": isinstance(baseline, str),
        "blind_why": why,
    }


def _counted(
    state: JudgeState, limits: Limits, arms: tuple[Reading, Reading | str], at: tuple[float, float]
) -> JudgeState:
    canary, other = arms
    if isinstance(other, Reading) and not other.requests:
        other = "it has no requests"
    baseline = None if isinstance(other, str) else other
    since = at[0] if state["since"] is None else state["since"]
    tick = Tick(canary, baseline, at[0] - since)
    grown = {
        **state,
        **_weighed(state, limits, tick),
        **_flow(state, canary, baseline, at[1]),
        "ticks": state["ticks"] + 1,
        "since": since,
        "until": at[1],
        "seen": at[1],
        "blind": 0,
        "lone": 0 if baseline else state["lone"] + 1,
        "lone_since": at[1] if baseline else state["lone_since"],
        "lone_why": other if isinstance(other, str) else "",
        "canary": _added(state["canary"], canary),
        "baseline": _added(state["baseline"], baseline),
    }
    _remember_span(grown, tick, at[0])
    return _concluded(grown, limits)


def _weighed(state: JudgeState, limits: Limits, tick: Tick) -> JudgeState:
    chance, edges = onset(state["ticks"]), state["edges"]
    rows = weigh.against_baseline(state, limits, tick, chance)
    row = weigh.against_limit(state["against_limit"], edges, limits, tick, chance)
    relative, absolute = weigh.strength(rows), weigh.strength([row])
    gain = weigh.gain(state["relative"], relative, chance) if tick.baseline else -inf
    gain_limit = weigh.gain(state["absolute"], absolute, chance) if row else -inf
    hot = _heated(state["heat_limit"], gain_limit)
    return {
        "against_baseline": rows,
        "against_limit": row,
        "relative": relative,
        "absolute": absolute,
        "heat": _heated(state["heat"], max(gain, gain_limit)),
        "heat_limit": hot,
        "clear": state["clear"] + weigh.clearance(edges, limits, tick.baseline) if hot else 0.0,
    }


def _heated(heat: float, gain: float) -> float:
    return min(_HOTTEST, max(0.0, heat + gain))


def _flow(state: JudgeState, canary: Reading, baseline: Reading | None, end: float) -> JudgeState:
    if canary.requests:
        return {"flowed": end, "empty": 0, "empty_baseline": 0.0}
    others = baseline.requests if baseline else 0.0
    return {"empty": state["empty"] + 1, "empty_baseline": state["empty_baseline"] + others}


def _added(sums: list[float], reading: Reading | None) -> list[float]:
    if reading is None:
        return sums
    more = (reading.requests, *reading.bad)
    total = [a + b for a, b in zip(sums, more, strict=True)] if sums else list(more)
    # Many marks have many digits, and a state must stay small.
    return total if len(total) == 2 else [float(f"{value:.9g}") for value in total]


def _remember_span(grown: JudgeState, tick: Tick, start: float) -> None:
    if grown["heat"] == 0.0:
        grown.update(span_since=None, span_canary=[], span_baseline=[])
        return
    if grown["span_since"] is None:
        grown["span_since"] = start
    grown["span_canary"] = _added(grown["span_canary"], tick.canary)
    grown["span_baseline"] = _added(grown["span_baseline"], tick.baseline)


def _concluded(grown: JudgeState, limits: Limits) -> JudgeState:
    grown["failed"] = weigh.failing(grown, limits, _alone(grown, limits))
    if grown["absolute"] >= weigh.SURE:
        grown["shared"] = True
    if not grown["shared"] or grown["absolute"] >= weigh.SUSPECT:
        return grown
    # What was counted during an incident of both arms says nothing for this release.
    return {**grown, "shared": False, "since": grown["until"], "canary": [], "baseline": []}


# ------------------------------------------------------------------ what it comes to


def _alone(state: JudgeState, limits: Limits) -> bool:
    return _total(state["baseline"]) == 0 or state["lone"] >= limits.blind_after


def _total(arm: list[float]) -> float:
    return arm[0] if arm else 0.0


def _suspected(state: JudgeState, limits: Limits) -> bool:
    if state["failed"]:
        return True
    if state["relative"] >= weigh.SUSPECT and weigh.matters(state, limits):
        return True
    return state["absolute"] >= weigh.SUSPECT and weigh.over(state["span_canary"], state, limits)


def _evidence(state: JudgeState, limits: Limits, span: bool) -> VerdictSums:
    part = "span_" if span and state["span_since"] is not None else ""
    canary, baseline = state[f"{part}canary"], state[f"{part}baseline"]
    bad = _bad_at(state, limits)
    return VerdictSums(
        window=_window(state[f"{part}since"], state["until"]),
        canary_requests=_total(canary),
        canary_errors=canary[bad] if canary and bad else 0.0,
        baseline_requests=_total(baseline),
        baseline_errors=baseline[bad] if baseline and bad else 0.0,
        canary=weigh.measure(canary, state, limits),
        baseline=weigh.measure(baseline, state, limits),
        sure=_sure(state),
    )


def _bad_at(state: JudgeState, limits: Limits) -> int:
    if limits.latency and limits.limit is None:
        return 0
    return 1 + weigh.limit_mark(state["edges"], limits)


def _window(since: float | None, until: float | None) -> Window | None:
    if since is None or until is None or since >= until:
        return None
    return Window(start=datetime.fromtimestamp(since, UTC), end=datetime.fromtimestamp(until, UTC))


def _sure(state: JudgeState) -> float | None:
    compared = state["against_baseline"] and state["failed"] != "limit"
    strength = state["relative" if compared else "absolute"]
    return min(1.0, max(_LEAST_SURE, 1 / strength)) if strength else None


def _expected(state: JudgeState) -> float:
    """Requests that the canary should have had since its last one, by its share or its pace."""
    had = _total(state["canary"])
    if state["empty_baseline"]:
        others = _total(state["baseline"]) - state["empty_baseline"]
        return float(had * state["empty_baseline"] / others) if others > 0 else 0.0
    return float(had * state["empty"] / max(1, state["ticks"] - state["empty"]))


def _seen(state: JudgeState, limits: Limits, span: bool = False) -> str:
    found = _evidence(state, limits, span)
    return words.compared(limits, found.canary, found.baseline, found.canary_requests)


# ------------------------------------------------------------------ the rules, first match wins


def _failed(state: JudgeState, limits: Limits) -> tuple[Outcome, str] | None:
    if not state["failed"]:
        return None
    return Outcome.FAIL, _seen(state, limits, span=True)


def _blind(state: JudgeState, limits: Limits) -> tuple[Outcome, str] | None:
    if not state["blind"]:
        return None
    outcome = Outcome.NO_DATA if state["blind"] >= limits.blind_after else Outcome.INCONCLUSIVE
    because = words.stopped(state["until"], state["blind_both"], state["blind_why"])
    return outcome, because


def _empty(state: JudgeState, limits: Limits) -> tuple[Outcome, str] | None:
    long = state["empty"] >= limits.blind_after
    if not _total(state["canary"]):
        outcome = Outcome.NO_DATA if long else Outcome.INCONCLUSIVE
        return outcome, words.missing(0, max(1, limits.needs))
    expected = _expected(state)
    if not state["empty"] or expected < 1:
        return None
    outcome = Outcome.NO_DATA if long and expected >= _MISSED else Outcome.INCONCLUSIVE
    others = None if _alone(state, limits) else state["empty_baseline"]
    return outcome, words.dried_up(state["flowed"], others)


def _thin(state: JudgeState, limits: Limits) -> tuple[Outcome, str] | None:
    had = _total(state["canary"])
    if had >= limits.needs:
        return None
    return Outcome.INCONCLUSIVE, words.missing(had, limits.needs)


def _incomparable(state: JudgeState, limits: Limits) -> tuple[Outcome, str] | None:
    if not _alone(state, limits) or limits.limit is not None:
        return None
    because = words.incomparable(limits, state["lone_since"], state["lone_why"])
    return Outcome.INCONCLUSIVE, because


def _both_over(state: JudgeState, limits: Limits) -> tuple[Outcome, str] | None:
    if not state["shared"]:
        return None
    return Outcome.INCONCLUSIVE, f"{_seen(state, limits, span=True)}: both are over the limit"


def _unsure(state: JudgeState, limits: Limits) -> tuple[Outcome, str] | None:
    suspected = _suspected(state, limits)
    if not suspected and not weigh.over(state["canary"], state, limits):
        return None
    because = f"{_seen(state, limits, suspected)}, not enough to be sure"
    return Outcome.INCONCLUSIVE, because


def _passed(state: JudgeState, limits: Limits) -> tuple[Outcome, str]:
    return Outcome.PASS, _seen(state, limits)


_RULES: tuple[VerdictRule, ...] = (
    _failed,
    _blind,
    _empty,
    _thin,
    _incomparable,
    _both_over,
    _unsure,
)
