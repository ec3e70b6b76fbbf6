"""[G7] The calendar in other calendars: served by token, read back by the iCalendar library."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import icalendar
import pytest
from aiohttp import web

from bot.config import ConfigError, Secrets, Web
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.terms.calendar import Calendar, CalendarWindow, WindowKind
from bot.domain.terms.when import Once, Weekly, on_day
from bot.web.calendar import Feed, add_feed, token_of
from tests.config.sample import read
from tests.domain.builders import MEI, NOON
from tests.engine.rig import Rig

TOKEN = "a-token-of-the-calendar"
WEEKEND = CalendarWindow(
    name="weekend",
    when=(Weekly(day=4, begin=NOON.time().replace(hour=16), lasts=timedelta(hours=64)),),
    zone="Europe/Berlin",
    environments=("prod",),
    because="few people are here",
    owner="release-leads",
)
CHRISTMAS = CalendarWindow(
    name="holidays", when=(on_day(date(2026, 12, 25)),), zone="Europe/Berlin"
)
FAR = CalendarWindow(name="far", when=(on_day(date(2027, 6, 1)),))


@dataclass(slots=True)
class Reader:
    """A calendar that subscribes."""

    rig: Rig
    url: str
    session: aiohttp.ClientSession

    async def asks(self, token: str = TOKEN) -> tuple[int, bytes]:
        url = f"{self.url}/calendar.ics"
        async with self.session.get(url, params={"token": token}) as response:
            return response.status, await response.read()

    async def events(self) -> list[Any]:
        status, body = await self.asks()
        assert status == 200
        read: Any = icalendar.Calendar.from_ical(body.decode())
        return list(read.walk("VEVENT"))

    async def told(self) -> list[tuple[str, datetime, datetime]]:
        return [
            (str(each["SUMMARY"]), each["DTSTART"].dt, each["DTEND"].dt)
            for each in await self.events()
        ]


@asynccontextmanager
async def subscribed(*windows: CalendarWindow) -> AsyncIterator[Reader]:
    rig = Rig()
    stands(rig, *windows)
    app = web.Application()
    add_feed(app, Feed(engine=rig.engine, token=TOKEN))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as session:
            yield Reader(rig, url, session)
    finally:
        await runner.cleanup()


def stands(rig: Rig, *windows: CalendarWindow) -> None:
    rig.book.policy = replace(rig.book.policy, calendar=Calendar(windows=windows))


def utc(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


async def test_G7_windows_stand_from_a_week_ago_to_90_days_ahead_and_no_further() -> None:
    async with subscribed(WEEKEND, CHRISTMAS, FAR) as reader:
        told = await reader.told()
    weekend = "Frozen: prod (weekend)"
    # Friday noon: last weekend's freeze is still told, and today's begins in three hours.
    assert told[0] == (weekend, utc(11, 13, 15), utc(11, 16, 7))
    assert told[1] == (weekend, utc(11, 20, 15), utc(11, 23, 7))
    holiday = ("Frozen: everything (holidays)", utc(12, 24, 23), utc(12, 25, 23))
    assert holiday in told
    last = max(begin for _, begin, _ in told)
    assert utc(2, 11, 0, 2027) < last < utc(2, 18, 12, 2027)
    assert not any("far" in summary for summary, _, _ in told)


async def test_G7_what_a_person_froze_is_told_with_who_and_why_and_its_end_when_lifted() -> None:
    async with subscribed() as reader:
        rig = reader.rig
        await rig.store.put_names({MEI: "mei"})
        freeze = Freeze(by=MEI, because="INC-77;\n,odd \u202e")
        assert (await rig.engine.order(freeze)).ok
        [before] = await reader.events()
        assert before["DTEND"].dt == NOON + timedelta(days=90)
        assert "Set by mei." in before["DESCRIPTION"]
        assert "until somebody lifts it" in before["DESCRIPTION"]
        rig.clock.advance(timedelta(hours=2))
        assert (await rig.engine.order(Unfreeze(by=MEI))).ok
        [after] = await reader.events()
        assert after["DTEND"].dt == NOON + timedelta(hours=2)
        assert str(before["UID"]) == str(after["UID"])


async def test_G7_uids_stay_and_no_two_are_the_same() -> None:
    twin = replace(WEEKEND, environments=("staging",))
    async with subscribed(WEEKEND, twin) as reader:
        first = [str(each["UID"]) for each in await reader.events()]
        reader.rig.clock.advance(timedelta(minutes=20))
        stands(reader.rig, replace(WEEKEND, because="another reason"), twin)
        second = [str(each["UID"]) for each in await reader.events()]
    assert sorted(first) == sorted(second)
    assert len(set(first)) == len(first) > 20


async def test_G7_a_reload_is_told_at_the_next_reading() -> None:
    async with subscribed() as reader:
        assert await reader.told() == []
        stands(reader.rig, CHRISTMAS)
        assert len(await reader.told()) == 1


async def test_G7_hours_that_allow_are_not_told_as_a_freeze() -> None:
    hours = CalendarWindow(
        name="hours", kind=WindowKind.ALLOW, when=(Once(begin=noon(), lasts=None),)
    )
    async with subscribed(hours) as reader:
        [event] = await reader.events()
    assert str(event["SUMMARY"]) == "Releases only now: everything (hours)"
    assert event["TRANSP"] == "TRANSPARENT"


def noon() -> datetime:
    return NOON.replace(tzinfo=None)


@pytest.mark.parametrize("token", ["", "a-token-of-the-calenda", "Ä" * 23, TOKEN + " "])
async def test_without_the_token_nothing_is_shown(token: str) -> None:
    async with subscribed(WEEKEND) as reader:
        status, body = await reader.asks(token)
    assert status == 403
    assert b"VCALENDAR" not in body
    assert TOKEN.encode() not in body


def test_there_is_no_feed_without_a_token_in_the_config() -> None:
    assert token_of(Web(), Secrets(environ={})) is None


@pytest.mark.parametrize(
    ("environ", "said"), [({}, "CALENDAR is not set"), ({"CALENDAR": "short"}, "fewer than 16")]
)
def test_a_token_that_is_missing_or_too_short_stops_the_start(
    environ: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        token_of(Web(calendar_token="env:CALENDAR"), Secrets(environ=environ))
    assert said in str(refused.value)
    assert "web.calendar_token" in str(refused.value)


def test_a_feed_needs_the_web() -> None:
    with pytest.raises(ConfigError) as refused:
        read({"web.calendar_token": "env:CALENDAR", "web.enabled": False})
    assert "the web is switched off, and calendar_token needs it" in str(refused.value)
