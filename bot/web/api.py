"""The signed HTTP API below /api/v1: acts go in by the door, reads come from the record."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code
from bot.engine.clock import fresh_id
from bot.engine.door.door import Door, Inbound, reply_to
from bot.engine.door.visibility import unseen
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.engine import Engine
from bot.engine.watch.views import Views
from bot.web.api_acts import ACTS, VIA, Act, Counter, asked_of, goes_back, perform
from bot.web.api_answers import ApiProblem, Handler, said, spoken
from bot.web.api_bucket import Buckets
from bot.web.api_events import HEADERS, Line, Listeners
from bot.web.api_fields import FIELDS, RELEASE, Given, bad, like, query_of
from bot.web.api_keys import SIGNATURE, TIMESTAMP, Keys
from bot.web.api_reads import listed, told
from bot.web.openapi import DOCUMENT

log = structlog.get_logger()

PREFIX: Final = "/api/v1"
OPEN: Final = f"{PREFIX}/openapi.json"
"""The one address that asks for no signature: it says how to sign."""
BODY_MOST: Final = 16 * 1024
BODY_WITHIN: Final = 10.0
"""Seconds a body may take to arrive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What the handlers use."""

    door: Door
    engine: Engine
    readers: Views
    book: Rulebook
    keys: Keys
    buckets: Buckets
    listeners: Listeners


API = web.AppKey("api", Api)
BY = web.RequestKey("by", str)
BODY = web.RequestKey("body", bytes)


def api_for(door: Door, engine: Engine, readers: Views, book: Rulebook, keys: Keys) -> Api:
    """The parts as the bot runs them."""
    return Api(
        door=door,
        engine=engine,
        readers=readers,
        book=book,
        keys=keys,
        buckets=Buckets(monotonic=engine.clock.monotonic),
        listeners=Listeners(engine=engine, book=book),
    )


def api_app(api: Api) -> web.Application:
    """To be mounted at PREFIX."""
    app = web.Application(middlewares=[spoken, guarded])
    app[API] = api
    app.add_routes(ROUTES)
    app.on_shutdown.append(api.listeners.end)
    api.listeners.listen()
    return app


@web.middleware
async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Nobody passes unsigned, and no key without measure."""
    if request.path == OPEN:
        return await handler(request)
    api, body = request.app[API], await body_of(request)
    now = api.engine.clock.now().timestamp()
    key = api.keys.signer(request.headers, request.method, request.raw_path, body, now)
    if key is None:
        log.warning("api.not_let_in", peer=request.remote)
        raise unsigned()
    if not goes_back(request.path, body):
        demand_measure(api.buckets, key)
    request[BY], request[BODY] = f"api:{key}", body
    return await handler(request)


def unsigned() -> ApiProblem:
    why = "Nothing happened: the signature is missing, wrong, or more than 5 minutes old."
    remedy = f"Sign with a key of [api.keys]: {TIMESTAMP} and {SIGNATURE}, as docs/api.md shows."
    return ApiProblem(401, Code.NOT_SIGNED, why, remedy, {"WWW-Authenticate": "Slipway-v1"})


def demand_measure(buckets: Buckets, key: str) -> None:
    wait = buckets.take(key)
    if wait:
        why = "Nothing happened: this key asks too often."
        remedy = f"Come back in {wait} s. Rollbacks and aborts may come at any time."
        raise ApiProblem(429, Code.TOO_MANY, why, remedy, {"Retry-After": str(wait)})


async def body_of(request: web.Request) -> bytes:
    """The body, of bearable size and in bearable time."""
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_WITHIN):
            async for part in request.content.iter_any():
                body += part
                if len(body) > BODY_MOST:
                    why = f"Nothing happened: the body has more than {BODY_MOST} bytes."
                    raise ApiProblem(
                        413, Code.TOO_LARGE, why, "Send what the act needs, and no more."
                    )
    except TimeoutError:
        why = "Nothing happened: the body did not arrive in time."
        raise ApiProblem(408, Code.TOO_SLOW, why, "Send it again, at once.") from None
    except web.RequestPayloadError:
        raise bad("the body cannot be read", "Send it as it is, not compressed.") from None
    return bytes(body)


def act_handler(wanted: Act) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of one row of ACTS, on what its path names."""

    async def handle(request: web.Request) -> web.StreamResponse:
        where: Given = dict(request.match_info)
        if "release" in where:
            where["release"] = release_in(request)
        return await act(request, wanted, where)

    return handle


async def act(request: web.Request, wanted: Act, where: Given) -> web.StreamResponse:
    api = request.app[API]
    asked = asked_of(request, request[BY], request[BODY])
    counter = Counter(door=api.door, engine=api.engine, services=api.readers.services)
    return await perform(counter, wanted, asked, where)


def release_in(request: web.Request) -> str:
    found = request.match_info["release"]
    if like(RELEASE)(found) is None:
        raise no_release()
    return found


def no_release() -> ApiProblem:
    why = "Nothing happened: there is no such release."
    remedy = f"GET {PREFIX}/releases lists those there are."
    return ApiProblem(404, Code.UNKNOWN_RELEASE, why, remedy)


async def releases(request: web.Request) -> web.StreamResponse:
    asked = query_of(request, ("service", "environment", "live"))
    api = request.app[API]
    return said(await listed(api.engine, api.book, request[BY], asked))


async def release(request: web.Request) -> web.StreamResponse:
    query_of(request, ())
    api = request.app[API]
    found = await api.engine.history.release(release_in(request))
    if found is None:
        raise no_release()
    await demand_sight(request, found)
    return said(await told(api.readers, found))


async def demand_sight(request: web.Request, release: Release) -> None:
    """Raises Problem 403 where the key may not look there; that stands in the record, too."""
    api, by = request.app[API], request[BY]
    refusal = await unseen(release, by, api.book)
    if refusal is None:
        return
    asked = Inbound(key=f"api/{fresh_id()}", text=f"status {release.id}", by=by, via=VIA)
    await api.door.turned_away(asked, reply_to(refusal))
    raise ApiProblem(403, refusal.code, refusal.text, refusal.remedy)


async def events(request: web.Request) -> web.StreamResponse:
    listeners = request.app[API].listeners
    line = Line(by=request[BY], after=await begin_at(request))
    response = web.StreamResponse(headers=HEADERS)
    with listeners.seat() as bell:
        await listeners.feed(response, request, line, bell)
    return response


async def begin_at(request: web.Request) -> int:
    """The seq after which to begin: Last-Event-ID, else ?after=, else from now on."""
    asked = query_of(request, ("after",))
    last = request.headers.get("Last-Event-ID", asked.get("after"))
    if last is None:
        return (await request.app[API].engine.store.head())[0]
    reader, what = FIELDS["after"]
    if reader(last) is None:
        raise bad("Last-Event-ID is not what it has to be", f"Give {what}.")
    return int(last)


async def openapi(_request: web.Request) -> web.StreamResponse:
    return said(DOCUMENT)


ROUTES: Final = (
    *(web.post(each.path, act_handler(each)) for each in ACTS),
    web.get("/releases", releases, allow_head=False),
    web.get("/releases/{release}", release, allow_head=False),
    web.get("/events", events, allow_head=False),
    web.get("/openapi.json", openapi, allow_head=False),
)
