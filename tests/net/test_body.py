"""Bodies that are too large, packed too well, or broken."""

import gzip
import tracemalloc
import zlib
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.net.body import Unusable, read_body
from bot.ports.http import HttpError, Request
from tests.fakes.web import http_core, serving

CAP = 100_000
TEXT = b"http_requests_total 5\n" * 1000


async def pieces(body: bytes, size: int = 1000) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP ", "deflate"])
@pytest.mark.parametrize("size", [1, 7, 1_000_000])
async def test_a_packed_body_is_unpacked(encoding: str, size: int) -> None:
    packed = zlib.compress(TEXT) if encoding == "deflate" else gzip.compress(TEXT)
    assert await read_body(pieces(packed, size), encoding, CAP) == TEXT


@pytest.mark.parametrize("encoding", ["", "identity"])
async def test_a_plain_body_is_taken_as_it_is(encoding: str) -> None:
    assert await read_body(pieces(TEXT), encoding, CAP) == TEXT


@pytest.mark.parametrize("encoding", ["", "gzip"])
async def test_an_empty_body_is_empty(encoding: str) -> None:
    assert await read_body(pieces(b""), encoding, CAP) == b""


@pytest.mark.parametrize("size", [1, 11, 1_000_000])
async def test_members_after_one_another_are_one_body(size: int) -> None:
    packed = gzip.compress(b"one ") + gzip.compress(b"") + gzip.compress(b"two")
    assert await read_body(pieces(packed, size), "gzip", CAP) == b"one two"


@pytest.mark.parametrize("encoding", ["", "gzip"])
@pytest.mark.parametrize("excess", [0, 1])
async def test_the_cap_is_exact(encoding: str, excess: int) -> None:
    body = bytes(CAP + excess)
    sent = gzip.compress(body) if encoding else body
    if not excess:
        assert await read_body(pieces(sent), encoding, CAP) == body
        return
    with pytest.raises(Unusable, match="larger than 100,000 bytes"):
        await read_body(pieces(sent), encoding, CAP)


@pytest.mark.parametrize(
    ("encoding", "body", "because"),
    [
        ("gzip", gzip.compress(TEXT)[:-9], "breaks off"),
        ("gzip", b"plain text", "does not unpack"),
        ("gzip", gzip.compress(TEXT) + b"rubbish", "does not unpack"),
        ("gzip", gzip.compress(b"") * 20_000, "larger than"),
        ("br", TEXT, "nobody asked for"),
        ("gzip, gzip", gzip.compress(gzip.compress(TEXT)), "nobody asked for"),
    ],
    ids=["cut", "plain", "rubbish after", "empty members", "brotli", "twice"],
)
async def test_what_does_not_unpack_is_refused(encoding: str, body: bytes, because: str) -> None:
    with pytest.raises(Unusable, match=because):
        await read_body(pieces(body), encoding, CAP)


async def test_a_bomb_never_unfolds_in_memory() -> None:
    bomb = gzip.compress(bytes(200_000_000), compresslevel=9)
    tracemalloc.start()
    with pytest.raises(Unusable):
        await read_body(pieces(bomb, len(bomb)), "gzip", 1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("packed", [True, False])
async def test_a_flood_is_cut_off_and_not_asked_for_again(packed: bool) -> None:
    asked: list[str] = []
    block = gzip.compress(bytes(5_000_000)) if packed else bytes(50_000)

    async def flood(request: web.Request) -> web.StreamResponse:
        asked.append(request.method)
        headers = {"Content-Encoding": "gzip"} if packed else {}
        answer = web.StreamResponse(headers=headers)
        await answer.prepare(request)
        while request.transport and not request.transport.is_closing():
            await answer.write(block)
        return answer

    async with serving(flood) as url, http_core(url) as http:
        with pytest.raises(HttpError, match="larger than 65,536 bytes") as caught:
            await http.call(Request(method="GET", url=url, max_bytes=65_536))
    assert (caught.value.sent, asked) == (True, ["GET"])
