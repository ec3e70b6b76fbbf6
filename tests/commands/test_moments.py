"""One reader of times for every verb: what one understands, all understand, and as the same."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.facts import vote as p
from bot.engine.door.door import Door
from bot.engine.watch.views import Views
from commands.shared.moment import BAD_TIME
from tests.commands.desk import Shop
from tests.commands.test_votes import polling

ANA, KIM = "U0ANA", "U0KIM"
ZONE = "Europe/Berlin"
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
"""A Friday; 13:00 on the clocks of the house."""


def berlin(day: int, hour: int = 0, minute: int = 0, month: int = 11) -> datetime:
    """In winter these clocks are an hour ahead."""
    return datetime(2026, month, day, hour, minute, tzinfo=UTC) - timedelta(hours=1)


AHEAD = {
    "2h": NOON + timedelta(hours=2),
    "30m": NOON + timedelta(minutes=30),
    "90s": NOON + timedelta(seconds=90),
    "1h 30m": NOON + timedelta(minutes=90),
    "2d": NOON + timedelta(days=2),
    "1w": NOON + timedelta(days=7),
    "14:30": berlin(20, 14, 30),
    "14.30": berlin(20, 14, 30),
    "13:00": berlin(21, 13),
    "9:00": berlin(21, 9),
    "09:00": berlin(21, 9),
    "00:00": berlin(21),
    "23:59": berlin(20, 23, 59),
    "today 18:00": berlin(20, 18),
    "18:00 today": berlin(20, 18),
    "tomorrow": berlin(21),
    "tomorrow 10:00": berlin(21, 10),
    "tomorrow 9.15": berlin(21, 9, 15),
    "10:00 tomorrow": berlin(21, 10),
    "Tomorrow 10:00": berlin(21, 10),
    "fri 18:00": berlin(20, 18),
    "fri 12:00": berlin(27, 12),
    "friday 18:00": berlin(20, 18),
    "Fri 18:00": berlin(20, 18),
    "18:00 fri": berlin(20, 18),
    "fri": berlin(27),
    "mon": berlin(23),
    "monday": berlin(23),
    "mon 08:00": berlin(23, 8),
    "mon 8:00": berlin(23, 8),
    "mon 8.00": berlin(23, 8),
    "tues 08:00": berlin(24, 8),
    "wednesday 08:00": berlin(25, 8),
    "thurs 08:00": berlin(26, 8),
    "sat 08:00": berlin(21, 8),
    "sunday 23:30": berlin(22, 23, 30),
    "2026-11-27": berlin(27),
    "2026-11-27 10:00": berlin(27, 10),
    "2026-11-27 9:00": berlin(27, 9),
    "2026-11-27T10:00": berlin(27, 10),
    "2026-11-27t10:00": berlin(27, 10),
    "2026-11-27T10:00:30": berlin(27, 10) + timedelta(seconds=30),
    "2026-11-27T10:00Z": datetime(2026, 11, 27, 10, tzinfo=UTC),
    "2026-11-27T10:00:00Z": datetime(2026, 11, 27, 10, tzinfo=UTC),
    "2026-11-27T10:00:00+05:30": datetime(2026, 11, 27, 4, 30, tzinfo=UTC),
}
NO_TIME = ("99:99", "2026-13-45", "mon tue 9:00", "next week", "yesterday", "2026-11-19 10:00")


def houses(shop: Shop) -> Shop:
    rig = shop.rig
    readers = Views(rig.engine, rig.book, timedelta(minutes=5), "/release", ZONE)
    shop.desk = replace(shop.desk, readers=readers)
    shop.door = Door(shop.desk)
    return shop


def test_the_list_is_long_enough() -> None:
    """E3: at least 40 spellings are compared."""
    assert len(AHEAD) >= 40


@pytest.mark.parametrize("typed", AHEAD)
async def test_a_freeze_ends_then(typed: str) -> None:
    """E3: the reader that `freeze` had understood no `tomorrow`."""
    shop = houses(Shop())
    await shop.said(f"freeze all until {typed} because odd")
    (each,) = (await shop.rig.engine.history.declared()).standing
    assert each.until == AHEAD[typed]


@pytest.mark.parametrize("typed", AHEAD)
async def test_a_delegation_ends_then(typed: str) -> None:
    """E3: the reader that `delegate` had understood no `2h` and no `2026-12-24T08:00`."""
    shop = houses(await polling())
    await shop.said(f"delegate release to <@{KIM}> until {typed}", by=ANA)
    (fact,) = await shop.rig.engine.history.facts(p.DELEGATIONS)
    assert isinstance(fact, p.Delegated)
    assert fact.until == AHEAD[typed]


@pytest.mark.parametrize("typed", AHEAD)
async def test_override_and_changes_read_it_too(typed: str) -> None:
    """E3: neither refuses a time that another verb understands."""
    shop = houses(Shop())
    await shop.rig.adopt()
    asked = await shop.types(f"override checkout v1.4.2 freeze until {typed} because INC-77")
    assert asked.code != BAD_TIME
    assert (await shop.types(f"changes since {typed}")).code == ""


@pytest.mark.parametrize("typed", NO_TIME)
async def test_no_verb_takes_what_is_no_time_ahead_and_all_say_so_alike(typed: str) -> None:
    """E3: one code for one mistake."""
    shop = houses(await polling())
    replies = [
        await shop.types(f"freeze all until {typed} because odd", by=ANA),
        await shop.types(f"delegate release to <@{KIM}> until {typed}", by=ANA),
        await shop.types(f"override checkout v9 freeze until {typed} because odd", by=ANA),
    ]
    assert {reply.code for reply in replies} == {BAD_TIME}
    assert all("tomorrow 10:00" in reply.message.text for reply in replies)


@pytest.mark.parametrize(
    ("typed", "then", "told"),
    [
        ("2027-03-28 02:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "skip 02:30"),
        ("2027-10-31T02:30", datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "02:30 twice"),
        ("2027-10-31 03:30", datetime(2027, 10, 31, 2, 30, tzinfo=UTC), ""),
    ],
)
async def test_what_clocks_skip_or_repeat_is_told(typed: str, then: datetime, told: str) -> None:
    """E3: a time that is not on the clocks, or twice, is taken in a way that is said."""
    shop = houses(Shop())
    said = await shop.said(f"freeze all until {typed} because odd")
    (each,) = (await shop.rig.engine.history.declared()).standing
    assert each.until == then
    assert ("Clocks there" in said) is bool(told)
    assert told in said
