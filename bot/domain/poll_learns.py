"""What a release learns from the facts of its poll; part of bot.domain.evolve."""

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.domain import facts as f
from bot.domain import poll
from bot.domain import poll_facts as p
from bot.domain.release import Release

Changes: TypeAlias = dict[str, Any]
Learn: TypeAlias = Callable[[Release, Any], Changes]


def _cancelled(release: Release, fact: f.Cancelled) -> Changes:
    return {"polls": poll.cancelled(fact, release.polls)}


def _poll_opened(release: Release, fact: p.PollOpened) -> Changes:
    return {
        "revision": fact.revision,
        "mechanism": fact.mechanism,
        "proof": fact.proof,
        "changes": fact.changes,
        "changes_unknown": "",
        "moved_at": fact.at,
        "polls": poll.opened(fact, release.polls),
    }


def _poll_learns(learn: Callable[[Any, Any], tuple[poll.Poll, ...]]) -> Learn:
    return lambda release, fact: {"polls": learn(fact, release.polls)}


def _no_go(outcome: poll.Outcome) -> Learn:
    return lambda release, fact: {
        "reasons": fact.reasons,
        "polls": poll.closed(fact, release.polls, outcome),
    }


def _poll_voided(release: Release, fact: p.PollVoided) -> Changes:
    """Nothing has moved, so what the config says now holds from here on."""
    return {"rules": fact.rules, "polls": poll.voided(fact, release.polls)}


POLL_LEARN: dict[type[f.Fact], Learn] = {
    p.PollOpened: _poll_opened,
    p.BallotCast: _poll_learns(poll.cast),
    p.PollReminded: _poll_learns(poll.reminded),
    p.GoGiven: _poll_learns(poll.gone),
    p.NoGoGiven: _no_go(poll.Outcome.NO_GO),
    p.PollExpired: _no_go(poll.Outcome.EXPIRED),
    p.PollVoided: _poll_voided,
    p.GoExpired: _poll_learns(poll.voided),
    f.Cancelled: _cancelled,
}
