"""`slipway release --url`: the running bot from another machine, over its signed API.

Every call is signed anew and repeated under one Idempotency-Key while nothing is known of it, so
that a lost answer never makes a second act.
"""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp
from pydantic import SecretStr
from yarl import URL

from bot.config import ConfigError, Secrets
from bot.config.fields import is_reference
from bot.ports.clock import Clock
from bot.ports.outcomes import AccessDenied, Nonsense, NotFound, Unavailable
from bot.render.answers import refusal
from bot.render.kit.shell import shell_text
from bot.web.api import PREFIX
from bot.web.api_acts import WORDS
from bot.web.api_keys import IDEMPOTENCY, SIGNATURE, TIMESTAMP, WINDOW, signature, signed_text

USUAL_SECRET: Final = "env:SLIPWAY_API_KEY"
ONE_CALL: Final = aiohttp.ClientTimeout(total=30, connect=10)
ONE_LINE: Final = aiohttp.ClientTimeout(total=None, connect=10, sock_read=45)
"""Of events; the bot says something at least every 15 seconds."""
PAUSES: Final = (1.0, 2.0, 4.0, 8.0)
LONGEST_PAUSE: Final = 30.0
LONGEST_LINE: Final = 2**20
NOT_YET: Final = frozenset({202, 429, 502, 503, 504})
"""Statuses after which the same request may be sent again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """`body` is empty where it was no JSON object."""

    status: int
    body: dict[str, Any]
    date: str = ""
    after: str = ""
    location: str = ""

    @property
    def is_ours(self) -> bool:
        return self.status < 300 or {"code", "sentence", "remedy"} <= self.body.keys()


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A bot behind an address; `name` is what its config calls the key, for sentences only."""

    url: str
    name: str
    secret: SecretStr
    clock: Clock
    session: aiohttp.ClientSession
    pauses: Sequence[float] = PAUSES

    async def types(self, text: str, idempotency: str) -> dict[str, str]:
        """What the bot answers to typed words, as the local socket tells it."""
        body = json.dumps({"text": text}).encode()
        try:
            found = await self.call("POST", WORDS, body, idempotency)
        except Unavailable as error:
            again = f"Repeating it with --idempotency-key {idempotency} never does it twice."
            raise Unavailable(f"{error} {again}") from error
        return told(found)

    async def look(self, release: str) -> dict[str, Any] | None:
        """A release with its timeline; None where there is none."""
        found = await self.call("GET", f"/releases/{release}")
        if found.status == 404:
            return None
        if found.status != 200:
            raise AccessDenied(told(found)["text"])
        return found.body

    async def changes(self, release: str) -> AsyncIterator[None]:
        """Whenever something may have changed; first at once, and after every broken line."""
        while True:
            try:
                async for _ in self._line(release):
                    yield
            except (aiohttp.ClientError, TimeoutError, OSError):
                pass  # `look` says it where the bot stays away
            await self.clock.sleep(timedelta(seconds=self.pauses[0]))

    async def _line(self, release: str) -> AsyncIterator[None]:
        path = f"{PREFIX}/events"
        async with self.session.get(
            self._address(path), headers=self._headers("GET", path), timeout=ONE_LINE
        ) as answer:
            yield
            async for line in answer.content:
                if line.startswith(b"data:") and is_about(release, line):
                    yield

    async def call(
        self, method: str, path: str, body: bytes = b"", idempotency: str | None = None
    ) -> ApiAnswer:
        """Raises IntegrationError, in one sentence, where the bot gave no answer of its own."""
        for pause in self.pauses:
            asked_for = pause
            try:
                found = await self._once(method, PREFIX + path, body, idempotency)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                self._stop_where_hopeless(error)
            else:
                if found.status not in NOT_YET:
                    return self._believed(found)
                asked_for = wait(found, pause)
            await self.clock.sleep(timedelta(seconds=asked_for))
        try:
            return self._believed(await self._once(method, PREFIX + path, body, idempotency))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise Unavailable(unreached(self.url, error, acts=method == "POST")) from error

    async def _once(
        self, method: str, path: str, body: bytes, idempotency: str | None
    ) -> ApiAnswer:
        async with self.session.request(
            method,
            self._address(path),
            data=body,
            headers=self._headers(method, path, body, idempotency),
            timeout=ONE_CALL,
            allow_redirects=False,
        ) as answer:
            return ApiAnswer(
                status=answer.status,
                body=object_of(await answer.read()),
                date=answer.headers.get("Date", ""),
                after=answer.headers.get("Retry-After", ""),
                location=answer.headers.get("Location", ""),
            )

    def _address(self, path: str) -> URL:
        return URL(self.url.rstrip("/") + path, encoded=True)

    def _headers(
        self, method: str, path: str, body: bytes = b"", idempotency: str | None = None
    ) -> dict[str, str]:
        stamp = str(int(self.clock.now().timestamp()))
        text = signed_text(stamp, method, path, body, idempotency)
        signed = signature(self.secret.get_secret_value().encode(), text)
        made = {TIMESTAMP: stamp, SIGNATURE: signed}
        return made if idempotency is None else {**made, IDEMPOTENCY: idempotency}

    def _stop_where_hopeless(self, error: Exception) -> None:
        """Raises where asking again cannot help."""
        if isinstance(error, aiohttp.InvalidURL):
            raise NotFound(f"Nothing happened: {self.url} is no address.") from error
        if isinstance(error, aiohttp.ClientSSLError):
            raise AccessDenied(
                f"Nothing happened: no safe connection to {self.url} came about ({plain(error)}). "
                "Check the address; where the certificate is of your own authority, name its file "
                "in SSL_CERT_FILE."
            ) from error

    def _believed(self, found: ApiAnswer) -> ApiAnswer:
        """The answer, where it is the bot's and let us in. Raises IntegrationError."""
        if found.status == 401:
            raise AccessDenied(not_let_in(found, self.name, self.clock.now()))
        if 300 <= found.status < 400:
            raise NotFound(
                f"Nothing happened: {self.url} sends us on to {origin(found.location)}. "
                "Name the address where the bot itself answers."
            )
        if not found.is_ours and found.status in NOT_YET:
            raise Unavailable(f"No bot answered behind {self.url} (status {found.status}).")
        if not found.is_ours or not found.body:
            raise Nonsense(
                f"Nothing happened: what answers at {self.url} is not Slipway's API (status "
                f"{found.status}). Check the address, and that the config has [api.keys]."
            )
        return found


