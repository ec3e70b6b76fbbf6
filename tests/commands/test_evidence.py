"""`/release evidence R-1`"""

from bot.domain.facts.bot import EvidenceRead
from bot.domain.intents import release as i
from bot.engine.record.codec import fact_of
from tests.commands.desk import baking

RUI = "U0RUI"


async def test_it_says_who_decided_what_and_where_the_whole_is() -> None:
    shop = await baking()
    await shop.rig.engine.tell("R-1", i.Pause(by=RUI, because="odd log lines"))
    await shop.types("promote R-1", by=RUI)
    told = await shop.said("evidence R-1")
    assert "odd log lines" in told
    assert "Refused meanwhile: 1." in told
    assert "slipway audit export --release R-1" in told


async def test_who_read_it_is_recorded() -> None:
    shop = await baking()
    await shop.said("evidence R-1", by=RUI)
    [fact] = [
        fact_of(event)
        for event in await shop.rig.store.load("door")
        if event.kind == EvidenceRead.__name__
    ]
    assert isinstance(fact, EvidenceRead)
    assert (fact.by, fact.release, fact.via) == (RUI, "R-1", "slash")


async def test_a_release_that_is_not_there_has_none() -> None:
    shop = await baking()
    code, _ = await shop.refused("evidence R-7")
    assert code == "NOTHING_LIVE"
