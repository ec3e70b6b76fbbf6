"""A gate in the engine: who is asked outside, what rows it has, and what a restart finds."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state.moves import Do, State
from bot.domain.terms.strategy import StepGate, Strategy
from bot.engine.lanes.gate import GateLane
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.engine.lanes.timer import TimerLane
from bot.engine.record.history import History
from bot.ports.gate import Answered, GateReply, Pending, Question
from bot.ports.outcomes import Unavailable
from tests.domain.builders import CANARY, verdict
from tests.engine.rig import Group, Rig, lenient

ANA, RUI = "U0ANA", "U0RUI"


class Board:
    """A gatekeeper in memory: answers what it is told to, or fails."""

    def __init__(self) -> None:
        self.reply: GateReply | None = Pending(again=timedelta(seconds=30))
        self.asked: list[tuple[Question, str]] = []

    async def ask(self, question: Question, *, key: str) -> GateReply:
        self.asked.append((question, key))
        if self.reply is None:
            raise Unavailable("The board could not be asked: nobody listens.")
        return self.reply


class Scene:
    """R-1, baked at 10 %, before a gate."""

    def __init__(self, gate: StepGate) -> None:
        first, second, last = CANARY.steps
        moves = Strategy(kind=CANARY.kind, steps=(first, replace(second, conditions=gate), last))
        people = {"release-leads": Group(users=(ANA, RUI))}
        self.rig = Rig(lenient(strategy=moves), people=people)
        self.board = Board()
        self.rig.ports.gates = {"board": self.board}
        self.gating = GateLane(self.rig.engine, self.rig.ports)

    async def at_gate(self) -> None:
        await self.rig.baking()
        baked = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=timedelta(hours=1))
        assert (await self.rig.engine.tell("R-1", baked)).ok
        assert await self.state() is State.GATED

    async def state(self) -> State:
        return (await self.rig.release()).state

    async def asks(self) -> RowResult:
        [row] = await self.rig.rows(Do.ASK_GATE)
        return await self.gating.perform(row)

    async def rings(self, do: Do) -> None:
        timers = TimerLane(self.rig.engine, lambda release: self.looks())
        for row in await self.rig.rows(do):
            if row.done_at is None and row.due_at <= self.rig.clock.now():
                await timers.perform(replace(row, attempts=1))

    async def looks(self) -> bool:
        return True


@pytest.fixture
async def board() -> Scene:
    scene = Scene(StepGate(ask="board"))
    await scene.at_gate()
    return scene


async def test_it_is_asked_until_it_answers_under_one_key(board: Scene) -> None:
    assert await board.asks() == RowLater(timedelta(seconds=30), "board has not answered yet")
    board.board.reply = Answered(go=True, because="CHG-12")
    assert await board.asks() == RowDone({"answered": "yes"})
    assert await board.state() is State.SHIFTING
    assert len({key for _, key in board.board.asked}) == 1
    assert board.board.asked[0][0].step == "50 %"


async def test_a_gate_that_is_silent_is_asked_again_and_then_a_person_is(board: Scene) -> None:
    board.board.reply = None
    assert isinstance(await board.asks(), RowLater)
    board.rig.clock.advance(timedelta(hours=1))
    await board.rings(Do.ALARM_ANSWER)
    release = await board.rig.release()
    assert release.gating is not None
    assert release.gating.refused == "no answer from board within 1 h"
    assert len(await board.rig.rows(Do.ASK)) == 1
    assert await board.asks() == RowDone({"not_wanted": "nobody waits for this answer"})


async def test_nothing_is_asked_of_a_release_that_was_taken_back(board: Scene) -> None:
    await board.rig.engine.tell("R-1", i.Rollback(by=ANA))
    assert await board.asks() == RowDone({"not_wanted": "nobody waits for this answer"})
    assert board.board.asked == []


async def test_a_gate_that_left_the_config_says_so(board: Scene) -> None:
    board.rig.ports.gates = {}
    result = await board.asks()
    assert isinstance(result, RowLater)
    assert "not in the config any more" in result.why


async def test_the_record_alone_tells_where_the_gate_stands() -> None:
    scene = Scene(StepGate(approve="release-leads", approvals=2, ask="board"))
    await scene.at_gate()
    assert (await scene.rig.engine.tell("R-1", i.Promote(by=ANA))).ok
    board = i.GateAnswer(step=0, go=True, because="", valid_for=timedelta(hours=2))
    await scene.rig.engine.tell("R-1", board)
    again = await History(scene.rig.store).release("R-1")
    assert again == await scene.rig.release()
    assert again is not None
    assert again.gating is not None
    assert again.gating.approved == (ANA,)


async def test_who_may_agree_is_read_at_the_moment_of_the_act() -> None:
    scene = Scene(StepGate(approve="release-leads"))
    await scene.at_gate()
    scene.rig.book.policy = replace(
        scene.rig.book.policy, people={"release-leads": Group(users=(RUI,))}
    )
    assert (await scene.rig.engine.tell("R-1", i.Promote(by=ANA))).code == "NOT_ASKED"
    assert (await scene.rig.engine.tell("R-1", i.Promote(by=RUI))).ok
    assert await scene.state() is State.SHIFTING


async def test_a_group_that_cannot_be_asked_for_opens_nothing() -> None:
    scene = Scene(StepGate(approve="release-leads"))
    await scene.at_gate()
    scene.rig.book.policy = replace(
        scene.rig.book.policy, people={"release-leads": Group(users=(ANA,), group="S0LEADS")}
    )
    assert (await scene.rig.engine.tell("R-1", i.Promote(by=ANA))).code == "UNKNOWN_PEOPLE"


async def test_the_time_opens_it_by_itself() -> None:
    scene = Scene(StepGate(opens="13:00"))
    await scene.at_gate()
    scene.rig.clock.advance(timedelta(minutes=59))
    await scene.rings(Do.ALARM_GATE)
    assert await scene.state() is State.GATED
    scene.rig.clock.advance(timedelta(minutes=1))
    await scene.rings(Do.ALARM_GATE)
    assert await scene.state() is State.SHIFTING
