"""Letting a release past a gate: who may ask, who may grant, and what is then said of it.

A way back asks none of this, so none of it can stand in its way. [G6]
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.domain.decide.known import Decided, Decision, Known, refuse_unentitled
from bot.domain.decide.people import cannot_approve
from bot.domain.facts import override as o
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents.override import (
    AnswerOverride,
    AskOverride,
    BreakGlass,
    EndOverride,
    LookBack,
)
from bot.domain.intents.release import Intent
from bot.domain.state.override import FREEZE, GATES, LONGEST, POLL, Override, Review, next_id
from bot.domain.state.release import Release
from bot.domain.state.service import stream_of
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Rules
from bot.domain.terms.units import spell

TOP_TIER = 1
NO_RULES = Refusal(
    Code.UNKNOWN_SERVICE,
    "Nothing happened: the config knows no such service and environment.",
    "Look at /release status for the services there are.",
)


def needs_second(gates: tuple[str, ...], rules: Rules, known: Known) -> bool:
    """A freeze and tier 1 always do; elsewhere the config may say that one is enough. [G7]"""
    return FREEZE in gates or rules.tier == TOP_TIER or not known.here.emergency.alone


def ask_override(intent: AskOverride, known: Known, now: datetime) -> Decision:
    rules = known.here.rules
    if rules is None:
        return NO_RULES
    version = known.about.name if known.about is not None else intent.version
    until = intent.until or now + min(known.here.emergency.override_for, LONGEST)
    if refusal := _may_not_ask(intent, version, until, known, now):
        return refusal
    name = next_id(known.service.overrides)
    asked = o.OverrideAsked(
        at=now,
        by=intent.by,
        override=name,
        gates=(intent.gate,),
        version=version,
        release=known.about.id if known.about is not None else "",
        because=intent.because,
        until=until,
    )
    stream = stream_of(rules.service, rules.environment)
    if needs_second((intent.gate,), rules, known):
        note = f"{name}: a second person is asked. Until they say yes, nothing changes."
        return Decided(also=[(stream, asked)], note=note)
    alone = o.OverrideGranted(at=now, by=intent.by, override=name, alone=True, because="")
    note = f"{name} stands for {spell(until - now)}: {intent.gate} is let past."
    return Decided(also=[(stream, asked), (stream, alone)], note=note)


def _may_not_ask(
    intent: AskOverride, version: str, until: datetime, known: Known, now: datetime
) -> Refusal | None:
    """The first reason against asking at all."""
    return (
        refuse_unentitled(intent, known, "Not asked")
        or _without_reason(intent, f"override {_what(intent)} {intent.gate}")
        or _bad_end(until, now)
        or _same_again(intent.gate, version, known, now)
        or (_not_voted(intent, known) if intent.gate == POLL else None)
    )


def _what(intent: AskOverride | BreakGlass) -> str:
    return intent.release or intent.service


def _without_reason(intent: AskOverride | BreakGlass, typed: str) -> Refusal | None:
    if intent.because:
        return None
    return Refusal(
        Code.NO_REASON,
        "Nothing happened: going past a gate is recorded with its reason, and none was given.",
        f"Type /release {typed} because <reason>.",
    )


def _bad_end(until: datetime, now: datetime) -> Refusal | None:
    if now < until <= now + LONGEST:
        return None
    return Refusal(
        Code.BAD_END,
        f"Not asked: an override ends within {spell(LONGEST)}, and that is not what you said.",
        "Say for how long: for 2h.",
    )


def _same_again(gate: str, version: str, known: Known, now: datetime) -> Refusal | None:
    """One that waits or stands is not asked for twice, so a yes can only mean one thing."""
    for each in known.service.overrides.values():
        if each.is_over(now) or gate not in each.gates or each.version not in ("", version):
            continue
        how = "stands already" if each.stands(now) else "waits for a second person already"
        left = spell(each.until - now)
        return Refusal(
            Code.OVERRIDE_THERE,
            f"Not asked: {each.id} {how}, for {left} more.",
            "Ask somebody to grant it." if each.waits(now) else "Go on; it is let past.",
        )
    return None


def _not_voted(intent: AskOverride, known: Known) -> Refusal | None:
    """A no-go is overridden by somebody whose change it is not. [G1.12]"""
    about = known.about
    if about is None or about.poll is None:
        return Refusal(
            Code.NOTHING_VOTED,
            "Not asked: nobody was asked to vote on that, so there is no vote to override.",
            "Start it; where a vote stands before it, name the release: "
            "/release override R-142 poll because <reason>.",
        )
    own = cannot_approve(about, intent.by, known.accounts, "Not asked")
    return own and replace(own, remedy="Somebody who did not write it, nor ask for it, asks.")


def answer_override(intent: AnswerOverride, known: Known, now: datetime) -> Decision:
    """A second person's yes or no; a no also ends one that stands."""
    rules = known.here.rules
    if rules is None:
        return NO_RULES
    not_done = "Not granted" if intent.yes else "Not refused"
    if lacks := refuse_unentitled(intent, known, not_done):
        return lacks
    found = find_override(intent, known, now)
    if isinstance(found, Refusal):
        return found
    if intent.yes and (refusal := _no_second_person(intent, found, known)):
        return refusal
    stream = stream_of(rules.service, rules.environment)
    return Decided(also=[(stream, _answered(intent, found, now))], note=_noted(intent, found, now))


