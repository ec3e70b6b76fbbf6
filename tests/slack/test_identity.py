"""Who somebody is: full members only, remembered for minutes, and unknown is not a yes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import aiohttp
import pytest

from bot.ports.directory import Person
from bot.practice.workspace import Member as Somebody
from bot.practice.workspace import Seed
from bot.slack.calls import WebApi, web_client
from bot.slack.identity import FRESH, REFRESH, SlackDirectory, person_of
from bot.slack.limits import MethodLimits
from bot.slack.roster import Roster
from bot.slack.tasks import Tasks
from tests.fakes.clock import FakeClock
from tests.slack.world import BOT_TOKEN, World, until, with_scopes, world

GUESTS = (
    Somebody(id="U0GUEST", name="guest", is_restricted=True),
    Somebody(id="U0GONE", name="gone", deleted=True),
)
SECOND = timedelta(seconds=1)


@asynccontextmanager
async def directory(
    seed: Seed | None = None,
) -> AsyncIterator[tuple[World, SlackDirectory, FakeClock]]:
    """A directory with a clock of its own, beside a workspace."""
    clock = FakeClock()
    async with (
        world(seed=seed or Seed(), listening=False) as here,
        aiohttp.ClientSession() as session,
    ):
        api = WebApi(web_client(BOT_TOKEN, here.served.api_url, session), lambda _: None)
        tasks = Tasks()
        roster = Roster(None, clock, tasks)
        made = SlackDirectory(api, MethodLimits(clock.monotonic), clock, tasks, roster)
        made.team = "T0PRACTICE"
        yield here, made, clock


async def test_a_member_has_a_name_and_a_zone() -> None:
    async with directory() as (_, known, _clock):
        found = await known.person("U0ANA")
    assert found == Person(
        id="U0ANA", name="ana", zone="America/Sao_Paulo", email="ana@practice.example"
    )


@pytest.mark.parametrize("who", ["U0GUEST", "U0GONE", "U0SLIPWAY", "U0NOBODY"])
async def test_guests_bots_the_deactivated_and_the_unknown_are_no_members(who: str) -> None:
    seed = Seed()
    seed = replace(seed, people=(*seed.people, *GUESTS))
    async with directory(seed) as (_, known, _clock):
        found = await known.person(who)
    assert found is not None
    assert not found.is_member


@pytest.mark.parametrize("flag", ["is_stranger", "is_ultra_restricted", "deleted", "is_bot"])
def test_each_mark_of_a_stranger_counts(flag: str) -> None:
    assert not person_of({"team_id": "T1", flag: True}, "U1", "T1").is_member


def test_somebody_of_another_team_is_no_member() -> None:
    assert not person_of({"team_id": "T2"}, "U1", "T1").is_member
    assert person_of({"team_id": "T1"}, "U1", "T1").is_member


async def test_members_of_a_group_are_known() -> None:
    async with directory() as (_, known, _clock):
        assert await known.members("S0SHOPDEV") == frozenset({"U0MEI", "U0RUI"})


async def test_two_hundred_who_ask_at_once_are_one_call() -> None:
    async with directory() as (here, known, _clock):
        await asyncio.gather(*(known.members("S0LEADS") for _ in range(200)))
        assert len(here.calls("usergroups.users.list")) == 1


async def test_an_answer_is_used_for_some_minutes_and_renewed_beside_it() -> None:
    async with directory() as (here, known, clock):
        await known.members("S0LEADS")
        clock.advance(REFRESH - SECOND)
        await known.members("S0LEADS")
        assert len(here.calls("usergroups.users.list")) == 1
        clock.advance(2 * SECOND)
        assert await known.members("S0LEADS") == frozenset({"U0RUI"})
        await until(lambda: len(here.calls("usergroups.users.list")) == 2 or None)


async def test_no_answer_older_than_five_minutes_is_given() -> None:
    async with directory() as (here, known, clock):
        await known.members("S0LEADS")
        clock.advance(FRESH + SECOND)
        await here.fault(method="usergroups.users.list", error="internal_error", times=-1)
        assert await known.members("S0LEADS") is None
        assert known.last_members("S0LEADS") == frozenset({"U0RUI"})


@pytest.mark.parametrize(
    "how", [{"lose_call": True}, {"status": 500}, {"ratelimited": 9}, {"error": "x"}], ids=str
)
async def test_what_cannot_be_known_is_none_and_not_asked_again_at_once(
    how: dict[str, object],
) -> None:
    async with directory() as (here, known, clock):
        await here.fault(method="users.info", **how)
        assert await known.person("U0MEI") is None
        assert await known.person("U0MEI") is None
        assert len(here.points) == 0
        clock.advance(10 * SECOND)
        assert await known.person("U0MEI") is not None


async def test_a_slow_directory_does_not_hold_up_a_command() -> None:
    async with directory() as (here, known, _clock):
        await here.fault(method="users.info", hang=1.6)
        began = asyncio.get_running_loop().time()
        assert await known.person("U0MEI") is None
        assert asyncio.get_running_loop().time() - began < 1.4
        await until(lambda: here.calls("users.info") or None)


async def test_without_the_scope_nobody_is_known() -> None:
    async with directory(with_scopes("usergroups:read")) as (_, known, _clock):
        assert await known.members("S0LEADS") is None


async def test_a_group_that_does_not_exist_has_no_members() -> None:
    async with directory() as (_, known, _clock):
        assert await known.members("S0NOWHERE") == frozenset()


async def test_before_slack_has_said_who_we_are_nobody_is_known() -> None:
    async with directory() as (_, known, _clock):
        known.team = ""
        assert await known.person("U0MEI") is None


async def test_who_came_by_the_machine_itself_is_not_asked_about() -> None:
    async with directory() as (here, known, _clock):
        assert await known.person("cli:root") == Person(id="cli:root", name="cli:root")
        assert here.calls("users.info") == []


async def test_G2_somebody_is_found_by_the_email_that_slack_has() -> None:
    async with directory() as (_, known, _clock):
        assert await known.by_email("MEI@practice.example") == "U0MEI"
        assert await known.by_email("nobody@practice.example") == ""
        found = await known.person("U0MEI")
    assert found is not None
    assert found.email == "mei@practice.example"


async def test_G2_without_the_scope_no_email_is_anybodys() -> None:
    async with directory(with_scopes("users:read.email")) as (_, known, _clock):
        assert await known.by_email("mei@practice.example") is None
        found = await known.person("U0MEI")
    assert found is not None
    assert found.email == ""


def test_G2_an_email_that_nobody_proved_is_nobodys() -> None:
    profile = {"email": "mei@practice.example"}
    assert person_of({"profile": profile, "is_email_confirmed": False}, "U0MEI", "T0").email == ""
    assert person_of({"profile": profile}, "U0MEI", "T0").email == "mei@practice.example"
