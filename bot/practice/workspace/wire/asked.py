"""Reading control requests: bodies, numbers, and errors as answers."""

import json
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.state import Json


def answer_errors(handler: Handler) -> Handler:
    """The handler, with a ControlError turned into its answer."""

    async def answering(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ControlError as error:
            return web.json_response({"ok": False, "error": str(error)}, status=400)

    return answering


async def body_of(request: web.Request) -> Json:
    """The JSON object of a control request; an empty body is an empty object."""
    text = await request.text()
    try:
        found = json.loads(text or "{}")
    except (ValueError, RecursionError) as error:
        raise ControlError(f"Nothing was done: the body is not JSON ({error}).") from error
    if not isinstance(found, dict):
        raise ControlError("Nothing was done: the body must be a JSON object.")
    return found


def number_of(given: Any) -> float:
    """A number from JSON or a query."""
    try:
        return float(given)
    except (TypeError, ValueError):
        raise ControlError(f"Nothing was done: {given!r} is no number.") from None


def base_of(request: web.Request) -> str:
    """The address the caller reached us at."""
    return f"http://{request.host}"
