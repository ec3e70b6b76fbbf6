"""What a release learns from the facts of its poll; part of bot.domain.state.evolve."""

from collections.abc import Callable
from typing import Any

from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.state import vote as votes
from bot.domain.state.release import Changes, Learn, Release


def _cancelled(release: Release, fact: f.Cancelled) -> Changes:
    return {"polls": votes.cancel_round(fact, release.polls)}


def _poll_opened(release: Release, fact: p.PollOpened) -> Changes:
    return {
        "revision": fact.revision,
        "mechanism": fact.mechanism,
        "proof": fact.proof,
        "changes": fact.changes,
        "changes_unknown": "",
        "moved_at": fact.at,
        "polls": votes.open_round(fact, release.polls),
    }


def _poll_learns(learn: Callable[[Any, Any], tuple[votes.Poll, ...]]) -> Learn:
    return lambda release, fact: {"polls": learn(fact, release.polls)}


def _no_go(outcome: votes.PollOutcome) -> Learn:
    return lambda release, fact: {
        "reasons": fact.reasons,
        "polls": votes.close_round(fact, release.polls, outcome),
    }


def _poll_voided(release: Release, fact: p.PollVoided) -> Changes:
    """Nothing has moved, so what the config says now holds from here on."""
    return {"rules": fact.rules, "polls": votes.void_round(fact, release.polls)}


POLL_LEARN: dict[type[Fact], Learn] = {
    p.PollOpened: _poll_opened,
    p.BallotCast: _poll_learns(votes.add_ballot),
    p.PollReminded: _poll_learns(votes.note_reminder),
    p.GoGiven: _poll_learns(votes.note_go),
    p.NoGoGiven: _no_go(votes.PollOutcome.NO_GO),
    p.PollExpired: _no_go(votes.PollOutcome.EXPIRED),
    p.PollVoided: _poll_voided,
    p.GoExpired: _poll_learns(votes.void_round),
    f.Cancelled: _cancelled,
}
