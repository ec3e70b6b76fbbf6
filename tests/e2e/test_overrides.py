"""An override over the practice workspace: asked, granted by a button, used, over by the clock."""

from typing import Any

from bot.domain.facts import override as o
from bot.domain.facts.calendar import FreezeBegan
from bot.domain.state.service import stream_of
from bot.practice.stage.config import Tempo
from bot.practice.stage.stage import CHANNEL, MEI, RUI, Stage, opened
from tests.e2e.test_polls import ANA, dies_and_returns, facts

MAY = 'may      = { override = ["release-leads", "stakeholders"] }\n'


def says(stage: Stage, words: str) -> dict[str, Any] | None:
    """The newest message of the channel with these words."""
    room = stage.workspace.workspace.snapshot(CHANNEL)["channels"][0]
    found = [said for said in room["messages"] if words in str(said)]
    return found[-1] if found else None


async def stands(stage: Stage, words: str) -> dict[str, Any]:
    async def is_there() -> bool:
        return says(stage, words) is not None

    await stage.until(f"the channel reads {words!r}", is_there)
    said = says(stage, words)
    assert said is not None
    return said


async def _froze(stage: Stage) -> bool:
    return any(isinstance(fact, FreezeBegan) for fact in await facts(stage, "R-1"))


async def test_G7_a_freeze_is_let_past_by_a_second_persons_button_and_only_for_its_time() -> None:
    async with opened(tempo=Tempo(modes={"checkout": MAY})) as stage:
        await stage.raise_bot()
        await stage.listens()
        await stage.types(MEI, "/release adopt checkout")
        await stage.types(RUI, "/release freeze checkout for 2h because quarter end")
        assert "/release override" in await stage.types(MEI, "/release start checkout v1.4.2")
        line = "/release override checkout v1.4.2 freeze for 20s because INC-77"
        await stage.types(RUI, line)
        asked = await stands(stage, "asks for a second person")
        await dies_and_returns(stage)
        await stage.does(RUI, do="click", ts=asked["ts"], action_id="act:grant", wait=3.0)
        await stage.does(ANA, do="click", ts=asked["ts"], action_id="act:grant", wait=3.0)
        await stands(stage, "is let past the freeze")
        await stage.types(MEI, "/release start checkout v1.4.2")
        await stage.reaches("shifting", "baking")
        # Held by a person it cannot be over before the override is.
        await stage.types(MEI, "/release pause R-1")
        await stage.until("the freeze holds it again", lambda: _froze(stage))
        said = await facts(stage, stream_of("checkout", "prod"))
        granted = [fact for fact in said if isinstance(fact, o.OverrideGranted)]
        assert [fact.by for fact in granted] == [ANA]
        used = [fact for fact in await facts(stage, "R-1") if isinstance(fact, o.OverrideUsed)]
        assert [(fact.asked_by, fact.second) for fact in used] == [(RUI, ANA)]
        await stage.types(MEI, "/rollback checkout")
        await stage.reaches("rolled_back")
