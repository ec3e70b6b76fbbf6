"""The description against the routes, both ways, and against a running server."""

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator

from bot.domain.state.moves import State
from bot.web.api import PREFIX, ROUTES
from bot.web.api_fields import FIELDS
from bot.web.api_keys import signature, signed_text
from bot.web.openapi import DOCUMENT
from bot.web.openapi_schemas import SCHEMAS
from tests.fakes.clock import NOON
from tests.web.world import SECRETS, world

# The one user of this plugin, which takes long to load: pytest is told not to do so by itself.
pytest_plugins = ["schemathesis.pytest.plugin"]

ROUTED = {(route.method.lower(), route.path) for route in ROUTES}
DESCRIBED = {(method, path) for path, found in DOCUMENT["paths"].items() for method in found}


def test_the_description_and_the_routes_are_the_same() -> None:
    assert DESCRIBED == ROUTED


def test_the_document_is_the_one_that_callers_know() -> None:
    known = Path(__file__).with_name("openapi.golden.json").read_text("utf-8")
    assert json.loads(known) == DOCUMENT


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


def test_every_state_is_described() -> None:
    described = SCHEMAS["Summary"]["properties"]["state"]["enum"]
    assert described == [state.value for state in State]


def test_every_field_that_is_described_is_read() -> None:
    bodies = (
        found["post"]["requestBody"]["content"]["application/json"]["schema"]["properties"]
        for found in DOCUMENT["paths"].values()
        if "post" in found
    )
    assert {name for body in bodies for name in body} <= FIELDS.keys()


async def test_it_is_served_to_everybody() -> None:
    async with world() as here:
        answer = await here.send("GET", f"{PREFIX}/openapi.json", {})
    assert (answer.status, answer.body) == (200, DOCUMENT)


@pytest.mark.parametrize(("method", "path"), sorted(DESCRIBED - {("get", "/openapi.json")}))
async def test_everything_else_asks_for_a_signature(method: str, path: str) -> None:
    async with world() as here:
        named = path.format(release="R-1", service="checkout", environment="prod")
        answer = await here.send(method.upper(), PREFIX + named, {"Idempotency-Key": "K"})
    assert (answer.status, answer.body["code"]) == (401, "NOT_SIGNED")


# ---------------------------------------------------------------- a running server


class Served:
    """The API in a thread of its own, for clients that block."""

    def __init__(self) -> None:
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        async with world(burst=10**9) as here:
            self.url = here.url
            self._ready.set()
            await self._stop.wait()

    def __enter__(self) -> "Served":
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with Served() as here:
        yield here


def sign(request: Any) -> Any:
    """Sign what is about to be sent, whatever it is; `request` is the client's prepared one."""
    stamp = str(int(NOON.timestamp()))
    body = request.body or b""
    sent = body.encode() if isinstance(body, str) else body
    key = request.headers.get("Idempotency-Key")
    key = key.decode("latin-1") if isinstance(key, bytes) else key
    text = signed_text(stamp, request.method, request.path_url, sent, key)
    request.headers["X-Slipway-Timestamp"] = stamp
    request.headers["X-Slipway-Signature"] = signature(SECRETS["ci"].encode(), text)
    return request


# Signatures are tried one by one in test_api_keys; here every request is signed by `sign`.
schema = schemathesis.openapi.from_dict({**DOCUMENT, "security": []})
# A line of events stays open for ever; test_api_reads reads it.
BOUNDED: Final = schema.exclude(path="/events")


@BOUNDED.parametrize()
@settings(max_examples=12, suppress_health_check=list(HealthCheck))
def test_the_server_does_what_is_described(case: Any, served: Served) -> None:
    case.call_and_validate(base_url=served.url + PREFIX, auth=sign)
