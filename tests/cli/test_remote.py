"""`slipway release --url` against the real API on the loopback: answers, waiting, faults."""

import argparse
import asyncio
import os
import shutil
import sqlite3
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import SecretStr

from bot.cli.following import Record, follow
from bot.cli.remote import PAUSES, Remote, secret_of
from bot.cli.talk import release_arguments, watched, with_late_options
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.terms.strategy import Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY
from bot.engine.clock import SystemClock
from bot.engine.door.door import Inbound
from bot.ports.outcomes import AccessDenied, IntegrationError, NotFound
from bot.store.sqlite import open_inline
from bot.web.local import plain
from tests.domain.builders import MEI, split, verdict
from tests.engine.rig import Rig, lenient
from tests.fakes.clock import FakeClock
from tests.fakes.web import raw, serving
from tests.web.world import SECRETS, World, world

AT_ONCE = Strategy(
    kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY, bake=timedelta(minutes=5)),)
)
START = "start checkout v1.4.3 to prod because tag v1.4.3"


def remote(url: str, session: aiohttp.ClientSession, **other: Any) -> Remote:
    known = {"name": "ci", "secret": SecretStr(SECRETS["ci"]), "clock": FakeClock()}
    return Remote(**{"url": url, "session": session, **known, **other})


@asynccontextmanager
async def asking(here: World, **other: Any) -> AsyncIterator[Remote]:
    async with aiohttp.ClientSession() as session:
        yield remote(here.url, session, clock=here.rig.clock, **other)


async def idle() -> Rig:
    rig = Rig(lenient())
    await rig.adopt()
    return rig


# ---------------------------------------------------------------- the same answers


async def test_typed_words_start_a_release_and_say_what_the_local_shell_says() -> None:
    async with world(await idle()) as here, asking(here) as far:
        answer = await far.types(START, "tag-v1.4.3")
        assert (answer["code"], answer["release"]) == ("", "R-1"), answer
        assert await far.types(START, "tag-v1.4.3") == answer
        assert (await here.kinds()).count("ReleaseRequested") == 1
        release = await here.rig.release()
    assert (release.requested_by, release.because) == ("api:ci", "tag v1.4.3")


@pytest.mark.parametrize(
    "text", ["status", "pause R-9", "pasue R-1", "start checkout", "help start"]
)
async def test_asks_and_refusals_read_as_they_do_in_the_shell_of_the_machine(text: str) -> None:
    async with world() as here, asking(here) as far:
        from_far = await far.types(text, "K1")
        inbound = Inbound(key="I1", text=text, by="api:ci", via="api")
        at_hand = plain(await here.api.door.hear(inbound))
    assert from_far == {**at_hand, "release": from_far["release"]}


def test_options_may_stand_after_the_words_but_not_inside_a_reason() -> None:
    parser = argparse.ArgumentParser()
    release_arguments(parser)
    typed = ["--key", "ci", "pause", "R-1", "--url", "https://x", "because", "--url", "is", "odd"]
    asked = with_late_options(parser.parse_args(typed))
    assert (asked.key, asked.url) == ("ci", "https://x")
    assert asked.words == ["pause", "R-1", "because", "--url", "is", "odd"]


async def test_a_way_back_is_never_counted_and_everything_else_is() -> None:
    async with world(burst=1) as here:
        await here.post("/words", {"text": "status"})
        counted = await here.post("/words", {"text": "status"})
        free = await here.post("/words", {"text": "Rollback R-1 because it is bad"})
    assert (counted.status, free.status) == (429, 200), free.body


# ---------------------------------------------------------------- until it ends


async def told_until_its_end(end: Callable[[Rig], Any]) -> tuple[int, list[str]]:
    said, begun = list[str](), asyncio.Event()

    def say(text: str) -> None:
        said.append(text)
        begun.set()

    async with world() as here, asking(here) as far, asyncio.timeout(10):
        watching = asyncio.create_task(follow(far, "R-1", say))
        await begun.wait()
        await end(here.rig)
        return await watching, said


async def goes_back(rig: Rig) -> None:
    normal = i.Judged(verdicts=(verdict(Outcome.PASS),), watched=timedelta(0))
    for intent in (
        i.Rollback(by=MEI, because="it is bad"),
        i.Seen(observed=split(0), idle=True),
        normal,
    ):
        assert (await rig.engine.tell("R-1", intent)).ok


async def test_who_waits_is_told_line_by_line_and_learns_how_it_ended() -> None:
    status, said = await told_until_its_end(goes_back)
    assert status == 1
    assert said[-1] == "R-1 ended: rolled back."
    assert len(said) == len(set(said))


async def test_only_a_release_that_succeeded_ends_well(tmp_path: Path) -> None:
    said: list[str] = []
    path = tmp_path / "slipway.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        rig = Rig(lenient(strategy=AT_ONCE), store=open_inline(conn))
        await rig.adopt()
        await rig.start()
        await rig.fly()
        assert (await rig.engine.tell("R-1", i.Seen(observed=split(100), idle=True))).ok
        await rig.start("v1.4.3")
        async with world(rig) as here, asking(here) as far:
            assert await follow(far, "R-1", said.append) == 0
        assert said[-1] == "R-1 ended: succeeded."
    at_hand: list[str] = []
    record = Record(database=path, clock=SystemClock())
    assert await follow(record, "R-1", at_hand.append) == 0
    assert at_hand == said


async def test_who_waits_for_what_is_not_there_is_told_so() -> None:
    said: list[str] = []
    async with world() as here, asking(here) as far:
        assert await follow(far, "R-9", said.append) == 1
    assert "there is no R-9" in said[0]


