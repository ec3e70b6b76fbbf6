"""[G6] [G7] Stopping everything by a word, lifting it again, and asking the calendar."""

from tests.commands.desk import STAGED, Shop

SAM = "U0SAM"


async def live() -> Shop:
    shop = Shop()
    await shop.rig.baking()
    return shop


async def test_G7_all_is_frozen_by_a_word_and_nothing_starts() -> None:
    shop = Shop()
    await shop.rig.adopt()
    said = await shop.said("freeze all for 2h because INC-77")
    assert said.startswith("Frozen until 14:00 UTC: everything.")
    code, text = await shop.refused("start checkout v1.4.2")
    assert code == "FROZEN"
    assert "is frozen until 14:00 UTC (INC-77, set by" in text


async def test_G6_a_rollback_is_accepted_while_all_is_frozen() -> None:
    shop = await live()
    await shop.said("freeze all")
    assert (await shop.types("rollback R-1")).code == ""


async def test_G7_a_place_is_frozen_and_others_are_not() -> None:
    shop = Shop(*STAGED)
    await shop.said("freeze prod until 17:00")
    assert (await shop.types("start checkout v1.4.2 to prod")).code != ""
    assert (await shop.types("start checkout v1.4.2 to staging")).code == ""


async def test_G7_a_service_is_frozen_everywhere() -> None:
    shop = Shop(*STAGED)
    said = await shop.said("freeze checkout because odd")
    assert said.startswith("Frozen until it is lifted: checkout.")


async def test_G7_what_was_frozen_is_lifted_and_may_start() -> None:
    shop = Shop()
    await shop.rig.adopt()
    await shop.said("freeze all")
    await shop.said("unfreeze all because over")
    assert (await shop.types("start checkout v1.4.2")).code == ""


async def test_what_is_not_said_is_not_guessed() -> None:
    shop = Shop()
    assert (await shop.refused("freeze for 2h"))[0] == "NEEDS_WHAT"
    assert (await shop.refused("freeze all until yesterday"))[0] == "BAD_TIME"
    assert (await shop.refused("unfreeze all"))[0] == "NOT_FROZEN"


async def test_G7_the_calendar_says_what_stands_and_who_set_it() -> None:
    shop = Shop()
    assert "The calendar is open" in (await shop.types("calendar")).message.text
    await shop.said("freeze prod for 2h because INC-77")
    reply = await shop.types("calendar")
    assert reply.message.text.startswith("NOW until 14:00 UTC  INC-77: prod, set by")
    assert not reply.public
