"""Every kind of fact there is, by the stream it stands in and by its name in the record."""

from bot.domain import advance_facts as a
from bot.domain import advice_facts as v
from bot.domain import calendar_facts as c
from bot.domain import facts as f
from bot.domain import gates as g
from bot.domain import linking as k
from bot.domain import mode_facts as m
from bot.domain import override_facts as o
from bot.domain import poll_facts as p
from bot.domain import record_facts as r

RELEASE_FACTS: tuple[type[f.Fact], ...] = (
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
    g.GateClosed,
    g.ApprovalAsked,
    g.StepApproved,
    g.GateAnswered,
    g.GateRefused,
    g.GateOpened,
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
SERVICE_FACTS: tuple[type[f.Fact], ...] = (
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
CALENDAR_FACTS: tuple[type[f.Fact], ...] = (c.FreezeDeclared, c.FreezeLifted)
OTHER_FACTS: tuple[type[f.Fact], ...] = (
    p.Delegated,
    f.Denied,
    f.BotStarted,
    f.ConfigReloaded,
    r.HeadAnchored,
    r.EvidenceRead,
    a.AdvanceWaited,
    a.AdvanceRefused,
    k.AccountClaimed,
    k.AccountConfirmed,
    k.AccountRejected,
    v.AdviceBegan,
    v.DeploySeen,
    v.DeployMoved,
    v.AdviceGiven,
    v.DeployOver,
    v.ScoreTold,
)
FACTS: dict[str, type[f.Fact]] = {
    kind.__name__: kind for kind in (*RELEASE_FACTS, *SERVICE_FACTS, *CALENDAR_FACTS, *OTHER_FACTS)
}
