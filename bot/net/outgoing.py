"""A Request as the library wants it, refused before anything is sent where it makes no sense."""

import json
import re
from typing import Any, TypedDict
from urllib.parse import urlencode

from bot.net.patience import READS
from bot.ports.http import HttpError, Request

_METHOD = re.compile(r"[A-Z]{3,10}")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")


class Arguments(TypedDict):
    params: dict[str, str]
    headers: dict[str, str]
    data: bytes | None


def is_read(request: Request) -> bool:
    """Whether the call may be repeated without anybody noticing."""
    return request.method in READS


def arguments(request: Request) -> Arguments:
    """Raises HttpError, nothing sent, for a request that cannot be written."""
    headers = _DEFAULTS | dict(request.headers) | dict(request.secret_headers)
    _check(request, headers)
    body, kind = _body(request)
    if kind:
        headers.setdefault("Content-Type", kind)
    return Arguments(params=dict(request.params), headers=headers, data=body)


_DEFAULTS = {"User-Agent": "slipway", "Accept-Encoding": "gzip"}


def _check(request: Request, headers: dict[str, str]) -> None:
    if not _METHOD.fullmatch(request.method):
        raise _refused("its method is no upper-case word")
    if request.json is not None and request.form is not None:
        raise _refused("it has both a JSON body and a form")
    if is_read(request) and (request.json is not None or request.form is not None):
        raise _refused("a read has no body")
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise _refused(f"its header {name[:40]!r} holds a character that headers cannot have")


def _body(request: Request) -> tuple[bytes | None, str]:
    if request.form is not None:
        return urlencode(dict(request.form)).encode(), "application/x-www-form-urlencoded"
    if request.json is not None:
        return _as_json(request.json), "application/json"
    return None, ""


def _as_json(value: Any) -> bytes:
    try:
        return json.dumps(value, allow_nan=False).encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise _refused("its body cannot be written as JSON") from error


def _refused(why: str) -> HttpError:
    return HttpError(
        f"Nothing was called: {why}. This is a mistake in the integration.", sent=False
    )
