"""Watchers over a WebSocket, and tasks that somebody owns."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession, WSMsgType, web

from bot.practice.kit.serve import HOST, listen, url_of
from bot.practice.kit.tasks import OwnedTasks
from bot.practice.kit.watchers import Watchers


class Shown:
    """Counts up to whoever watches; knows how many it is telling."""

    def __init__(self) -> None:
        self.telling = 0

    async def tell(self, request: web.Request, watcher: web.WebSocketResponse) -> None:
        self.telling += 1
        try:
            for number in range(10_000):
                await watcher.send_json([request.query.get("to"), number])
                await asyncio.sleep(0.01)
        finally:
            self.telling -= 1


Watched = tuple[str, Watchers, Shown]


@pytest.fixture
async def watched() -> AsyncIterator[Watched]:
    shown = Shown()
    watchers = Watchers(shown.tell)
    app = web.Application()
    app.add_routes([web.get("/", watchers.follow)])
    front = await listen(app, HOST, 0, shutdown_timeout=0.2)
    yield url_of(front, HOST), watchers, shown
    await front.cleanup()


async def test_each_watcher_is_told_what_it_asked_for(watched: Watched) -> None:
    url, _watchers, shown = watched
    async with ClientSession() as http, http.ws_connect(f"{url}?to=mei") as stream:
        assert [await stream.receive_json() for _ in range(2)] == [["mei", 0], ["mei", 1]]
    async with asyncio.timeout(5):
        while shown.telling:  # noqa: ASYNC110 - the other side of a socket tells nobody
            await asyncio.sleep(0.01)


async def test_a_close_says_goodbye_to_everyone(watched: Watched) -> None:
    url, watchers, _shown = watched
    async with ClientSession() as http, http.ws_connect(url) as stream:
        await stream.receive_json()
        await watchers.close()
        async with asyncio.timeout(5):
            while (await stream.receive()).type not in (WSMsgType.CLOSE, WSMsgType.CLOSED):
                continue
        assert stream.close_code == 1001


async def test_a_task_that_breaks_is_told_and_let_go() -> None:
    told: list[BaseException] = []
    tasks = OwnedTasks(lambda _task, error: told.append(error))

    async def breaks() -> None:
        raise ValueError("broke")

    tasks.spawn(breaks())
    await asyncio.sleep(0.01)
    assert ([str(error) for error in told], len(tasks)) == (["broke"], 0)


async def test_without_an_owner_to_tell_the_loop_hears_of_it() -> None:
    heard: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: heard.append(context))

    async def breaks() -> None:
        raise ValueError("broke")

    OwnedTasks().spawn(breaks())
    await asyncio.sleep(0.01)
    assert [str(each["exception"]) for each in heard] == ["broke"]


async def test_a_stop_waits_for_what_is_left_and_more_may_come() -> None:
    tasks, ended = OwnedTasks(), []

    async def lasts() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended")

    tasks.spawn(lasts())
    await asyncio.sleep(0)
    await tasks.stop()
    assert (ended, len(tasks)) == (["ended"], 0)
    tasks.spawn(lasts())
    assert len(tasks) == 1
    await tasks.stop()
