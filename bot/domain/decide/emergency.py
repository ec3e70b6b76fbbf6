"""What an emergency needs to be started, and what its start leaves to be done."""

from collections.abc import Iterator
from datetime import datetime

from bot.domain.decide.known import Known
from bot.domain.decide.override import break_glass_fact, may_not_break, review_of
from bot.domain.facts.fact import Fact
from bot.domain.intents import release as i
from bot.domain.state.release import Release
from bot.domain.terms.emergency import approvers_of, shorten_rules
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Rules


def may_be_urgent(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    """An emergency names its incident, and somebody who agrees to it, or the glass is broken."""
    if intent.glass and not intent.incident:
        return Refusal(
            Code.NEEDS_INCIDENT,
            "No glass was broken: an emergency names its incident, and none was named.",
            f"Type /release break-glass {rules.service} {intent.version} hotfix INC-77 because "
            "<reason>.",
        )
    if intent.glass:
        return may_not_break(intent.because, known)
    if not intent.incident or approvers_of(rules):
        return None
    return Refusal(
        Code.NO_APPROVER,
        f"Not started as an emergency: nobody is named who could agree to it for {rules.service} "
        f"in {rules.environment}.",
        "Give may.break_glass, or a seat of its poll, to somebody in the config.",
    )


def rules_of(intent: i.Start, rules: Rules, known: Known) -> Rules:
    return shorten_rules(rules, known.here.emergency) if intent.incident else rules


def owed_by(intent: i.Start, release: Release, known: Known, now: datetime) -> Iterator[Fact]:
    """Facts of the service: the glass that was broken, and the look back that is owed."""
    if intent.glass:
        yield break_glass_fact(intent.by, release, (intent.incident, intent.because), known, now)
    if intent.incident:
        how = "glass was broken" if intent.glass else "it was an emergency"
        yield from review_of(release, f"{how}: {intent.incident}", known, now)
