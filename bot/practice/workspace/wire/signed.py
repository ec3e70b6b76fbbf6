"""Signed HTTP mode: the same payloads as POST requests, signed as Slack signs them."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.seed import App
from bot.practice.workspace.state import Json
from bot.practice.workspace.wire.courier import COMMANDS, EVENTS, Courier, PendingDelivery
from bot.practice.workspace.workspace import Workspace

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BODY_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class SignedReply:
    """What the app's HTTP endpoint answered."""

    status: int
    body: str
    headers: Mapping[str, str]


@dataclass(slots=True)
class SignedTransport:
    """Posts to the app's request URL; the answer is the acknowledgement."""

    space: Workspace
    session: ClientSession
    courier: Courier = field(init=False)

    async def send(self, pending: PendingDelivery) -> None:
        """Post an envelope's payload; the outcome goes to the courier."""
        self.write_delivery(pending)
        kind, body = encoded(pending.envelope)
        try:
            reply = await self.post(body, kind, retry_headers(pending.envelope))
        except (ClientError, TimeoutError, OSError) as error:
            self.courier.fail(pending, f"{type(error).__name__}: {error}")
            return
        no_retry = reply.headers.get("X-Slack-No-Retry") == "1"
        if reply.status != 200:
            self.courier.fail(pending, f"the app answered HTTP {reply.status}", no_retry=no_retry)
            return
        name = pending.envelope["envelope_id"]
        self.courier.acknowledge(name, decoded(reply), via="http", no_retry=no_retry)

    def write_delivery(self, pending: PendingDelivery) -> None:
        """Journal what goes out."""
        envelope = pending.envelope
        self.space.journal.write(
            "delivered",
            via="http",
            envelope_id=envelope["envelope_id"],
            type=envelope["type"],
            attempt=envelope.get("retry_attempt", 0),
            payload=envelope["payload"],
        )

    async def post(self, body: str, kind: str, headers: Mapping[str, str]) -> SignedReply:
        """Post a signed body to the request URL."""
        signed = self.signature(body) | {"Content-Type": kind, **headers}
        return await self.raw(body, signed)

    async def raw(self, body: str, headers: Mapping[str, str]) -> SignedReply:
        """Post a body with exactly these headers. Slack stops listening; we wait a little longer,
        so that a late answer is seen and written down as late.
        """
        url = self.space.app.request_url
        if url is None:
            raise ControlError("Nothing was posted: the app has no request_url. Set one first.")
        limit = ClientTimeout(total=10 * self.space.seed.timing.ack.total_seconds())
        async with self.session.post(
            url, data=body.encode(), headers=headers, timeout=limit, allow_redirects=False
        ) as answer:
            text = (await answer.content.read(BODY_MOST)).decode(errors="replace")
            return SignedReply(answer.status, text, answer.headers)

    def signature(
        self, body: str, *, age: float = 0.0, secret: str | None = None
    ) -> dict[str, str]:
        """Slack's two headers over this body; `age` seconds old, with another secret if asked."""
        at = str(int(self.space.now().timestamp() - age))
        key = (secret or self.space.app.signing_secret).encode()
        digest = hmac.new(key, f"v0:{at}:{body}".encode(), hashlib.sha256).hexdigest()
        return {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": f"v0={digest}"}

    async def verify(self, url: str) -> None:
        """Slack's url_verification handshake; the URL is kept only if the app echoes it."""
        before, self.space.app = self.space.app, with_url(self.space, url)
        challenge = self.space.ids.word(40)
        body = {"token": before.verification_token, "challenge": challenge}
        try:
            text = json.dumps({**body, "type": "url_verification"})
            reply = await self.post(text, JSON, {})
        except (ClientError, TimeoutError, OSError) as error:
            self.space.app = before
            raise ControlError(f"The request URL was not saved: {error}.") from error
        if reply.status != 200 or challenge not in reply.body:
            self.space.app = before
            raise ControlError(
                f"The request URL was not saved: HTTP {reply.status} without the challenge."
            )


def with_url(space: Workspace, url: str | None) -> App:
    """The app with this request URL; None turns it back to Socket Mode."""
    return replace(space.app, request_url=url)


def retry_headers(envelope: Json) -> dict[str, str]:
    """What Slack adds from the second attempt on."""
    if not envelope.get("retry_attempt"):
        return {}
    reason = "http_timeout" if envelope["retry_reason"] == "timeout" else "http_error"
    return {"X-Slack-Retry-Num": str(envelope["retry_attempt"]), "X-Slack-Retry-Reason": reason}


def encoded(envelope: Json) -> tuple[str, str]:
    """Content type and body of a payload, each kind as Slack sends it."""
    payload = envelope["payload"]
    if envelope["type"] == EVENTS:
        return JSON, json.dumps(payload)
    if envelope["type"] == COMMANDS:
        return FORM, urlencode({name: as_field(value) for name, value in payload.items()})
    return FORM, urlencode({"payload": json.dumps(payload)})


def as_field(value: Any) -> str:
    """A value in a form: booleans in lower case."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def decoded(reply: SignedReply) -> Any:
    """The answer as a socket's ack would carry it: an object, or the text of a message."""
    if not reply.body.strip():
        return None
    try:
        return json.loads(reply.body)
    except ValueError:
        return {"text": reply.body}
