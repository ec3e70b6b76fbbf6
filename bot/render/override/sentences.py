"""One sentence per fact of an override, and what the card of a release says of them."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.facts import override as o
from bot.domain.facts.fact import Fact
from bot.domain.state.override import COVERED, FREEZE, POLL, Review
from bot.domain.terms.units import spell
from bot.render.kit.voice import NameOf, Voice, because

PAST: Mapping[str, str] = {
    FREEZE: "the freeze",
    POLL: "the vote",
    COVERED: "the covered hours",
}


def gates(names: tuple[str, ...]) -> str:
    """`the freeze and the vote`"""
    told = [PAST.get(name, "a gate") for name in names] or ["nothing"]
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def flag_lines(voice: Voice) -> list[str]:
    """What a release was let past, and that it is an emergency: on its card for good."""
    release = voice.view.release
    urgent = f"⚠ Emergency {voice.short(release.incident)}." if release.incident else ""
    return [each for each in (urgent, *(_flag(used, voice) for used in release.overrides)) if each]


def _flag(used: o.OverrideUsed, voice: Voice) -> str:
    second = f"granted by {voice.name(used.second)}" if used.second else "no second person yet"
    who = f"{voice.short(used.override)} by {voice.name(used.asked_by)}, {second}"
    return f"⚠ Let past {gates(used.gates)} ({who}{because(voice.words(used.because))})."


def open_line(place: str, review: Review, now: datetime) -> str:
    """`R-143  checkout/prod v1.4.3  overdue since 2026-11-21 12:00 UTC  it was an emergency`"""
    how = "overdue since" if now >= review.due_at else "due"
    due = f"{how} {review.due_at:%Y-%m-%d %H:%M} UTC"
    return f"{review.release}  {place} {review.version}  {due}  {review.because}"


def _asked(fact: o.OverrideAsked, name: NameOf) -> str:
    span = spell(fact.until - fact.at)
    what = f" for {fact.version}" if fact.version else ""
    return (
        f"{name(fact.by)} asked to be let past {gates(fact.gates)}{what} for {span} "
        f"({fact.override}){because(fact.because)}"
    )


def _granted(fact: o.OverrideGranted, name: NameOf) -> str:
    how = "needed nobody else for" if fact.alone else "granted"
    return f"{name(fact.by)} {how} the override {fact.override}{because(fact.because)}"


def _refused(fact: o.OverrideRefused, name: NameOf) -> str:
    return f"{name(fact.by)} did not grant the override {fact.override}{because(fact.because)}"


def _ended(fact: o.OverrideEnded, _name: NameOf) -> str:
    return f"the override {fact.override} is over{because(fact.because)}"


def _broke(fact: o.GlassBroken, name: NameOf) -> str:
    own = f", as its {fact.own}" if fact.own else ""
    incident = f" for {fact.incident}" if fact.incident else ""
    return (
        f"{name(fact.by)}{own} broke the glass{incident}, past {gates(fact.gates)} "
        f"({fact.override}){because(fact.because)}"
    )


def _used(fact: o.OverrideUsed, name: NameOf) -> str:
    second = f"granted by {name(fact.second)}" if fact.second else "a second person is missing"
    return (
        f"it goes past {gates(fact.gates)} by the override {fact.override} of "
        f"{name(fact.asked_by)}, {second}{because(fact.because)}"
    )


def _waived(fact: o.PollWaived, _name: NameOf) -> str:
    return f"the vote is not waited for: the override {fact.override} stands; checked once more"


def _owes(fact: o.ReviewOpened, _name: NameOf) -> str:
    return (
        f"{fact.release} owes a look back within {spell(fact.due_at - fact.at)}"
        f"{because(fact.because)}"
    )


def _looked(fact: o.ReviewClosed, name: NameOf) -> str:
    how = "approved it" if fact.approved else "did not approve it"
    return f"{name(fact.by)} looked back at {fact.release} and {how}{because(fact.because)}"


OVERRIDDEN: Mapping[type[Fact], Callable[[Any, NameOf], str]] = {
    o.OverrideAsked: _asked,
    o.OverrideGranted: _granted,
    o.OverrideRefused: _refused,
    o.OverrideEnded: _ended,
    o.GlassBroken: _broke,
    o.OverrideUsed: _used,
    o.PollWaived: _waived,
    o.ReviewOpened: _owes,
    o.ReviewClosed: _looked,
}
