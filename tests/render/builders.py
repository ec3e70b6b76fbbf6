"""Releases as people meet them: each story is the facts that lead to one card."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts.calendar import FreezeBegan
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.gate import ApprovalAsked, GateAnswered, GateOpened, GateRefused, StepApproved
from bot.domain.facts.release import RollbackProposed
from bot.domain.judge.samples import Limits, Outcome, Verdict, VerdictSums, Window
from bot.domain.state.evolve import fold
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import CheckRule, Mode, RollbackRules, Rules
from bot.domain.terms.strategy import Observed, Step, StepGate, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, Share
from bot.render.kit.view import ReleaseView

TWO = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
MEI, RUI, ANA = "U0MEI", "U0RUI", "U0ANA"
NAMES = {MEI: "mei", RUI: "rui", ANA: "ana", "U0SAM": "sam", "U0KIM": "kim"}
OLD = f.Running(version="v1.4.1", revision="rev-41")
NEW = f.Running(version="v1.4.2", revision="rev-42")
GATE = StepGate(approve="release-leads", approvals=2, opens="16:00", ask="board")
CANARY = Strategy(
    kind=StrategyKind.CANARY,
    steps=(
        Step(weight=Share(1), bake=timedelta(minutes=10)),
        Step(weight=Share(10), bake=timedelta(minutes=20)),
        Step(weight=Share(50), bake=timedelta(minutes=30), gate=True),
        Step(weight=EVERYBODY, bake=timedelta(hours=1)),
    ),
)
SHADOW = Strategy(
    kind=StrategyKind.SHADOW, steps=(Step(mirror=Share(10), bake=timedelta(minutes=10)),)
)
BLUE_GREEN = Strategy(
    kind=StrategyKind.BLUE_GREEN,
    steps=(Step(bake=timedelta(minutes=2)), Step(weight=EVERYBODY, bake=timedelta(minutes=30))),
)
CHECKS = (
    CheckRule(
        name="errors",
        source="prom",
        limits=Limits(name="errors", limit=0.01, needs=500),
        window=timedelta(minutes=1),
        requests="r",
        errors="e",
    ),
    CheckRule(
        name="latency",
        source="prom",
        limits=Limits(name="latency", latency=True, worse_by=0.05, needs=500),
        window=timedelta(minutes=1),
        buckets="b",
    ),
)


def at(minute: float) -> datetime:
    return TWO + timedelta(minutes=minute)


def rules(strategy: Strategy = CANARY) -> Rules:
    return Rules(
        service="checkout",
        environment="prod",
        deployer="shop",
        target={},
        strategy=strategy,
        checks=CHECKS,
        rollback=RollbackRules(page="pager"),
        channel="C0SHOP",
    )


def split(percent: float) -> Observed:
    return Observed(revisions={OLD.revision: 100 - percent, NEW.revision: percent})


def requested(strategy: Strategy = CANARY) -> f.ReleaseRequested:
    return f.ReleaseRequested(
        at=at(0),
        by=MEI,
        release="R-142",
        kind=f.ReleaseKind.START,
        service="checkout",
        environment="prod",
        version=NEW.version,
        rules=rules(strategy),
        running=OLD,
        stable=OLD,
    )


PASSED = f.PreflightPassed(
    at=at(1),
    by=BOT,
    revision=NEW.revision,
    mechanism="set the weight of v1.4.1 to 100 %",
    proof=("v1.4.1 is there and warm",),
    observed=split(0),
    deadline=at(11),
)


def reached(step: int, percent: float, minute: float) -> f.StepReached:
    return f.StepReached(at=at(minute), by=BOT, step=step, observed=split(percent))


def errors(outcome: Outcome, failed: float = 15, served: float = 6980) -> Verdict:
    found = VerdictSums(
        window=Window(start=at(28.2), end=at(31.3)),
        canary_requests=served,
        canary_errors=failed,
        baseline_requests=16560,
        baseline_errors=50,
        canary=failed / served,
        baseline=50 / 16560,
        sure=0.0000235 if outcome is Outcome.FAIL else 0.9,
    )
    because = (
        f"{100 * failed / served:.2g} % of requests failed on the new version, "
        f"0.3 % on the old in the same minutes (limit 1 %, {served:,.0f} requests)"
    )
    return Verdict(check="errors", outcome=outcome, because=because, evidence=found)


def latency(outcome: Outcome = Outcome.PASS) -> Verdict:
    found = VerdictSums(window=None, canary_requests=6980, canary=0.312, baseline=0.305)
    return Verdict(check="latency", outcome=outcome, because="p99 312 ms", evidence=found)


GOOD = (errors(Outcome.PASS), latency())
BAD = (errors(Outcome.FAIL, 39, 1840), latency())
BLIND = (
    Verdict(
        check="errors",
        outcome=Outcome.NO_DATA,
        because="its numbers stopped at 14:26 UTC: Prometheus answers, but has no series",
        evidence=VerdictSums(window=None),
    ),
)
TO_TEN: tuple[Fact, ...] = (
    requested(),
    PASSED,
    reached(0, 1, 2),
    f.StepBaked(
        at=at(12),
        by=BOT,
        step=0,
        watched=timedelta(minutes=10),
        verdicts=GOOD,
        deadline=at(22),
    ),
    reached(1, 9.7, 12.5),
)
DECIDED = f.RollbackDecided(
    at=at(31.3),
    by=BOT,
    cause=f.Cause.VERDICT,
    because=BAD[0].because,
    verdicts=BAD,
    reached=10.0,
    deadline=at(33.3),
)
BACK = f.TrafficBack(at=at(31.9), by=BOT, observed=split(0), confirm_by=at(36))
VERIFIED = f.RollbackVerified(
    at=at(35), by=BOT, confirmed=True, because="the checks are normal again", verdicts=()
)
FAILED = f.RollbackFailed(
    at=at(33.3),
    by=BOT,
    because='the target refused: exceeded quota "cpu"',
    observed=split(4),
    next_at=at(38.3),
)
BLINDED = f.DataLost(at=at(26), by=BOT, because=BLIND[0].because, escalates_at=at(36))
GATED = f.GateReached(at=at(33), by=BOT, step=1, watched=timedelta(minutes=20), verdicts=GOOD)


def gated_by(gate: StepGate) -> Strategy:
    """The canary with conditions before 50 %."""
    first, second, half, last = CANARY.steps
    return replace(CANARY, steps=(first, second, replace(half, gate=False, conditions=gate), last))


AGREED_FIRST = gated_by(GATE)
TO_GATE: tuple[Fact, ...] = (
    requested(AGREED_FIRST),
    *TO_TEN[1:],
    ApprovalAsked(
        at=at(33),
        by=BOT,
        step=1,
        watched=timedelta(minutes=20),
        verdicts=GOOD,
        opens_at=at(120),
        answer_by=at(93),
    ),
)
FROZEN = FreezeBegan(
    at=at(20),
    by=BOT,
    name="weekend",
    because="few people are here",
    set_by=ANA,
    until=at(60 * 66),
)
AGREED = StepApproved(at=at(34), by=RUI, step=1, because="dashboards look fine")
ANSWERED = GateAnswered(at=at(35), by=BOT, step=1, because="CHG-12", expires_at=at(155))
SHUT = GateRefused(at=at(35), by=BOT, step=1, because="board answered no: peak day")
PROMOTED = f.Promoted(
    at=at(40), by=RUI, step=1, early="", because="dashboards look fine", deadline=at(50)
)
TO_ALL: tuple[Fact, ...] = (
    *TO_TEN,
    GATED,
    PROMOTED,
    reached(2, 50, 41),
    f.StepBaked(
        at=at(71),
        by=BOT,
        step=2,
        watched=timedelta(minutes=30),
        verdicts=GOOD,
        deadline=at(81),
    ),
    reached(3, 100, 72),
)
BAKED = f.LastStepBaked(
    at=at(132),
    by=BOT,
    step=3,
    watched=timedelta(hours=1),
    verdicts=GOOD,
    deadline=at(142),
)
UNDO = f.RollbackRequested(
    at=at(0),
    by=RUI,
    release="R-143",
    service="checkout",
    environment="prod",
    rules=rules(),
    running=NEW,
    stable=OLD,
    cause="",
    because="customers report empty carts",
    deadline=at(2),
)
PAUSED = f.Paused(at=at(20), by=RUI, until=at(50), because="odd log lines")
DRIFT = f.DriftSeen(
    at=at(20),
    by=BOT,
    expected="v1.4.2 10 %, the rest v1.4.1",
    observed=Observed(revisions={"v1.4.1": 100.0}),
    escalates_at=at(30),
)
PROPOSED = RollbackProposed(
    at=at(31.3),
    by=BOT,
    cause=f.Cause.VERDICT,
    because=BAD[0].because,
    verdicts=BAD,
    escalates_at=at(41.3),
)
TO_GATE_ASKING: tuple[Fact, ...] = (
    replace(
        requested(),
        rules=replace(rules(gated_by(replace(GATE, approve=""))), mode=Mode.ASK),
    ),
    *TO_TEN[1:],
    TO_GATE[-1],
)
TO_TEN_ASKING: tuple[Fact, ...] = (
    replace(requested(), rules=replace(rules(), mode=Mode.ASK)),
    *TO_TEN[1:],
)
TAKEN = f.Taken(at=at(34), by=RUI)
STORIES: Mapping[str, tuple[Fact, ...]] = {
    "preflight": (requested(),),
    "first-version": (replace(requested(), running=None, stable=None),),
    "shifting": TO_TEN[:4],
    "watching": TO_TEN,
    "shadow": (requested(SHADOW), replace(PASSED), reached(0, 0, 2)),
    "blue-green": (requested(BLUE_GREEN), PASSED, reached(0, 0, 2)),
    "gated": (*TO_TEN, GATED),
    "gate-asked": TO_GATE,
    "gate-agreed": (*TO_GATE, AGREED, ANSWERED),
    "gate-shut": (*TO_GATE, AGREED, SHUT),
    "gate-open": (
        *TO_GATE,
        AGREED,
        ANSWERED,
        replace(AGREED, at=at(121), by=ANA, because=""),
        GateOpened(at=at(121), by=BOT, step=1, deadline=at(131)),
    ),
    "paused": (*TO_TEN, PAUSED),
    "paused-shifting": (*TO_TEN[:4], replace(PAUSED, at=at(12), until=None, because="")),
    "frozen": (*TO_TEN, FROZEN),
    "overridden": (
        *TO_TEN,
        FROZEN,
        o.OverrideUsed(
            at=at(24),
            by=BOT,
            override="O-3",
            gates=("freeze",),
            asked_by=RUI,
            second=ANA,
            because="INC-77",
        ),
        f.LastHoldLifted(at=at(24), by=BOT, hold=f.Hold.FREEZE, because="the freeze is over"),
    ),
    "emergency": (
        replace(requested(), incident="INC-77"),
        *TO_TEN[1:],
        o.OverrideUsed(
            at=at(24),
            by=BOT,
            override="O-4",
            gates=("freeze", "poll", "covered"),
            asked_by=RUI,
            second="",
            because="checkout is down",
        ),
    ),
    "frozen-before": (*TO_TEN[:2], replace(FROZEN, at=TO_TEN[1].at, until=None)),
    "no-data": (*TO_TEN, BLINDED),
    "no-data-taken": (*TO_TEN, BLINDED, replace(TAKEN, at=at(27))),
    "drift": (*TO_TEN, DRIFT),
    "ask-gated": (*TO_TEN_ASKING, GATED),
    "ask-gate-closed": TO_GATE_ASKING,
    "ask-gate-ready": (*TO_GATE_ASKING, ANSWERED, replace(GATED, at=at(121))),
    "ask-proposed": (*TO_TEN_ASKING, PROPOSED),
    "ask-stays": (
        *TO_TEN_ASKING,
        PROPOSED,
        f.LastHoldLifted(at=at(33), by=RUI, hold=f.Hold.PROPOSAL, because="a load test of ours"),
    ),
    "ask-agreed": (*TO_TEN_ASKING, PROPOSED, replace(DECIDED, by=RUI, at=at(32))),
    "ask-refused": (
        *TO_TEN_ASKING[:4],
        replace(
            PROPOSED,
            at=at(13),
            cause=f.Cause.REFUSED,
            because='the deployer refused the step: exceeded quota "cpu"',
            verdicts=(),
        ),
    ),
    "last-step": TO_ALL,
    "finishing": (*TO_ALL, BAKED),
    "finish-overdue": (
        *TO_ALL,
        BAKED,
        f.FinishOverdue(at=at(142), by=BOT, deadline=at(152)),
    ),
    "done": (
        *TO_ALL,
        BAKED,
        f.Finished(at=at(132.2), by=BOT, observed=split(100), certified=True),
    ),
    "superseded": (*TO_ALL, f.Superseded(at=at(90), by=ANA, successor="R-144")),
    "rolling-back": (*TO_TEN, DECIDED),
    "rolling-back-by-person": (
        *TO_TEN,
        replace(DECIDED, by=RUI, cause=f.Cause.PERSON, because="odd log lines", verdicts=()),
    ),
    "back": (*TO_TEN, DECIDED, BACK),
    "stuck": (*TO_TEN, DECIDED, FAILED),
    "stuck-taken": (*TO_TEN, DECIDED, FAILED, TAKEN),
    "rolled-back": (*TO_TEN, DECIDED, BACK, VERIFIED),
    "rolled-back-unconfirmed": (
        *TO_TEN,
        DECIDED,
        BACK,
        replace(VERIFIED, confirmed=False, because="no numbers came back"),
    ),
    "settled": (
        *TO_TEN,
        DECIDED,
        FAILED,
        f.Settled(at=at(45), by=RUI, because="all pods are on v1.4.1 now"),
    ),
    "undo": (UNDO,),
    "undone": (
        UNDO,
        replace(BACK, at=at(0.5), confirm_by=at(4)),
        replace(VERIFIED, at=at(3)),
    ),
    "rejected": (
        requested(),
        f.PreflightFailed(
            at=at(1),
            by=BOT,
            reasons=(
                Refusal(
                    code="NO_IMAGE",
                    sentence="the registry has no v1.4.2 of checkout.",
                    remedy="Push it, or name another version.",
                ),
            ),
        ),
    ),
    "cancelled": (requested(), f.Cancelled(at=at(1), by=ANA, because="wrong version")),
}
SOON = timedelta(minutes=12)


def view(story: str, **changes: object) -> ReleaseView:
    """A story seen some minutes after its last fact, by the names people have."""
    return view_of(STORIES[story], **changes)


def view_of(facts: tuple[Fact, ...], **changes: object) -> ReleaseView:
    release = fold(facts)
    assert release is not None
    blind = release.hold(f.Hold.NO_DATA) is not None
    newest = BAD if release.proposal else GOOD
    made = ReleaseView(
        release=release,
        now=facts[-1].at + SOON if release.is_live else facts[-1].at,
        facts=facts,
        verdicts=() if release.baking_since is None else BLIND if blind else newest,
        watched=SOON if release.baking_since else timedelta(0),
        names=NAMES,
        mention=(MEI, RUI),
    )
    return replace(made, **changes)  # type: ignore[arg-type]
