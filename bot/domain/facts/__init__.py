"""Every kind of fact there is, by the stream it stands in and by its name in the record."""

from bot.domain.facts import advance as a
from bot.domain.facts import advice as v
from bot.domain.facts import bot as r
from bot.domain.facts import calendar as c
from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts import release as m
from bot.domain.facts import vote as p
from bot.domain.facts.bot import BotStarted, ConfigReloaded, Denied
from bot.domain.facts.fact import Fact
from bot.domain.facts.gate import (
    ApprovalAsked,
    GateAnswered,
    GateClosed,
    GateOpened,
    GateRefused,
    StepApproved,
)
from bot.domain.facts.people import AccountClaimed, AccountConfirmed, AccountRejected

RELEASE_FACTS: tuple[type[Fact], ...] = (
    f.ReleaseRequested,
    f.RollbackRequested,
    f.PreflightPassed,
    f.PreflightFailed,
    f.Cancelled,
    f.StepReached,
    f.StepBaked,
    f.GateReached,
    f.LastStepBaked,
    f.Promoted,
    f.VerdictReached,
    f.Paused,
    f.DataLost,
    f.DriftSeen,
    m.RollbackProposed,
    f.HoldLifted,
    f.LastHoldLifted,
    f.ShiftResumed,
    m.FinishResumed,
    f.Escalated,
    f.Taken,
    f.WatchInterrupted,
    f.Superseded,
    f.FinishOverdue,
    f.Finished,
    f.RollbackDecided,
    f.RollbackReasserted,
    f.TrafficBack,
    f.RollbackVerified,
    f.RollbackFailed,
    f.Settled,
    GateClosed,
    ApprovalAsked,
    StepApproved,
    GateAnswered,
    GateRefused,
    GateOpened,
    p.PollOpened,
    p.BallotCast,
    p.PollReminded,
    p.GoGiven,
    p.NoGoGiven,
    p.PollExpired,
    p.PollVoided,
    p.GoExpired,
    c.FreezeBegan,
    o.OverrideUsed,
    o.PollWaived,
)
SERVICE_FACTS: tuple[type[Fact], ...] = (
    f.StableAdopted,
    f.StableCertified,
    f.VersionMarked,
    o.OverrideAsked,
    o.OverrideGranted,
    o.OverrideRefused,
    o.OverrideEnded,
    o.GlassBroken,
    o.ReviewOpened,
    o.ReviewClosed,
)
CALENDAR_FACTS: tuple[type[Fact], ...] = (c.FreezeDeclared, c.FreezeLifted)
OTHER_FACTS: tuple[type[Fact], ...] = (
    p.Delegated,
    Denied,
    BotStarted,
    ConfigReloaded,
    r.HeadAnchored,
    r.EvidenceRead,
    a.AdvanceWaited,
    a.AdvanceRefused,
    AccountClaimed,
    AccountConfirmed,
    AccountRejected,
    v.AdviceBegan,
    v.DeploySeen,
    v.DeployMoved,
    v.AdviceGiven,
    v.DeployOver,
    v.ScoreTold,
)
FACTS: dict[str, type[Fact]] = {
    kind.__name__: kind for kind in (*RELEASE_FACTS, *SERVICE_FACTS, *CALENDAR_FACTS, *OTHER_FACTS)
}
