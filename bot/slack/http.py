"""Signed HTTP: what comes in is believed only if Slack signed it a moment ago."""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Final

import structlog
from aiohttp import web
from slack_bolt.response import BoltResponse

from bot.ports.clock import Clock
from bot.slack.app import read_request
from bot.slack.socket import SlackDispatch

log = structlog.get_logger()

PATH: Final = "/slack/events"
WINDOW: Final = 300.0
"""Seconds a signature is good for, either way."""
BODY_MOST: Final = 1_000_000
TIMESTAMP: Final = "X-Slack-Request-Timestamp"
SIGNATURE: Final = "X-Slack-Signature"
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)


class SignedHttp:
    """The one route Slack posts to: commands, presses and events alike."""

    def __init__(self, secret: str, dispatch: SlackDispatch, clock: Clock) -> None:
        self._secret = secret
        self._dispatch = dispatch
        self._clock = clock
        self.stopping = False

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.take)]

    async def take(self, request: web.Request) -> web.Response:
        """401 without a good signature, 413 and 400 for bodies that nobody sends."""
        if self.stopping:
            return web.Response(status=503, text="Not taken: the bot is stopping.")
        body = await read(request)
        if body is None:
            return web.Response(status=413, text="Not taken: the body is too large.")
        now = self._clock.now().timestamp()
        if not is_signed(self._secret, request.headers, body, now):
            log.warning("slack.bad_signature", peer=request.remote)
            return web.Response(status=401, text="Not taken: the signature is missing or wrong.")
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return web.Response(status=400, text="Not taken: the body is not UTF-8.")
        return await self._answer(request, text)

    async def _answer(self, request: web.Request, text: str) -> web.Response:
        asked = read_request(body=text, query=dict(request.query), headers=dict(request.headers))
        if asked is None:
            return web.Response(status=400, text="Not taken: the body cannot be read.")
        return sent(await self._dispatch(asked))


async def read(request: web.Request) -> bytes | None:
    """The body; None where it is too large."""
    body = bytearray()
    async for part in request.content.iter_any():
        body += part
        if len(body) > BODY_MOST:
            return None
    return bytes(body)


def is_signed(secret: str, headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Slack's signature over this body, at most five minutes old. Never raises."""
    stamp, given = headers.get(TIMESTAMP, ""), headers.get(SIGNATURE, "")
    if _SECONDS.fullmatch(stamp) is None or abs(now - int(stamp)) > WINDOW:
        return False
    signed = b"v0:" + stamp.encode() + b":" + body
    wanted = "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return hmac.compare_digest(wanted.encode(), given.encode("utf-8", "surrogateescape"))


def sent(response: BoltResponse) -> web.Response:
    """Bolt's answer as aiohttp's."""
    kind = response.headers.get("content-type", ["text/plain"])[0].partition(";")[0]
    return web.Response(status=response.status, text=response.body or "", content_type=kind)
