"""The lifecycle of a release, as two tables.

MOVES answers every fact in every state with the next state and what must then be done.
Where it has no row, UNMOVED says why. What a person may not ask just now stands in REFUSALS.
"""

from dataclasses import dataclass
from enum import StrEnum
from itertools import product
from typing import TypeAlias

from bot.domain.facts import calendar as c
from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts import release as m
from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.facts.gate import (
    ApprovalAsked,
    GateAnswered,
    GateClosed,
    GateOpened,
    GateRefused,
    StepApproved,
)
from bot.domain.intents import release as i
from bot.domain.terms.refusal import Code, Refusal


class State(StrEnum):
    REQUESTED = "requested"
    PREFLIGHT = "preflight"
    POLLING = "polling"
    SHIFTING = "shifting"
    BAKING = "baking"
    GATED = "gated"
    HELD = "held"
    FINISHING = "finishing"
    SUCCEEDED = "succeeded"
    ROLLING_BACK = "rolling_back"
    STUCK = "stuck"
    ROLLED_BACK = "rolled_back"
    REJECTED = "rejected"
    CANCELLED = "cancelled"


ENDS = frozenset({State.SUCCEEDED, State.ROLLED_BACK, State.REJECTED, State.CANCELLED})
LIVE = tuple(state for state in State if state not in ENDS and state is not State.REQUESTED)
BEFORE_FLIGHT = frozenset({State.PREFLIGHT, State.POLLING})
IN_FLIGHT = (State.SHIFTING, State.BAKING, State.GATED, State.HELD, State.FINISHING)
WATCHED = frozenset({*IN_FLIGHT, State.ROLLING_BACK, State.STUCK})
"""States in which the target and the checks are looked at."""


class Do(StrEnum):
    """Kinds of effect."""

    PREFLIGHT = "preflight"
    APPLY = "apply"
    ROLL_BACK = "roll-back"
    FINISH = "finish"
    CARD = "card"
    LOG = "log"
    ALERT = "alert"
    ALERT_EDIT = "alert-edit"
    ALERT_STUCK = "alert-stuck"
    ALERT_OVER = "alert-over"
    ASK = "ask"
    ASK_EDIT = "ask-edit"
    ASK_GATE = "ask-gate"
    TELL_STARTER = "tell-starter"
    PAGE = "page"
    PAGE_LOW = "page-low"
    RESOLVE_PAGE = "resolve-page"
    ADVANCE = "advance"
    ALARM_SHIFT = "alarm-shift"
    ALARM_ROLLBACK = "alarm-rollback"
    ALARM_CONFIRM = "alarm-confirm"
    ALARM_ASK = "alarm-ask"
    ALARM_PAUSE = "alarm-pause"
    ALARM_RING = "alarm-ring"
    ALARM_GATE = "alarm-gate"
    ALARM_ANSWER = "alarm-answer"
    POLL = "poll"
    POLL_ASIDE = "poll-aside"
    POLL_ASIDE_EDIT = "poll-aside-edit"
    POLL_REMIND = "poll-remind"
    ALARM_POLL = "alarm-poll"
    ALARM_REMIND = "alarm-remind"


@dataclass(frozen=True, slots=True)
class Move:
    """`to` None returns a held release to where it was paused.

    `within` also moves the state underneath a hold. `withdraws` ends a move of the target that
    was decided but not yet sent.
    """

    to: State | None
    do: frozenset[Do] = frozenset()
    within: bool = False
    withdraws: bool = False


def _move(to: State | None, *do: Do, within: bool = False, withdraws: bool = False) -> Move:
    return Move(to, frozenset(do), within, withdraws)


FactType: TypeAlias = type[Fact]
S = State
SHOW = (Do.CARD, Do.LOG)
ONWARD = (Do.APPLY, Do.ALARM_SHIFT, *SHOW)
LATER = {S.SHIFTING: (Do.ALARM_SHIFT,), S.FINISHING: (Do.ALARM_SHIFT,)}
"""Where the time the bot was away moves a deadline."""
TIDY = (Do.FINISH, Do.ALARM_SHIFT, *SHOW)
BACK = (Do.ROLL_BACK, Do.ALARM_ROLLBACK, Do.ALERT, Do.PAGE_LOW, *SHOW)
AT_GATE = (Do.ALARM_GATE, Do.ALARM_ANSWER, Do.ASK_GATE, *SHOW)
NEEDS_PERSON = (Do.ASK, Do.ALARM_ASK, *SHOW)
OVER = (Do.ALERT_OVER, Do.ALERT_EDIT, Do.RESOLVE_PAGE, Do.TELL_STARTER, *SHOW)
CLOSING = (Do.POLL, Do.POLL_ASIDE_EDIT, *SHOW)
LOOK_AGAIN = (Do.PREFLIGHT, *CLOSING)
POLLED = (Do.POLL, Do.POLL_ASIDE, Do.ALARM_POLL, Do.ALARM_REMIND, *SHOW)
RING = (Do.PAGE, Do.ALERT_STUCK, Do.ALARM_RING, *SHOW)

