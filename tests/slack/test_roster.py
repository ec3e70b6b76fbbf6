"""Whom Slack last called a full member, kept over restarts; and what is kept for the door."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Final

import aiohttp
import pytest

from bot.engine.people.admission import Standing, standing_of
from bot.ports.directory import Person
from bot.practice.workspace import Member as Somebody
from bot.practice.workspace import Seed
from bot.practice.workspace.seed import Group
from bot.slack.calls import WebApi, web_client
from bot.slack.identity import FRESH, SlackDirectory
from bot.slack.limits import MethodLimits
from bot.slack.roster import MemberStore, Roster
from bot.slack.tasks import Tasks
from bot.store.sqlite import open_inline
from tests.fakes.clock import FakeClock
from tests.slack.world import BOT_TOKEN, World, until, world

SECOND = timedelta(seconds=1)
CROWD: Final = tuple(f"U0B{number:03d}" for number in range(150))
FULL: Final = Somebody(id="U0FULL", name="full")
GUEST: Final = Somebody(id="U0GUEST", name="guest", is_restricted=True)
GONE: Final = Somebody(id="U0GONE", name="gone", deleted=True)
STRANGER: Final = Somebody(id="U0STRANGE", name="strange", is_stranger=True)
PEOPLE: Final = (FULL, GUEST, GONE, STRANGER)
SEED: Final = replace(
    Seed(),
    people=(*Seed().people, *PEOPLE, *(Somebody(id=each, name=each.lower()) for each in CROWD)),
    groups=(*Seed().groups, Group(id="S0BIG", handle="big", name="Big", members=CROWD)),
)
SILENCES: Final[Mapping[str, Mapping[str, object]]] = {
    "limited": {"ratelimited": 30},
    "down": {"status": 500},
    "unreachable": {"lose_call": True},
    "hanging": {"hang": 3},
}


class Directories:
    """A directory after the other, as after restarts, over one database and one workspace."""

    def __init__(self, here: World, session: aiohttp.ClientSession) -> None:
        self.here = here
        self.clock = FakeClock()
        self.kept: MemberStore = open_inline(sqlite3.connect(":memory:"))
        self._session = session
        self.tasks = Tasks()

    def started(self) -> SlackDirectory:
        api = WebApi(web_client(BOT_TOKEN, self.here.served.api_url, self._session), lambda _: None)
        roster = Roster(self.kept, self.clock, self.tasks)
        made = SlackDirectory(
            api, MethodLimits(self.clock.monotonic), self.clock, self.tasks, roster
        )
        made.team = "T0PRACTICE"
        return made

    async def falls_silent(self, how: str) -> None:
        for method in ("users.info", "users.list"):
            await self.here.fault(method=method, times=-1, **SILENCES[how])

    def becomes(self, person: Somebody) -> None:
        self.here.served.workspace.state.people[person.id] = person


@asynccontextmanager
async def directories() -> AsyncIterator[Directories]:
    async with world(seed=SEED, listening=False) as here, aiohttp.ClientSession() as session:
        made = Directories(here, session)
        yield made
        await made.tasks.drain(5 * SECOND)


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.name)
async def test_with_the_directory_up_only_full_members_come_in(person: Somebody) -> None:
    """A1: guests, the deactivated and strangers are none."""
    async with directories() as made:
        standing = await standing_of(person.id, made.started())
    assert standing is (Standing.MEMBER if person is FULL else Standing.STRANGER)


@pytest.mark.parametrize(("how", "seen"), [*product(SILENCES, (True, False))])
async def test_with_the_directory_silent_nobody_unknown_comes_in_and_no_member_is_locked_out(
    how: str, seen: bool
) -> None:
    """A1: limited, down, unreachable or hanging, after a restart, for everybody seen or not."""
    async with directories() as made:
        if seen:
            before = made.started()
            await before.look_up([person.id for person in PEOPLE])
            await made.tasks.drain(SECOND)
        await made.falls_silent(how)
        after = made.started()
        began = asyncio.get_running_loop().time()
        standings = await asyncio.gather(*(standing_of(each.id, after) for each in PEOPLE))
        assert asyncio.get_running_loop().time() - began < 1.8
    outside = Standing.STRANGER if seen else Standing.UNPLACED
    inside = Standing.REMEMBERED if seen else Standing.UNPLACED
    assert standings == [inside, outside, outside, outside]


@pytest.mark.parametrize(
    "now", [replace(FULL, is_restricted=True), replace(FULL, deleted=True)], ids=["guest", "gone"]
)
async def test_who_was_a_member_loses_it_with_the_first_answer_that_says_so(now: Somebody) -> None:
    """A1: the memory is overwritten by each newer answer, and stays so over a restart."""
    async with directories() as made:
        first = made.started()
        assert await standing_of("U0FULL", first) is Standing.MEMBER
        made.becomes(now)
        made.clock.advance(FRESH + SECOND)
        assert await standing_of("U0FULL", first) is Standing.STRANGER
        await made.tasks.drain(SECOND)
        await made.falls_silent("down")
        made.clock.advance(FRESH + SECOND)
        assert await standing_of("U0FULL", first) is Standing.STRANGER
        assert await standing_of("U0FULL", made.started()) is Standing.STRANGER


async def test_an_answer_that_comes_late_does_not_overrule_a_newer_one() -> None:
    """A1: a page of a long list may come after somebody was asked about by themselves."""
    clock, tasks = FakeClock(), Tasks()
    kept = open_inline(sqlite3.connect(":memory:"))
    roster = Roster(kept, clock, tasks)
    roster.learn([Person(id="U1", name="u", is_member=False)], asked=20.0)
    roster.learn([Person(id="U1", name="u", is_member=True)], asked=10.0)
    await tasks.drain(SECOND)
    assert await roster.was_member("U1") is False
    assert await Roster(kept, clock, tasks).was_member("U1") is False


async def test_a_big_seat_takes_one_list_and_nothing_of_the_door() -> None:
    """A1: 150 people looked up for a poll left nothing to ask who the next guest is."""
    async with directories() as made:
        known = made.started()
        group = await known.members("S0BIG", urgent=False)
        assert group is not None
        found = await known.look_up(group)
        assert len(found) == len(CROWD)
        assert len(made.here.calls("users.list")) == 1
        assert made.here.calls("users.info") == []
        assert await standing_of("U0GUEST", known) is Standing.STRANGER


async def test_where_no_list_is_given_the_door_still_has_its_part() -> None:
    """A1: the polls may use up theirs, one by one; who stands at the door is asked about."""
    async with directories() as made:
        await made.here.fault(method="users.list", times=-1, error="missing_scope")
        known = made.started()
        for _ in range(12):
            await known.look_up(CROWD)
            made.clock.advance(6 * SECOND)
        assert len(made.here.calls("users.info")) > 30
        doors = [f"U0X{number}" for number in range(15)]
        standings = [await standing_of(each, known) for each in doors]
        assert standings == [Standing.STRANGER] * len(doors)


async def test_a_list_of_many_pages_is_read_to_its_end() -> None:
    """A1: a workspace of thousands does not fit on one page."""
    crowd = tuple(Somebody(id=f"U0C{number:04d}", name=f"c{number}") for number in range(2000))
    async with (
        world(seed=replace(Seed(), people=(*Seed().people, *crowd)), listening=False) as here,
        aiohttp.ClientSession() as session,
    ):
        known = Directories(here, session).started()
        wanted = [crowd[0].id, crowd[999].id, *(each.id for each in crowd[-5:])]

        async def found() -> int:
            return len(await known.look_up(wanted))

        await found()
        await until(lambda: not known.is_listing() or None)
        assert await found() == len(wanted)
        assert len(here.calls("users.list")) == 3
        assert here.calls("users.info") == []
