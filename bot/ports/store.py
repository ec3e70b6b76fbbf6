"""What the engine asks of a store: append facts, keep claims, and hand out effects.

The store takes data, not callables, and knows no fact of the domain: bodies are JSON objects.
All instants are aware UTC datetimes. A batch is one transaction: everything in it happens, or
nothing does, and the answer leaves only after it is on disk.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol, TypeAlias

Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEvent:
    """A fact to append to `stream`; `schema` is the version of its shape, from 1."""

    stream: str
    kind: str
    schema: int
    at: datetime
    actor: str
    cause: str
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Event(NewEvent):
    """A fact as it stands in the chain: `seq` over all streams, `version` within its own."""

    seq: int
    version: int
    prev_hash: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEffect:
    """Something that must now be done.

    `key` is unique for ever. A new row for the same (stream, slot) supersedes the unsent one.
    `lane` says who performs it; a lower `priority` goes first.
    """

    key: str
    stream: str
    slot: str
    lane: str
    priority: int
    body: Json
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect(NewEffect):
    """A row of the outbox. `seq` keeps the order in which rows were written.

    `done_at` is set once it needs no more work; `outcome` is what came of it, or of the last
    attempt. An outcome of {"superseded": key} means a newer row took its place unsent.
    """

    seq: int
    attempts: int
    lease_until: datetime | None
    done_at: datetime | None
    outcome: Json | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`name` may be held by one stream at a time; `replaces` names the stream it passes on from."""

    name: str
    stream: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """A row of the projection that lists read: droppable, rebuilt by folding the events."""

    stream: str
    service: str
    environment: str
    state: str
    live: bool
    at: datetime
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One unit of work.

    `expect` gives the version each touched stream must still have (0: must not exist yet).
    `supersede` gives (stream, slot) pairs whose unsent rows end before the new ones are written.
    `inbox` is the id under which this input came in; a second batch with it answers the first's
    `reply` and changes nothing. `free` names streams whose claims end.
    """

    at: datetime
    expect: Mapping[str, int] = field(default_factory=dict)
    events: Sequence[NewEvent] = ()
    effects: Sequence[NewEffect] = ()
    supersede: Sequence[tuple[str, str]] = ()
    claims: Sequence[Claim] = ()
    free: Sequence[str] = ()
    statuses: Sequence[Status] = ()
    inbox: str | None = None
    reply: Json | None = None


@dataclass(frozen=True, slots=True)
class Committed:
    """On disk. `events` are the batch's facts with their places in the chain."""

    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """Nothing written: `stream` is at `version`, not where the batch expected it."""

    stream: str
    version: int


