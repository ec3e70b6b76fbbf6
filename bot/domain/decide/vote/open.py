"""Before a release moves: whether people are asked, what they are asked, and what voids it."""

import hashlib
import json
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.decide.known import Decided, Decision, Known
from bot.domain.decide.vote.who import callers_of, chairs_of
from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.fact import BOT
from bot.domain.state.override import POLL
from bot.domain.state.release import Release
from bot.domain.state.vote import Electorate, Poll, PollOutcome, assign_seats, in_order
from bot.domain.terms.emergency import shorten_rules
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import PollRules, Rules, SeatKind, is_same_plan
from bot.domain.terms.units import spell

LAST_CALL = timedelta(minutes=10)


def subject_digest(release: Release, revision: str) -> str:
    """What a vote is for: the version, what it is made of, what it comes over, and the plan."""
    running = release.running.revision if release.running else ""
    plan = release.rules.digest
    named = [release.service, release.environment, release.name, revision, running, plan]
    return hashlib.sha256(json.dumps(named).encode("utf-8", "surrogatepass")).hexdigest()


def must_ask(release: Release, known: Known) -> PollRules | None:
    """The poll that stands before it, unless an override was recorded for it."""
    return None if POLL in known.waived else poll_before(release)


def poll_before(release: Release) -> PollRules | None:
    """The poll that stands before this release, if any; one without seats asks nobody."""
    rules = release.rules.poll
    return rules if rules is not None and rules.seats else None


def after_preflight(
    release: Release, rules: PollRules, passed: f.PreflightPassed, known: Known, now: datetime
) -> Decision:
    """The checks passed: it moves where a valid go is for exactly this, else people are asked."""
    if passed.changes_unknown:
        return Decided(facts=[_authors_unknown(passed, now)])
    if release.poll is not None and release.poll.outcome is PollOutcome.GO:
        void = _void_go(release, release.poll, passed, known, now)
        return Decided(facts=[void or passed])
    return _opening(release, rules, passed, known, now)


def _authors_unknown(passed: f.PreflightPassed, now: datetime) -> f.PreflightFailed:
    reason = Refusal(
        code=Code.AUTHORS_UNKNOWN,
        sentence=f"Nobody can tell who wrote it ({passed.changes_unknown}), "
        "so nobody can approve it: authors do not vote on their own.",
        remedy="Mend that and start again.",
    )
    return f.PreflightFailed(at=now, by=BOT, reasons=(reason,))


def _void_go(
    release: Release, poll: Poll, passed: f.PreflightPassed, known: Known, now: datetime
) -> p.PollVoided | p.GoExpired | None:
    """Why the go that was given does not cover what was just found."""
    if why := find_plan_change(release, known):
        return void_poll(release, poll, why, known, now)
    if subject_digest(release, passed.revision) != poll.digest:
        return void_poll(release, poll, f"{release.name} is not what it was", known, now)
    if passed.changes != release.changes:
        return void_poll(release, poll, "what it brings is not what it was", known, now)
    return go_expired(release, now)


def go_expired(release: Release, now: datetime) -> p.GoExpired | None:
    """A go that is too old for a release of which nothing has moved yet."""
    poll = release.poll
    if poll is None or poll.go is None or now < poll.go.valid_until:
        return None
    given = spell(poll.go.valid_until - poll.go.at)
    because = f"the go was valid for {given}, and nothing had moved by then"
    return p.GoExpired(at=now, by=BOT, round=poll.round, because=because)


def find_plan_change(release: Release, known: Known) -> str:
    """In what the plan that was voted on differs from the config now; empty: in nothing."""
    if is_same_plan(rules_now(release, known), release.rules):
        return ""
    return "the config of this release changed"


def rules_now(release: Release, known: Known) -> Rules:
    """What the config says now of this release; of an emergency the shortened rules."""
    if known.here.rules is None:
        return release.rules
    return (
        shorten_rules(known.here.rules, known.here.emergency)
        if release.incident
        else known.here.rules
    )


def void_poll(
    release: Release, poll: Poll, because: str, known: Known, now: datetime
) -> p.PollVoided:
    rules = rules_now(release, known)
    return p.PollVoided(at=now, by=BOT, round=poll.round, because=because, rules=rules)


def _opening(
    release: Release, rules: PollRules, passed: f.PreflightPassed, known: Known, now: datetime
) -> Decision:
    fresh = replace(release, revision=passed.revision, changes=passed.changes)
    chairs = chairs_of(fresh, rules.seats, known.electorate, now)
    callers = callers_of(fresh, known.electorate)
    if reason := _unfillable(rules, chairs, callers, known.electorate):
        return Decided(facts=[f.PreflightFailed(at=now, by=BOT, reasons=(reason,))])
    closes = now + rules.closes_after
    opened = p.PollOpened(
        at=now,
        by=BOT,
        round=len(release.polls) + 1,
        digest=subject_digest(release, passed.revision),
        revision=passed.revision,
        mechanism=passed.mechanism,
        proof=passed.proof,
        observed=passed.observed,
        changes=passed.changes,
        chairs=chairs,
        callers=callers,
        quorum=rules.quorum,
        closes_at=closes,
        reminds_at=next_reminder(now, closes, now),
    )
    return Decided(facts=[opened])


def _unfillable(
    rules: PollRules,
    chairs: tuple[p.Chair, ...],
    callers: tuple[str, ...],
    electorate: Electorate,
) -> Refusal | None:
    """A poll that could only run out; who is not known just now may be known in time."""
    known = [chair for chair in chairs if electorate.seats.get(chair.seat) is not None]
    needed = [chair for chair in known if chair.kind is not SeatKind.ADVICE]
    able: dict[str, list[str]] = {}
    for chair in needed:
        for person in chair.able:
            able.setdefault(person, []).append(chair.seat)
    seated = assign_seats(in_order(needed), able)
    people = {seat.name: seat.people for seat in rules.seats}
    empty = next((chair for chair in needed if chair.seat not in seated), None)
    if empty is not None:
        return _nobody(f"fill the seat {empty.seat}", people[empty.seat], alone=bool(empty.able))
    if rules.caller and not callers and electorate.callers is not None:
        return _nobody("give the final word", rules.caller)
    return None


def _nobody(what: str, people: tuple[str, ...], alone: bool = False) -> Refusal:
    named = ", ".join(people)
    why = "is needed in another seat" if alone else "wrote it, asked for it, or is no member"
    return Refusal(
        code=Code.SEAT_EMPTY,
        sentence=f"Nobody can {what}: everybody of {named} {why}.",
        remedy=f"Add somebody to {named}, or let somebody else start it.",
    )


def next_reminder(opened: datetime, closes: datetime, now: datetime) -> datetime | None:
    """At half time, and once more shortly before it closes."""
    length = closes - opened
    moments = (opened + length / 2, closes - min(LAST_CALL, length / 6))
    return next((moment for moment in moments if moment > now), None)
