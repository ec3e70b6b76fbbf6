"""What a release learns of gates that it was let past; part of bot.domain.state.evolve."""

from bot.domain.facts import override as o
from bot.domain.facts.fact import Fact
from bot.domain.state.release import Changes, Learn, Release
from bot.domain.state.vote import PollOutcome, with_last


def _used(release: Release, fact: o.OverrideUsed) -> Changes:
    return {"overrides": (*release.overrides, fact)}


def _waived(release: Release, fact: o.PollWaived) -> Changes:
    because = f"let past by the override {fact.override}"
    polls = with_last(release.polls, outcome=PollOutcome.WAIVED, because=because, ended_at=fact.at)
    return {"polls": polls}


OVERRIDE_LEARN: dict[type[Fact], Learn] = {
    o.OverrideUsed: _used,
    o.PollWaived: _waived,
}
