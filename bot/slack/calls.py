"""One call of Slack's Web API, and the five ways it can end."""

import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

Json: TypeAlias = dict[str, Any]
Calling: TypeAlias = Coroutine[Any, Any, AsyncSlackResponse]

RETRY_AFTER = 30.0
"""Seconds, where a 429 does not say."""


@dataclass(frozen=True, slots=True)
class CallAnswer:
    """It was done. `scopes` are those of the token, None where Slack does not say."""

    body: Json
    scopes: frozenset[str] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """Slack said no; `code` is its word for why. Nothing was done."""

    code: str
    body: Json


@dataclass(frozen=True, slots=True)
class Limited:
    """429: nothing was done; come back after `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Lost:
    """Sent, and no answer that could be read: it may have been done."""

    why: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """It never left: nothing was done."""

    why: str


CallOutcome: TypeAlias = CallAnswer | Failed | Limited | Lost | Unsent

HALF_DONE = frozenset({"fatal_error", "internal_error", "request_timeout"})
"""Errors after which, Slack says, part of it may have been done."""


class WebApi:
    """Calls with one token. Never raises for anything that Slack or the network does."""

    def __init__(self, client: AsyncWebClient, probe: Callable[[str], None]) -> None:
        self._client = client
        self._probe = probe

    async def write(self, method: str, body: Json) -> CallOutcome:
        return await self._call(method, self._client.api_call(method, json=body))

    async def read(self, method: str, params: Json) -> CallOutcome:
        """Reads take a form: Slack ignores a JSON body there."""
        return await self._call(method, self._client.api_call(method, data=form(params)))

    async def _call(self, method: str, calling: Calling) -> CallOutcome:
        self._probe(f"slack.{method}.before")
        outcome = await attempt(calling)
        self._probe(f"slack.{method}.after")
        return outcome


def form(params: Json) -> dict[str, str]:
    """Arguments as form fields."""
    return {name: as_field(value) for name, value in params.items()}


def as_field(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


async def attempt(calling: Calling) -> CallOutcome:
    try:
        response = await calling
    except SlackApiError as error:
        return refusal(error)
    except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
        return Unsent("Slack cannot be reached")
    except TimeoutError:
        return Lost("Slack did not answer in time")
    except (aiohttp.ClientError, SlackClientError, OSError, ValueError) as error:
        return Lost(f"the connection to Slack broke ({type(error).__name__})")
    data = response.data
    if not isinstance(data, dict):
        return Lost("Slack answered no JSON")
    return CallAnswer(data, scopes_in(response))


def scopes_in(response: AsyncSlackResponse) -> frozenset[str] | None:
    """What the token may do, as the head of the answer has it."""
    headers = {str(name).lower(): value for name, value in dict(response.headers).items()}
    listed = headers.get("x-oauth-scopes")
    return frozenset(listed.replace(" ", "").split(",")) if listed else None


def refusal(error: SlackApiError) -> CallOutcome:
    """An answer that is no success: what it says, or that it says nothing."""
    response = error.response
    status: int = getattr(response, "status_code", 0) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    if status == 429:
        return Limited(retry_after(response))
    if not isinstance(data, dict) or not isinstance(data.get("error"), str):
        return Lost(f"Slack answered HTTP {status} and nothing that could be read")
    if data["error"] in HALF_DONE or status >= 500:
        return Lost(f"Slack answered {data['error']}")
    return Failed(data["error"], data)


def retry_after(response: Any) -> float:
    """Seconds to stay away, at least one."""
    headers = {str(name).lower(): value for name, value in dict(response.headers).items()}
    try:
        return max(1.0, min(3600.0, float(headers.get("retry-after", RETRY_AFTER))))
    except ValueError:
        return RETRY_AFTER


def web_client(token: str | None, base_url: str, session: aiohttp.ClientSession) -> AsyncWebClient:
    """A client on our own session. No retries of its own: who may wait decides that.

    Its logger writes no requests: they hold what people typed.
    """
    quiet = logging.getLogger("bot.slack.sdk")
    quiet.setLevel(logging.WARNING)
    return AsyncWebClient(
        token=token, base_url=base_url, session=session, retry_handlers=[], logger=quiet
    )
