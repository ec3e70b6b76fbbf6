"""Every alarm of a release: when it is due, and what comes of it when it rings.

An alarm is a kind of effect (Do.ALARM_…): MOVES says which fact sets it, and all the rest of it
stands here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.decide.back import back_or_ask
from bot.domain.decide.gate import gate_rang
from bot.domain.decide.hold import lift
from bot.domain.decide.known import Decided, Decision, Known
from bot.domain.decide.vote.time import poll_overdue, reminder_due
from bot.domain.decide.watch import NOTHING, get_stuck, ring, verify_back
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.state.moves import Do, State
from bot.domain.state.release import Release
from bot.domain.terms.units import spell


@dataclass(frozen=True, slots=True)
class Alarm:
    """`due` is None where there is nothing to ring for. The lowest `priority` is performed first.

    `looks_first`: it is about where the target is, which may have arrived while nobody looked.
    """

    due: Callable[[Release], datetime | None]
    rang: Callable[[Release, Known, datetime], Decision]
    looks_first: bool = False
    priority: int = 1


def alarm_rang(release: Release, intent: i.AlarmRang, known: Known, now: datetime) -> Decision:
    """Something was due. An alarm whose reason has passed says nothing."""
    return ALARMS[Do(intent.alarm)].rang(release, known, now)


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and now >= at


def _shift_by(release: Release) -> datetime | None:
    return release.deadline


def _shift_overdue(release: Release, _known: Known, now: datetime) -> Decision:
    if release.state is State.FINISHING and _is_due(release.deadline, now):
        deadline = now + release.rules.rollback.shift_within
        return Decided(facts=[f.FinishOverdue(at=now, by=BOT, deadline=deadline)])
    if release.state is not State.SHIFTING or not _is_due(release.deadline, now):
        return NOTHING
    span = spell(release.rules.rollback.shift_within)
    because = f"the step was not reached within {span}"
    return back_or_ask(release, f.Cause.STALLED, because, (), now)


def _back_by(release: Release) -> datetime | None:
    return release.way.deadline if release.way else None


def _rollback_overdue(release: Release, _known: Known, now: datetime) -> Decision:
    way = release.way
    if release.state is not State.ROLLING_BACK or way is None or way.back_at:
        return NOTHING
    if not _is_due(way.deadline, now):
        return NOTHING
    because = f"traffic is not back after {spell(release.rules.rollback.within)}"
    return Decided(facts=[get_stuck(release, because, None, now)])


def _confirm_by(release: Release) -> datetime | None:
    return release.way.confirm_by if release.way else None


def _confirm_overdue(release: Release, _known: Known, now: datetime) -> Decision:
    way = release.way
    if release.is_live and way is not None and way.back_at and _is_due(way.confirm_by, now):
        because = "the checks could not confirm it in time; traffic was observed to be back"
        return verify_back(release, False, because, (), now)
    return NOTHING


def _escalates_at(release: Release) -> datetime | None:
    """When the earliest unanswered question rings."""
    return min((held.escalates_at for held in release.holds if held.escalates_at), default=None)


def _ask_overdue(release: Release, _known: Known, now: datetime) -> Decision:
    unanswered = [held for held in release.holds if _is_due(held.escalates_at, now)]
    if release.state is not State.HELD or not unanswered or release.taken_by:
        return NOTHING
    return Decided(facts=[_escalated(release, unanswered[0].because, now)])


def _escalated(release: Release, because: str, now: datetime) -> f.Escalated:
    return f.Escalated(at=now, by=BOT, because=because, next_at=now + ring(release))


def _pause_ends(release: Release) -> datetime | None:
    held = release.hold(f.Hold.PERSON)
    return held.until if held else None


def _pause_over(release: Release, _known: Known, now: datetime) -> Decision:
    held = release.hold(f.Hold.PERSON)
    if held is None or not _is_due(held.until, now):
        return NOTHING
    return Decided(facts=[lift(release, f.Hold.PERSON, "the pause is over", BOT, now)])


def _rings_at(release: Release) -> datetime | None:
    return release.rings_at


def _ring_again(release: Release, _known: Known, now: datetime) -> Decision:
    if release.state is not State.STUCK or not _is_due(release.rings_at, now):
        return NOTHING
    because = release.way.stuck_because if release.way else ""
    return Decided(facts=[_escalated(release, because, now)])


def _opens_at(release: Release) -> datetime | None:
    """When a gate may open; at once where it waits for no time, to be looked at again."""
    if release.gating is None:
        return None
    return release.gating.opens_at or release.changed_at


def _answer_by(release: Release) -> datetime | None:
    """When an answer from outside is late, or the one there was is worth nothing any more."""
    state = release.gating
    if state is None:
        return None
    return state.answer_by if state.answered_at is None else state.expires_at


def _closes_at(release: Release) -> datetime | None:
    return release.poll.closes_at if release.poll else None


def _reminds_at(release: Release) -> datetime | None:
    return release.poll.reminds_at if release.poll else None


ALARMS: Mapping[Do, Alarm] = {
    Do.ALARM_SHIFT: Alarm(_shift_by, _shift_overdue, looks_first=True),
    Do.ALARM_ROLLBACK: Alarm(_back_by, _rollback_overdue, looks_first=True),
    Do.ALARM_CONFIRM: Alarm(_confirm_by, _confirm_overdue),
    Do.ALARM_ASK: Alarm(_escalates_at, _ask_overdue),
    Do.ALARM_PAUSE: Alarm(_pause_ends, _pause_over),
    Do.ALARM_RING: Alarm(_rings_at, _ring_again),
    Do.ALARM_GATE: Alarm(_opens_at, gate_rang, priority=4),
    Do.ALARM_ANSWER: Alarm(_answer_by, gate_rang, priority=4),
    Do.ALARM_POLL: Alarm(_closes_at, poll_overdue),
    Do.ALARM_REMIND: Alarm(_reminds_at, reminder_due),
}


def name_of(alarm: Do) -> str:
    """`shift` of alarm-shift: what the outbox calls it."""
    return alarm.removeprefix("alarm-")
