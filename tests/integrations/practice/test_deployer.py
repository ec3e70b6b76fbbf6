"""The practice deployer against the real practice fleet, and against answers it would not give."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.domain.terms.strategy import Desired, Observed
from bot.domain.terms.units import EVERYBODY, NOBODY, Share
from bot.ports.deployer import Deployer, Target
from bot.ports.http import Http
from bot.ports.outcomes import (
    Accepted,
    AlreadyDone,
    Ambiguous,
    Conflict,
    Nonsense,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
    WriteOutcome,
)
from bot.practice.fleet import Fleet, FleetSeed, ServedFleet, SiteSeed, serve
from bot.practice.fleet.door import Fault as DoorFault
from integrations.practice import INTEGRATION
from integrations.practice.deployer import PracticeDeployer, PracticeSettings, order, path_of
from tests.contracts.deployer import (
    KEY,
    NEW,
    DeployerContract,
    FindsContract,
    MirrorsContract,
    RemovesContract,
    SplitsContract,
    ThrottlesContract,
    VersionsContract,
    WarmContract,
)
from tests.fakes.clock import FakeClock
from tests.fakes.deployer import Fault
from tests.fakes.web import http_core, raw, serving

TARGET = Target(service="checkout", environment="prod", settings={})
SEED = FleetSeed(
    sites=(
        SiteSeed(service="checkout", versions=("v1.4.1", "v1.4.2"), running="v1.4.1", rps=0),
        SiteSeed(service="ledger", versions=("v9.0",), running=None, rps=0),
    ),
    settle=timedelta(milliseconds=40),
)
DOORS: dict[Fault, Sequence[DoorFault]] = {
    Fault.REFUSE: [DoorFault(fault="refuse", times=None)],
    Fault.HANG: [DoorFault(fault="hang", on=act, times=None) for act in ("apply", "observe")],
    Fault.AMBIGUOUS_BEFORE: [DoorFault(fault="error", times=None)],
    Fault.AMBIGUOUS_AFTER: [DoorFault(fault="cut", times=None)],
    Fault.THROTTLE: [DoorFault(fault="throttle", times=None, seconds=7)],
    Fault.PARTIAL: [DoorFault(fault="partial", times=None)],
    Fault.NEVER_SETTLE: [DoorFault(fault="never_settle", times=None)],
    Fault.NONSENSE: [
        DoorFault(fault="nonsense", on=act, times=None) for act in ("apply", "observe", "find")
    ],
}


def deployer_at(url: str, http: Http) -> PracticeDeployer:
    settings = PracticeSettings(url=url, deadline=timedelta(seconds=1.5))
    return PracticeDeployer(settings=settings, http=http)


class FleetWorld:
    target = TARGET

    def __init__(self, served: ServedFleet, nobody: str, http: Http) -> None:
        self.fleet = served.fleet
        self._there = deployer_at(served.url, http)
        self._away = deployer_at(nobody, http)
        self._is_away = False

    @property
    def deployer(self) -> Deployer:
        return self._away if self._is_away else self._there

    def effects(self) -> Sequence[str]:
        return [entry.key for entry in self.fleet.log.entries if entry.accepted]

    def fail(self, fault: Fault) -> None:
        self._is_away = fault is Fault.UNAVAILABLE
        for each in DOORS.get(fault, ()):
            self.fleet.door.set(each)

    def heal(self) -> None:
        self._is_away = False
        self.fleet.door.clear()

    async def settle(self) -> None:
        site = self.fleet.site("checkout", "prod")
        for _ in range(20):
            if site.settled:
                return
            await asyncio.sleep(0.02)


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        return f"http://127.0.0.1:{gone.getsockname()[1]}"


@pytest.fixture
async def fleet_world(nobody: str) -> AsyncIterator[FleetWorld]:
    served = await serve(Fleet(SEED))
    try:
        async with http_core(served.url, nobody) as http:
            yield FleetWorld(served, nobody, http)
    finally:
        await served.stop()


class TestPractice(
    DeployerContract,
    VersionsContract,
    FindsContract,
    SplitsContract,
    MirrorsContract,
    WarmContract,
    RemovesContract,
    ThrottlesContract,
):
    @pytest.fixture
    async def world(self, fleet_world: FleetWorld) -> FleetWorld:
        return fleet_world


async def test_a_first_release_begins_with_nothing(fleet_world: FleetWorld) -> None:
    ledger = Target(service="ledger", environment="prod", settings={})
    assert (await fleet_world.deployer.observe(ledger)).revisions == {}
    first = Desired(revision="v9.0", stable=None, weight=Share(10))
    assert isinstance(await fleet_world.deployer.apply(ledger, first, key=KEY), Accepted)


async def test_a_service_that_the_fleet_does_not_have_is_not_found(fleet_world: FleetWorld) -> None:
    with pytest.raises(NotFound, match="there is no cart in prod"):
        await fleet_world.deployer.observe(Target(service="cart", environment="prod", settings={}))


async def test_a_key_that_meant_something_else_is_refused(fleet_world: FleetWorld) -> None:
    await fleet_world.deployer.apply(TARGET, NEW, key=KEY)
    other = Desired(revision="v1.4.2", stable="v1.4.1", weight=NOBODY)
    outcome = await fleet_world.deployer.apply(TARGET, other, key=KEY)
    assert isinstance(outcome, Rejected)
    assert KEY in outcome.reason


async def test_a_repeated_key_is_said_to_be_done(fleet_world: FleetWorld) -> None:
    await fleet_world.deployer.apply(TARGET, NEW, key=KEY)
    assert await fleet_world.deployer.apply(TARGET, NEW, key=KEY) == AlreadyDone()


async def test_a_throttled_order_says_when(fleet_world: FleetWorld) -> None:
    fleet_world.fail(Fault.THROTTLE)
    outcome = await fleet_world.deployer.apply(TARGET, NEW, key=KEY)
    assert outcome == Throttled(timedelta(seconds=7))


async def test_a_refusal_is_told_in_the_fleets_words(fleet_world: FleetWorld) -> None:
    gone = Desired(revision="v8", stable="v1.4.1", weight=EVERYBODY)
    outcome = await fleet_world.deployer.apply(TARGET, gone, key=KEY)
    assert outcome == Rejected(
        "Nothing was deployed: there is no version 'v8'. There are v1.4.1, v1.4.2"
    )


async def test_check_lists_what_there_is(fleet_world: FleetWorld) -> None:
    parts = INTEGRATION.build(
        PracticeSettings(url=fleet_world._there.settings.url),
        fleet_world._there.http,
        FakeClock(),
    )
    assert parts.check
    assert parts.deployer
    assert (await parts.check()).endswith("has checkout in prod, ledger in prod")


def test_an_order_says_where_to_be_and_what_is_believed() -> None:
    desired = Desired(revision="v2", stable="v1", weight=Share(10), mirror=Share(5), keep=True)
    assert order(desired, KEY, Observed(revisions={"v1": 100.0})) == {
        "key": KEY,
        "revision": "v2",
        "stable": "v1",
        "weight": 10,
        "mirror": 5,
        "keep": True,
        "expect": {"v1": 100.0},
    }


def test_no_name_leaves_its_place_in_the_path() -> None:
    target = Target(service="../a b", environment="prod?x#y", settings={})
    assert path_of(target) == "/fleet/..%2Fa%20b/prod%3Fx%23y"


def answering(status: int, body: str, headers: dict[str, str] | None = None) -> Any:
    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=status, text=body, headers=headers)

    return answer


async def applied(status: int, body: str, headers: dict[str, str] | None = None) -> WriteOutcome:
    async with serving(answering(status, body, headers)) as url, http_core(url) as http:
        return await deployer_at(url, http).apply(TARGET, NEW, key=KEY)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, ""),
        (200, "<html>"),
        (202, "[]"),
        (202, "{}"),
        (202, '{"already_done": "no"}'),
        (204, ""),
        (302, ""),
        (409, '{"error": "conflict", "current": {"revisions": {"v1": NaN}}}'),
        (409, '{"error": "conflict"}'),
        (422, "<html>"),
        (500, "internal error"),
        (502, ""),
        (503, "{}"),
    ],
)
async def test_what_cannot_be_read_may_have_happened(status: int, body: str) -> None:
    assert isinstance(await applied(status, body), Ambiguous)


async def test_a_conflict_names_what_is_there() -> None:
    current = {"revisions": {"v1.4.0": 100}, "mirror": {}, "settled": True}
    outcome = await applied(409, json.dumps({"error": "conflict", "current": current}))
    assert outcome == Conflict("v1.4.0 100 %")


@pytest.mark.parametrize(
    ("after", "seconds"), [("12", 12), ("0", 1), ("soon", 5), ("9" * 99, 5), ("", 5)]
)
async def test_a_wait_is_always_a_sensible_one(after: str, seconds: int) -> None:
    outcome = await applied(429, "{}", {"Retry-After": after})
    assert outcome == Throttled(timedelta(seconds=seconds))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
async def test_a_refusal_without_words_is_still_one(status: int) -> None:
    assert await applied(status, "{}") == Rejected("the practice fleet did not say why")


@pytest.mark.parametrize(
    "body",
    [
        "", "[]", "{}", "<html>",
        '{"revisions": {"v1": 100}, "mirror": {}}',
        '{"revisions": {"v1": 100}, "settled": true}',
        '{"revisions": {"v1": 100}, "mirror": {}, "settled": "yes"}',
        '{"revisions": {"v1": "100"}, "mirror": {}, "settled": true}',
        '{"revisions": {"v1": NaN}, "mirror": {}, "settled": true}',
        '{"revisions": {"v1": 101}, "mirror": {}, "settled": true}',
        '{"revisions": {"v1": true}, "mirror": {}, "settled": true}',
        '{"revisions": {"v1": 100}, "mirror": [], "settled": true}',
        '{"revisions": null, "mirror": {}, "settled": true}',
    ],
)  # fmt: skip
async def test_an_observation_that_is_none_is_nonsense(body: str) -> None:
    async with serving(answering(200, body)) as url, http_core(url) as http:
        with pytest.raises(Nonsense, match=r"^The practice fleet answered something unusable"):
            await deployer_at(url, http).observe(TARGET)


@pytest.mark.parametrize("body", ['{"found": 1}', '{"found": null}', "{}"])
async def test_a_search_that_says_nothing_is_nonsense(body: str) -> None:
    async with serving(answering(200, body)) as url, http_core(url) as http:
        with pytest.raises(Nonsense):
            await deployer_at(url, http).find(TARGET, KEY)


@pytest.mark.parametrize("body", ['{"versions": "v1"}', '{"versions": [1]}', "{}"])
async def test_versions_that_are_none_are_nonsense(body: str) -> None:
    async with serving(answering(200, body)) as url, http_core(url) as http:
        with pytest.raises(Nonsense):
            await deployer_at(url, http).resolve(TARGET, "v1")


async def test_an_order_whose_connection_breaks_is_sent_once() -> None:
    async with raw(None) as fleet, http_core(fleet.url) as http:
        outcome = await deployer_at(fleet.url, http).apply(TARGET, NEW, key=KEY)
    assert isinstance(outcome, Ambiguous)
    assert len(fleet.heads) == 1


async def test_an_order_to_nobody_was_not_given(nobody: str) -> None:
    async with http_core(nobody) as http:
        with pytest.raises(Unavailable, match="was not told"):
            await deployer_at(nobody, http).apply(TARGET, NEW, key=KEY)
