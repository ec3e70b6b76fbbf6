"""One way to serve for all practice rooms: ports, ends, callers by other names."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import ClientSession, web

from bot.practice import fleet, workspace
from bot.practice.kit.serve import HOST, Served, listen, url_of

REBOUND = {"Host": "elsewhere.example"}
SERVERS: dict[str, Callable[[int, "Counting"], Awaitable[Served]]] = {
    "fleet": lambda port, runner: fleet.serve(
        fleet.Fleet(fleet.FleetSeed(sites=())), port=port, runner=runner
    ),
    "workspace": lambda port, runner: workspace.serve(
        workspace.Workspace(), port=port, runner=runner
    ),
}


class Counting:
    """Makes runners, and knows which of them still serve."""

    def __init__(self) -> None:
        self.made: list[web.AppRunner] = []

    def __call__(self, app: web.Application, **options: Any) -> web.AppRunner:
        self.made.append(web.AppRunner(app, **options))
        return self.made[-1]

    @property
    def serving(self) -> int:
        return sum(bool(runner.addresses) for runner in self.made)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


async def test_a_taken_port_is_refused_and_nothing_stays_open() -> None:
    runner = Counting()
    first = await listen(web.Application(), HOST, 0, runner=runner)
    with pytest.raises(OSError, match="in use"):
        await listen(web.Application(), HOST, port_of(url_of(first, HOST)), runner=runner)
    assert runner.serving == 1
    await first.cleanup()


async def test_the_next_free_port_is_taken_where_more_may_be() -> None:
    first = await listen(web.Application(), HOST, 0)
    port = port_of(url_of(first, HOST))
    second = await listen(web.Application(), HOST, port, more=20)
    assert port < port_of(url_of(second, HOST)) <= port + 20
    await second.cleanup()
    await first.cleanup()


async def test_a_stop_runs_each_end_once_and_in_order() -> None:
    ended: list[str] = []

    def ends(name: str) -> Callable[[], Awaitable[None]]:
        async def end() -> None:
            await asyncio.sleep(0)
            ended.append(name)

        return end

    served = Served(url="", ends=[ends("users"), ends("front"), ends("rest")])
    await served.stop()
    await served.stop()
    assert ended == ["users", "front", "rest"]


@pytest.mark.parametrize("name", SERVERS)
async def test_every_room_serves_by_the_runner_it_is_given(name: str) -> None:
    runner = Counting()
    served = await SERVERS[name](0, runner)
    assert runner.serving == 1
    with pytest.raises(OSError, match="in use"):
        await SERVERS[name](port_of(served.url), runner)
    assert runner.serving == 1
    await served.stop()
    await served.stop()
    assert runner.serving == 0


@pytest.mark.parametrize("name", SERVERS)
async def test_a_name_that_was_pointed_here_is_refused(name: str) -> None:
    served = await SERVERS[name](0, Counting())
    paths = {"fleet": "/fleet", "workspace": "/control/state"}
    async with ClientSession() as http:
        async with http.get(served.url + paths[name]) as answer:
            assert answer.status == 200
        async with http.get(served.url + paths[name], headers=REBOUND) as answer:
            assert (answer.status, "127.0.0.1 or localhost" in await answer.text()) == (403, True)
    await served.stop()