def _answered(intent: AnswerOverride, found: Override, now: datetime) -> Fact:
    if intent.yes:
        return o.OverrideGranted(
            at=now, by=intent.by, override=found.id, alone=False, because=intent.because
        )
    kind = o.OverrideRefused if found.waits(now) and not found.glass else o.OverrideEnded
    because = intent.because or "a person ended it"
    return kind(at=now, by=intent.by, override=found.id, because=because)


def _noted(intent: AnswerOverride, found: Override, now: datetime) -> str:
    if not intent.yes:
        return f"{found.id} is over."
    if found.glass:
        return f"{found.id}: you agree, afterwards, that the glass was broken."
    return (
        f"{found.id} stands for {spell(found.until - now)}: {spell_gates(found.gates)} is let past."
    )


def spell_gates(gates: tuple[str, ...]) -> str:
    return ", ".join(gates)


def find_override(intent: AnswerOverride, known: Known, now: datetime) -> Override | Refusal:
    """The one override that a yes or a no is about; a yes goes to what waits for one."""
    open_ = [
        each
        for each in known.service.overrides.values()
        if not each.is_over(now)
        and (each.waits(now) if intent.yes else True)
        and intent.gate in ("", *each.gates)
        and intent.version in ("", each.version)
    ]
    if intent.seen:
        open_ = [each for each in open_ if each.id == intent.seen]
    if len(open_) == 1:
        return open_[0]
    if not open_:
        return Refusal(
            Code.NO_OVERRIDE,
            "Nothing happened: no override waits for you there; it was answered, or its time "
            "is over.",
            "Look at /release status of the service.",
        )
    gates = ", ".join(sorted({gate for each in open_ for gate in each.gates}))
    return Refusal(
        Code.WHICH_OVERRIDE,
        f"Nothing happened: several overrides wait there ({gates}).",
        "Name the version and the gate: /release grant <service> <version> freeze.",
    )


def _no_second_person(intent: AnswerOverride, found: Override, known: Known) -> Refusal | None:
    """Neither who asked, nor whose change it is."""
    if intent.by == found.by:
        return Refusal(
            Code.SAME_PERSON,
            f"Not granted: you asked for {found.id} yourself, and it takes a second person.",
            "Ask somebody else who may override.",
        )
    if known.about is None:
        return None
    own = cannot_approve(known.about, intent.by, known.accounts, "Not granted")
    return own and replace(own, remedy="Somebody who did not write it, nor ask for it, grants it.")


def break_glass(intent: BreakGlass, known: Known, now: datetime) -> Decision:
    """Past every gate at once, of a release that lives."""
    rules, about = known.here.rules, known.about
    if rules is None:
        return NO_RULES
    if refusal := may_not_break(intent.because, known):
        return refusal
    if about is None or not about.is_live:
        return Refusal(
            Code.NOTHING_LIVE,
            "No glass was broken: that release is not live.",
            "To begin one past every gate: /release break-glass <service> <version> hotfix "
            "<incident> because <reason>.",
        )
    fact = break_glass_fact(intent.by, about, (intent.incident, intent.because), known, now)
    stream = stream_of(rules.service, rules.environment)
    review = review_of(about, f"glass was broken: {intent.because}", known, now)
    also: list[tuple[str, Fact]] = [(stream, fact), *((stream, each) for each in review)]
    note = f"{about.id} goes past its gates now; everybody is told, and a second person is asked."
    return Decided(also=also, note=note)


