"""Advising: a deploy made elsewhere is watched, and what would have been done is said, never done.

A machine of the same shape as a release: one table, `decide` and `evolve`, all arithmetic.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.domain import advice_facts as a
from bot.domain.facts import BOT, Fact
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.rules import Rules
from bot.domain.strategy import TOLERANCE, Observed

WHOLE = 100.0 - TOLERANCE
SPOKEN = frozenset({Outcome.PASS, Outcome.FAIL})
SILENT_AFTER = 3
"""How many times the last bake a deploy may stand at 100 % before it is over without a verdict."""


class Watch(StrEnum):
    NEW = "new"
    IDLE = "idle"
    WATCHING = "watching"
    WARNED = "warned"
    """It would have been taken back; what people do is still noted."""


W = Watch
TABLE: Mapping[tuple[Watch, type[Fact]], Watch] = {
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
    watch: Watch = Watch.NEW
    revision: str = ""
    deploy: Deploy | None = None
    score: Score = field(default_factory=Score)


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
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


def decide_advice(advice: Advice, rules: Rules, look: Look, now: datetime) -> Fact | None:
    """The one fact that a look leads to, if any; the next look goes on from there."""
    if advice.watch is Watch.NEW:
        return _began(look, now)
    if advice.deploy is None:
        return _arrived(advice, look, now)
    return _gone(advice.deploy, look, now) or _standing(advice.deploy, rules, look, now)


def _began(look: Look, now: datetime) -> Fact | None:
    whole = [name for name, share in look.observed.revisions.items() if share >= WHOLE]
    if not whole or not look.observed.settled:
        return None
    return a.AdviceBegan(at=now, by=BOT, revision=whole[0])


def _arrived(advice: Advice, look: Look, now: datetime) -> Fact | None:
    others = _others(look.observed, advice.revision)
    if not others:
        return None
    revision = max(others, key=lambda name: (others[name], name))
    return a.DeploySeen(
        at=now,
        by=BOT,
        number=advice.score.seen + 1,
        revision=revision,
        baseline=advice.revision,
        weight=others[revision],
    )


def _others(observed: Observed, revision: str) -> dict[str, float]:
    """The shares of users on anything else."""
    shares = observed.revisions.items()
    return {name: share for name, share in shares if name != revision and share > TOLERANCE}


def _gone(deploy: Deploy, look: Look, now: datetime) -> Fact | None:
    """Taken back, or replaced by yet another, or moved on."""
    share = look.observed.share_of(deploy.revision)
    if share <= TOLERANCE and look.observed.share_of(deploy.baseline) >= WHOLE:
        return _over(deploy, a.Went.BACK, look, now, judged=_spoke(look))
    if share <= TOLERANCE and _others(look.observed, deploy.baseline):
        return _over(deploy, a.Went.REPLACED, look, now, judged=_spoke(look))
    if share > TOLERANCE and abs(share - deploy.weight) > TOLERANCE:
        return a.DeployMoved(at=now, by=BOT, number=deploy.number, weight=share)
    return None


def _spoke(look: Look) -> bool:
    """Whether every check knew what to say."""
    return bool(look.verdicts) and all(each.outcome in SPOKEN for each in look.verdicts)


def _over(deploy: Deploy, went: a.Went, look: Look, now: datetime, *, judged: bool) -> a.DeployOver:
    warned = deploy.warned is not None
    return a.DeployOver(
        at=now,
        by=BOT,
        number=deploy.number,
        revision=deploy.revision,
        went=went,
        warned=warned,
        judged=judged or warned,
        watched=look.watched,
    )


def _standing(deploy: Deploy, rules: Rules, look: Look, now: datetime) -> Fact | None:
    against = [each for each in look.verdicts if each.outcome in rules.rollback.upon]
    if against and deploy.warned is None:
        return _advised(deploy, against, look, now)
    if deploy.weight < WHOLE:
        return None
    good = _has_passed(rules, look)
    # Time alone ends it, too; then nothing is known of it.
    patience = last_bake(rules) * (1 if deploy.warned else SILENT_AFTER)
    if not good and now - deploy.at < patience:
        return None
    return _over(deploy, a.Went.STAYED, look, now, judged=good)


def _advised(
    deploy: Deploy, against: Sequence[Verdict], look: Look, now: datetime
) -> a.AdviceGiven:
    return a.AdviceGiven(
        at=now,
        by=BOT,
        number=deploy.number,
        revision=deploy.revision,
        weight=deploy.weight,
        because="; ".join(each.because for each in against),
        verdicts=look.verdicts,
    )


def _has_passed(rules: Rules, look: Look) -> bool:
    """Watched at 100 % for as long as a release would be, and every check says pass."""
    wanted = {check.name for check in rules.checks}
    passed = {each.check for each in look.verdicts if each.outcome is Outcome.PASS}
    return bool(wanted) and wanted <= passed and look.watched >= last_bake(rules)


def last_bake(rules: Rules) -> timedelta:
    return rules.strategy.steps[-1].bake


def told(score: Score, now: datetime) -> a.ScoreTold:
    """The score as a fact: it is told."""
    return a.ScoreTold(
        at=now,
        by=BOT,
        seen=score.seen,
        would=score.would,
        took=score.took,
        differ=score.differ,
        unjudged=score.unjudged,
    )
