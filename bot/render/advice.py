"""What is said where Slipway only advises: what it would have done, what came of it, the score."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from bot.domain.facts import advice as a
from bot.domain.facts.fact import Fact
from bot.domain.judge.words import name_versions
from bot.domain.state.advice import Deploy, Score
from bot.domain.terms.rules import Rules
from bot.domain.terms.units import spell
from bot.ports.chat import Message
from bot.render.kit.blocks import context, escape, message, one_line, section
from bot.render.kit.voice import full_stop, place_of

ENOUGH = 10
"""Deploys that were judged before the score says that it may be trusted."""
NOTHING_DONE = "I changed nothing: here I only advise."


def would_have(deploy: Deploy, fact: a.AdviceGiven, rules: Rules) -> Message:
    """Once per deploy, at the moment it would have been taken back."""
    names = one_line(fact.revision), one_line(deploy.baseline)
    why = name_versions(one_line(fact.because), *names)
    since = spell(fact.at - deploy.began)
    return _said(
        f"⚠ I WOULD HAVE TAKEN IT BACK {where(rules)}: {one_line(fact.revision)} → "
        f"{one_line(deploy.baseline)}",
        f"{full_stop(why)} {fact.weight:g} % of users have it, deployed {since} ago.",
        NOTHING_DONE,
    )


def came_of_it(deploy: Deploy, fact: a.DeployOver, rules: Rules) -> Message | None:
    """What people did, where advice was given or where they saw what the checks did not."""
    tell = OUTCOMES.get((fact.went, fact.warned))
    if tell is None or not fact.judged:
        return None
    return _said(f"{where(rules)}: {tell(deploy, fact)}", "", "")


def _agreed(deploy: Deploy, fact: a.DeployOver) -> str:
    after = spell(_since_advice(deploy, fact))
    return f"you took {one_line(fact.revision)} back, {after} after I would have."


def _kept(_deploy: Deploy, fact: a.DeployOver) -> str:
    return (
        f"{one_line(fact.revision)} stayed with all users, although I would have taken it back. "
        "If you were right, look at the limits of its checks."
    )


def _missed(_deploy: Deploy, fact: a.DeployOver) -> str:
    return (
        f"you took {one_line(fact.revision)} back, and my checks saw nothing wrong. "
        "If you know what showed it, make that a check."
    )


def _since_advice(deploy: Deploy, fact: a.DeployOver) -> timedelta:
    return fact.at - (deploy.warned.at if deploy.warned else fact.at)


OUTCOMES: Mapping[tuple[a.Went, bool], Callable[[Deploy, a.DeployOver], str]] = {
    (a.Went.BACK, True): _agreed,
    (a.Went.STAYED, True): _kept,
    (a.Went.BACK, False): _missed,
}


def weekly(score: Score, rules: Rules) -> Message:
    return _said(f"{where(rules)}: {score_line(score)}", what_next(score), "")


def score_line(score: Score) -> str:
    """`41 deploys seen, I would have taken back 2; you took back 2; 0 differ.`"""
    deploys = "1 deploy" if score.seen == 1 else f"{score.seen} deploys"
    line = (
        f"{deploys} seen, I would have taken back {score.would}; "
        f"you took back {score.took}; {score.differ} differ."
    )
    blind = f" {score.unjudged} could not be judged for want of numbers." if score.unjudged else ""
    return line + blind


def what_next(score: Score) -> str:
    """What to do with the score."""
    judged = score.seen - score.unjudged
    if score.seen == 0:
        return "Nothing was deployed yet, so there is nothing to compare."
    if score.unjudged > judged:
        return "Most could not be judged: see that its checks get numbers, or lower what they need."
    if score.differ:
        return "Look at those that differ, and at the limits of the checks, before you let me act."
    if judged < ENOUGH:
        return f"After {ENOUGH - judged} more that I can judge I say what to do next."
    return 'We agree. You can let me propose (mode = "ask") or act (mode = "act").'


def status_line(score: Score, deploy: Deploy | None, rules: Rules) -> str:
    """One line of `status`, in plain words."""
    watching = (
        f" Just now: {one_line(deploy.revision)} at {deploy.weight:g} % beside "
        f"{one_line(deploy.baseline)}."
        if deploy
        else ""
    )
    return f"{where(rules)}, advice only: {score_line(score)}{watching} {what_next(score)}"


def where(rules: Rules) -> str:
    return f"{rules.service}, {place_of(rules.environment)}"


def _said(first: str, body: str, small: str) -> Message:
    text = " ".join(line for line in (full_stop(first), body, small) if line)
    blocks = [section(f"*{escape(first)}*"), section(escape(body)) if body else None]
    return message(escape(text), [*blocks, context(escape(small)) if small else None])


def _began(fact: a.AdviceBegan) -> str:
    return f"only advised from here on; {fact.revision} has all users"


def _seen(fact: a.DeploySeen) -> str:
    return f"{fact.revision} was deployed over {fact.baseline}: {fact.weight:g} % of users"


def _moved(fact: a.DeployMoved) -> str:
    return f"it has {fact.weight:g} % of users now"


def _given(fact: a.AdviceGiven) -> str:
    return f"I would have taken {fact.revision} back: {fact.because}"


def _over(fact: a.DeployOver) -> str:
    judged = "" if fact.judged else ", and it could not be judged"
    went = {
        a.Went.BACK: "was taken back",
        a.Went.STAYED: "stayed with all users",
        a.Went.REPLACED: "was replaced by another",
    }[fact.went]
    return f"{fact.revision} {went}{judged}"


def _told(fact: a.ScoreTold) -> str:
    line = score_line(
        Score(
            seen=fact.seen,
            would=fact.would,
            took=fact.took,
            differ=fact.differ,
            unjudged=fact.unjudged,
        )
    )
    return f"the score was told: {line}"


SENTENCES: Mapping[type[Fact], Callable[[Any], str]] = {
    a.AdviceBegan: _began,
    a.DeploySeen: _seen,
    a.DeployMoved: _moved,
    a.AdviceGiven: _given,
    a.DeployOver: _over,
    a.ScoreTold: _told,
}
