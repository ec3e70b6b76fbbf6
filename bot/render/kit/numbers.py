"""What the checks measured, as people read it."""

from collections.abc import Sequence
from math import floor

from bot.domain.judge import words
from bot.domain.judge.samples import Limits, Outcome, Verdict, VerdictSums
from bot.domain.terms.rules import Rules
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, join_dotted

SAID = {
    Outcome.PASS: "",
    Outcome.FAIL: "fails",
    Outcome.INCONCLUSIVE: "not sure yet",
    Outcome.NO_DATA: "no data",
}
MOST = 8
"""Checks that fit one line."""


def newest(view: ReleaseView) -> tuple[Verdict, ...]:
    return tuple(view.verdicts) or view.release.verdicts


def limits_of(rules: Rules, check: str) -> Limits:
    found = (each.limits for each in rules.checks if each.name == check)
    return next(found, Limits(name=check))


def numbers(verdicts: Sequence[Verdict], voice: Voice) -> str:
    """`errors 0.21 % (v1.4.1 0.19 %, limit 1 %) · latency p99 312 ms (305 ms, limit +50 ms)`"""
    rules = voice.view.release.rules
    shown = [number(each, limits_of(rules, each.check), voice) for each in verdicts[:MOST]]
    more = f"{len(verdicts) - MOST} more checks" if len(verdicts) > MOST else ""
    return join_dotted([*shown, more])


def number(verdict: Verdict, limits: Limits, voice: Voice) -> str:
    what = title(verdict.check, limits, voice)
    said, found = SAID[verdict.outcome], verdict.evidence
    if found.canary is None:
        return f"{what}: {said or 'no numbers'}"
    beside = f"{voice.old} {value(found.baseline, limits)}" if found.baseline is not None else ""
    inside = ", ".join(part for part in (beside, limit(limits), said) if part)
    return f"{what} {value(found.canary, limits)}{f' ({inside})' if inside else ''}"


def title(check: str, limits: Limits, voice: Voice) -> str:
    name = voice.short(check)
    return f"{name} p{100 * limits.quantile:g}" if limits.latency else name


def value(measured: float, limits: Limits) -> str:
    return words.seconds(measured) if limits.latency else words.percent(measured)


def limit(limits: Limits) -> str:
    """`limit 1 %`, `limit +50 ms`, or nothing where there is none."""
    parts = [] if limits.limit is None else [value(limits.limit, limits)]
    if limits.worse_by is not None:
        more = words.seconds(limits.worse_by) if limits.latency else ""
        parts.append(f"+{more}" if more else f"{limits.worse_by:.3g} times the old")
    return f"limit {' and '.join(parts)}" if parts else ""


def sample_size(verdicts: Sequence[Verdict], rules: Rules) -> str:
    """`6,980 requests (500 needed)` of the check that has the least of what it needs."""
    if not verdicts:
        return ""
    needs = {each.check: max(1, limits_of(rules, each.check).needs) for each in verdicts}
    least = min(verdicts, key=lambda each: each.evidence.canary_requests / needs[each.check])
    had = words.requests(least.evidence.canary_requests)
    return f"{had} ({needs[least.check]:,} needed)"


def harm_so_far(verdicts: Sequence[Verdict], rules: Rules) -> str:
    """One sentence: does what was seen speak for harm?"""
    outcomes = {each.outcome for each in verdicts}
    if not rules.checks:
        return "No check is configured, so I cannot see whether it does harm."
    return next((said for outcome, said in HARM if outcome in outcomes), "Nothing measured yet.")


HARM = (
    (Outcome.FAIL, "It does harm."),
    (Outcome.NO_DATA, "Its numbers are missing."),
    (Outcome.INCONCLUSIVE, "Not enough seen yet to call it good."),
    (Outcome.PASS, "No harm seen so far."),
)


def failing_checks(verdicts: Sequence[Verdict]) -> tuple[Verdict, ...]:
    return tuple(each for each in verdicts if each.outcome is Outcome.FAIL)


def harm_done(verdicts: Sequence[Verdict], rules: Rules) -> str:
    """`39 failed requests seen, 33 more than usual`: of the error check that saw most."""
    counted = [each for each in verdicts if not limits_of(rules, each.check).latency]
    worst = max(counted, key=lambda each: each.evidence.canary_errors, default=None)
    if worst is None or not worst.evidence.canary_errors:
        return ""
    failed = floor(worst.evidence.canary_errors)
    seen = f"{failed:,} failed request{'' if failed == 1 else 's'} seen"
    usual = usual_errors(worst.evidence)
    return seen if usual is None else f"{seen}, {max(0, round(failed - usual)):,} more than usual"


def usual_errors(found: VerdictSums) -> float | None:
    """How many would have failed on the old version; None where it was not measured."""
    return None if found.baseline is None else found.baseline * found.canary_requests


def saw(verdict: Verdict, voice: Voice) -> str:
    """`14:28-14:31: v1.4.2 39 of 1,840 failed, v1.4.1 50 of 16,560; limit 1 %`"""
    limits = limits_of(voice.view.release.rules, verdict.check)
    found = verdict.evidence
    if found.canary is None:
        return f"{title(verdict.check, limits, voice)}: {_told(verdict, voice)}"
    if limits.latency:
        return f"{_when(found, voice)}{number(verdict, limits, voice)}"
    ours = f"{voice.new} {_counted(found.canary_errors, found.canary_requests)} failed"
    theirs = f", {voice.old} {_counted(found.baseline_errors, found.baseline_requests)}"
    both = ours + (theirs if found.baseline_requests else "")
    ends = f"; {limit(limits)}" if limit(limits) else ""
    return f"{voice.short(verdict.check)} {_when(found, voice)}{both}{ends}"


def _told(verdict: Verdict, voice: Voice) -> str:
    return _when(verdict.evidence, voice) + voice.reason(verdict.because, "bot")


def _counted(errors: float, requests: float) -> str:
    return f"{floor(errors):,} of {floor(requests):,}"


def _when(found: VerdictSums, voice: Voice) -> str:
    if found.window is None:
        return ""
    return f"{voice.exact(found.window.start)} to {voice.exact(found.window.end)}: "


def sure(verdicts: Sequence[Verdict]) -> str:
    """How often two equal versions would look like the strongest of these."""
    chances = [each.evidence.sure for each in verdicts if each.evidence.sure]
    if not chances or min(chances) >= 0.5:
        return "nothing seen speaks for harm by this version"
    return (
        "two equal versions would look like this in fewer than "
        f"1 of {rounded_down(1 / min(chances)):,} releases"
    )


def rounded_down(number: float) -> int:
    """Two digits that count, never more than it is: 43,210 -> 43,000."""
    whole = floor(number + 1e-6)
    unit: int = 10 ** max(0, len(str(whole)) - 2)
    return whole - whole % unit
