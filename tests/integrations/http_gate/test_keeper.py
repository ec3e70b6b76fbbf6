"""An address that is asked before a step: yes, no, wait, and everything that is no answer."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from pydantic import SecretStr, ValidationError

from bot.ports.gate import Answered, Pending
from bot.ports.http import Http
from bot.ports.outcomes import AccessDenied, IntegrationError, Nonsense, NotFound, Unavailable
from integrations.http_gate import INTEGRATION
from integrations.http_gate.keeper import GateSettings, HttpGatekeeper
from tests.contracts.gate import QUESTION, GatekeeperContract
from tests.fakes.clock import FakeClock
from tests.fakes.web import http_core, serving

TOKEN = "canary-4711"


class Board:
    """A change board behind HTTP."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.asked: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self.answer: web.Response | None = None
        self.body: object = {"go": True, "because": ""}
        self.status = 200
        self.headers: dict[str, str] = {}

    async def meet(self, request: web.Request) -> web.Response:
        self.keys.append(request.headers["Idempotency-Key"])
        self.tokens.append(request.headers.get("Authorization", ""))
        self.asked.append(await request.json())
        return web.json_response(self.body, status=self.status, headers=self.headers)

    def says(self, go: bool | None, because: str = "") -> None:
        self.status = 202 if go is None else 200
        self.body = {"go": go, "because": because}

    def breaks(self) -> None:
        self.status, self.body = 200, {"go": "yes"}


class World(Board):
    keeper: HttpGatekeeper


def keeper_of(url: str, http: Http) -> HttpGatekeeper:
    settings = GateSettings(url=url, token=SecretStr(TOKEN))
    parts = INTEGRATION.build(settings, http, FakeClock())
    assert isinstance(parts.gate, HttpGatekeeper)
    return parts.gate


@pytest.fixture
async def world() -> AsyncIterator[World]:
    board = World()
    async with serving(board.meet) as url, http_core(url) as http:
        board.keeper = keeper_of(f"{url}/may", http)
        yield board


class TestContract(GatekeeperContract):
    pass


async def test_it_is_told_what_it_decides_on(world: World) -> None:
    await world.keeper.ask(QUESTION, key="k")
    [asked] = world.asked
    assert asked == {
        "key": "k",
        "release": "R-142",
        "service": "checkout",
        "environment": "prod",
        "version": "v1.4.2",
        "revision": "sha256:9f2c",
        "step": "50 %",
    }
    assert world.tokens == [f"Bearer {TOKEN}"]


async def test_how_long_a_yes_is_worth_something(world: World) -> None:
    world.body = {"go": True, "because": "CHG-12", "valid_for": "30m", "more": [1]}
    reply = await world.keeper.ask(QUESTION, key="k")
    assert reply == Answered(go=True, because="CHG-12", valid_for=timedelta(minutes=30))


@pytest.mark.parametrize(
    ("header", "pause"), [("7", 7), ("soon", 30), ("-1", 30), ("999999", 3600)]
)
async def test_who_needs_time_says_how_much(world: World, header: str, pause: int) -> None:
    world.says(None)
    world.headers = {"Retry-After": header}
    reply = await world.keeper.ask(QUESTION, key="k")
    assert reply == Pending(again=timedelta(seconds=pause))


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        {"go": 1},
        {"go": "true"},
        {"go": None},
        {"go": True, "valid_for": 30},
        {"go": True, "valid_for": "soon"},
        {"go": True, "because": 7},
        "yes",
    ],
)
async def test_what_is_no_answer_is_never_a_yes(world: World, body: object) -> None:
    world.body = body
    with pytest.raises(Nonsense, match="Mend it there"):
        await world.keeper.ask(QUESTION, key="k")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, AccessDenied),
        (403, AccessDenied),
        (404, NotFound),
        (302, Unavailable),
        (201, Unavailable),
        (500, Unavailable),
    ],
)
async def test_other_answers_are_named(
    world: World, status: int, error: type[IntegrationError]
) -> None:
    world.status = status
    with pytest.raises(error) as raised:
        await world.keeper.ask(QUESTION, key="k")
    assert TOKEN not in str(raised.value)


async def test_nobody_there_is_said_without_the_query() -> None:
    url = "http://127.0.0.1:9/may?secret=canary"
    async with http_core("http://127.0.0.1:9") as http:
        with pytest.raises(Unavailable) as raised:
            await keeper_of(url, http).ask(QUESTION, key="k")
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize("every", ["0s", "2h", "soon"])
def test_a_pause_has_bounds(every: str) -> None:
    with pytest.raises(ValidationError):
        GateSettings(url="http://127.0.0.1/may", every=every)  # type: ignore[arg-type]