def may_not_break(because: str, known: Known) -> Refusal | None:
    if lacks := refuse_unentitled(BreakGlass, known, "No glass was broken"):
        return lacks
    if because:
        return None
    return Refusal(
        Code.NO_REASON,
        "No glass was broken: that is recorded with its reason, and none was given.",
        "Say why: because <reason>.",
    )


def break_glass_fact(
    by: str, about: Release, said: tuple[str, str], known: Known, now: datetime
) -> o.GlassBroken:
    """`said` are the incident and the reason."""
    own = "requester" if by == about.requested_by else ""
    return o.GlassBroken(
        at=now,
        by=by,
        override=next_id(known.service.overrides),
        gates=GATES,
        version=about.name,
        release=about.id,
        incident=said[0],
        because=said[1],
        until=now + min(known.here.emergency.override_for, LONGEST),
        own="author" if by in about.authors else own,
    )


def review_of(
    release: Release, because: str, known: Known, now: datetime
) -> Iterator[o.ReviewOpened]:
    """The look back that a release owes; nothing where one is owed already."""
    owed = known.service.reviews.get(release.id)
    if owed is None or not owed.is_open:
        yield o.ReviewOpened(
            at=now,
            by=BOT,
            release=release.id,
            version=release.name,
            because=because,
            due_at=now + known.here.emergency.review_within,
        )


def end(intent: EndOverride, known: Known, now: datetime) -> Decision:
    """Its time came, whether or not anybody ever granted it."""
    found = known.service.overrides.get(intent.override)
    if found is None or found.ended_at is not None or now < found.until:
        return Decided()
    stood = bool(found.granted_by) or found.glass
    because = "its time is over" if stood else "nobody granted it in time"
    fact = o.OverrideEnded(at=now, by=intent.by, override=found.id, because=because)
    return Decided(also=[(stream_of(intent.service, intent.environment), fact)])


def look_back(intent: LookBack, known: Known, now: datetime) -> Decision:
    """Somebody whose release it was not says whether it should have gone. [G5]"""
    if lacks := refuse_unentitled(intent, known, "Not recorded"):
        return lacks
    owed = known.service.reviews.get(intent.release)
    if owed is None or not owed.is_open:
        return Refusal(
            Code.NO_REVIEW,
            f"Not recorded: {intent.release or intent.service} owes no look back, or had it.",
            "slipway audit open lists those that are owed.",
        )
    if refusal := _may_not_look_back(intent, owed, known):
        return refusal
    fact = o.ReviewClosed(
        at=now,
        by=intent.by,
        release=owed.release,
        approved=intent.approved,
        because=intent.because,
    )
    how = "approved" if intent.approved else "not approved"
    stream = stream_of(intent.service, intent.environment)
    return Decided(also=[(stream, fact)], note=f"{owed.release} is {how}, afterwards.")


def _may_not_look_back(intent: LookBack, owed: Review, known: Known) -> Refusal | None:
    about = known.about
    askers = {each.by for each in known.service.overrides.values() if each.release == owed.release}
    askers |= {used.asked_by for used in about.overrides} if about else set()
    own = cannot_approve(about, intent.by, known.accounts, "Not recorded") if about else None
    # Where nobody can tell who wrote it the task would stand for ever; it is said with the answer.
    if own is not None and own.code != Code.AUTHORS_UNKNOWN:
        return replace(own, remedy="Somebody who did not write it, nor ask for it, does.")
    if intent.by in askers:
        return Refusal(
            Code.SAME_PERSON,
            "Not recorded: you let it past the gate, so somebody else looks back at it.",
            "Ask somebody who did not.",
        )
    if intent.approved or intent.because:
        return None
    return Refusal(
        Code.NO_REASON,
        "Not recorded: a no is recorded with its reason, and none was given.",
        f"Type /release review {owed.release} not-approved because <reason>.",
    )


OVERSEEN: Mapping[type[Intent], Callable[[Any, Known, datetime], Decision]] = {
    AskOverride: ask_override,
    AnswerOverride: answer_override,
    BreakGlass: break_glass,
    EndOverride: end,
    LookBack: look_back,
}
