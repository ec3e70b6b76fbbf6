"""What the bot makes of what it saw: the target, the checks, an alarm, its own absence."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.decide.back import back_or_ask, bad_mark, is_answered, is_asking_mode
from bot.domain.decide.gate import close_gate
from bot.domain.decide.hold import lift
from bot.domain.decide.known import Decided, Decision, Known
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.state.moves import IN_FLIGHT, State
from bot.domain.state.release import Release, WayBack, excused_now
from bot.domain.state.service import stream_of
from bot.domain.terms.strategy import Desired, Observed, has_reached, stands_at

NOTHING = Decided()
REASSERT_AFTER = 0.1
"""As a part of the time a rollback may take: how long the target may stand elsewhere."""


def take_look(release: Release, intent: i.Seen, known: Known, now: datetime) -> Decision:
    """Where the target is, compared with where this state wants it."""
    look = LOOKS.get(release.flying_in)
    return look(release, intent, now) if look else NOTHING


def _look_shifting(release: Release, intent: i.Seen, now: datetime) -> Decision:
    if not has_reached(intent.observed, release.forward()) or not _was_sent(release, intent):
        return NOTHING
    fact = f.StepReached(at=now, by=intent.by, step=release.step, observed=intent.observed)
    return Decided(facts=[fact])


def _was_sent(release: Release, intent: i.Seen) -> bool:
    """Whether standing there tells that the step was asked for.

    A step that no user meets looks like no step at all: it counts once its move was sent, and a
    hold may have withdrawn that.
    """
    step = release.rules.strategy.steps[release.step]
    return step.meets_users or (intent.idle and release.state is State.SHIFTING)


def _look_standing(release: Release, intent: i.Seen, now: datetime) -> Decision:
    wanted = release.forward()
    drifted = release.hold(f.Hold.DRIFT) is not None
    if not intent.observed.settled or not intent.idle:
        return NOTHING
    if stands_at(intent.observed, wanted):
        back = lift(release, f.Hold.DRIFT, "the target is where it should be", BOT, now)
        return Decided(facts=[back]) if drifted else NOTHING
    return NOTHING if drifted else Decided(facts=[_drift(release, wanted, intent, now)])


def _drift(release: Release, wanted: Desired, intent: i.Seen, now: datetime) -> f.DriftSeen:
    return f.DriftSeen(
        at=now,
        by=intent.by,
        expected=expectation(release, wanted),
        observed=intent.observed,
        escalates_at=now + release.rules.rollback.ask_after,
    )


def expectation(release: Release, wanted: Desired) -> str:
    """A desired position in words: `v1.4.2 10 %, the rest v1.4.1`."""
    rest = release.running.version if release.running else "nothing"
    return f"{release.name} {wanted.weight}, the rest {rest}"


def _look_finishing(release: Release, intent: i.Seen, now: datetime) -> Decision:
    if release.state is State.HELD:
        return NOTHING
    # Where it finishes is often where it stands: only once told is the old one put away.
    if not intent.idle or not has_reached(intent.observed, release.finish()):
        return NOTHING
    certifies = release.rules.strategy.certifies
    done = f.Finished(at=now, by=intent.by, observed=intent.observed, certified=certifies)
    also = [certify(release, f.Running(version=release.name, revision=release.revision), now)]
    return Decided(facts=[done], also=also if certifies else ())


def certify(release: Release, running: f.Running, now: datetime) -> tuple[str, Fact]:
    """The fact by which rollbacks return to `running` from now on."""
    fact = f.StableCertified(at=now, by=BOT, running=running, release=release.id)
    return stream_of(release.service, release.environment), fact


def _look_back(release: Release, intent: i.Seen, now: datetime) -> Decision:
    if release.way is None or release.way.back_at is not None:
        return NOTHING
    if has_reached(intent.observed, release.back()):
        return Decided(facts=[_traffic_back(release, intent, now)])
    return _reassert(release, release.way, intent, now)


def _traffic_back(release: Release, intent: i.Seen, now: datetime) -> f.TrafficBack:
    return f.TrafficBack(
        at=now, by=intent.by, observed=intent.observed, confirm_by=now + confirm_checks(release)
    )


def confirm_checks(release: Release) -> timedelta:
    """How long the checks may take to confirm that a rollback helped."""
    polls = [check.limits.every for check in release.rules.checks]
    return max([release.rules.rollback.within * 2, *(every * 4 for every in polls)])


def _reassert(release: Release, way: WayBack, intent: i.Seen, now: datetime) -> Decision:
    since = way.reasserted_at or way.decided_at
    patient = release.rules.rollback.within * REASSERT_AFTER
    astray = intent.idle and intent.observed.settled and release.state is State.ROLLING_BACK
    if not astray or now - since < patient:
        return NOTHING
    return Decided(facts=[f.RollbackReasserted(at=now, by=intent.by, observed=intent.observed)])


LOOKS: dict[State, Callable[[Release, i.Seen, datetime], Decision]] = {
    State.SHIFTING: _look_shifting,
    State.BAKING: _look_standing,
    State.GATED: _look_standing,
    State.FINISHING: _look_finishing,
    State.ROLLING_BACK: _look_back,
    State.STUCK: _look_back,
}


def take_verdicts(release: Release, intent: i.Judged, known: Known, now: datetime) -> Decision:
    """The checks spoke: forward, back, hold, or nothing new."""
    if release.state not in IN_FLIGHT:
        return _judge_back(release, intent, now)
    upon = release.rules.rollback.upon
    against = tuple(each for each in intent.verdicts if each.outcome in upon)
    if against and not is_answered(release, against):
        return _take_back(release, against, intent, now)
    if release.flying_in in (State.BAKING, State.GATED):
        return _judge_standing(release, intent, now)
    return NOTHING


def _take_back(
    release: Release, against: Sequence[Verdict], intent: i.Judged, now: datetime
) -> Decision:
    because = "; ".join(verdict.because for verdict in against)
    back = back_or_ask(release, f.Cause.VERDICT, because, intent.verdicts, now)
    # Where a person decides, it is not bad before they said so.
    also = () if is_asking_mode(release) else [bad_mark(release, because, intent.by, now)]
    return Decided(facts=back.facts, also=also)


def _judge_standing(release: Release, intent: i.Judged, now: datetime) -> Decision:
    blind = [each for each in intent.verdicts if each.outcome is Outcome.NO_DATA]
    held = release.hold(f.Hold.NO_DATA) is not None
    if blind:
        return _changed(release, intent, now) if held else _lose(release, blind, intent, now)
    if held:
        return Decided(facts=[lift(release, f.Hold.NO_DATA, "the numbers are back", BOT, now)])
    if release.state is State.BAKING and is_ready(release, intent):
        return Decided(facts=[_baked(release, intent, now)])
    return _changed(release, intent, now)


def _lose(release: Release, blind: Sequence[Verdict], intent: i.Judged, now: datetime) -> Decision:
    fact = f.DataLost(
        at=now,
        by=intent.by,
        because="; ".join(f"{verdict.check}: {verdict.because}" for verdict in blind),
        escalates_at=now + release.rules.rollback.ask_after,
    )
    return Decided(facts=[fact])


def _changed(release: Release, intent: i.Judged, now: datetime) -> Decision:
    before = {verdict.check: verdict.outcome for verdict in release.verdicts}
    after = {verdict.check: verdict.outcome for verdict in intent.verdicts}
    if before == after:
        return NOTHING
    return Decided(facts=[f.VerdictReached(at=now, by=intent.by, verdicts=intent.verdicts)])


def is_ready(release: Release, intent: i.Judged) -> bool:
    """Watched long enough, and every check of the rules says pass: silence is not a pass.

    A check that fails is answered where a person said with a reason that it stays.

    Where the step meets no users there is nothing to judge, and the time alone counts.
    """
    step = release.rules.strategy.steps[release.step]
    passed = {each.check for each in intent.verdicts if each.outcome is Outcome.PASS}
    wanted = {check.name for check in release.rules.checks}
    answered = passed | excused_now(release, intent.verdicts)
    judged_well = bool(wanted) and wanted <= answered
    return intent.watched >= step.bake and (judged_well or not step.meets_users)


def _baked(release: Release, intent: i.Judged, now: datetime) -> Fact:
    steps = release.rules.strategy.steps
    deadline = now + release.rules.rollback.shift_within
    if release.is_last_step:
        return f.LastStepBaked(
            at=now,
            by=intent.by,
            step=release.step,
            watched=intent.watched,
            verdicts=intent.verdicts,
            deadline=deadline,
        )
    if release.gate is not None:
        return close_gate(release, release.gate, intent, now)
    if is_asking_mode(release) or steps[release.step + 1].gate:
        return f.GateReached(
            at=now,
            by=intent.by,
            step=release.step,
            watched=intent.watched,
            verdicts=intent.verdicts,
        )
    return f.StepBaked(
        at=now,
        by=intent.by,
        step=release.step,
        watched=intent.watched,
        verdicts=intent.verdicts,
        deadline=deadline,
    )


def _judge_back(release: Release, intent: i.Judged, now: datetime) -> Decision:
    way = release.way
    if way is None or way.back_at is None or not intent.verdicts:
        return NOTHING
    outcomes = {verdict.outcome for verdict in intent.verdicts}
    if outcomes == {Outcome.PASS}:
        return verify_back(release, True, "the checks are normal again", intent.verdicts, now)
    return NOTHING


def verify_back(
    release: Release,
    confirmed: bool,
    because: str,
    verdicts: tuple[Verdict, ...],
    now: datetime,
) -> Decision:
    fact = f.RollbackVerified(
        at=now, by=BOT, confirmed=confirmed, because=because, verdicts=verdicts
    )
    certifies = release.kind is f.ReleaseKind.ROLLBACK and release.stable is not None
    also = [certify(release, release.stable, now)] if certifies and release.stable else ()
    return Decided(facts=[fact], also=also)


def move_refused(release: Release, intent: i.MoveRefused, known: Known, now: datetime) -> Decision:
    """The deployer said no: forward that is a way back, on the way back it is stuck.

    What was refused before the way back was decided says nothing of it.
    """
    if intent.back and release.state is State.ROLLING_BACK and not _is_back(release):
        return Decided(facts=[get_stuck(release, intent.reason, None, now)])
    if intent.back or release.state not in IN_FLIGHT:
        return NOTHING
    because = f"the deployer refused the step: {intent.reason}"
    return back_or_ask(release, f.Cause.REFUSED, because, (), now)


def _is_back(release: Release) -> bool:
    return release.way is not None and release.way.back_at is not None


def get_stuck(
    release: Release, because: str, observed: Observed | None, now: datetime
) -> f.RollbackFailed:
    return f.RollbackFailed(
        at=now, by=BOT, because=because, observed=observed, next_at=now + ring(release)
    )


def ring(release: Release) -> timedelta:
    """How long before an unanswered call rings again."""
    return release.rules.rollback.ask_after / 2


def watch_resumed(
    release: Release, intent: i.WatchResumed, known: Known, now: datetime
) -> Decision:
    """The bot was away; that time never counts as watched."""
    return Decided(facts=[f.WatchInterrupted(at=now, by=intent.by, since=intent.since)])
