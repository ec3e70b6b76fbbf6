"""Advising: a deploy made elsewhere is watched, and what would have been done is said, never done.

A machine of the same shape as a release: one table, `decide` and `evolve`, all arithmetic.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain.facts import advice as a
from bot.domain.facts.fact import Fact
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.terms.strategy import Observed

SPOKEN = frozenset({Outcome.PASS, Outcome.FAIL})
SILENT_AFTER = 3
"""How many times the last bake a deploy may stand at 100 % before it is over without a verdict."""


class AdviceState(StrEnum):
    NEW = "new"
    IDLE = "idle"
    WATCHING = "watching"
    WARNED = "warned"
    """It would have been taken back; what people do is still noted."""


W = AdviceState
TABLE: Mapping[tuple[AdviceState, type[Fact]], AdviceState] = {
    (W.NEW, a.AdviceBegan): W.IDLE,
    (W.IDLE, a.DeploySeen): W.WATCHING,
    (W.WATCHING, a.DeployMoved): W.WATCHING,
    (W.WATCHING, a.AdviceGiven): W.WARNED,
    (W.WATCHING, a.DeployOver): W.IDLE,
    (W.WARNED, a.DeployMoved): W.WARNED,
    (W.WARNED, a.DeployOver): W.IDLE,
    **{(watch, a.ScoreTold): watch for watch in (W.IDLE, W.WATCHING, W.WARNED)},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Counts of deploys that are over. `differ`: what was advised is not what people did.

    Of what could not be judged (`unjudged`) nothing was advised, so it neither agrees nor differs.
    """

    seen: int = 0
    would: int = 0
    took: int = 0
    differ: int = 0
    unjudged: int = 0

    def after(self, over: a.DeployOver) -> "Score":
        took = over.went is a.Went.BACK
        wrong = over.warned and over.went is a.Went.STAYED
        missed = over.judged and took and not over.warned
        return Score(
            seen=self.seen + 1,
            would=self.would + over.warned,
            took=self.took + took,
            differ=self.differ + (wrong or missed),
            unjudged=self.unjudged + (not over.judged),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Deploy:
    """The deploy that is watched. `at` is since when it has this share of the users."""

    number: int
    revision: str
    baseline: str
    weight: float
    began: datetime
    at: datetime
    warned: a.AdviceGiven | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A service in an environment that is only advised. `revision` had all users before."""

    version: int = 0
    watch: AdviceState = AdviceState.NEW
    revision: str = ""
    deploy: Deploy | None = None
    score: Score = field(default_factory=Score)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeployLook:
    """One look at the target, and what the checks say of the deploy at its share of users."""

    observed: Observed
    verdicts: tuple[Verdict, ...] = ()
    watched: timedelta = timedelta(0)


class Misplaced(Exception):
    """A fact that this watch has no row for."""


def evolve_advice(advice: Advice, fact: Fact) -> Advice:
    """After one more fact. Raises Misplaced where the table has no row."""
    to = TABLE.get((advice.watch, type(fact)))
    if to is None:
        raise Misplaced(f"{type(fact).__name__} says nothing while {advice.watch}")
    return replace(advice, version=advice.version + 1, watch=to, **_learnt(advice, fact))


def _learnt(advice: Advice, fact: Fact) -> dict[str, Any]:
    deploy = advice.deploy
    match fact:
        case a.AdviceBegan():
            return {"revision": fact.revision}
        case a.DeploySeen():
            return {"deploy": _seen(fact)}
        case a.DeployMoved() if deploy:
            return {"deploy": replace(deploy, weight=fact.weight, at=fact.at)}
        case a.AdviceGiven() if deploy:
            return {"deploy": replace(deploy, warned=fact)}
        case a.DeployOver() if deploy:
            left = deploy.revision if fact.went is a.Went.STAYED else deploy.baseline
            return {"deploy": None, "revision": left, "score": advice.score.after(fact)}
    return {}


def _seen(fact: a.DeploySeen) -> Deploy:
    return Deploy(
        number=fact.number,
        revision=fact.revision,
        baseline=fact.baseline,
        weight=fact.weight,
        began=fact.at,
        at=fact.at,
    )


def fold_advice(facts: Iterable[Fact]) -> Advice:
    advice = Advice()
    for fact in facts:
        advice = evolve_advice(advice, fact)
    return advice
