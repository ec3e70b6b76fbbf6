"""A deployer in memory: keeps a split per target, and fails in every way its port can name."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.domain.terms.strategy import Desired, Observed
from bot.ports.clock import Clock
from bot.ports.deployer import Capabilities, RollbackPlan, Target
from bot.ports.outcomes import (
    Accepted,
    AccessDenied,
    AlreadyDone,
    Ambiguous,
    Conflict,
    IntegrationError,
    Nonsense,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
    WriteOutcome,
)
from bot.ports.places import beyond, has_moved

EVERYTHING = Capabilities(weights=True, mirrors=True, keeps_warm=True, removes=True)


class Fault(StrEnum):
    """What can go wrong. A write and a read meet it differently; see MEETS_WRITE, MEETS_READ."""

    REFUSE = "refuse"
    HANG = "hang"
    AMBIGUOUS_AFTER = "ambiguous-after"
    AMBIGUOUS_BEFORE = "ambiguous-before"
    THROTTLE = "throttle"
    PARTIAL = "partial"
    NEVER_SETTLE = "never_settle"
    NONSENSE = "nonsense"
    UNAVAILABLE = "unavailable"


class Call(StrEnum):
    APPLY = "apply"
    OBSERVE = "observe"
    FIND = "find"
    RESOLVE = "resolve"
    PLAN = "plan"


Script = Callable[[Call, str], Fault | None]
"""Asked before each call with its key (empty for those that have none)."""

UNSEEN = Ambiguous("no answer came; it may have happened")
MEETS_WRITE: dict[Fault, WriteOutcome] = {
    Fault.REFUSE: Rejected("the fake was told to refuse"),
    Fault.HANG: UNSEEN,
    Fault.AMBIGUOUS_BEFORE: UNSEEN,
    Fault.THROTTLE: Throttled(timedelta(seconds=5)),
}
"""Nothing was carried out; unavailable raises, as for a read, since nothing was even taken. The
other faults carry it out, in their own way."""
MEETS_READ: dict[Fault, IntegrationError] = {
    Fault.REFUSE: AccessDenied("The fake did not answer: its credentials are wrong. Check them."),
    Fault.HANG: Unavailable("The fake did not answer in time. Try again later."),
    Fault.THROTTLE: Unavailable("The fake is asked too often. Try again later."),
    Fault.UNAVAILABLE: Unavailable("The fake does not answer. Try again later."),
    Fault.NONSENSE: Nonsense("The fake answered something unusable. Look at what it serves."),
}


@dataclass(slots=True)
class Site:
    """One target. `at` is where it stands, `wanted` where it arrives at `due` (None: never)."""

    at: Observed
    wanted: Observed
    due: datetime | None
    keys: set[str] = field(default_factory=set)

    def seen(self, now: datetime) -> Observed:
        if self.due is not None and now >= self.due:
            self.at = self.wanted
        return self.at if self.at is self.wanted else replace(self.at, settled=False)


class FakeDeployer:
    """`effects` is what was really carried out, in order, over all targets.

    Every target begins with everybody on `running` (None: nothing runs). A change arrives
    `settles_in` after it was taken. A hang lasts `patience` of the given clock.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        running: str | None = "v1.4.1",
        versions: Iterable[str] = ("v1.4.1", "v1.4.2", "v1.4.3"),
        capabilities: Capabilities = EVERYTHING,
        settles_in: timedelta = timedelta(0),
        patience: timedelta = timedelta(seconds=10),
        faults: Script | None = None,
    ) -> None:
        self.effects: list[tuple[str, Desired]] = []
        self.versions = list(versions)
        self._clock = clock
        self._running = running
        self._capabilities = capabilities
        self._settles_in = settles_in
        self._patience = patience
        self._script = faults
        self._queued: dict[Call, deque[Fault]] = {call: deque() for call in Call}
        self._sites: dict[tuple[str, str], Site] = {}

    @property
    def capabilities(self) -> Capabilities:
        return self._capabilities

    def fail_next(self, *faults: Fault, on: Call = Call.APPLY) -> "FakeDeployer":
        """The next calls of this kind meet these faults, one each, before the script is asked."""
        self._queued[on].extend(faults)
        return self

    def drift(self, target: Target, **revisions: float) -> None:
        """Somebody else moves the target."""
        site = self._site(target)
        site.at = site.wanted = Observed(revisions=dict(revisions))

    def carried_out(self, key: str) -> int:
        """How often the effect of this key came about."""
        return sum(done == key for done, _ in self.effects)

    async def resolve(self, target: Target, version: str) -> str:
        await self._read(Call.RESOLVE)
        return self._known(version)

    async def observe(self, target: Target) -> Observed:
        fault = await self._read(Call.OBSERVE)
        seen = self._site(target).seen(self._clock.now())
        return replace(seen, settled=False) if fault is Fault.NEVER_SETTLE else seen

    async def apply(
        self, target: Target, desired: Desired, *, key: str, expect: Observed | None = None
    ) -> WriteOutcome:
        fault = await self._meet(Call.APPLY, key)
        if fault is Fault.UNAVAILABLE:
            raise gone(fault)
        if fault in MEETS_WRITE:
            return MEETS_WRITE[fault]
        site = self._site(target)
        if refusal := self._refusal(site, desired, key, expect):
            return refusal
        self._carry_out(site, desired, key, fault)
        after_the_fact = fault in (Fault.AMBIGUOUS_AFTER, Fault.NONSENSE)
        return UNSEEN if after_the_fact else Accepted(key)

    async def find(self, target: Target, key: str) -> bool | None:
        await self._read(Call.FIND, key)
        return key in self._site(target).keys

    async def plan_rollback(self, target: Target, to: str | None) -> RollbackPlan:
        await self._read(Call.PLAN)
        if to is None and not self._capabilities.removes:
            raise NotFound("There is no way back: the fake cannot remove a version.")
        to = None if to is None else self._known(to)
        return RollbackPlan(to=to, mechanism="switch in memory", proof=(f"{to} is kept",))

    def _refusal(
        self, site: Site, desired: Desired, key: str, expect: Observed | None
    ) -> WriteOutcome | None:
        if key in site.keys:
            return AlreadyDone()
        if unsupported := beyond(self._capabilities, desired):
            return unsupported
        unknown = {desired.revision, desired.stable} - {None, *self.versions}
        if unknown:
            return Rejected(f"there is no {' and no '.join(sorted(map(str, unknown)))}")
        seen = site.seen(self._clock.now())
        return Conflict(seen.spelled()) if has_moved(seen, expect) else None

    def _carry_out(self, site: Site, desired: Desired, key: str, fault: Fault | None) -> None:
        now = self._clock.now()
        whole, start = spread(desired), site.seen(now)
        site.at = replace(start, settled=True)
        site.wanted = halfway(start, whole) if fault is Fault.PARTIAL else whole
        site.due = None if fault is Fault.NEVER_SETTLE else now + self._settles_in
        site.keys.add(key)
        self.effects.append((key, desired))

    def _known(self, version: str) -> str:
        if version in self.versions:
            return version
        raise NotFound(f"There is no version {version}; there are: {', '.join(self.versions)}.")

    def _site(self, target: Target) -> Site:
        everybody = {self._running: 100.0} if self._running else {}
        start = Observed(revisions=everybody)
        return self._sites.setdefault(
            (target.service, target.environment), Site(start, start, None)
        )

    async def _read(self, call: Call, key: str = "") -> Fault | None:
        fault = await self._meet(call, key)
        if fault in MEETS_READ:
            raise gone(fault)
        return fault

    async def _meet(self, call: Call, key: str) -> Fault | None:
        queued = self._queued[call]
        fault = queued.popleft() if queued else self._script and self._script(call, key)
        if fault is Fault.HANG:
            await self._clock.sleep(self._patience)
        return fault


def gone(fault: Fault) -> IntegrationError:
    """A new error each time: a raised one grows a traceback."""
    return type(MEETS_READ[fault])(*MEETS_READ[fault].args)


def spread(desired: Desired) -> Observed:
    """What is observed once `desired` is so; a version kept warm shows at 0 %."""
    weight = desired.weight.percent
    revisions = {desired.revision: weight}
    if desired.stable is not None and desired.stable != desired.revision:
        revisions[desired.stable] = 100.0 - weight
    warm = desired.keep or desired.mirror.percent > 0
    mirrors = {desired.revision: desired.mirror.percent} if desired.mirror.percent else {}
    return Observed(
        revisions={name: share for name, share in revisions.items() if share or warm},
        mirrors=mirrors,
    )


def halfway(one: Observed, other: Observed) -> Observed:
    names = {*one.revisions, *other.revisions}
    return replace(
        other, revisions={name: (one.share_of(name) + other.share_of(name)) / 2 for name in names}
    )
