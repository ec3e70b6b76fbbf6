"""A release as its facts tell it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from bot.domain.facts import release as f
from bot.domain.facts.override import OverrideUsed
from bot.domain.facts.release import RollbackProposed
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.state.gate import GateState
from bot.domain.state.moves import ENDS, State
from bot.domain.state.vote import Poll
from bot.domain.terms.changes import Author, Change, people_of, unmapped_of
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Rules
from bot.domain.terms.strategy import Desired, StepGate, final, position, way_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One reason to stay, since when, by whom, and when it rings or ends by itself."""

    hold: f.Hold
    because: str
    by: str
    since: datetime
    until: datetime | None = None
    escalates_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """How the way back stands."""

    cause: f.Cause
    because: str
    by: str
    decided_at: datetime
    deadline: datetime
    reached: float
    verdicts: tuple[Verdict, ...] = ()
    back_at: datetime | None = None
    confirm_by: datetime | None = None
    confirmed: bool | None = None
    confirmation: str = ""
    over_at: datetime | None = None
    stuck_because: str = ""
    reasserted_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """The aggregate. `version` counts its facts; `step` is the position it is at or moving to.

    `proposal` waits for a person's answer; `excused` are checks that say harm, of which a person
    said that it stays.
    """

    id: str
    version: int
    state: State
    kind: f.ReleaseKind
    rules: Rules
    name: str
    running: f.Running | None
    stable: f.Running | None
    requested_by: str
    requested_at: datetime
    cause: str = ""
    because: str = ""
    incident: str = ""
    overrides: tuple[OverrideUsed, ...] = ()
    revision: str = ""
    mechanism: str = ""
    proof: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    changes_unknown: str = ""
    reasons: tuple[Refusal, ...] = ()
    polls: tuple[Poll, ...] = ()
    step: int = 0
    moved_at: datetime
    baking_since: datetime | None = None
    watched: timedelta = timedelta(0)
    deadline: datetime | None = None
    paused_in: State | None = None
    holds: tuple[Held, ...] = ()
    gating: GateState | None = None
    verdicts: tuple[Verdict, ...] = ()
    proposal: RollbackProposed | None = None
    excused: tuple[str, ...] = ()
    way: WayBack | None = None
    taken_by: str = ""
    rings_at: datetime | None = None
    certified: bool = False
    successor: str = ""
    ended_at: datetime | None = None
    ended_by: str = ""
    changed_at: datetime

    @property
    def service(self) -> str:
        return self.rules.service

    @property
    def environment(self) -> str:
        return self.rules.environment

    @property
    def authors(self) -> frozenset[str]:
        """The people who wrote any part of what it brings, as far as they are known."""
        return people_of(self.changes)

    @property
    def unmapped(self) -> tuple[Author, ...]:
        """Authors of whom nobody knows which person they are."""
        return unmapped_of(self.changes)

    @property
    def is_live(self) -> bool:
        return self.state not in ENDS

    @property
    def is_last_step(self) -> bool:
        return self.step == len(self.rules.strategy.steps) - 1

    @property
    def flying_in(self) -> State:
        """The state, looking underneath a hold."""
        return self.paused_in or self.state

    @property
    def gate(self) -> StepGate | None:
        """The conditions of the step after this one, if it has any."""
        return None if self.is_last_step else self.rules.strategy.steps[self.step + 1].conditions

    @property
    def is_standing_at_gate(self) -> bool:
        """Before its gate, and nothing else holds it."""
        return self.state is State.GATED and self.gating is not None

    @property
    def is_frozen_at_gate(self) -> bool:
        """Before its gate, and nothing but freezes holds it: people may agree meanwhile."""
        only = all(held.hold is f.Hold.FREEZE for held in self.holds)
        return self.paused_in is State.GATED and self.gating is not None and only

    @property
    def waits_for_click(self) -> bool:
        """All that its gate asks for is there, and each step needs a person besides."""
        return self.is_standing_at_gate and bool(self.gating and self.gating.asks_person)

    @property
    def is_shut_out(self) -> bool:
        """At a gate that was answered no, or not in time: only a person helps."""
        return self.is_standing_at_gate and bool(self.gating and self.gating.refused)

    @property
    def back_to(self) -> str:
        """The version a rollback returns to, in words."""
        return self.stable.version if self.stable else "nothing (it was the first)"

    @property
    def poll(self) -> Poll | None:
        """The newest round of its poll, open or not."""
        return self.polls[-1] if self.polls else None

    @property
    def emergency_since(self) -> datetime | None:
        """When it was asked for as an emergency; None where it is none."""
        return self.requested_at if self.incident else None

    def hold(self, kind: f.Hold) -> Held | None:
        return next((held for held in self.holds if held.hold is kind), None)

    def forward(self) -> Desired:
        """Where it is to be while it goes forward."""
        return position(self.rules.strategy, self.step, self.revision, revision_of(self.running))

    def finish(self) -> Desired:
        return final(self.rules.strategy, self.revision, revision_of(self.running))

    def back(self) -> Desired:
        return way_back(self.revision, revision_of(self.stable))


def revision_of(running: f.Running | None) -> str | None:
    return running.revision if running else None


def claim_of(service: str, environment: str) -> str:
    """The name under which one live release holds a service in an environment."""
    return f"{service}/{environment}"


def excused_now(release: Release, verdicts: tuple[Verdict, ...]) -> frozenset[str]:
    """Checks that still say harm, of which a person said with a reason that it stays."""
    failing = {each.check for each in verdicts if each.outcome is Outcome.FAIL}
    return frozenset(failing) & frozenset(release.excused)


Changes: TypeAlias = dict[str, Any]
"""Fields of a release, by name, with what a fact makes of them."""
Learn: TypeAlias = Callable[[Release, Any], Changes]
"""What one kind of fact teaches about a release; part of bot.domain.state.evolve."""
