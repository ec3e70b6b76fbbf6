"""Asking outside whether a release may go on, until it is answered or too late. Lane `gate`."""

from bot.domain.intents import release as i
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.strategy import StepGate
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult, backoff
from bot.engine.parts import Ports
from bot.engine.record.engine import Engine
from bot.ports.gate import Answered, Question
from bot.ports.outcomes import IntegrationError
from bot.ports.store import Effect

MOST_BETWEEN = 30.0
"""Seconds between questions at a gate that does not answer."""


class GateLane:
    def __init__(self, engine: Engine, ports: Ports) -> None:
        self._engine = engine
        self._ports = ports

    async def perform(self, effect: Effect) -> RowResult:
        release = await self._engine.history.release(effect.stream)
        if release is None or not is_waiting(release) or release.gate is None:
            return RowDone({"not_wanted": "nobody waits for this answer"})
        if not release.gate.ask:
            return RowDone({"not_configured": "nothing outside is asked here"})
        return await self._put(release, release.gate, effect)

    async def _put(self, release: Release, gate: StepGate, effect: Effect) -> RowResult:
        try:
            reply = await self._ports.gate(gate.ask).ask(question(release), key=effect.key)
        except IntegrationError as error:
            return RowLater(backoff(effect.attempts, most=MOST_BETWEEN), str(error))
        if not isinstance(reply, Answered):
            return RowLater(reply.again, f"{gate.ask} has not answered yet")
        told = i.GateAnswer(
            step=release.step, go=reply.go, because=reply.because, valid_for=reply.valid_for
        )
        await self._engine.tell(release.id, told)
        return RowDone({"answered": "yes" if reply.go else "no"})


def is_waiting(release: Release) -> bool:
    """Whether an answer would still be heard."""
    state = release.gating
    heard = state is None or state.answered_at is not None or bool(state.refused)
    return release.flying_in is State.GATED and not heard


def question(release: Release) -> Question:
    after = release.rules.strategy.steps[release.step + 1]
    return Question(
        release=release.id,
        service=release.service,
        environment=release.environment,
        version=release.name,
        revision=release.revision,
        step=str(after.weight if after.weight.percent else after.mirror),
    )
