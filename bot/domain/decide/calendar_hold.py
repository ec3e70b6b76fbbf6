"""What the calendar makes of decisions: nothing starts or goes forward while it is frozen.

Every decision passes `under_freeze` after it was made, and what moves a target forward is read off
the table: so a new way forward is held too, and a way back never is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.decide.hold import lift
from bot.domain.decide.known import Decided, Decision, Known
from bot.domain.facts import release as f
from bot.domain.facts.calendar import FreezeBegan
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.state.evolve import evolve
from bot.domain.state.moves import MOVES, Do, Move, State
from bot.domain.state.override import COVERED, FREEZE
from bot.domain.state.release import Release
from bot.domain.terms.calendar import OPEN, Calendar, CalendarPlace, Denial, Standing
from bot.domain.terms.clock import spell_moment
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Rules
from bot.domain.terms.units import spell
from bot.domain.terms.when import spell_hours

FREEZABLE = (State.SHIFTING, State.BAKING, State.GATED, State.HELD)
WATCHED_STILL = (State.BAKING, State.GATED)
NOTHING = Decided()


def place_of(rules: Rules, region: str | None) -> CalendarPlace:
    where = (rules.service, rules.environment)
    return CalendarPlace(service=where[0], environment=where[1], tier=rules.tier, region=region)


def frozen_for(known: Known, now: datetime, *, flying: bool = False) -> Standing:
    """What the calendar says here and now; `flying`: of what users have met already.

    Everything that asks whether it is frozen asks here, so what a recorded override lets past a
    freeze is let past here alone.
    """
    if known.here.rules is None or FREEZE in known.waived:
        return OPEN
    calendar = known.calendar.of(place_of(known.here.rules, known.here.region))
    return (calendar.flying() if flying else calendar).standing(now)


def has_begun(release: Release) -> bool:
    """Whether it is under way: before that, a freeze that lets go on what flies holds it too."""
    return release.step > 0 or release.baking_since is not None


def has_way_to_go(release: Release) -> bool:
    """Whether its target is still to be changed: certifying what all users have is no change."""
    moving = release.flying_in is State.SHIFTING
    return moving or not release.is_last_step or release.rules.strategy.keeps_old


def refuse_frozen(rules: Rules, known: Known, now: datetime) -> Refusal | None:
    """Why nothing may start here now, if the calendar says so."""
    standing = frozen_for(known, now)
    return frozen(rules, "Not started", standing, known.calendar, now) if standing.frozen else None


def frozen_in_flight(release: Release, known: Known, now: datetime) -> Refusal | None:
    """Why it may not go forward, if the calendar says so."""
    standing = frozen_for(known, now, flying=has_begun(release))
    if not standing.frozen:
        return None
    return frozen(release.rules, "Not promoted", standing, known.calendar, now)


def frozen(
    rules: Rules, not_done: str, standing: Standing, calendar: Calendar, now: datetime
) -> Refusal:
    until = spell_moment(standing.opens_at, calendar.zone, now) if standing.opens_at else ""
    ends = f"until {until}" if until else "until somebody lifts it"
    why = "; ".join(spell_denial(denial, calendar.names) for denial in standing.denials)
    after = f"Ask again after {until}" if until else "Ask whoever set it"
    return Refusal(
        Code.FROZEN,
        f"{not_done}: {rules.service} in {rules.environment} is frozen {ends} ({why}).",
        f"{after}, or ask for an override: /release override {rules.service} freeze because "
        f"<reason>. A way back is always open, and /release calendar {rules.service} shows what "
        "is ahead.",
    )


def spell_denial(denial: Denial, names: Mapping[str, str]) -> str:
    """`weekend: nobody is here, set by ana`"""
    because = f": {denial.because}" if denial.because else ""
    by = f", set by {names.get(denial.by, denial.by)}" if denial.by else ""
    return f"{denial.name}{because}{by}"


def under_freeze(release: Release, accepted: Decided, known: Known, now: datetime) -> Decision:
    """The decision, unless it goes forward and the calendar says no: then it stays, or is refused.

    What was decided by looking is noted all the same; the hold follows it in the same breath.
    """
    at = forward_at(release, accepted.facts)
    if at is None:
        return accepted
    standing = frozen_for(known, now, flying=has_begun(release))
    if not standing.frozen:
        return accepted
    fact = accepted.facts[at]
    if isinstance(fact, f.Promoted):
        return frozen(release.rules, "Not promoted", standing, known.calendar, now)
    began = freeze_began(standing, now)
    before = accepted.facts[:at]
    if isinstance(fact, f.ShiftResumed):
        still = f.HoldLifted(at=fact.at, by=fact.by, hold=fact.hold, because=fact.because)
        note = f"{release.id} is not held by that any more, but it is frozen ({began.name})."
        return replace(accepted, facts=[*before, began, still], note=note)
    if release.state in WATCHED_STILL:
        note = f"That is noted; {release.id} goes on when it is not frozen any more ({began.name})."
        return replace(accepted, facts=[*before, began], note=note if accepted.note else "")
    return replace(accepted, facts=[*accepted.facts, began])


def forward_at(release: Release, facts: Sequence[Fact]) -> int | None:
    """Which of the facts, if any, sends the target on."""
    for at, fact in enumerate(facts):
        move = MOVES.get((release.state, type(fact)))
        if move is None:
            return None
        if Do.APPLY in move.do or _retires(release, move):
            return at
        release = evolve(release, fact)
    return None


def _retires(release: Release, move: Move) -> bool:
    """Whether it puts away the old revision, which also makes the way back longer."""
    from_watching = release.state in WATCHED_STILL
    return Do.FINISH in move.do and from_watching and has_way_to_go(release)


def freeze_began(standing: Standing, now: datetime) -> FreezeBegan:
    names = ", ".join(denial.name for denial in standing.denials)
    because = "; ".join(dict.fromkeys(each.because for each in standing.denials if each.because))
    set_by = ", ".join(dict.fromkeys(each.by for each in standing.denials if each.by))
    return FreezeBegan(
        at=now, by=BOT, name=names, because=because, set_by=set_by, until=standing.opens_at
    )


def _lets_go(standing: Standing, known: Known) -> str:
    if standing.frozen:
        return "nothing is left to move"
    past = FREEZE in known.waived
    return "it is let past the freeze by an override" if past else "the freeze is over"


def calendar_turned(
    release: Release, intent: i.CalendarTurned, known: Known, now: datetime
) -> Decision:
    """The bot looked at the calendar: a freeze begins to hold a release, or lets go of it."""
    if release.state not in FREEZABLE:
        return NOTHING
    standing = frozen_for(known, now, flying=has_begun(release))
    held = release.hold(f.Hold.FREEZE)
    if not standing.frozen or not has_way_to_go(release):
        why = _lets_go(standing, known)
        return Decided(facts=[lift(release, f.Hold.FREEZE, why, BOT, now)] if held else ())
    began = freeze_began(standing, now)
    if held and (held.because, held.until) == (began.spelled(), began.until):
        return NOTHING
    return Decided(facts=[began])


def needed(rules: Rules) -> timedelta:
    """How long somebody has to be there: the way out, the watching, and a way back at its end."""
    watched = sum((step.bake for step in rules.strategy.steps), timedelta(0))
    return watched + rules.rollback.shift_within + 3 * rules.rollback.within


def refuse_uncovered(rules: Rules, known: Known, now: datetime) -> Refusal | None:
    """Why this may not start at this hour: whoever has to look after it would be gone."""
    hours = known.here.covered
    if hours is None or COVERED in known.waived:
        return None
    present = hours.span_at(now)
    left = present.end - now if present is not None and present.end is not None else timedelta(0)
    if left >= needed(rules):
        return None
    zone = known.calendar.zone
    there = f"there is only {spell(left)} left of them" if left else "this is outside of them"
    following = hours.next_span(now)
    begins = f" They begin again {spell_moment(following.begin, zone, now)}." if following else ""
    return Refusal(
        Code.NOT_COVERED,
        f"Not started: {rules.service} in {rules.environment} is released within covered hours "
        f"({hours.because or spell_hours(hours.when)}), it takes {spell(needed(rules))} with a "
        f"way back at its end, and {there}.",
        f"Start it when somebody can stay with it.{begins}",
    )
