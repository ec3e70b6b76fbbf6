"""What is said of a deploy made elsewhere; nothing of it is ever done."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.domain.facts import advice as a
from bot.domain.facts.fact import BOT, Fact
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.state.advice import (
    SILENT_AFTER,
    SPOKEN,
    Advice,
    AdviceState,
    Deploy,
    DeployLook,
    Score,
)
from bot.domain.terms.rules import Rules
from bot.domain.terms.strategy import TOLERANCE, WHOLE, Observed


def decide_advice(advice: Advice, rules: Rules, look: DeployLook, now: datetime) -> Fact | None:
    """The one fact that a look leads to, if any; the next look goes on from there."""
    if advice.watch is AdviceState.NEW:
        return _began(look, now)
    if advice.deploy is None:
        return _arrived(advice, look, now)
    return _gone(advice.deploy, look, now) or _standing(advice.deploy, rules, look, now)


def _began(look: DeployLook, now: datetime) -> Fact | None:
    whole = [name for name, share in look.observed.revisions.items() if share >= WHOLE]
    if not whole or not look.observed.settled:
        return None
    return a.AdviceBegan(at=now, by=BOT, revision=whole[0])


def _arrived(advice: Advice, look: DeployLook, now: datetime) -> Fact | None:
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


def _gone(deploy: Deploy, look: DeployLook, now: datetime) -> Fact | None:
    """Taken back, or replaced by yet another, or moved on."""
    share = look.observed.share_of(deploy.revision)
    if share <= TOLERANCE and look.observed.share_of(deploy.baseline) >= WHOLE:
        return _over(deploy, a.Went.BACK, look, now, judged=_spoke(look))
    if share <= TOLERANCE and _others(look.observed, deploy.baseline):
        return _over(deploy, a.Went.REPLACED, look, now, judged=_spoke(look))
    if share > TOLERANCE and abs(share - deploy.weight) > TOLERANCE:
        return a.DeployMoved(at=now, by=BOT, number=deploy.number, weight=share)
    return None


def _spoke(look: DeployLook) -> bool:
    """Whether every check knew what to say."""
    return bool(look.verdicts) and all(each.outcome in SPOKEN for each in look.verdicts)


def _over(
    deploy: Deploy, went: a.Went, look: DeployLook, now: datetime, *, judged: bool
) -> a.DeployOver:
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


def _standing(deploy: Deploy, rules: Rules, look: DeployLook, now: datetime) -> Fact | None:
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
    deploy: Deploy, against: Sequence[Verdict], look: DeployLook, now: datetime
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


def _has_passed(rules: Rules, look: DeployLook) -> bool:
    """Watched at 100 % for as long as a release would be, and every check says pass."""
    wanted = {check.name for check in rules.checks}
    passed = {each.check for each in look.verdicts if each.outcome is Outcome.PASS}
    return bool(wanted) and wanted <= passed and look.watched >= last_bake(rules)


def last_bake(rules: Rules) -> timedelta:
    return rules.strategy.steps[-1].bake


def tell_score(score: Score, now: datetime) -> a.ScoreTold:
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
