"""The lane `timer`: a row that came due is an alarm that rings."""

from datetime import timedelta

from bot.domain.intents import Alarm, AlarmRang
from bot.engine.engine import Engine
from bot.engine.outbox import Later, Result, Settled
from bot.ports.store import Effect


class Timers:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def perform(self, effect: Effect) -> Result:
        alarm = Alarm(effect.body["alarm"])
        early = effect.due_at - self._engine.clock.now()
        if early > timedelta(0):
            # An alarm that rings before its time is not heard, and would be used up by it.
            return Later(early, "the clock went back")
        told = AlarmRang(alarm=alarm, version=effect.body["version"])
        answer = await self._engine.tell(effect.stream, told)
        return Settled({"rang": alarm.value, "heard": answer.recorded})
