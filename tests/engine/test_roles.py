"""In which role somebody acted stands beside their name, as the config gave it at that moment."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.facts.fact import Fact
from bot.domain.facts.release import Mark
from bot.domain.intents import release as i
from bot.engine.record.codec import fact_of
from tests.domain.builders import MEI, OLD
from tests.engine.rig import Group, Rig, lenient

RUI = "U0RUI"
MAY = {
    "start": ("shop-devs", "release-leads"),
    "promote": ("release-leads",),
    "override": ("release-leads",),
    "rollback": ("anyone",),
}
PEOPLE = {"shop-devs": Group(users=(MEI,)), "release-leads": Group(users=(RUI, MEI))}


def rig() -> Rig:
    return Rig(lenient(may=MAY), people=PEOPLE)


async def last(shop: Rig, stream: str = "R-1") -> Fact:
    return fact_of((await shop.store.load(stream))[-1])


async def test_the_names_that_gave_the_right_are_written_down() -> None:
    shop = rig()
    await shop.baking()
    assert fact_of((await shop.store.load("R-1"))[0]).role == "shop-devs, release-leads"


async def test_what_anyone_may_is_said_to_be_so() -> None:
    shop = rig()
    await shop.baking()
    await shop.engine.tell("R-1", i.Rollback(by="U0SAM"))
    assert (await last(shop)).role == "anyone"


async def test_a_promotion_early_is_by_the_right_to_override() -> None:
    shop = rig()
    await shop.baking()
    early = i.Promote(by=RUI, early=True, because="fix for INC-77")
    assert (await shop.engine.tell("R-1", early)).ok
    assert (await last(shop)).role == "release-leads"


async def test_the_bot_has_no_role() -> None:
    shop = rig()
    await shop.baking()
    assert (await last(shop)).role == ""
    assert "role" not in (await shop.store.load("R-1"))[-1].body


async def test_a_role_is_that_of_the_moment() -> None:
    shop = rig()
    await shop.baking()
    leads = Group(users=(MEI,))
    shop.book.policy = replace(shop.book.policy, people={**PEOPLE, "release-leads": leads})
    await shop.engine.tell("R-1", i.Pause(by=MEI, span=timedelta(minutes=5)))
    assert (await last(shop)).role == "anyone"
    bad = i.MarkVersion(
        by=MEI,
        service="checkout",
        environment="prod",
        version=OLD.version,
        mark=Mark.BAD,
        because="it leaks",
    )
    assert (await shop.engine.open(bad)).ok
    assert (await last(shop, "S/checkout/prod")).role == "release-leads"
