"""What the API answers: JSON, and where something was not done a code, a sentence, a remedy."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import structlog
from aiohttp import web

from bot.config.words import TOKEN_SHAPES
from bot.domain.terms.refusal import Code
from bot.engine.record.codec import UnknownFact
from bot.ports.store import StoreError

log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_TOKEN: Final = re.compile(rf'-----BEGIN [^"]*|(?:{TOKEN_SHAPES.pattern})[^\s"\\]*')
_HTTP: Final[Mapping[int, tuple[str, str, str]]] = {
    404: ("NOT_FOUND", "there is nothing at this address", "Look at /api/v1/openapi.json."),
    405: ("METHOD", "this address takes another method", "Look at /api/v1/openapi.json."),
}
_OTHER: Final = ("HTTP", "this request cannot be taken", "Look at /api/v1/openapi.json.")


class ApiProblem(Exception):
    """Nothing was done: the status, and what the asker reads."""

    def __init__(
        self,
        status: int,
        code: str,
        sentence: str,
        remedy: str,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.status = status
        self.body = {"code": code, "sentence": sentence, "remedy": remedy}
        self.headers = dict(headers or {})

    def response(self) -> web.Response:
        return said(self.body, self.status, self.headers)


def said(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(
        text=spelled(body), status=status, headers=headers, content_type="application/json"
    )


def spelled(body: Any) -> str:
    """JSON on one line, without what looks like a secret: people type those into reasons."""
    return _TOKEN.sub("(hidden)", json.dumps(body, separators=(",", ":")))


def in_a_while(code: str, sentence: str, remedy: str, seconds: int = 1) -> ApiProblem:
    """Not now; the same request may be sent again."""
    return ApiProblem(503, code, sentence, remedy, {"Retry-After": str(seconds)})


@web.middleware
async def spoken(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every way not to do it ends as JSON with a sentence."""
    try:
        return await handler(request)
    except ApiProblem as problem:
        return problem.response()
    except StoreError as error:
        log.error("api.store_failed", path=request.path, why=str(error))
        remedy = "If it is urgent, act by hand, and tell whoever runs me."
        return in_a_while(Code.NOT_RECORDED, str(error), remedy, 5).response()
    except UnknownFact as error:
        log.error("api.unknown_fact", path=request.path, why=str(error))
        return ApiProblem(500, Code.UNKNOWN_FACT, str(error), "Tell whoever runs me.").response()
    except web.HTTPException as error:
        code, why, remedy = _HTTP.get(error.status, _OTHER)
        kept = {name: value for name, value in error.headers.items() if name == "Allow"}
        return ApiProblem(error.status, code, f"Nothing happened: {why}.", remedy, kept).response()
