"""The lane `timer`: a row that came due is an alarm that rings."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from bot.domain.decide.alarm import ALARMS, name_of
from bot.domain.intents.release import AlarmRang
from bot.domain.state.moves import Do
from bot.domain.state.release import Release
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult, backoff
from bot.engine.record.engine import Engine
from bot.ports.store import Effect

LOOKS = 5
FIRST_LOOK = 0.2
SLOWEST_LOOK = timedelta(seconds=2).total_seconds()


class TimerLane:
    """`look` asks the target where it is and puts that to the release; False where it is silent."""

    def __init__(self, engine: Engine, look: Callable[[Release], Awaitable[bool]]) -> None:
        self._engine = engine
        self._look = look

    async def perform(self, effect: Effect) -> RowResult:
        alarm = Do(effect.body["do"])
        unseen = ALARMS[alarm].looks_first and not await self._looked(effect)
        if unseen and effect.attempts < LOOKS:
            span = backoff(effect.attempts, FIRST_LOOK, SLOWEST_LOOK)
            return RowLater(span, "the target could not be asked where it is")
        early = effect.due_at - self._engine.clock.now()
        if early > timedelta(0):
            # An alarm that rings before its time is not heard, and would be used up by it.
            return RowLater(early, "the clock went back")
        told = AlarmRang(alarm=alarm, version=effect.body["version"])
        answer = await self._engine.tell(effect.stream, told)
        return RowDone({"rang": name_of(alarm), "heard": answer.recorded})

    async def _looked(self, effect: Effect) -> bool:
        release = await self._engine.history.release(effect.stream)
        return release is None or await self._look(release)
