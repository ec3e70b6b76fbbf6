"""A gatekeeper behind HTTP: one POST per question, which may come again with the same key.

What is sent: JSON with release, service, environment, version, revision, step, and the key, which
stands in the header Idempotency-Key too. What may come back:
  200  {"go": true, "because": "…", "valid_for": "30m"}; `valid_for` may be left out
  202  not answered yet; asked again after Retry-After seconds, or after `every`
Everything else is no answer: a yes is never guessed.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, StrictBool, ValidationError

from bot.domain.terms.units import UnitError, duration
from bot.ports.clock import Clock
from bot.ports.fields import Address, show_address, span
from bot.ports.gate import Answered, GateReply, Pending, Question
from bot.ports.http import Http, HttpError, Request, Response
from bot.ports.integration import Parts, Settings
from bot.ports.outcomes import AccessDenied, Nonsense, NotFound, Unavailable

LARGEST = 64 * 1024
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_WORDS = 500


class GateSettings(Settings):
    """`url` is what is asked; `every` the pause where it says that it needs time."""

    url: Address
    """The address that is asked."""
    token: SecretStr | None = None
    """Sent as a bearer token."""
    every: Annotated[timedelta, span(LONGEST_PAUSE)] = timedelta(seconds=30)
    """The pause before it is asked again, where it says that it needs time."""
    deadline: Annotated[timedelta, span(timedelta(minutes=1))] = timedelta(seconds=10)
    """How long one answer may take."""


def _span(value: Any) -> timedelta:
    try:
        return duration(value)
    except UnitError as error:
        raise ValueError(str(error)) from error


class HookReply(BaseModel):
    """What stands in an answer; other keys are its own business."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    go: StrictBool
    because: str = ""
    valid_for: Annotated[timedelta, BeforeValidator(_span)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpGatekeeper:
    """Implements Gatekeeper."""

    settings: GateSettings
    http: Http

    async def ask(self, question: Question, *, key: str) -> GateReply:
        who = show_address(self.settings.url)
        try:
            response = await self.http.call(self._request(question, key))
        except HttpError as error:
            raise Unavailable(f"{who} could not be asked: {error}.") from error
        if response.status == 200:
            return _answer(response, who)
        if response.status == 202:
            return Pending(again=self._pause(response))
        raise _refused(response.status, who)

    def _request(self, question: Question, key: str) -> Request:
        token = self.settings.token
        secret = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        return Request(
            method="POST",
            url=self.settings.url,
            headers={"Idempotency-Key": key},
            secret_headers=secret,
            json={
                "key": key,
                "release": question.release,
                "service": question.service,
                "environment": question.environment,
                "version": question.version,
                "revision": question.revision,
                "step": question.step,
            },
            deadline=self.settings.deadline,
            max_bytes=LARGEST,
        )

    def _pause(self, response: Response) -> timedelta:
        asked = response.headers.get("Retry-After", "")
        seconds = float(asked) if asked.isascii() and asked.isdigit() else None
        wanted = self.settings.every if seconds is None else timedelta(seconds=seconds)
        return min(LONGEST_PAUSE, wanted)


def _answer(response: Response, who: str) -> Answered:
    try:
        reply = HookReply.model_validate(json.loads(response.body))
    except (ValueError, RecursionError, ValidationError) as error:
        raise Nonsense(
            f'{who} answered, but not with {{"go": true or false, "because": "…"}}. Mend it there.'
        ) from error
    because = reply.because.strip()[:LONGEST_WORDS]
    return Answered(go=reply.go, because=because, valid_for=reply.valid_for)


def _refused(status: int, who: str) -> Exception:
    if status in (401, 403):
        return AccessDenied(
            f"{who} does not let me ask ({status}): look at the token of this gate."
        )
    if status in (404, 405, 410):
        return NotFound(f"{who} is no gate ({status}): look at its url.")
    return Unavailable(f"{who} answered {status} instead of yes or no.")


def build(settings: GateSettings, http: Http, clock: Clock) -> Parts:
    return Parts(gate=HttpGatekeeper(settings=settings, http=http))
