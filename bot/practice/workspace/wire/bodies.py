"""Reading a Web API request off the wire: JSON, form or query; bearer or parameter token."""

import json
from typing import Any

from aiohttp import web

from bot.practice.workspace.webapi import MethodRequest

JSON_TYPE = "application/json"
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def api_request(request: web.Request) -> MethodRequest:
    """The request as the rules want it; a body that cannot be read is kept as its error code."""
    values, broken = await values_of(request)
    bearer = request.headers.get("Authorization", "")
    token = bearer.removeprefix("Bearer ").strip() if bearer.startswith("Bearer ") else None
    given = values.pop("token", None)
    # As at Slack, a token inside a JSON body opens nothing.
    if token is None and isinstance(given, str) and request.content_type != JSON_TYPE:
        token = given
    return MethodRequest(
        method=request.match_info["method"],
        verb=request.method,
        values=values,
        token=token,
        json=request.content_type == JSON_TYPE,
        broken=broken,
        base_url=f"http://{request.host}",
    )


async def values_of(request: web.Request) -> tuple[dict[str, Any], str | None]:
    """Query and body together; the body wins."""
    values: dict[str, Any] = dict(request.query)
    if request.method == "GET" or not request.can_read_body:
        return values, None
    if request.content_type == JSON_TYPE:
        return json_values(values, await request.text())
    if request.content_type in FORM_TYPES:
        form = await request.post()
        return values | {name: word for name, word in form.items() if isinstance(word, str)}, None
    return values, "invalid_post_type"


def json_values(values: dict[str, Any], text: str) -> tuple[dict[str, Any], str | None]:
    """The object of a JSON body."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return values, "invalid_json"
    if not isinstance(found, dict):
        return values, "json_not_object"
    return values | found, None
