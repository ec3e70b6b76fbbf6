"""What a release learns of gates that it was let past; part of bot.domain.evolve."""

from collections.abc import Callable
from typing import Any, TypeAlias

from bot.domain import facts as f
from bot.domain import override_facts as o
from bot.domain.poll import Outcome, with_last
from bot.domain.release import Release

Changes: TypeAlias = dict[str, Any]


def _used(release: Release, fact: o.OverrideUsed) -> Changes:
    return {"overrides": (*release.overrides, fact)}


def _waived(release: Release, fact: o.PollWaived) -> Changes:
    because = f"let past by the override {fact.override}"
    polls = with_last(release.polls, outcome=Outcome.WAIVED, because=because, ended_at=fact.at)
    return {"polls": polls}


OVERRIDE_LEARN: dict[type[f.Fact], Callable[[Release, Any], Changes]] = {
    o.OverrideUsed: _used,
    o.PollWaived: _waived,
}
