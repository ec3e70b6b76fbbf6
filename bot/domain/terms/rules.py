"""The rules a release is held to: read from the config, pinned in its first fact.

Among them the seats: who is asked before a version reaches users, and what a no of them does.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import timedelta
from enum import Enum, StrEnum
from typing import Any

from bot.domain.judge.samples import Limits, Outcome
from bot.domain.terms.strategy import Strategy


class SeatKind(StrEnum):
    """`needed`: no go without it. `veto`: needed too, and its no-go ends the poll at once.

    `advice`: its no-go stops nothing, but is answered in words before it goes.
    """

    NEEDED = "needed"
    VETO = "veto"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """`people` are names of the config; who they are is read at the moment of the vote."""

    name: str
    people: tuple[str, ...]
    kind: SeatKind = SeatKind.NEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRules:
    """`quorum` counts seats that different people filled with a go, advice included.

    `caller` names those who have the final word once every needed seat said go; empty: it then
    goes by itself. `valid_for` is how long a go, or what was checked before it, may be acted on.
    """

    seats: tuple[Seat, ...]
    quorum: int
    caller: tuple[str, ...] = ()
    closes_after: timedelta = timedelta(hours=1)
    valid_for: timedelta = timedelta(hours=4)


ANYONE = "anyone"
NO_ONE = "nobody"
"""The two words that stand beside names of people in `may`; groups cannot take these names."""


class Mode(StrEnum):
    """How far a release may go by itself."""

    ACT = "act"
    ASK = "ask"
    ADVISE = "advise"


class Advance(StrEnum):
    """Who begins in an environment once a version is certified in the one before."""

    BY_ITSELF = "by itself"


class OnNoData(StrEnum):
    """What a release does while its checks have no data."""

    HOLD = "hold"


class Right(StrEnum):
    """What `may` gives to people."""

    START = "start"
    PROMOTE = "promote"
    PAUSE = "pause"
    ROLLBACK = "rollback"
    ADOPT = "adopt"
    OVERRIDE = "override"
    BREAK_GLASS = "break_glass"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """A named question to a metric source, with its limit.

    `source` names an integration. An error check asks `requests` and `errors`; a latency check
    (`limits.latency`) asks `buckets`. Queries still hold their placeholders. `window` is what one
    poll looks back over and `limits.every` the time between polls, never less than the window.
    """

    name: str
    source: str
    limits: Limits
    window: timedelta
    requests: str | None = None
    errors: str | None = None
    buckets: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackRules:
    """When a release is taken back and how long each part may take.

    `ask_after`: how long without data before `page` is woken. `within`: how long traffic may take
    to be back on stable before a rollback is stuck. `shift_within`: how long a target may take to
    reach a step. `page` names an integration; None where nobody's phone is known.
    """

    upon: frozenset[Outcome] = frozenset({Outcome.FAIL})
    on_no_data: OnNoData = OnNoData.HOLD
    ask_after: timedelta = timedelta(minutes=10)
    within: timedelta = timedelta(minutes=2)
    shift_within: timedelta = timedelta(minutes=10)
    page: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class IntegrationNeed:
    """An integration that rules name, the port it serves there, and the keys that name it."""

    name: str
    port: str
    keys: tuple[str | int, ...]


def name_needs(
    *,
    deployer: str | None,
    sources: Iterable[str],
    page: str | None,
    changes: str | None,
    gates: Sequence[str | None],
) -> tuple[IntegrationNeed, ...]:
    """Every integration that is named, once per place; `gates` has one name or none per step.

    The only list of them: a new port is a new argument, which every caller then has to fill.
    """
    steps = enumerate(gates)
    named = (
        (deployer, "deployer", ("deployer",)),
        *((source, "metrics", ("checks",)) for source in dict.fromkeys(sources)),
        (page, "pager", ("rollback", "page")),
        (changes, "changes", ("changes",)),
        *((gate, "gate", ("strategy", "steps", at, "ask")) for at, gate in steps),
    )
    return tuple(IntegrationNeed(name, port, keys) for name, port, keys in named if name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Everything one service in one environment is released by.

    `deployer` names an integration and `target` is in its terms. `may` gives a right to names of
    people, `anyone` or `nobody`; who they are and `may` itself are read fresh at the moment of an
    act. `after` is the environment the same revision must be certified in first. `tier` 1 is the
    most critical. `changes` names the integration that tells what a release brings. `advance`:
    what is certified in `after` begins here by itself. `digest` covers what is pinned (see PINNED).
    """

    service: str
    environment: str
    deployer: str
    target: dict[str, Any]
    strategy: Strategy
    checks: tuple[CheckRule, ...] = ()
    rollback: RollbackRules = RollbackRules()
    may: dict[str, tuple[str, ...]] = field(default_factory=dict)
    after: str | None = None
    tier: int | None = None
    mode: Mode = Mode.ACT
    channel: str | None = None
    owner: str | None = None
    changes: str | None = None
    advance: Advance | None = None
    poll: PollRules | None = None
    digest: str = ""

    def integrations(self) -> tuple[IntegrationNeed, ...]:
        """Every integration that a release under these rules may have to call."""
        conditions = [step.conditions for step in self.strategy.steps]
        return name_needs(
            deployer=self.deployer,
            sources=[check.source for check in self.checks],
            page=self.rollback.page,
            changes=self.changes,
            gates=[gate.ask if gate else None for gate in conditions],
        )


FRESH = frozenset({"may", "channel", "owner", "changes", "advance", "digest"})
"""What says nothing of how a release moves: read anew, or asked before it does."""

CAME_LATER = frozenset({"poll"})
"""Keys that say nothing where they are not set: they leave the digests of before as they were."""

PINNED = tuple(item.name for item in fields(Rules) if item.name not in FRESH)


def pin(rules: Rules) -> Rules:
    """The same rules with the digest of their pinned part."""
    return replace(rules, digest=digest_of(rules))


def is_same_plan(one: Rules, other: Rules) -> bool:
    """Whether both pin the same, whichever program wrote their digests."""
    return all(plain(getattr(one, name)) == plain(getattr(other, name)) for name in PINNED)


def digest_of(rules: Rules) -> str:
    """SHA-256, in hex, of the canonical JSON of the pinned fields."""
    unset = {name for name in CAME_LATER if getattr(rules, name) is None}
    pinned = {name: plain(getattr(rules, name)) for name in PINNED if name not in unset}
    text = json.dumps(pinned, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON knows it: durations in seconds, sets sorted, dataclasses as objects."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return sorted(plain(item) for item in value)
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return _plain_leaf(value)


def _plain_leaf(value: Any) -> Any:
    if isinstance(value, timedelta):
        return value.total_seconds()
    return value.value if isinstance(value, Enum) else value