@dataclass(frozen=True, slots=True)
class ClaimTaken:
    """Nothing written: the claim `name` is held by the stream `holder`."""

    name: str
    holder: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """Nothing written: this input was answered before, with `reply`."""

    reply: Json | None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Nothing written and nothing will be: the store had not begun when patience ended."""


@dataclass(frozen=True, slots=True)
class BeingRecorded:
    """Patience ended while the store was writing: it will be on disk, or fail, soon."""


CommitResult: TypeAlias = Committed | Stale | ClaimTaken | Replayed | Withdrawn | BeingRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSample:
    """What a source answered for one window, kept for a while beside the chain."""

    series: str
    at: datetime
    body: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptMember:
    """What the directory last said of somebody: whether they were a full member, and when."""

    id: str
    full_member: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """How many rows went because their time was over."""

    inbox: int
    outbox: int
    samples: int


class StoreError(Exception):
    """The store cannot do it now (disk full, read-only, corrupt, locked); nothing was changed."""


class StoreBroken(StoreError):
    """The medium can no longer be trusted (I/O error, damaged, moved away): end and start again.

    Every later write is refused with the same sentence. What was being written just then is
    known only after the restart.
    """


class Store(Protocol):
    """Everything durable. Raises StoreError where the medium fails.

    A batch that could never be kept (NaN, a naive instant, an effect key that exists, an effect
    or claim of a stream without facts) is a ValueError, and nothing is written.
    """

    async def commit(self, batch: Batch, patience: timedelta | None = None) -> CommitResult: ...

    async def load(self, stream: str, after: int = 0) -> tuple[Event, ...]:
        """The facts of one stream with version > `after`, in order; empty where there is none."""
        ...

    async def events(self, after: int = 0, limit: int = 1000) -> tuple[Event, ...]:
        """The facts of all streams with seq > `after`, in order."""
        ...

    async def replied(self, inbox: str) -> Replayed | None:
        """The answer this input got, if it came in before."""
        ...

    async def claims(self) -> dict[str, str]:
        """Claim name -> the stream that holds it."""
        ...

    async def statuses(
        self,
        *,
        live: bool | None = None,
        service: str | None = None,
        environment: str | None = None,
        since: datetime | None = None,
        limit: int = 100,
    ) -> tuple[Status, ...]:
        """Rows of the projection, newest `at` first."""
        ...

    async def count_streams(self, prefix: str) -> int:
        """The highest number N among streams named `<prefix>N`; 0 where there is none."""
        ...

    async def lease(
        self, lanes: Sequence[str], now: datetime, until: datetime, limit: int = 16
    ) -> tuple[Effect, ...]:
        """Due, unsent, unleased rows, first by priority, then by seq.

        Each comes back with attempts + 1 and lease_until = `until`, committed before it is
        handed out, so that an attempt cut short by a crash is known to have been one.
        """
        ...

    async def settle(self, key: str, outcome: Json, at: datetime) -> bool:
        """The effect needs no more work. False where it was settled or superseded before."""
        ...

    async def postpone(self, key: str, due_at: datetime, note: Json) -> bool:
        """Give the lease back; try again from `due_at` on. False where it no longer waits."""
        ...

    async def unlease(self) -> int:
        """At start-up: rows leased by a process that is gone are due again. Returns how many."""
        ...

    async def effect(self, key: str) -> Effect | None: ...

    async def last_done(self, stream: str, slot: str) -> Effect | None:
        """The newest settled, not superseded row of a slot: where a card's message id lives."""
        ...

    async def effects(self, stream: str) -> tuple[Effect, ...]:
        """Every row of a stream, oldest first."""
        ...

    async def next_due(self, lanes: Sequence[str]) -> datetime | None:
        """When the earliest waiting row of these lanes is due."""
        ...

    async def put_series(self, key: str, state: Json, cursor: datetime) -> None:
        """Keep what the watcher knows of one release; the newest wins."""
        ...

    async def get_series(self, key: str) -> tuple[Json, datetime] | None: ...

    async def drop_series(self, key: str) -> None: ...

    async def put_samples(self, samples: Sequence[KeptSample]) -> None:
        """One per (series, at); the newest write wins."""
        ...

    async def samples(self, series: str, since: datetime) -> tuple[KeptSample, ...]:
        """Those with `at` >= `since`, oldest first."""
        ...

    async def put_names(self, names: Mapping[str, str]) -> None:
        """Names of people and channels by id, outside the chain so that they can be forgotten."""
        ...

    async def names(self) -> dict[str, str]: ...

    async def put_members(self, members: Sequence[KeptMember]) -> None:
        """Who may come in while the directory is down; the newest write of each id wins."""
        ...

    async def member(self, person: str) -> KeptMember | None:
        """What was last said of somebody; None where nothing ever was."""
        ...

    async def head(self) -> tuple[int, str]:
        """(seq, hash) of the chain's last fact; (0, genesis hash) where there is none."""
        ...

    async def prune(self, now: datetime) -> "Pruned":
        """See Upkeep."""
        ...

    async def close(self) -> None: ...


class Upkeep(Protocol):
    """What is done to a store beside the work itself: retention, rebuilding, forgetting."""

    async def prune(self, now: datetime) -> Pruned:
        """Daily. Ends inbox rows after 7 days, samples after 14, done effects after 90.

        The newest settled effect of every slot stays: it may name a message still to be edited.
        """
        ...

    async def replace_statuses(self, rows: Sequence[Status]) -> None:
        """The whole projection anew, in one transaction."""
        ...

    async def forget_names(self, ids: Sequence[str]) -> int:
        """How many were forgotten; the chain keeps the ids."""
        ...
