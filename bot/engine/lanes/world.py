"""Effects on the world: preflight, and telling a target where to be."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.intents import release as i
from bot.domain.state.moves import Do, State
from bot.domain.state.release import Release
from bot.domain.terms.strategy import Desired, stands_at
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult, backoff
from bot.engine.lanes.preflight import preflight
from bot.engine.parts import Ports, target_for
from bot.engine.record.codec import restore
from bot.engine.record.engine import Engine
from bot.ports.deployer import Deployer
from bot.ports.outcomes import (
    Accepted,
    AccessDenied,
    AlreadyDone,
    Ambiguous,
    Conflict,
    Done,
    IntegrationError,
    NotFound,
    Rejected,
    Throttled,
    Unsupported,
    WriteOutcome,
)
from bot.ports.store import Effect

WANTED_IN: Mapping[Do, frozenset[State]] = {
    Do.PREFLIGHT: frozenset({State.PREFLIGHT}),
    Do.APPLY: frozenset({State.SHIFTING}),
    Do.FINISH: frozenset({State.FINISHING}),
    Do.ROLL_BACK: frozenset({State.ROLLING_BACK, State.STUCK}),
}
"""An effect that outlived its state is not performed any more."""
LOOK_AGAIN = timedelta(seconds=0.5)
MOST_BETWEEN = 10.0
"""Seconds between attempts at a vendor that does not answer."""


class WorldLane:
    """Performs the lane `world`."""

    def __init__(self, engine: Engine, ports: Ports) -> None:
        self._engine = engine
        self._ports = ports

    async def perform(self, effect: Effect) -> RowResult:
        release = await self._engine.history.release(effect.stream)
        do = Do(effect.body["do"])
        if release is None or release.state not in WANTED_IN[do]:
            return RowDone({"not_wanted": release.state.value if release else "no release"})
        if do is Do.PREFLIGHT:
            return await self._preflight(release)
        return await self._move(release, effect)

    async def _preflight(self, release: Release) -> RowResult:
        report = await preflight(release, self._ports, self._engine.book.named)
        await self._engine.tell(release.id, report)
        return RowDone({"reported": [reason.code for reason in report.reasons] or "passed"})

    async def _move(self, release: Release, effect: Effect) -> RowResult:
        desired: Desired = restore(Desired, effect.body["desired"])
        try:
            deployer = self._ports.deployer(release.rules.deployer)
            if effect.attempts > 1 and await self._was_done(deployer, release, desired, effect):
                return RowDone({"done": "found under its key"})
            if await self._is_frozen(release, effect):
                return RowLater(LOOK_AGAIN, "a freeze began before it was sent")
            outcome = await deployer.apply(target_for(release), desired, key=effect.key)
        except (AccessDenied, NotFound) as error:
            return await self._refused(effect, str(error))
        except IntegrationError as error:
            return RowLater(backoff(effect.attempts, most=MOST_BETWEEN), str(error))
        return await self._answered(effect, outcome)

    async def _is_frozen(self, release: Release, effect: Effect) -> bool:
        """Looked at in the last moment: what was decided just before a freeze is not sent in it."""
        if Do(effect.body["do"]) is not Do.APPLY:
            return False
        if not (await self._engine.load.frozen(release)).frozen:
            return False
        await self._engine.tell(release.id, i.CalendarTurned())
        return True

    async def _was_done(
        self, deployer: Deployer, release: Release, desired: Desired, effect: Effect
    ) -> bool:
        """Whether an attempt that was cut short or unanswered took effect after all."""
        found = await deployer.find(target_for(release), effect.key)
        if found is not None:
            return found
        return stands_at(await deployer.observe(target_for(release)), desired)

    async def _answered(self, effect: Effect, outcome: WriteOutcome) -> RowResult:
        match outcome:
            case Done() | AlreadyDone() | Accepted():
                return RowDone({"done": type(outcome).__name__})
            case Throttled(after):
                return RowLater(after, "the deployer asked to come back later")
            case Ambiguous(why):
                return RowLater(LOOK_AGAIN, why)
            case Rejected(reason):
                return await self._refused(effect, reason)
            case Conflict(current):
                return await self._refused(effect, f"the target is elsewhere: {current}")
            case Unsupported(why, alternative):
                return await self._refused(effect, f"{why}; {alternative}")

    async def _refused(self, effect: Effect, reason: str) -> RowResult:
        back = Do(effect.body["do"]) is Do.ROLL_BACK
        await self._engine.tell(effect.stream, i.MoveRefused(reason=reason, back=back))
        return RowDone({"refused": reason})