def test_what_is_watched_has_to_be_named() -> None:
    assert watched(["r-12"]) == "R-12"
    with pytest.raises(NotFound, match="Say which"):
        watched(["checkout"])


# ---------------------------------------------------------------- what goes wrong


async def fault_of(url: str, act: bool = True, **other: Any) -> str:
    """The one sentence of a call that came to nothing."""
    async with aiohttp.ClientSession() as session:
        far = remote(url, session, **other)
        with pytest.raises(IntegrationError) as raised:
            await (far.types("status", "K1") if act else far.look("R-1"))
    said = str(raised.value)
    assert SECRETS["ci"] not in said
    assert "\n" not in said
    return said


async def test_a_wrong_secret_is_told_apart_from_a_wrong_clock() -> None:
    async with world(clock=SystemClock()) as here:
        wrong = await fault_of(here.url, secret=SecretStr("x" * 16), clock=SystemClock())
        late = await fault_of(here.url, clock=Late())
    assert "the secret of [api.keys.ci]" in wrong
    assert "clock is 12 minutes behind the bot's" in late


class Late(FakeClock):
    def __init__(self) -> None:
        super().__init__(SystemClock().now() - timedelta(minutes=12))


async def test_nobody_there_is_not_mistaken_for_an_act_that_may_have_been_done() -> None:
    clock = FakeClock()
    said = await fault_of("http://127.0.0.1:9", clock=clock)
    assert said.startswith("Nothing happened: no bot answers at http://127.0.0.1:9")
    assert clock.monotonic() == sum(PAUSES)


async def test_an_answer_that_is_lost_is_said_to_be_unknown_and_safe_to_repeat() -> None:
    async with raw(None) as there:
        said = await fault_of(there.url)
        sent = {line for head in there.heads for line in head.split(b"\r\n") if b"Idem" in line}
    assert said.startswith("It is not known whether it was done")
    assert said.endswith("Repeating it with --idempotency-key K1 never does it twice.")
    assert len(there.heads) == len(PAUSES) + 1
    assert len(sent) == 1


async def test_a_lost_answer_is_asked_for_again_and_done_once() -> None:
    lost = iter([True])
    async with world(await idle()) as here:

        async def drops_one(request: web.Request) -> web.StreamResponse:
            sent = {name: value for name, value in request.headers.items() if name != "Host"}
            answer = await here.send("POST", request.raw_path, sent, await request.read())
            if next(lost, False):
                assert request.transport is not None
                request.transport.abort()
            return web.json_response(answer.body, status=answer.status)

        async with serving(drops_one) as url, aiohttp.ClientSession() as session:
            answer = await remote(url, session).types(START, "K1")
        assert answer["release"] == "R-1"
        assert (await here.kinds()).count("ReleaseRequested") == 1


async def test_a_bot_that_is_busy_is_given_the_time_it_asks_for() -> None:
    busy = b"HTTP/1.1 503 X\r\nRetry-After: 7\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    clock = FakeClock()
    async with raw(busy) as there:
        said = await fault_of(there.url, act=False, clock=clock)
    assert said == f"No bot answered behind {there.url} (status 503)."
    assert clock.monotonic() == 7 * len(PAUSES)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 302 X\r\nLocation: https://login.example/x?t=1\r\n", "https://login.example."),
        (b"HTTP/1.1 200 OK\r\n", "is not Slipway's API (status 200)"),
        (b"HTTP/1.1 404 X\r\n", "that the config has [api.keys]"),
    ],
)
async def test_what_is_not_the_bot_is_not_believed(answer: bytes, words: str) -> None:
    async with raw(answer + b"Content-Length: 2\r\nConnection: close\r\n\r\nhi") as there:
        assert words in await fault_of(there.url)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="not on this machine: openssl")
async def test_an_unknown_certificate_is_refused_at_once_with_what_to_do(tmp_path: Path) -> None:
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost"]
    files = ["-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "certificate")]
    subprocess.run([*made, *files], check=True, capture_output=True)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, ssl=context)
    clock = FakeClock()
    async with server:
        port = server.sockets[0].getsockname()[1]
        said = await fault_of(f"https://localhost:{port}", clock=clock)
    assert "SSL_CERT_FILE" in said
    assert clock.monotonic() == 0


@pytest.mark.parametrize("given", ["hunter2hunter2hunter2", "env:", "env:SLIPWAY_NOT_SET_ANYWHERE"])
def test_a_secret_is_named_and_never_repeated(given: str) -> None:
    with pytest.raises(AccessDenied) as raised:
        secret_of(given)
    assert "hunter2" not in str(raised.value)
    assert "env:NAME or file:PATH" in str(raised.value)


# ---------------------------------------------------------------- as it is typed in CI


async def slipway(url: str, *words: str, secret: str = SECRETS["ci"]) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "release", "--url", url, "--key", "ci", *words),
        env={**os.environ, "SLIPWAY_API_KEY": secret},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode or 0, out.decode(), err.decode()


async def test_ci_starts_a_release_and_reads_a_refusal_by_exit_status() -> None:
    async with world(await idle(), clock=SystemClock()) as here:
        started = await slipway(here.url, *START.split(), "--idempotency-key", "tag-v1.4.3")
        refused = await slipway(here.url, *["start", "checkout", "v1.4.4", "to", "prod"])
        stranger = await slipway(here.url, "status", secret="y" * 20)
    assert started[0] == 0, started
    assert "R-1" in started[1]
    assert refused[0] == 1
    assert "R-1" in refused[1]
    assert (stranger[0], stranger[1]) == (1, "")
    assert stranger[2].startswith("Nothing happened: the bot does not know this signature.")
    assert "Traceback" not in stranger[2]