MOVES: dict[tuple[State, FactType], Move] = {
    (S.REQUESTED, f.ReleaseRequested): _move(S.PREFLIGHT, Do.PREFLIGHT, Do.CARD),
    (S.REQUESTED, f.RollbackRequested): _move(S.ROLLING_BACK, *BACK),
    (S.PREFLIGHT, f.PreflightPassed): _move(S.SHIFTING, *ONWARD),
    (S.PREFLIGHT, f.PreflightFailed): _move(S.REJECTED, Do.TELL_STARTER, *SHOW),
    (S.PREFLIGHT, f.Cancelled): _move(S.CANCELLED, *SHOW),
    # The go/no-go poll. A go is followed by the checks once more: the world may have moved on.
    (S.PREFLIGHT, p.PollOpened): _move(S.POLLING, *POLLED),
    (S.POLLING, p.BallotCast): _move(S.POLLING, *CLOSING),
    (S.POLLING, p.PollReminded): _move(S.POLLING, Do.POLL_REMIND, Do.ALARM_REMIND, Do.LOG),
    (S.POLLING, p.GoGiven): _move(S.PREFLIGHT, *LOOK_AGAIN),
    (S.POLLING, p.NoGoGiven): _move(S.REJECTED, Do.TELL_STARTER, *CLOSING),
    (S.POLLING, p.PollExpired): _move(S.REJECTED, Do.TELL_STARTER, *CLOSING),
    (S.POLLING, f.Cancelled): _move(S.CANCELLED, *CLOSING),
    **{(state, p.PollVoided): _move(S.PREFLIGHT, *LOOK_AGAIN) for state in BEFORE_FLIGHT},
    **{(state, p.GoExpired): _move(S.PREFLIGHT, *LOOK_AGAIN) for state in (S.PREFLIGHT, S.HELD)},
    (S.SHIFTING, f.StepReached): _move(S.BAKING, *SHOW),
    (S.BAKING, f.StepBaked): _move(S.SHIFTING, *ONWARD),
    (S.BAKING, f.GateReached): _move(S.GATED, Do.ASK, *SHOW),
    (S.BAKING, GateClosed): _move(S.GATED, *AT_GATE),
    (S.BAKING, ApprovalAsked): _move(S.GATED, Do.ASK, *AT_GATE),
    (S.GATED, f.GateReached): _move(S.GATED, Do.ASK, *SHOW),
    (S.GATED, StepApproved): _move(S.GATED, *SHOW),
    (S.GATED, GateAnswered): _move(S.GATED, Do.ALARM_ANSWER, *SHOW),
    (S.GATED, GateRefused): _move(S.GATED, Do.ASK, *SHOW),
    (S.GATED, GateOpened): _move(S.SHIFTING, Do.ASK_EDIT, *ONWARD),
    # Only where nothing but a freeze holds it; it counts when that is lifted.
    (S.HELD, StepApproved): _move(S.HELD, *SHOW, within=True),
    (S.HELD, GateAnswered): _move(S.HELD, Do.ALARM_ANSWER, *SHOW, within=True),
    (S.HELD, GateRefused): _move(S.HELD, Do.ASK, *SHOW, within=True),
    (S.BAKING, f.LastStepBaked): _move(S.FINISHING, *TIDY),
    (S.BAKING, f.Promoted): _move(S.SHIFTING, *ONWARD),
    (S.GATED, f.Promoted): _move(S.SHIFTING, Do.ASK_EDIT, *ONWARD),
    (S.BAKING, f.Superseded): _move(S.SUCCEEDED, *SHOW),
    (S.FINISHING, f.FinishOverdue): _move(S.FINISHING, Do.ASK, *TIDY),
    (S.FINISHING, f.Finished): _move(S.SUCCEEDED, Do.ASK_EDIT, Do.TELL_STARTER, Do.ADVANCE, *SHOW),
    # Holds: several may stand at once, and what the world does underneath is still noted.
    (S.HELD, f.StepReached): _move(S.HELD, *SHOW, within=True),
    (S.HELD, f.HoldLifted): _move(S.HELD, Do.ASK_EDIT, Do.ALARM_ASK, *SHOW),
    (S.HELD, f.LastHoldLifted): _move(None, Do.ASK_EDIT, Do.ALARM_GATE, *SHOW),
    (S.HELD, f.ShiftResumed): _move(S.SHIFTING, Do.ASK_EDIT, *ONWARD),
    (S.HELD, m.FinishResumed): _move(S.FINISHING, Do.ASK_EDIT, *TIDY),
    (S.HELD, f.Escalated): _move(S.HELD, Do.PAGE, Do.ALARM_ASK, *SHOW),
    **{
        (state, f.Paused): _move(S.HELD, Do.ALARM_PAUSE, *SHOW, withdraws=state is S.SHIFTING)
        for state in (S.SHIFTING, S.BAKING, S.GATED, S.HELD)
    },
    **{
        (state, fact): _move(S.HELD, *NEEDS_PERSON, withdraws=state is S.SHIFTING)
        for state, fact in product(
            (S.SHIFTING, S.BAKING, S.GATED, S.HELD), (f.DataLost, f.DriftSeen)
        )
    },
    # The mode ask: what would go back by itself stays, and asks.
    **{
        (state, m.RollbackProposed): _move(
            S.HELD, Do.PAGE_LOW, *NEEDS_PERSON, withdraws=state in (S.SHIFTING, S.FINISHING)
        )
        for state in IN_FLIGHT
    },
    **{
        (state, c.FreezeBegan): _move(S.HELD, *SHOW, withdraws=state is S.SHIFTING)
        for state in (S.SHIFTING, S.BAKING, S.GATED, S.HELD)
    },
    (S.POLLING, o.PollWaived): _move(S.PREFLIGHT, *LOOK_AGAIN),
    # A gate that was let past is said where the release is looked at.
    **{
        (state, o.OverrideUsed): _move(state, *SHOW)
        for state in (S.PREFLIGHT, S.SHIFTING, S.BAKING, S.GATED, S.HELD)
    },
    # What is noted wherever the release is watched.
    **{(state, f.VerdictReached): _move(state, Do.CARD) for state in IN_FLIGHT},
    **{
        (state, f.WatchInterrupted): _move(state, Do.LOG, *LATER.get(state, ()))
        for state in WATCHED
    },
    **{
        (state, f.Taken): _move(state, Do.ALERT_EDIT, Do.ASK_EDIT, *SHOW)
        for state in (S.HELD, S.ROLLING_BACK, S.STUCK)
    },
    # The way back, from everywhere in flight.
    **{
        (state, f.RollbackDecided): _move(S.ROLLING_BACK, Do.ASK_EDIT, *BACK) for state in IN_FLIGHT
    },
    (S.STUCK, f.RollbackDecided): _move(S.ROLLING_BACK, *BACK),
    (S.ROLLING_BACK, f.RollbackReasserted): _move(S.ROLLING_BACK, Do.ROLL_BACK, *SHOW),
    (S.ROLLING_BACK, f.TrafficBack): _move(S.ROLLING_BACK, Do.ALARM_CONFIRM, *SHOW),
    (S.ROLLING_BACK, f.RollbackVerified): _move(S.ROLLED_BACK, *OVER),
    (S.ROLLING_BACK, f.RollbackFailed): _move(S.STUCK, *RING),
    (S.STUCK, f.TrafficBack): _move(S.STUCK, Do.ALARM_CONFIRM, *SHOW),
    (S.STUCK, f.RollbackVerified): _move(S.ROLLED_BACK, *OVER),
    (S.STUCK, f.Escalated): _move(S.STUCK, *RING),
    (S.STUCK, f.Settled): _move(S.ROLLED_BACK, *OVER),
}


