"""One origin: files, workspace, fleet and switches; and who may not use them."""

import asyncio
import tomllib
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, WSMsgType

from bot.cli.stage import PARTS
from bot.practice.page import PAGE_TEMPO, serve_page
from bot.practice.page.server import STATIC, limits_of
from bot.practice.stage import Stage, opened
from commands import COMMANDS
from tests.practice.page.helpers import staged

WITHIN = 20.0
STRANGER = {"Origin": "http://elsewhere.example"}


async def until(http: ClientSession, url: str, **wanted: object) -> dict[str, object]:
    """The first state of the stage in which all of this holds."""
    async with asyncio.timeout(WITHIN), http.ws_connect(f"{url}/stage/stream") as stream:
        async for told in stream:
            assert told.type is WSMsgType.TEXT
            state: dict[str, object] = told.json()
            if all(state[name] == value for name, value in wanted.items()):
                return state
    raise AssertionError("the stream ended")


async def test_the_page_and_its_files_come_from_one_origin() -> None:
    async with staged() as (stage, served):
        async with stage.http.get(served.url) as answer:
            text = await answer.text()
            assert "script-src" not in answer.headers["Content-Security-Policy"]
            assert answer.headers["Content-Security-Policy"].startswith("default-src 'self'")
        assert "practice" in text
        for file in STATIC.iterdir():
            async with stage.http.get(f"{served.url}/page/{file.name}") as answer:
                assert (answer.status, await answer.text()) == (200, file.read_text())
        for path in ("/control/state", "/fleet/figures", "/stage/state"):
            async with stage.http.get(served.url + path) as answer:
                assert answer.status == 200


def test_no_file_names_anything_elsewhere() -> None:
    for path in STATIC.iterdir():
        text = path.read_text().replace("http://www.w3.org/", "")
        assert "http://" not in text
        assert "https://" not in text


async def test_pages_of_others_are_refused() -> None:
    async with staged() as (stage, served):
        for path in ("/control/act", "/stage/kill", "/stage/reset", "/fleet/checkout/prod/break"):
            async with stage.http.post(served.url + path, json={}, headers=STRANGER) as answer:
                assert answer.status == 403
        rebound = {"Host": "elsewhere.example", "Origin": "http://elsewhere.example"}
        async with stage.http.post(f"{served.url}/stage/kill", headers=rebound) as answer:
            assert answer.status == 403
        assert stage.bot is None or stage.bot.returncode is None


async def test_a_taken_port_moves_to_the_next() -> None:
    async with staged() as (stage, first):
        port = int(first.url.rpartition(":")[2])
        second = await serve_page(stage, PARTS, port=port)
        await second.stop()
        assert port < int(second.url.rpartition(":")[2]) <= port + 50


async def test_what_runs_is_adopted_and_no_trace_of_asking_is_left() -> None:
    async with staged() as (stage, served):
        state = await until(stage.http, served.url, bot="listening", ready=True)
        assert state["releases"] == []
        space = stage.workspace.workspace
        said = [each.text for each in space.state.channels["C0RELEASES"].messages.values()]
        assert [text.split()[0] for text in said] == ["checkout", "search", "ledger"]
        assert not any(space.state.ephemerals.values())


async def kill(stage: Stage, url: str) -> tuple[int, dict[str, object]]:
    async with stage.http.post(f"{url}/stage/kill") as answer:
        return answer.status, await answer.json()


async def test_a_killed_bot_comes_back_by_itself() -> None:
    async with staged() as (stage, served):
        await until(stage.http, served.url, bot="listening")
        assert await kill(stage, served.url) == (200, {"ok": True})
        await until(stage.http, served.url, bot="gone")
        status, told = await kill(stage, served.url)
        assert (status, str(told["error"])[:18]) == (409, "Nothing was killed")
        state = await until(stage.http, served.url, bot="listening")
        assert (state["lives"], state["trouble"]) == (2, "")


async def test_starting_over_leaves_nothing_of_before() -> None:
    async with staged() as (stage, served):
        await until(stage.http, served.url, bot="listening")
        act = {"as": "rui", "do": "message", "channel": "releases", "text": "@slipway why"}
        async with stage.http.post(f"{served.url}/control/act", json=act) as answer:
            assert answer.status == 200
        assert served.keeper.deeds
        async with stage.http.post(f"{served.url}/stage/reset") as answer:
            assert answer.status == 200
        await until(stage.http, served.url, bot="listening", ready=True)
        said = stage.workspace.workspace.state.channels["C0RELEASES"].messages
        assert (len(said), served.keeper.deeds, served.keeper.done) == (3, [], frozenset())


async def test_a_record_that_is_to_be_kept_is_not_started_over(tmp_path: Path) -> None:
    place = tmp_path / "kept.db"
    async with opened(place, PAGE_TEMPO) as stage:
        served = await serve_page(stage, PARTS)
        async with stage.http.post(f"{served.url}/stage/reset") as answer:
            told = await answer.json()
        await served.stop()
    assert (answer.status, told["ok"]) == (409, False)
    assert "Not reset: the record is kept in kept.db" in told["error"]


async def test_nothing_is_left_when_it_stops() -> None:
    me = psutil.Process()
    before = {child.pid for child in me.children(recursive=True)}
    async with staged() as (stage, served):
        await until(stage.http, served.url, bot="listening")
        assert {child.pid for child in me.children(recursive=True)} != before
        folder, url = stage.folder, served.url
    assert {child.pid for child in me.children(recursive=True)} <= before
    assert not folder.exists()
    async with ClientSession() as http:
        with pytest.raises(OSError, match="Cannot connect"):
            await http.get(url)


async def test_stopping_while_the_bot_is_being_raised_leaves_none() -> None:
    me = psutil.Process()
    before = {child.pid for child in me.children(recursive=True)}
    async with staged():
        await asyncio.sleep(0)
    assert {child.pid for child in me.children(recursive=True)} <= before


async def test_hints_and_limits_come_from_where_they_are_declared() -> None:
    async with staged() as (stage, served):
        async with stage.http.get(f"{served.url}/stage/words") as answer:
            verbs = (await answer.json())["verbs"]
        async with stage.http.get(f"{served.url}/stage/config") as answer:
            config = await answer.json()
    assert [verb["name"] for verb in verbs] == [spec.name for spec in COMMANDS]
    assert set(config["limits"]) == set(tomllib.loads(config["text"])["services"])
    assert set(config["limits"].values()) == {5.0}


def test_a_service_without_a_share_as_its_limit_shows_none() -> None:
    assert limits_of("[services.a.environments.prod]\nchecks = []\n") == {}
