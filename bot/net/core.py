"""The HTTP client behind bot/ports/http.py."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Self

import aiohttp

from bot.net import errors
from bot.net.body import read_body
from bot.net.origins import origin
from bot.net.outgoing import Arguments, arguments, is_read
from bot.net.patience import backoff, may_pass, retry_after
from bot.net.turns import HostLimits, Lane
from bot.ports.clock import Clock
from bot.ports.http import HttpError, Request, Response

_KEPT_ALIVE = 5.0
"""Shorter than any server's own limit, so that a call seldom meets a connection just closed."""


@dataclass(slots=True)
class Trip:
    """What is known of one call under way; `sent` from the moment a connection is its own."""

    ends: float
    how: Arguments
    sent: bool = False


def unwatched(point: str) -> None:
    """The probe of production."""


@dataclass(slots=True, kw_only=True)
class HttpCore:
    """Implements Http. Close it, or use it as an async context manager.

    `allowed` are the origins that may be called; see origins_in. `probe` hears of the instant
    before a call is sent and of the one after it was answered. Deadlines and waits are real time
    of the running loop, whatever `clock` says; `clock` only reads dates in Retry-After.

    Every HttpError has as its cause the OSError, ValueError or library error behind it:
    ConnectionRefusedError where nobody listens, TimeoutError where nobody answered in time.
    """

    clock: Clock
    chance: Random
    allowed: Iterable[str]
    limits: HostLimits = field(default_factory=HostLimits)
    probe: Callable[[str], None] = unwatched
    _session: aiohttp.ClientSession | None = field(default=None, init=False)
    _lanes: dict[tuple[str, bool], Lane] = field(default_factory=dict, init=False)
    _origins: frozenset[str] = field(default=frozenset(), init=False)

    def __post_init__(self) -> None:
        self._origins = frozenset(map(origin, self.allowed))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def allow(self, more: Iterable[str]) -> None:
        """Further origins that may be called; those that were allowed stay so until the end."""
        self._origins |= frozenset(map(origin, more))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, request: Request) -> Response:
        lane = self._lane(request)
        span = request.deadline.total_seconds()
        trip = Trip(ends=asyncio.get_running_loop().time() + span, how=arguments(request))
        try:
            async with asyncio.timeout_at(trip.ends):
                return await self._tries(request, lane, trip)
        except TimeoutError as error:
            raise errors.late(request, sent=trip.sent) from error

    def _lane(self, request: Request) -> Lane:
        place = self._admitted(request)
        return self._lanes.setdefault((place, is_read(request)), Lane(self.limits))

    def _admitted(self, request: Request) -> str:
        try:
            place = origin(request.url)
        except ValueError as error:
            raise HttpError(f"Nothing was called. {error}", sent=False) from error
        if place not in self._origins:
            raise errors.stranger(place)
        return place

    async def _tries(self, request: Request, lane: Lane, trip: Trip) -> Response:
        attempt = 0
        while True:
            answer = await self._attempt(request, lane, trip)
            pause = self._pause(request, lane, answer, attempt)
            if pause is None or asyncio.get_running_loop().time() + pause >= trip.ends:
                return errors.settled(answer)
            await asyncio.sleep(pause)
            attempt += 1

    def _pause(
        self, request: Request, lane: Lane, answer: Response | HttpError, attempt: int
    ) -> float | None:
        """Seconds until the next try; None where this answer is the last."""
        if not is_read(request) or not may_pass(answer):
            return None
        asked = self._asked_to_wait(answer)
        lane.hold(asked)
        if attempt + 1 >= self.limits.attempts:
            return None
        return max(asked, backoff(attempt, self.chance))

    def _asked_to_wait(self, answer: Response | HttpError) -> float:
        if isinstance(answer, HttpError):
            return 0.0
        return retry_after(answer.headers, self.clock.now()) or 0.0

    async def _attempt(self, request: Request, lane: Lane, trip: Trip) -> Response | HttpError:
        held = lane.held()
        if asyncio.get_running_loop().time() + held >= trip.ends:
            raise errors.held(request, held, sent=trip.sent)
        await asyncio.sleep(held)
        async with lane.turn():
            return await self._watched(request, trip)

    async def _watched(self, request: Request, trip: Trip) -> Response | HttpError:
        point = f"{request.method} {origin(request.url)}"
        self.probe(f"net before {point}")
        answer = await self._exchange(request, trip)
        self.probe(f"net after {point}")
        return answer

    async def _exchange(self, request: Request, trip: Trip) -> Response | HttpError:
        try:
            return await self._send(request, trip)
        except HttpError as error:
            return error
        except (aiohttp.ClientError, errors.BrokenOff, OSError, ValueError, TypeError) as error:
            # TimeoutError of our own deadline comes as CancelledError and passes by here.
            return errors.told(request, error, sent=trip.sent)

    async def _send(self, request: Request, trip: Trip) -> Response:
        async with self._opened().request(
            request.method,
            request.url,
            allow_redirects=False,
            trace_request_ctx=trip,
            **trip.how,
        ) as answer:
            encoding = answer.headers.get("Content-Encoding", "")
            chunks = answer.content.iter_any()
            body = await read_body(chunks, encoding, request.max_bytes)
            return Response(status=answer.status, headers=answer.headers, body=body)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=_KEPT_ALIVE),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=None),
                trace_configs=[_tracing()],
                middlewares=(errors.never_twice,),
                # The library unpacks chunks whole; read_body does it under the reader's cap.
                auto_decompress=False,
            )
        return self._session


def _tracing() -> aiohttp.TraceConfig:
    config = aiohttp.TraceConfig()
    config.on_connection_create_end.append(_has_connection)
    config.on_connection_reuseconn.append(_has_connection)
    return config


async def _has_connection(session: object, context: object, params: object) -> None:
    # From here on the request may have left, so from here on nobody may say that it did not.
    trip = getattr(context, "trace_request_ctx", None)
    if isinstance(trip, Trip):
        trip.sent = True