class Unmoved(Exception):
    """A fact that the state it met has no row for; the release did not change."""


STATE_WORDS: dict[State, str] = {
    S.REQUESTED: "only being requested",
    S.PREFLIGHT: "still being checked; nothing has moved",
    S.POLLING: "waiting for people to say go; nothing has moved",
    S.SHIFTING: "on its way to its next step",
    S.BAKING: "being watched at its step",
    S.GATED: "waiting for a person to promote it",
    S.HELD: "held where it is",
    S.FINISHING: "finishing",
    S.SUCCEEDED: "done",
    S.ROLLING_BACK: "already on its way back",
    S.STUCK: "stuck on its way back",
    S.ROLLED_BACK: "over: it was taken back",
    S.REJECTED: "over: it was not ready and nothing moved",
    S.CANCELLED: "over: it was cancelled before anything moved",
}


NOT_DONE: dict[type[i.Intent], str] = {
    i.Promote: "Not promoted",
    i.Pause: "Not paused",
    i.Resume: "Not resumed",
    i.Abort: "Not aborted",
    i.Rollback: "Not rolled back",
    i.Take: "Not taken",
    i.Settle: "Not settled",
    i.Vote: "Not counted",
    i.Nudge: "Nobody was reminded",
}
ENDED_REMEDY: dict[type[i.Intent], str] = {
    i.Promote: "Start a new release, or promote the service: /release promote <service> to <env>.",
    i.Pause: "There is nothing left to pause; /release status shows what is live.",
    i.Resume: "There is nothing left to resume; /release status shows what is live.",
    i.Abort: "To undo a finished release, roll the service back: /rollback <service>.",
    i.Rollback: "To undo a finished release, roll the service back: /rollback <service>.",
    i.Take: "There is nothing left to do.",
    i.Settle: "There is nothing left to settle.",
    i.Vote: "The vote is over; a new release asks anew.",
    i.Nudge: "There is nothing left to vote on.",
}
REMEDIES: dict[tuple[State, type[i.Intent]], str] = {
    (S.PREFLIGHT, i.Promote): "Wait for the checks; it moves by itself.",
    (S.PREFLIGHT, i.Pause): "Cancel it with /release abort, or pause it once it moves.",
    (S.PREFLIGHT, i.Resume): "Nothing holds it; it moves by itself.",
    (S.PREFLIGHT, i.Take): "Nobody is asked for anything yet.",
    (S.PREFLIGHT, i.Settle): "Cancel it with /release abort.",
    (S.POLLING, i.Promote): "Wait for the votes; when they say go it moves by itself.",
    (S.POLLING, i.Pause): "Vote no-go, or cancel it with /release abort.",
    (S.POLLING, i.Resume): "Nothing holds it; it waits for votes: /release vote.",
    (S.POLLING, i.Take): "Nobody is rung; it waits for votes: /release vote.",
    (S.POLLING, i.Settle): "Cancel it with /release abort.",
    **{
        (state, asked): "Nobody is asked to vote on it just now."
        for state, asked in product(LIVE, (i.Vote, i.Nudge))
        if state is not S.POLLING
    },
    (S.SHIFTING, i.Promote): "Wait until the step is reached and watched.",
    (S.SHIFTING, i.Resume): "Nothing holds it.",
    (S.SHIFTING, i.Take): "Nobody is asked for anything.",
    (S.SHIFTING, i.Settle): "Only a stuck rollback is settled by hand.",
    (S.BAKING, i.Resume): "Nothing holds it.",
    (S.BAKING, i.Take): "Nobody is asked for anything.",
    (S.BAKING, i.Settle): "Only a stuck rollback is settled by hand.",
    (S.GATED, i.Resume): "It waits for a promotion: /release promote.",
    (S.GATED, i.Take): "It waits for a promotion: /release promote, or roll it back.",
    (S.GATED, i.Settle): "Only a stuck rollback is settled by hand.",
    (S.HELD, i.Promote): "Resume it first, or roll it back.",
    (S.HELD, i.Settle): "Only a stuck rollback is settled by hand.",
    (S.FINISHING, i.Promote): "All users have it already.",
    (S.FINISHING, i.Pause): "All users have it already; roll it back if it does harm.",
    (S.FINISHING, i.Resume): "Nothing holds it.",
    (S.FINISHING, i.Take): "Nobody is asked for anything.",
    (S.FINISHING, i.Settle): "Only a stuck rollback is settled by hand.",
    (S.ROLLING_BACK, i.Promote): "A rollback is never overtaken; start the fix when it is over.",
    (S.ROLLING_BACK, i.Pause): "A rollback is never paused.",
    (S.ROLLING_BACK, i.Resume): "Wait until all users are back.",
    (S.ROLLING_BACK, i.Abort): "Nothing to do: it is being taken back.",
    (S.ROLLING_BACK, i.Rollback): "Nothing to do: it is being taken back.",
    (S.ROLLING_BACK, i.Settle): "Wait; if it gets stuck you are asked.",
    (S.STUCK, i.Promote): "Try the rollback again, or settle it by hand.",
    (S.STUCK, i.Pause): "Try the rollback again, or settle it by hand.",
    (S.STUCK, i.Resume): "Try the rollback again, or settle it by hand.",
}
REFUSALS: dict[tuple[State, type[i.Intent]], Refusal] = {
    (state, intent): Refusal(
        f"{state.name}_{intent.__name__}".upper(),
        f"{NOT_DONE[intent]}: it is {STATE_WORDS[state]}.",
        ENDED_REMEDY[intent] if state in ENDS else REMEDIES[(state, intent)],
    )
    for state, intent in (*REMEDIES, *product(sorted(ENDS), ENDED_REMEDY))
}


def explain_unmoved(state: State, fact: FactType) -> Refusal:
    """Why a fact changes nothing in a state for which MOVES has no row."""
    return Refusal(
        Code.NO_MOVE,
        f"Nothing changed: {fact.__name__} says nothing about a release that is "
        f"{STATE_WORDS[state]}.",
        "It was looked at again; nothing is to be done.",
    )
