"""Sent or not: a write is made once, a read again, and nobody is told a lie about either."""

import asyncio
import socket
from datetime import timedelta

import pytest
from aiohttp import web

from bot.net import HostLimits
from bot.ports.http import HttpError, Request
from tests.fakes.web import http_core, raw, serving

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
CUT = b"HTTP/1.1 200 OK\r\nContent-Length: 200\r\nConnection: close\r\n\r\nok"
WRITES = ["PUT", "DELETE", "POST", "PATCH"]
SOON = timedelta(milliseconds=200)


@pytest.mark.parametrize("method", WRITES)
async def test_a_write_whose_connection_breaks_is_made_once(method: str) -> None:
    async with raw(None, OK) as server, http_core(server.url) as http:
        with pytest.raises(HttpError, match="ended before an answer") as caught:
            await http.call(Request(method=method, url=server.url))
    assert (caught.value.sent, len(server.heads)) == (True, 1)


@pytest.mark.parametrize("method", WRITES)
async def test_a_write_on_a_connection_kept_too_long_is_made_once(method: str) -> None:
    kept = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
    async with raw(kept, OK) as server, http_core(server.url) as http:
        await http.call(Request(method="GET", url=server.url))
        await asyncio.sleep(0.05)
        outcome = await http.call(Request(method=method, url=server.url))
    assert outcome.status == 200
    assert [head.split()[0] for head in server.heads] == [b"GET", method.encode()]


@pytest.mark.parametrize("method", WRITES)
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
async def test_a_write_is_answered_with_its_first_status(method: str, status: int) -> None:
    asked: list[str] = []

    async def no(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response(status=status, headers={"Retry-After": "0"})

    async with serving(no) as url, http_core(url) as http:
        assert (await http.call(Request(method=method, url=url))).status == status
    assert asked == [method]


@pytest.mark.parametrize("first", [None, CUT, b"SSH-2.0-OpenSSH_9.2\r\n"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_read_that_breaks_is_made_again(method: str, first: bytes | None) -> None:
    bare = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    async with raw(first, bare) as server, http_core(server.url) as http:
        assert (await http.call(Request(method=method, url=server.url))).status == 200


@pytest.mark.parametrize("status", [429, 502, 503, 504])
async def test_a_read_that_is_put_off_is_made_again(status: int) -> None:
    statuses = iter((status, 200))

    async def later(request: web.Request) -> web.Response:
        return web.Response(status=next(statuses))

    async with serving(later) as url, http_core(url) as http:
        assert (await http.call(Request(method="GET", url=url))).status == 200


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 500])
async def test_a_read_that_is_refused_is_made_once(status: int) -> None:
    statuses = iter((status, 200))

    async def no(request: web.Request) -> web.Response:
        return web.Response(status=next(statuses))

    async with serving(no) as url, http_core(url) as http:
        assert (await http.call(Request(method="GET", url=url))).status == status


async def test_a_read_gives_up_after_its_attempts() -> None:
    asked: list[str] = []

    async def never(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response(status=503)

    async with serving(never) as url, http_core(url, limits=HostLimits(attempts=3)) as http:
        assert (await http.call(Request(method="GET", url=url))).status == 503
    assert len(asked) == 3


async def test_a_read_waits_as_long_as_it_is_asked_to() -> None:
    loop = asyncio.get_running_loop()
    came: list[float] = []

    async def in_a_second(request: web.Request) -> web.Response:
        came.append(loop.time())
        return web.Response(status=429 if len(came) == 1 else 200, headers={"Retry-After": "1"})

    async with serving(in_a_second) as url, http_core(url) as http:
        assert (await http.call(Request(method="GET", url=url))).status == 200
    assert came[1] - came[0] >= 1


async def test_a_host_that_asks_for_a_long_pause_gets_it_from_reads_alone() -> None:
    asked: list[str] = []

    async def tired(request: web.Request) -> web.Response:
        asked.append(request.method)
        return web.Response(status=429, headers={"Retry-After": "3600"})

    async with serving(tired) as url, http_core(url) as http:
        assert (await http.call(Request(method="GET", url=url))).status == 429
        with pytest.raises(HttpError, match="asked not to be called for another 60 s") as caught:
            await http.call(Request(method="GET", url=url))
        assert (await http.call(Request(method="PUT", url=url))).status == 429
    assert (caught.value.sent, asked) == (False, ["GET", "PUT"])


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_nothing_was_sent_where_nobody_listens(method: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}"
    async with http_core(url, limits=HostLimits(attempts=2)) as http:
        with pytest.raises(HttpError, match="nobody listens there") as caught:
            await http.call(Request(method=method, url=url))
    assert not caught.value.sent
    assert isinstance(caught.value.__cause__, ConnectionRefusedError)


async def test_nothing_was_sent_to_a_host_without_an_address() -> None:
    url = "http://no-such-host.invalid"
    async with http_core(url) as http:
        with pytest.raises(HttpError, match="no address here") as caught:
            await http.call(Request(method="PUT", url=url))
    assert not caught.value.sent


async def test_nothing_was_sent_to_a_host_that_does_not_take_the_connection() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        host, port = full.getsockname()
        # Connections beyond the backlog are dropped without a word, as by a firewall.
        crowd = [socket.socket() for _ in range(4)]
        for one in crowd:
            one.setblocking(False)
            one.connect_ex((host, port))
        url = f"http://{host}:{port}"
        async with http_core(url) as http:
            with pytest.raises(HttpError, match="no connection within") as caught:
                await http.call(Request(method="PUT", url=url, deadline=SOON))
        for one in crowd:
            one.close()
    assert not caught.value.sent


async def test_nothing_was_sent_without_a_secure_connection() -> None:
    async def plain(request: web.Request) -> web.Response:
        return web.Response()

    async with serving(plain) as server:
        url = server.replace("http:", "https:")
        async with http_core(url) as http:
            with pytest.raises(HttpError, match="no secure connection came about") as caught:
                await http.call(Request(method="PUT", url=url))
    assert not caught.value.sent


@pytest.mark.parametrize("method", ["GET", "PUT"])
async def test_a_server_that_says_nothing_may_have_acted(method: str) -> None:
    async with raw(asyncio.Event()) as server, http_core(server.url) as http:
        with pytest.raises(HttpError, match=r"no answer within 0\.2 s") as caught:
            await http.call(Request(method=method, url=server.url, deadline=SOON))
    assert (caught.value.sent, len(server.heads)) == (True, 1)
    assert isinstance(caught.value.__cause__, TimeoutError)


async def test_a_body_that_drips_ends_with_the_deadline() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b".")
            await asyncio.sleep(0.02)

    async with serving(drip) as url, http_core(url) as http:
        with pytest.raises(HttpError, match="no answer within") as caught:
            await http.call(Request(method="GET", url=url, deadline=SOON))
    assert caught.value.sent


async def test_a_wait_for_ones_turn_counts_as_not_sent() -> None:
    limits_reached = asyncio.Event()
    async with raw(limits_reached) as server, http_core(server.url) as http:
        jam = [
            asyncio.create_task(http.call(Request(method="PUT", url=server.url)))
            for _ in range(http.limits.at_once)
        ]
        await asyncio.sleep(0.05)
        with pytest.raises(HttpError) as caught:
            await http.call(Request(method="PUT", url=server.url, deadline=SOON))
        assert not caught.value.sent
        for task in jam:
            task.cancel()
        await asyncio.gather(*jam, return_exceptions=True)
