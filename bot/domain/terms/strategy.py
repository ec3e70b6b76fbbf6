"""How a release moves: every strategy is a list of steps, and a step is a desired position."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from bot.domain.terms.units import EVERYBODY, NOBODY, Share


class StrategyKind(StrEnum):
    ROLLING = "rolling"
    CANARY = "canary"
    BLUE_GREEN = "blue-green"
    SHADOW = "shadow"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepGate:
    """Conditions before a step, all of which must hold.

    `approve` names people of the config, `approvals` of whom must agree. `opens` is a wall time in
    `zone` (`mon 08:00`, `08:00`) that is waited for. `ask` names an integration that must say yes
    within `answer_within`.
    """

    approve: str = ""
    approvals: int = 1
    opens: str = ""
    zone: str = "UTC"
    ask: str = ""
    answer_within: timedelta = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One planned position; `bake` is the least time it is watched there.

    `gate` asks a person to promote before this step begins; `conditions` ask for more than that.
    """

    weight: Share = NOBODY
    mirror: Share = NOBODY
    bake: timedelta = timedelta(0)
    gate: bool = False
    conditions: StepGate | None = None

    @property
    def meets_users(self) -> bool:
        """Whether any traffic, or a copy of it, reaches the new revision here."""
        return self.weight.percent > 0 or self.mirror.percent > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strategy:
    """`keeps_old` leaves the old revision warm until the release finishes (blue-green)."""

    kind: StrategyKind
    steps: tuple[Step, ...]

    @property
    def keeps_old(self) -> bool:
        return self.kind is StrategyKind.BLUE_GREEN

    @property
    def certifies(self) -> bool:
        """Whether the end makes the revision the one that rollbacks return to."""
        return self.kind is not StrategyKind.SHADOW


@dataclass(frozen=True, slots=True, kw_only=True)
class Desired:
    """Where the target is to be: `weight` of the traffic on `revision`, the rest on `stable`.

    `stable` is None where nothing ran before; `keep` leaves a revision without traffic warm.
    """

    revision: str
    stable: str | None
    weight: Share
    mirror: Share = NOBODY
    keep: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Observed:
    """What runs: percent of the traffic per revision, and of copies per revision.

    `settled` is False while the vendor is still moving there.
    """

    revisions: dict[str, float] = field(default_factory=dict)
    mirrors: dict[str, float] = field(default_factory=dict)
    settled: bool = True
    note: str = ""

    def share_of(self, revision: str) -> float:
        return self.revisions.get(revision, 0.0)

    def spelled(self) -> str:
        """`v1.4.2 10 %, v1.4.1 90 %`, or that nothing runs."""
        parts = [f"{name} {percent:g} %" for name, percent in sorted(self.revisions.items())]
        copies = [f"{name} {pct:g} % copied" for name, pct in sorted(self.mirrors.items()) if pct]
        return ", ".join(parts + copies) or "nothing runs"


TOLERANCE = 0.51
"""Percent points by which a router that knows whole numbers may miss a share."""
WHOLE = 100.0 - TOLERANCE
"""Percent from which all users count as being on one version."""


def has_reached(observed: Observed, desired: Desired) -> bool:
    """Whether the target has settled where it was told to be."""
    return observed.settled and stands_at(observed, desired)


def stands_at(observed: Observed, desired: Desired) -> bool:
    """Whether traffic and copies are split as desired, settled or not."""
    wanted = {desired.revision: desired.weight.percent}
    if desired.stable is not None and desired.stable != desired.revision:
        wanted[desired.stable] = 100.0 - desired.weight.percent
    strangers = sum(pct for name, pct in observed.revisions.items() if name not in wanted)
    misses = [abs(observed.share_of(name) - percent) for name, percent in wanted.items()]
    copied = observed.mirrors.get(desired.revision, 0.0) - desired.mirror.percent
    return max([*misses, strangers, abs(copied)]) <= TOLERANCE


def position(strategy: Strategy, step: int, revision: str, stable: str | None) -> Desired:
    """The desired position at one step of a strategy."""
    planned = strategy.steps[step]
    return Desired(
        revision=revision,
        stable=stable,
        weight=planned.weight,
        mirror=planned.mirror,
        keep=strategy.keeps_old,
    )


def final(strategy: Strategy, revision: str, stable: str | None) -> Desired:
    """Where a release that went well leaves the target."""
    if not strategy.certifies:
        return Desired(revision=revision, stable=stable, weight=NOBODY)
    return Desired(revision=revision, stable=stable, weight=EVERYBODY)


def way_back(revision: str, stable: str | None) -> Desired:
    """Where a rollback leaves the target: all on stable, or nothing where nothing ran before."""
    return Desired(revision=revision, stable=stable, weight=NOBODY)
