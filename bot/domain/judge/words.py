"""Numbers and reasons as people read them. Versions are not named: who renders knows them."""

import re
from datetime import UTC, datetime
from math import ceil, floor

from bot.domain.judge.samples import Limits


def percent(ratio: float) -> str:
    """0.021 -> `2.1 %`; two digits that count, three from 10 % on."""
    value = 100 * ratio
    if 0 < value < 0.001:
        return "under 0.001 %"
    return f"{value:.3g} %" if value >= 10 else f"{value:.2g} %"


def seconds(value: float) -> str:
    """0.3124 -> `312 ms`, 1.25 -> `1.2 s`."""
    if value < 0.9995:
        return f"{1000 * value:.3g} ms"
    return f"{value:,.0f} s" if value >= 100 else f"{value:.3g} s"


def requests(count: float) -> str:
    """1840.0 -> `1,840 requests`."""
    whole = floor(count)
    return "1 request" if whole == 1 else f"{whole:,} requests"


def missing(count: float, needs: int) -> str:
    """How many requests are still missing; `0 requests, 500 needed` where there are none."""
    start = f"{requests(count)}, {needs:,} needed"
    return start if count < 1 else f"{start}: {ceil(needs - count):,} still missing"


def clock(moment: float) -> str:
    """A moment in seconds since 1970 as `14:26 UTC`."""
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M} UTC"


def stopped(since: float | None, both: bool, reason: str) -> str:
    """Why there are no numbers, and since when."""
    whose = "the numbers of both versions" if both else "its numbers"
    start = f"{whose} have not begun" if since is None else f"{whose} stopped at {clock(since)}"
    return f"{start}: {reason}" if reason else start


def dried_up(since: float, others: float | None) -> str:
    """Why silence is no good sign; `others` are the baseline's requests meanwhile, if it runs."""
    if others is None:
        return f"no requests since {clock(since)}"
    if others < 1:
        return f"no requests on either version since {clock(since)}"
    return f"no requests on the new version since {clock(since)}, {floor(others):,} on the old"


def compared(limits: Limits, canary: float | None, baseline: float | None, count: float) -> str:
    """What both arms did, the limits, and how many requests of the canary that rests on."""
    allowed = "".join(f"{part}, " for part in _allowed(limits, baseline is not None))
    shown = _shown(limits, canary, baseline)
    return f"{shown} ({allowed}{requests(count)})"


def incomparable(limits: Limits, since: float | None, reason: str) -> str:
    """Why nothing can be said, and how to mend it."""
    gone = "no old version runs beside it"
    if since is not None:
        gone = f"the numbers of the old version stopped at {clock(since)}"
    because = f"{gone} ({reason})" if reason else gone
    return (
        f"nothing to compare with: {because}, and the check has no limit; "
        f"set limit in checks.{limits.name}"
    )


_VALUE = r"(?:under )?[0-9][0-9.,e+-]* (?:%|ms|s)"
_CLOCK = r"[0-9]{2}:[0-9]{2} UTC"
_WORSE = rf"(?:\+{_VALUE}|[0-9][0-9.e+-]* times the old)"
_LIMIT = rf"(?:limit (?:{_VALUE} and {_WORSE}|{_VALUE}|{_WORSE}), )?"
_BOTH = (
    rf"(?:{_VALUE} of requests failed|p[0-9.e+-]+ {_VALUE}) on the new version, "
    rf"{_VALUE} on the old in the same minutes"
)
_ALONE = rf"(?:{_VALUE} of requests failed|p[0-9.e+-]+ {_VALUE})"
_COMPARED = (
    rf"(?:{_BOTH}|{_ALONE})(?: \({_LIMIT}[0-9,]+ requests?\))?"
    r"(?:: both are over the limit|, not enough to be sure)?"
)
_DRIED_UP = rf"no requests on (?:the new|either) version since {_CLOCK}(?:, [0-9,]+ on the old)?"
_STOPPED = rf"nothing to compare with: the numbers of the old version stopped at {_CLOCK}"
_MISSING = r"[0-9,]+ requests?, [0-9,]+ needed(?:: [0-9,]+ still missing)?"
_OURS = re.compile(
    rf"(?:[A-Za-z0-9._-]+: )?(?:{_COMPARED}|{_DRIED_UP}|{_STOPPED}|{_MISSING})(?:; )?"
)
_VERSIONS = re.compile(r"the new version|the old version|the old")


def name_versions(said: str, new: str, old: str) -> str:
    """A reason of the judge, or several with "; " between, with the names of the versions.

    Only what this module wrote is touched: from the first word on that it did not write, such as
    what a source answered, everything stays as it is. So does a version whose name is empty.
    """
    end = 0
    while (ours := _OURS.match(said, end)) is not None:
        end = ours.end()
        if not ours[0].endswith("; "):
            break
    return _VERSIONS.sub(lambda found: _name(found[0], new, old), said[:end]) + said[end:]


def _name(found: str, new: str, old: str) -> str:
    return (new if found == "the new version" else old) or found


def _allowed(limits: Limits, together: bool) -> list[str]:
    spell = seconds if limits.latency else _limit_percent
    parts = [] if limits.limit is None else [spell(limits.limit)]
    if limits.worse_by is not None and together:
        parts.append(_worse(limits, limits.worse_by))
    return [f"limit {' and '.join(parts)}"] if parts else []


def _worse(limits: Limits, worse_by: float) -> str:
    return f"+{seconds(worse_by)}" if limits.latency else f"{worse_by:.3g} times the old"


def _limit_percent(ratio: float) -> str:
    return f"{100 * ratio:.3g} %"


def _shown(limits: Limits, canary: float | None, baseline: float | None) -> str:
    ours, theirs = (None if x is None else _spelled(limits, x) for x in (canary, baseline))
    what = f"p{100 * limits.quantile:g}" if limits.latency else ""
    start = f"{what} {ours}" if what else f"{ours} of requests failed"
    if theirs is None:
        return start
    return f"{start} on the new version, {theirs} on the old in the same minutes"


def _spelled(limits: Limits, value: float) -> str:
    return seconds(value) if limits.latency else percent(value)
