"""[G6] [G7] Stopping everything by a word, lifting it again, and asking the calendar."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.cli.wiring import Built, policy_of
from bot.domain.terms.calendar import Calendar, CalendarWindow, WindowKind
from bot.domain.terms.place import Place
from bot.domain.terms.when import Weekly
from bot.engine.door.calendar import clock_of, week_of
from bot.engine.door.door import Reply
from bot.engine.people.rulebook import Rulebook
from bot.ports.directory import Person
from bot.render.kit.blocks import words_of
from tests.commands.desk import STAGED, Shop
from tests.config.sample import read
from tests.domain.builders import MEI
from tests.engine.rig import FakeDirectory, Group

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
    assert reply.message.text == "prod is frozen until 14:00 UTC: INC-77 (set by U0MEI)."
    assert not reply.public


ANA, KIM = "U0ANA", "U0KIM"
STAFF = FakeDirectory(
    people={
        MEI: Person(id=MEI, name="mei", zone="America/New_York"),
        ANA: Person(id=ANA, name="ana", zone="Europe/Berlin"),
        KIM: Person(id=KIM, name="kim", zone="Nowhere/At all"),
    }
)
WEEKEND = CalendarWindow(
    name="weekend",
    when=(Weekly(day=4, begin=time(16), lasts=timedelta(hours=64)),),
    zone="Europe/Berlin",
    environments=("prod",),
    because="few people are here",
    owner="release-leads",
)
ALWAYS = Weekly(day=0, begin=time(), lasts=timedelta(days=7))
HOURS = CalendarWindow(
    name="office hours",
    kind=WindowKind.ALLOW,
    when=tuple(Weekly(day=day, begin=time(9), lasts=timedelta(hours=2)) for day in range(5)),
    services=("ledger",),
)


def shop_with(*windows: CalendarWindow, may: dict[str, tuple[str, ...]] | None = None) -> Shop:
    """checkout in staging and prod, ledger in prod; `may` is what ledger gives."""
    checkout, prod, ledger = STAGED
    ledger = replace(ledger, may={**ledger.may, **(may or {})})
    people = {"leads": Group(users=(ANA,))}
    shop = Shop(checkout, prod, ledger, directory=STAFF, people=people)
    policy = shop.rig.book.policy
    shop.rig.book.policy = replace(policy, calendar=Calendar(windows=windows))
    return shop


def drawn(reply: Reply) -> str:
    return "\n".join(words_of(block) for block in reply.message.blocks)


def requests(reply: Reply) -> list[str]:
    return [
        each["value"].split("|", 2)[2]
        for block in reply.message.blocks
        if block["type"] == "actions"
        for each in block["elements"]
    ]


async def test_G7_times_are_those_of_who_asks() -> None:
    shop = shop_with(WEEKEND)
    assert "10:00–Mon 02:00 EST · prod frozen: weekend" in drawn(await shop.types("calendar"))
    said = drawn(await shop.types("calendar", by=ANA))
    assert "16:00–Mon 08:00 CET · prod frozen: weekend, few people are here (release-leads)" in said
    assert "Times are those of Europe/Berlin" in said


async def test_a_window_that_comes_again_says_how_often() -> None:
    """E3: the next time of a window is not all that is ahead in fourteen days."""
    said = drawn(await shop_with(WEEKEND).types("calendar"))
    assert "once more in the next 14 d" in said


@pytest.mark.parametrize("person", [KIM, "cli:rui", "U0STRANGER"])
async def test_who_has_no_clock_that_is_known_reads_the_houses(person: str) -> None:
    assert await clock_of(person, shop_with().desk) == "UTC"


async def test_G7_what_stands_comes_first_by_name_and_not_by_id() -> None:
    shop = shop_with(WEEKEND)
    await shop.types("freeze ledger because of U0MEI", by=ANA)
    said = drawn(await shop.types("calendar"))
    assert said.startswith("*Now*\n• ledger is frozen until it is lifted: of U0MEI (set by ana)")
    assert said.index("*Now*") < said.index("*Ahead*")


async def test_G7_only_who_may_lift_a_freeze_has_the_button() -> None:
    shop = shop_with(may={"promote": ("leads",)})
    await shop.types("freeze ledger", by=MEI)
    await shop.types("freeze staging", by=ANA)
    assert requests(await shop.types("calendar", by=MEI)) == ["unfreeze ledger", "unfreeze staging"]
    assert requests(await shop.types("calendar", by=ANA)) == ["unfreeze ledger", "unfreeze staging"]
    assert requests(await shop.types("calendar", by=KIM)) == ["unfreeze staging"]
    for line in requests(await shop.types("calendar", by=ANA)):
        await shop.said(line, by=ANA)
    assert requests(await shop.types("calendar", by=ANA)) == []


async def test_G7_what_may_not_be_read_is_not_in_the_calendar() -> None:
    shop = shop_with(replace(WEEKEND, services=("ledger",)), may={"read": ("leads",)})
    assert "weekend" not in drawn(await shop.types("calendar", by=MEI))
    assert "ledger in prod frozen: weekend" in drawn(await shop.types("calendar", by=ANA))


async def test_G7_a_service_or_an_environment_is_asked_about_alone() -> None:
    shop = shop_with(WEEKEND, replace(WEEKEND, name="books", services=("ledger",)))
    assert "books" not in drawn(await shop.types("calendar checkout"))
    assert "books" in drawn(await shop.types("calendar prod"))
    staging = drawn(await shop.types("calendar staging"))
    assert "The calendar is open for staging: nothing is frozen in the next 14 d." in staging


async def test_G7_outside_of_hours_that_allow_is_told_as_frozen() -> None:
    shop = shop_with(HOURS)
    said = drawn(await shop.types("calendar"))
    assert "• ledger in prod is frozen until Mon 04:00 EST: outside of office hours" in said
    assert "Mon 04:00–06:00 EST · ledger may move: office hours" in said


@pytest.mark.parametrize(
    ("typed", "days"),
    [
        ("calendar", ["Mon"]),
        ("calendar week", []),
        ("calendar this week", []),
        ("calendar next week", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
        ("calendar ledger next week", ["Mon", "Tue", "Wed", "Thu", "Fri"]),
    ],
)
async def test_G7_a_week_is_told_day_by_day(typed: str, days: list[str]) -> None:
    lines = drawn(await shop_with(HOURS).types(typed, by=ANA)).split("\n")
    found = [line for line in lines if "may move" in line]
    assert len(found) == len(days)
    assert all(day in line for day, line in zip(days, found, strict=True))


def test_G7_a_week_begins_on_monday_on_the_readers_own_clocks() -> None:
    # Still Sunday in New York, and Monday in Berlin.
    late = datetime(2026, 11, 23, 2, tzinfo=UTC)
    assert week_of(late, "America/New_York")[0] == datetime(2026, 11, 16, 5, tzinfo=UTC)
    assert week_of(late, "Europe/Berlin")[0] == datetime(2026, 11, 22, 23, tzinfo=UTC)
    assert week_of(late, "Europe/Berlin", 1)[1] == datetime(2026, 12, 6, 23, tzinfo=UTC)


async def test_G7_refusals_name_people() -> None:
    shop = shop_with(may={"promote": ("leads",)})
    await shop.types("freeze ledger because INC-77", by=MEI)
    _, said = await shop.refused("start ledger v2 to prod", by=ANA)
    assert "(INC-77, set by mei)" in said
    code, said = await shop.refused("unfreeze ledger", by=KIM)
    assert code == "NO_RIGHT"
    assert said.startswith("Not unfrozen: mei froze ledger because INC-77, and you do not have")
    assert "U0MEI" not in said


def overrides(reply: Reply) -> list[str]:
    return [each for each in requests(reply) if each.startswith("override ")]


async def test_G7_who_may_override_is_offered_to_ask_where_a_start_is_frozen() -> None:
    shop = shop_with(may={"override": ("leads",)})
    await shop.types("freeze ledger")
    assert overrides(await shop.types("start ledger v2 to prod", by=MEI)) == []
    refused = await shop.types("start ledger v2 to prod", by=ANA)
    assert overrides(refused) == ["override ledger v2 freeze to prod"]
    [button] = [each for each in refused.message.blocks if each["type"] == "actions"]
    assert button["elements"][0]["action_id"] == "ask:override"
    asked = await shop.types(f"{overrides(refused)[0]} because INC-77", by=ANA)
    assert "a second person is asked" in asked.message.text


async def test_G7_who_may_override_is_offered_to_ask_where_a_step_is_frozen() -> None:
    shop = Shop()
    await shop.rig.baking()
    await shop.said("freeze all")
    refused = await shop.types("promote R-1 early because hurry")
    assert refused.code == "FROZEN"
    assert overrides(refused) == ["override R-1 freeze"]
    asked = await shop.types(f"{overrides(refused)[0]} because INC-77")
    assert "a second person is asked" in asked.message.text


LEDGER = Place("ledger", "prod")


def ledger(shop: Shop, **changes: object) -> None:
    policy = shop.rig.book.policy
    here = replace(policy.places[LEDGER], **changes)  # type: ignore[arg-type]
    shop.rig.book.policy = replace(policy, places={**policy.places, LEDGER: here})


async def test_G8_what_is_outside_of_covered_hours_is_offered_too() -> None:
    shop = shop_with()
    ledger(shop, covered=HOURS)
    refused = await shop.types("start ledger v2 to prod")
    assert refused.code == "NOT_COVERED"
    assert overrides(refused) == ["override ledger v2 covered to prod"]


async def test_G7_a_freeze_of_a_region_stops_what_is_there_and_nothing_else() -> None:
    shop = shop_with(replace(WEEKEND, when=(ALWAYS,), environments=(), regions=("eu",)))
    ledger(shop, region="eu")
    code, said = await shop.refused("start ledger v2 to prod")
    assert (code, "ledger in prod is frozen" in said) == ("FROZEN", True)
    assert (await shop.types("start checkout v2 to staging")).code != "FROZEN"
    assert "eu is frozen" in drawn(await shop.types("calendar ledger"))
    assert "The calendar is open" in drawn(await shop.types("calendar checkout"))


def test_G7_where_a_mistake_hides_the_region_every_region_means_it() -> None:
    book = shop_with().rig.book
    assert book.at(LEDGER).region == ""
    assert book.at(Place("ledger", "nowhere")).region is None


def test_G7_the_config_tells_the_bot_which_region_a_place_is_in() -> None:
    config = read({"services.checkout.environments.prod.region": "eu"})
    book = Rulebook(policy_of(config, Built()), STAFF)
    where = ("prod", "staging")
    assert [book.at(Place("checkout", each)).region for each in where] == ["eu", ""]
