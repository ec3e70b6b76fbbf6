"""Releases in every state, by the facts that lead there; what does not matter is hidden."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from bot.domain.decide.known import Known
from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.fact import BOT, Fact
from bot.domain.judge.samples import Limits, Outcome, Verdict, VerdictSums
from bot.domain.state.evolve import fold
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState
from bot.domain.terms.place import PlacePolicy
from bot.domain.terms.rules import CheckRule, Right, RollbackRules, Rules, SeatKind, pin
from bot.domain.terms.strategy import Observed, Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, Share

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
OLD = f.Running(version="v1.4.1", revision="v1.4.1")
NEW = f.Running(version="v1.4.2", revision="v1.4.2")
MEI = "U0MEI"
CANARY = Strategy(
    kind=StrategyKind.CANARY,
    steps=(
        Step(weight=Share(10), bake=timedelta(minutes=20)),
        Step(weight=Share(50), bake=timedelta(minutes=30)),
        Step(weight=EVERYBODY, bake=timedelta(hours=1)),
    ),
)
ERRORS = CheckRule(
    name="errors",
    source="prom",
    limits=Limits(name="errors", limit=0.01, needs=500),
    window=timedelta(minutes=1),
    requests='requests{track="$track"}',
    errors='errors{track="$track"}',
)


def rules(strategy: Strategy = CANARY, **changes: object) -> Rules:
    made = Rules(
        service="checkout",
        environment="prod",
        deployer="shop",
        target={},
        strategy=strategy,
        checks=(ERRORS,),
        rollback=RollbackRules(),
        may={"start": ("shop-devs",), "rollback": ("anyone",)},
    )
    return pin(replace(made, **changes))  # type: ignore[arg-type]


def minutes(count: float) -> datetime:
    return NOON + timedelta(minutes=count)


def requested(**changes: object) -> f.ReleaseRequested:
    fact = f.ReleaseRequested(
        at=NOON,
        by=MEI,
        release="R-1",
        kind=f.ReleaseKind.START,
        service="checkout",
        environment="prod",
        version=NEW.version,
        rules=rules(),
        running=OLD,
        stable=OLD,
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


def passed() -> f.PreflightPassed:
    return f.PreflightPassed(
        at=minutes(1),
        by=BOT,
        revision=NEW.revision,
        mechanism="set the weight back",
        proof=("v1.4.1 is there and warm",),
        observed=Observed(revisions={OLD.revision: 100.0}),
        deadline=minutes(11),
    )


def split(percent: float) -> Observed:
    return Observed(revisions={OLD.revision: 100.0 - percent, NEW.revision: percent})


def step_reached(step: int = 0, percent: float = 10.0) -> f.StepReached:
    return f.StepReached(at=minutes(2), by=BOT, step=step, observed=split(percent))


def verdict(outcome: Outcome, because: str = "2.1 % of requests failed") -> Verdict:
    return Verdict(
        check="errors", outcome=outcome, because=because, evidence=VerdictSums(window=None)
    )


def decided(cause: f.Cause = f.Cause.VERDICT) -> f.RollbackDecided:
    return f.RollbackDecided(
        at=minutes(5),
        by=BOT,
        cause=cause,
        because="2.1 % of requests failed",
        verdicts=(verdict(Outcome.FAIL),),
        reached=10.0,
        deadline=minutes(7),
    )


def paused() -> f.Paused:
    return f.Paused(at=minutes(4), by=MEI, until=None, because="odd log lines")


def last_baked() -> f.LastStepBaked:
    return f.LastStepBaked(
        at=minutes(60),
        by=BOT,
        step=0,
        watched=timedelta(0),
        verdicts=(),
        deadline=minutes(70),
    )


def opened(**changes: object) -> p.PollOpened:
    fact = p.PollOpened(
        at=minutes(1),
        by=BOT,
        round=1,
        digest="ab12",
        revision=NEW.revision,
        mechanism="set the weight back",
        proof=("v1.4.1 is there and warm",),
        observed=Observed(revisions={OLD.revision: 100.0}),
        changes=(),
        chairs=(p.Chair(seat="owner", kind=SeatKind.NEEDED, able=("U0RUI",)),),
        callers=(),
        quorum=1,
        closes_at=minutes(61),
        reminds_at=minutes(31),
    )
    return replace(fact, **changes)  # type: ignore[arg-type]


FACTS_TO: dict[State, tuple[Fact, ...]] = {
    State.PREFLIGHT: (requested(),),
    State.POLLING: (requested(), opened()),
    State.SHIFTING: (requested(), passed()),
    State.BAKING: (requested(), passed(), step_reached()),
    State.GATED: (
        requested(),
        passed(),
        step_reached(),
        f.GateReached(at=minutes(22), by=BOT, step=0, watched=timedelta(minutes=20), verdicts=()),
    ),
    State.HELD: (requested(), passed(), step_reached(), paused()),
    State.FINISHING: (
        requested(
            rules=rules(Strategy(kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY),)))
        ),
        passed(),
        step_reached(percent=100),
        last_baked(),
    ),
    State.ROLLING_BACK: (requested(), passed(), step_reached(), decided()),
    State.STUCK: (
        requested(),
        passed(),
        step_reached(),
        decided(),
        f.RollbackFailed(
            at=minutes(8), by=BOT, because="quota", observed=None, next_at=minutes(13)
        ),
    ),
    State.REJECTED: (requested(), f.PreflightFailed(at=minutes(1), by=BOT, reasons=())),
    State.CANCELLED: (requested(), f.Cancelled(at=minutes(1), by=MEI, because="")),
    State.SUCCEEDED: (
        requested(
            rules=rules(Strategy(kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY),)))
        ),
        passed(),
        step_reached(percent=100),
        last_baked(),
        f.Finished(at=minutes(61), by=BOT, observed=split(100), certified=True),
    ),
    State.ROLLED_BACK: (
        requested(),
        passed(),
        step_reached(),
        decided(),
        f.TrafficBack(at=minutes(6), by=BOT, observed=split(0), confirm_by=minutes(10)),
        f.RollbackVerified(at=minutes(7), by=BOT, confirmed=True, because="normal", verdicts=()),
    ),
}


def release_in(state: State) -> Release:
    return after(FACTS_TO[state])


def after(facts: Sequence[Fact]) -> Release:
    release = fold(facts)
    assert release is not None
    return release


def known(*rights: Right, **changes: object) -> Known:
    base = Known(
        here=PlacePolicy(rules=rules()),
        rights=frozenset(rights or Right),
        service=ServiceState(version=1, certified=(OLD,)),
    )
    return changed(base, **changes)


def changed(base: Known, **changes: object) -> Known:
    """The same with other keys, those of its place among them."""
    keys = {item.name for item in fields(PlacePolicy)} & changes.keys()
    ours = {key: changes.pop(key) for key in keys}
    here = replace(base.here, **ours)  # type: ignore[arg-type]
    return replace(base, here=here, **changes)  # type: ignore[arg-type]
