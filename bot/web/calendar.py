"""`/calendar.ics`: the calendar for the calendars of people, to those who have its token."""

import asyncio
import hmac
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import web

from bot.config import ConfigError, Problem, Secrets, Web
from bot.domain.facts.calendar import CALENDAR
from bot.domain.state.calendar import windows_ever
from bot.engine.record.engine import Engine
from bot.ports.store import StoreError
from bot.render.calendar.feed import TYPE, feed
from bot.web.api_keys import SHORTEST

log = structlog.get_logger()

PATH: Final = "/calendar.ics"
KEYS: Final = ("web", "calendar_token")
SHUT: Final = (
    "Nothing is shown: the token is missing or wrong.\n"
    f"The address ends in {PATH}?token=, followed by the secret that calendar_token of [web] "
    "names.\n"
)
HEADERS: Final = {"Cache-Control": "private, max-age=300", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """What the handler uses. Whoever has the token reads all of the calendar."""

    engine: Engine
    token: str


FEED = web.AppKey("feed", Feed)


def token_of(config: Web, secrets: Secrets) -> str | None:
    """The token of the feed, None where there is none.

    Raises ConfigError where it cannot be read or is too short.
    """
    if config.calendar_token is None:
        return None
    token = secrets.secret(config.calendar_token, KEYS).get_secret_value()
    if len(token) >= SHORTEST:
        return token
    sentence = f"the secret is unfit: it has fewer than {SHORTEST} characters"
    remedy = "make a new one with: openssl rand -hex 32"
    raise ConfigError([Problem(keys=KEYS, sentence=sentence, remedy=remedy)])


def add_feed(app: web.Application, found: Feed) -> None:
    app[FEED] = found
    app.router.add_get(PATH, calendar)


async def calendar(request: web.Request) -> web.Response:
    """Read fresh at each request: what was frozen or reloaded a moment ago is in it."""
    found = request.app[FEED]
    given = request.query.get("token", "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(given, found.token.encode()):
        log.warning("calendar.not_let_in", peer=request.remote)
        return web.Response(status=403, text=SHUT)
    try:
        body = await told(found.engine)
    except StoreError as error:
        log.error("calendar.store_failed", why=str(error))
        return web.Response(status=503, text="Nothing is shown: the record does not answer.\n")
    return web.Response(body=body, headers={**HEADERS, "Content-Type": TYPE})


async def told(engine: Engine) -> bytes:
    """What is set and what was: a freeze that was lifted is shown as long as it lasted."""
    people_set = windows_ever(await engine.history.facts(CALENDAR))
    windows = (*engine.book.calendar.windows, *people_set)
    names = await engine.store.names()
    return await asyncio.to_thread(feed, windows, names, engine.clock.now())
