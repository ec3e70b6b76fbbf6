"""HTTP as integrations see it: bounded, redacted, honest about what was sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One call. `json` and `form` exclude each other; `secret_headers` never reach a log.

    `deadline` bounds the whole call. `max_bytes` bounds the answer after decompression.
    """

    method: str
    url: str
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, str] | None = None
    deadline: timedelta = timedelta(seconds=10)
    max_bytes: int = 10 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes


class HttpError(Exception):
    """The call came to nothing. `sent` is True where the other side may have acted on it."""

    def __init__(self, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.sent = sent


class Http(Protocol):
    """GET and HEAD are retried within the deadline; nothing else ever is.

    Redirects are not followed. Raises HttpError; an answer of any status is a Response.
    """

    async def call(self, request: Request) -> Response: ...
