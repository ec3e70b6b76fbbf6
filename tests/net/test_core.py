"""What one call brings back, and where it may go at all."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import web

from bot.engine.clock import SystemClock
from bot.net import HostLimits, HttpCore
from bot.ports.http import HttpError, Request
from tests.fakes.web import http_core, serving


async def echo(request: web.Request) -> web.Response:
    """What came, as JSON."""
    body = await request.text()
    return web.json_response(
        {
            "method": request.method,
            "path": request.path_qs,
            "headers": dict(request.headers),
            "body": body,
        }
    )


@asynccontextmanager
async def echoing() -> AsyncIterator[tuple[HttpCore, str]]:
    async with serving(echo) as url, http_core(url) as http:
        yield http, url


async def echoed(request: Request) -> Any:
    async with echoing() as (http, url):
        response = await http.call(replace(request, url=url + request.url))
        return json.loads(response.body)


async def test_an_answer_has_status_headers_and_body() -> None:
    async def teapot(request: web.Request) -> web.Response:
        return web.Response(status=418, headers={"X-Kind": "pot"}, body=b"short")

    async with serving(teapot) as url, http_core(url) as http:
        response = await http.call(Request(method="GET", url=f"{url}/tea"))
    assert (response.status, response.headers["x-kind"], response.body) == (418, "pot", b"short")


async def test_a_query_and_all_headers_arrive() -> None:
    came = await echoed(
        Request(
            method="GET",
            url="/a",
            params={"q": "a&b=c d"},
            headers={"X-One": "1"},
            secret_headers={"Authorization": "Bearer hush"},
        )
    )
    assert came["path"] == "/a?q=a%26b%3Dc+d"
    assert (came["headers"]["X-One"], came["headers"]["Authorization"]) == ("1", "Bearer hush")


async def test_a_json_body_arrives() -> None:
    came = await echoed(Request(method="PUT", url="/", json={"weight": 10}))
    assert json.loads(came["body"]) == {"weight": 10}
    assert came["headers"]["Content-Type"] == "application/json"


async def test_a_form_arrives() -> None:
    came = await echoed(Request(method="POST", url="/", form={"query": 'up{a="b+c&d"} 1'}))
    assert came["body"] == "query=up%7Ba%3D%22b%2Bc%26d%22%7D+1"
    assert came["headers"]["Content-Type"] == "application/x-www-form-urlencoded"


async def test_a_redirect_is_not_followed() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/other"})

    async with serving(elsewhere) as url, http_core(url) as http:
        response = await http.call(Request(method="GET", url=f"{url}/one"))
    assert (response.status, asked) == (302, ["/one"])


async def test_cookies_are_forgotten() -> None:
    async def biscuit(request: web.Request) -> web.Response:
        answer = web.Response(text=request.headers.get("Cookie", "none"))
        answer.set_cookie("session", "1")
        return answer

    async with serving(biscuit) as url, http_core(url) as http:
        await http.call(Request(method="GET", url=url))
        assert (await http.call(Request(method="GET", url=url))).body == b"none"


async def test_a_connection_is_used_again() -> None:
    peers: set[object] = set()

    async def who(request: web.Request) -> web.Response:
        peers.add(request.transport and request.transport.get_extra_info("peername"))
        return web.Response()

    async with serving(who) as url, http_core(url) as http:
        for _ in range(3):
            await http.call(Request(method="GET", url=url))
    assert len(peers) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/",
        "http://127.0.0.1@elsewhere.invalid/",
        "https://127.0.0.1/",
        "http://localhost/",
        "http://127.0.0.1.elsewhere.invalid/",
        "http://[::ffff:127.0.0.1]/",
    ],
)
async def test_an_address_that_the_config_does_not_name_is_never_called(address: str) -> None:
    async with http_core("http://127.0.0.1/") as http:
        with pytest.raises(HttpError, match="not an address that the config names") as caught:
            await http.call(Request(method="GET", url=address))
    assert not caught.value.sent


@pytest.mark.parametrize(
    "address",
    ["", "/path", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://a b/", "http://[/",
     "http://127.0.0.1\\@other/", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/"],
)  # fmt: skip
async def test_what_is_no_address_is_never_called(address: str) -> None:
    async with http_core("http://127.0.0.1/") as http:
        with pytest.raises(HttpError, match=r"^Nothing was called\. An address") as caught:
            await http.call(Request(method="GET", url=address))
    assert not caught.value.sent


GOOD = Request(method="PUT", url="", json={})


@pytest.mark.parametrize(
    "request_",
    [
        replace(GOOD, method="put"),
        replace(GOOD, method="PUT / HTTP/1.1\r\nX:"),
        replace(GOOD, form={"a": "b"}),
        replace(GOOD, method="GET"),
        replace(GOOD, json={"a": float("nan")}),
        replace(GOOD, json={"a": object()}),
        replace(GOOD, headers={"X-One": "1\r\nX-Two: 2"}),
        replace(GOOD, secret_headers={"X One": "1"}),
    ],
    ids=["lower", "injected", "two bodies", "read with body", "nan", "object", "newline", "name"],
)
async def test_a_request_that_makes_no_sense_is_never_sent(request_: Request) -> None:
    asked: list[str] = []

    async def note(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response()

    async with serving(note) as url, http_core(url) as http:
        with pytest.raises(HttpError, match="mistake in the integration") as caught:
            await http.call(replace(request_, url=url))
    assert (caught.value.sent, asked) == (False, [])


async def test_no_secret_is_in_an_error() -> None:
    request = Request(
        method="GET",
        url="http://ana:hush-1@127.0.0.1:1/hush-2?token=hush-3",
        params={"key": "hush-4"},
        secret_headers={"X-Key": "hush-5"},
    )
    async with http_core("http://127.0.0.1:1", limits=HostLimits(attempts=1)) as http:
        with pytest.raises(HttpError) as caught:
            await http.call(request)
    assert "hush" not in f"{caught.value!r} {caught.value.__cause__!r}"


async def test_the_probe_stands_before_and_after_each_attempt() -> None:
    points: list[str] = []
    statuses = iter((503, 200))

    async def flaky(request: web.Request) -> web.Response:
        points.append("served")
        return web.Response(status=next(statuses))

    async with serving(flaky) as url:
        core = HttpCore(clock=SystemClock(), chance=Random(1), allowed=[url], probe=points.append)
        async with core as http:
            await http.call(Request(method="GET", url=url))
    assert points == [f"net before GET {url}", "served", f"net after GET {url}"] * 2


async def test_no_more_calls_at_once_than_the_limit() -> None:
    going = most = 0

    async def slow(request: web.Request) -> web.Response:
        nonlocal going, most
        going += 1
        most = max(most, going)
        await asyncio.sleep(0.01)
        going -= 1
        return web.Response()

    async with serving(slow) as url, http_core(url, limits=HostLimits(at_once=2)) as http:
        await asyncio.gather(*(http.call(Request(method="GET", url=url)) for _ in range(8)))
    assert most == 2


async def test_no_more_calls_per_second_than_the_limit() -> None:
    loop = asyncio.get_running_loop()
    async with serving(echo) as url, http_core(url, limits=HostLimits(rate=50, burst=2)) as http:
        began = loop.time()
        await asyncio.gather(*(http.call(Request(method="GET", url=url)) for _ in range(12)))
        assert loop.time() - began >= 0.19


async def test_a_crowd_of_reads_does_not_hold_up_a_write() -> None:
    released = asyncio.Event()

    async def jam(request: web.Request) -> web.Response:
        if request.method == "GET":
            await released.wait()
        return web.Response()

    limits = HostLimits(at_once=1)
    async with serving(jam) as url, http_core(url, limits=limits) as http:
        reads = [asyncio.create_task(http.call(Request(method="GET", url=url))) for _ in range(5)]
        write = Request(method="PUT", url=url, json={}, deadline=timedelta(seconds=5))
        assert (await http.call(write)).status == 200
        released.set()
        await asyncio.gather(*reads)
