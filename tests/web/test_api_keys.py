"""Who may ask: only what a key signed a moment ago is believed, and nothing makes it fall over."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.cli.run import add_api
from bot.cli.wiring import Built, assemble
from bot.config import ApiTable, ConfigError, Secrets
from bot.config.house_models import ApiKey
from bot.engine.clock import SystemClock
from bot.ports.directory import NoDirectory
from bot.store.sqlite import open_store
from bot.web.api import BODY_MOST, PREFIX
from bot.web.api_keys import Keys, keys_of, signature, signed_text
from tests.config.sample import read
from tests.web.world import World, world

PAUSE = f"{PREFIX}/releases/R-1/pause"
Headers = dict[str, str]


def signed(here: World) -> Headers:
    return here.headers("POST", PAUSE, b'{"because":"x"}', key="P1")


def changed(name: str, value: str) -> Callable[[World], Headers]:
    return lambda here: {**signed(here), name: value}


def of(method: str, path: str, body: bytes, key: str | None) -> Callable[[World], Headers]:
    """Signed for another request than the one that is sent."""
    return lambda here: {**here.headers(method, path, body, key=key), "Idempotency-Key": "P1"}


def aged(seconds: float) -> Callable[[World], Headers]:
    return lambda here: here.headers("POST", PAUSE, b'{"because":"x"}', key="P1", age=seconds)


BODY = b'{"because":"x"}'
FORGED: dict[str, Callable[[World], Headers]] = {
    "nothing": lambda _here: {"Idempotency-Key": "P1"},
    "no signature": changed("X-Slipway-Signature", ""),
    "a short one": changed("X-Slipway-Signature", "v1=00"),
    "another version": changed("X-Slipway-Signature", "v0=" + "0" * 64),
    "letters": changed("X-Slipway-Signature", "v1=grüße"),
    "no time": changed("X-Slipway-Timestamp", ""),
    "words for a time": changed("X-Slipway-Timestamp", "abc"),
    "a long time": changed("X-Slipway-Timestamp", "9" * 4000),
    "a negative time": changed("X-Slipway-Timestamp", "-1"),
    "other digits": changed("X-Slipway-Timestamp", "١٧٩٥٠٠٠٠٠٠"),
    "too old": aged(301),
    "too new": aged(-301),
    "another body": of("POST", PAUSE, b"{}", "P1"),
    "another path": of("POST", PAUSE.replace("pause", "resume"), BODY, "P1"),
    "another query": of("POST", PAUSE + "?x=1", BODY, "P1"),
    "another method": of("GET", PAUSE, BODY, "P1"),
    "another idempotency key": of("POST", PAUSE, BODY, "P2"),
    "no idempotency key signed": of("POST", PAUSE, BODY, None),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
async def test_a_forged_request_is_refused_and_changes_nothing(
    forge: Callable[[World], Headers],
) -> None:
    async with world() as here:
        before = await here.events()
        answer = await here.send("POST", PAUSE, forge(here), BODY)
        assert (answer.status, answer.body["code"]) == (401, "NOT_SIGNED")
        assert await here.events() == before


@pytest.mark.parametrize("age", [299, -299])
async def test_a_clock_may_be_off_by_five_minutes(age: float) -> None:
    async with world() as here:
        answer = await here.send("POST", PAUSE, aged(age)(here), BODY)
        assert answer.status == 200


async def test_a_replayed_request_has_one_effect() -> None:
    async with world() as here:
        headers = signed(here)
        answers = [await here.send("POST", PAUSE, headers, BODY) for _ in range(3)]
        assert [each.status for each in answers] == [200, 200, 200]
        assert (await here.kinds()).count("Paused") == 1


async def test_an_unknown_address_tells_strangers_nothing() -> None:
    async with world() as here:
        stranger = await here.send("GET", f"{PREFIX}/nope", {})
        known = await here.get("/nope")
        wrong = await here.get("/releases/R-1/pause")
    assert (stranger.status, known.status, known.body["code"]) == (401, 404, "NOT_FOUND")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST")


@pytest.mark.parametrize(("size", "status"), [(BODY_MOST, 400), (BODY_MOST + 1, 413)])
async def test_a_large_body_is_cut_off(size: int, status: int) -> None:
    async with world() as here:
        body = b" " * size
        headers = here.headers("POST", PAUSE, body, key="P1")
        answer = await here.send("POST", PAUSE, headers, body)
        assert answer.status == status
        assert answer.body["remedy"]


async def test_a_body_that_only_says_it_is_compressed_is_a_400() -> None:
    async with world() as here:
        headers = {**signed(here), "Content-Encoding": "deflate"}
        answer = await here.send("POST", PAUSE, headers, BODY)
        assert (answer.status, answer.body["code"]) == (400, "BAD_REQUEST")


@pytest.mark.parametrize(
    "line",
    [
        b"POST http://[ HTTP/1.1",
        b"POST /api/v1/releases/%ff%00/pause HTTP/1.1",
        b"POST /api/v1/releases?\xff=\xfe HTTP/1.1",
        b"GET /api/v1/../v1/releases HTTP/1.1",
    ],
    ids=repr,
)
async def test_garbled_lines_are_never_a_500(line: bytes) -> None:
    async with world() as here:
        port = int(here.url.rpartition(":")[2])
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(line + b"\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        answer = await reader.read()
        writer.close()
    assert answer.split()[1] in (b"400", b"401", b"404")


def test_the_signature_has_a_published_vector() -> None:
    text = signed_text("1795000000", "POST", "/api/v1/releases", b"{}", "tag-v1.4.2")
    wanted = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert text.decode() == f"v1:1795000000:POST:/api/v1/releases:{wanted}:tag-v1.4.2"
    assert (
        signature(b"secret", text)
        == "v1=90fe121bd32ac2e99da8ca3ba89bbeaf7d65449cd1dd5044fe4172a350ee1662"
    )


def test_the_key_that_signed_is_told_apart() -> None:
    keys = Keys({"one": "1" * 16, "two": "2" * 16})
    text = signed_text("100", "GET", "/x", b"", None)
    headers = {
        "X-Slipway-Timestamp": "100",
        "X-Slipway-Signature": signature(b"2" * 16, text),
    }
    assert keys.signer(headers, "GET", "/x", b"", 100.0) == "two"


# ---------------------------------------------------------------- the config


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "the environment variable ONE is not set"),
        ({"ONE": "short", "TWO": "2" * 16}, "fewer than 16 characters"),
        ({"ONE": "1" * 16, "TWO": "1" * 16}, "another key has the same"),
    ],
    ids=str,
)
def test_unfit_secrets_are_refused_without_being_shown(values: dict[str, str], said: str) -> None:
    api = ApiTable(keys={"one": ApiKey(secret="env:ONE"), "two": ApiKey(secret="env:TWO")})
    with pytest.raises(ConfigError) as refused:
        keys_of(api, Secrets(environ=values))
    assert said in str(refused.value)
    assert "api.keys." in str(refused.value)
    assert not any(secret in str(refused.value) for secret in values.values())


CI = {"api.keys.ci.secret": "env:SLIPWAY_API_CI"}


def test_keys_and_their_ids_are_read_from_the_config() -> None:
    config = read({**CI, "people.devs.users": ["U0MEI", "api:ci", "cli:rui"]})
    assert config.api.keys["ci"].secret == "env:SLIPWAY_API_CI"
    assert config.people["devs"].users == ("U0MEI", "api:ci", "cli:rui")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"api.keys.ci.secret": "hunter2-hunter2-hunter2"}, "a secret is written in the file"),
        ({"api.keys.ci": {}}, "api.keys.ci.secret: this key is missing"),
        ({"api.port": 1}, "api.port: no such key"),
        ({"api.keys.a b.secret": "env:X"}, "is no name"),
        ({**CI, "web.enabled": False}, "the keys of [api] need it"),
        ({"people.devs.users": ["api:"]}, "is not the id of"),
        ({"people.devs.users": ["web:ci"]}, "is not the id of"),
    ],
    ids=str,
)
def test_mistakes_in_the_table_are_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read(changes)
    assert said in str(refused.value)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(("changes", "mounted"), [({}, False), (CI, True)], ids=str)
async def test_the_bot_serves_it_where_there_is_a_key(
    changes: dict[str, Any], mounted: bool, tmp_path: Path
) -> None:
    environ = {"SLIPWAY_API_CI": "c" * 16}
    config = replace(read(changes), secrets=Secrets(environ=environ))
    store = await open_store(tmp_path / "slipway.db")
    bot = assemble(config, store, SystemClock(), Built(), NoDirectory())
    app = web.Application()
    add_api(config, bot, app)
    found = [resource.canonical for resource in app.router.resources()]
    await store.close()
    assert found == ([PREFIX] if mounted else [])