def told(found: ApiAnswer) -> dict[str, str]:
    """An answer as the local socket gives it: text, code, release."""
    if found.status < 300 and "code" not in found.body:
        return {"text": found.body["sentence"], "code": "", "release": found.body["release"]}
    said = found.body
    text = shell_text(refusal(said["sentence"], said["remedy"], []))
    return {"text": text, "code": said["code"], "release": ""}


def secret_of(reference: str) -> SecretStr:
    """The secret that `env:NAME` or `file:PATH` names. Raises Denied; never repeats a secret."""
    if not is_reference(reference):
        raise AccessDenied(
            "Nothing was asked: --secret takes env:NAME or file:PATH, never the secret."
        )
    try:
        return Secrets().secret(reference)
    except ConfigError as error:
        why = error.problems[0].sentence
        raise AccessDenied(
            f"Nothing was asked: {why}. Put the secret of your key there, or say with --secret "
            "env:NAME or file:PATH where it is."
        ) from error


def is_about(release: str, line: bytes) -> bool:
    """Whether a line of the stream of events tells of this release."""
    return bool(object_of(line.removeprefix(b"data:")).get("stream") == release)


def object_of(raw: bytes) -> dict[str, Any]:
    try:
        found = json.loads(raw)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def wait(found: ApiAnswer, pause: float) -> float:
    """Seconds before the next try: what the bot asks for, within reason."""
    asked = found.after
    return min(float(asked), LONGEST_PAUSE) if asked.isdecimal() else pause


def plain(error: Exception) -> str:
    """What went wrong underneath, without addresses of objects."""
    cause = error.__cause__ or getattr(error, "os_error", None) or error
    return str(getattr(cause, "strerror", None) or cause or type(error).__name__)


def unreached(url: str, error: Exception, *, acts: bool) -> str:
    if isinstance(error, aiohttp.ClientConnectorError) or not acts:
        return (
            f"Nothing happened: no bot answers at {url} ({plain(error)}). Check the address, that "
            "the bot runs, and that [web] listens where this machine can reach it."
        )
    return (
        f"It is not known whether it was done: {url} was asked and did not answer "
        f"({plain(error)}). Look at slipway release status before you go on."
    )


def not_let_in(found: ApiAnswer, name: str, now: datetime) -> str:
    """Why a signature was refused: the clock where it is that, else the secret."""
    off = skew(found.date, now)
    if abs(off) > WINDOW:
        way = "behind" if off > 0 else "ahead of"
        return (
            f"Nothing happened: this machine's clock is {abs(off) / 60:.0f} minutes {way} the "
            "bot's, and a signature is good for 5. Set the clock (NTP), then ask again."
        )
    key = f"[api.keys.{name}]" if name else "a key of [api.keys]"
    return (
        f"Nothing happened: the bot does not know this signature. Use the secret of {key} in its "
        "config; a key added since its start counts from the next start on."
    )


def skew(date: str, now: datetime) -> float:
    """Seconds that the other clock is ahead of ours; 0 where it does not say."""
    try:
        return (parsedate_to_datetime(date) - now).total_seconds()
    except (ValueError, TypeError):
        return 0.0


def origin(location: str) -> str:
    try:
        return str(URL(location).origin())
    except ValueError:
        return "another address"
