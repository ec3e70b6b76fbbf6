"""The API's description in OpenAPI 3.1, as data. A test equates it with the routes, both ways."""

from typing import Any, Final

from bot.engine.door.grammar import LONGEST
from bot.web.api_acts import ACTS, Act
from bot.web.api_fields import LONGEST_REASON, MOST_STEPS, NAME, RELEASE, SEQ, SPAN, VERSION
from bot.web.openapi_schemas import SCHEMAS, ref

Json = dict[str, Any]


def text(pattern: str, example: str) -> Json:
    return {"type": "string", "pattern": f"^{pattern}$", "examples": [example]}


def one_line(longest: int, example: str) -> Json:
    """More than spaces: of the blanks only those that JSON people write."""
    inside = r"[^\u0000-\u001F\u007F-\u009F]*"
    pattern = f"^{inside}[!-~]{inside}$"
    return {"type": "string", "maxLength": longest, "pattern": pattern, "examples": [example]}


FIELDS: Final[Json] = {
    "service": text(NAME, "checkout"),
    "environment": text(NAME, "prod"),
    "version": text(VERSION, "v1.4.2"),
    "because": one_line(LONGEST_REASON, "tag v1.4.2 was pushed"),
    "text": one_line(LONGEST, "status checkout"),
    "for": text(SPAN, "30m"),
    "early": {"type": "boolean", "description": "Before the step has baked; say because."},
    "step": {
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_STEPS,
        "description": "Promote only if it still is at this step.",
    },
}


def parameter(name: str, where: str, schema: Json, description: str = "") -> Json:
    found = {"name": name, "in": where, "required": where == "path", "schema": schema}
    return {**found, "description": description} if description else found


RELEASE_ID: Final = parameter("release", "path", text(RELEASE, "R-1"))
PLACE: Final = [parameter(name, "path", FIELDS[name]) for name in ("service", "environment")]
IN_PATH: Final = (RELEASE_ID, *PLACE)
KEY: Final = {
    **parameter(
        "Idempotency-Key",
        "header",
        text(r"[A-Za-z0-9._~/+=\-]{1,255}", "tag-v1.4.2"),
        "The same key with the same request is one act and gets the same answer, for 7 days. "
        "It is part of what is signed.",
    ),
    "required": True,
}
LAST_EVENT: Final = parameter(
    "Last-Event-ID", "header", text(SEQ, "42"), "Goes before `after`: where a line broke off."
)
WAIT: Final = {"Retry-After": {"schema": {"type": "integer", "minimum": 1}}}


def answer(description: str, schema: str, headers: Json | None = None) -> Json:
    content = {"application/json": {"schema": ref(schema)}}
    found: Json = {"description": description, "content": content}
    return {**found, "headers": headers} if headers else found


REFUSED: Final[Json] = {
    "400": answer("It cannot be read, or holds what is not taken here.", "Refusal"),
    "401": answer("Not signed, wrongly signed, or more than 5 minutes ago.", "Refusal"),
    "408": answer("The body did not arrive within 10 s.", "Refusal"),
    "413": answer("The body has more than 16 KiB.", "Refusal"),
    "429": answer("This key asks too often; never said to a way back.", "Refusal", WAIT),
    "503": answer("The record is slow or broken: repeat it as it is.", "Refusal", WAIT),
}
NOT_THERE: Final[Json] = {"404": answer("There is no such thing.", "Refusal")}
NO_RIGHT: Final[Json] = {"403": answer("The key does not have the right.", "Refusal")}
NOT_DONE: Final[Json] = {
    **REFUSED,
    **NOT_THERE,
    **NO_RIGHT,
    "202": answer("It is being recorded; look before you repeat it.", "Refusal"),
    "409": answer("Refused: code, sentence, remedy.", "Refusal"),
}


def body(needed: tuple[str, ...], possible: tuple[str, ...]) -> Json:
    names = (*needed, *possible)
    schema: Json = {
        "type": "object",
        "additionalProperties": False,
        "properties": {name: FIELDS[name] for name in names},
        "required": list(needed),
    }
    return {"required": bool(needed), "content": {"application/json": {"schema": schema}}}


def act_path(act: Act) -> Json:
    """The description of one row of ACTS."""
    operation = {
        "summary": act.summary,
        "parameters": [*(each for each in IN_PATH if f"{{{each['name']}}}" in act.path), KEY],
        "requestBody": body(act.needed, act.possible),
        "responses": {str(act.status): answer("Recorded; effects follow.", "Done"), **NOT_DONE},
    }
    return {"post": operation}


def ask(summary: str, parameters: list[Json], found: Json, refused: Json) -> Json:
    responses = {"200": found, **refused}
    return {"get": {"summary": summary, "parameters": parameters, "responses": responses}}


STREAM: Final[Json] = {
    "description": "`id:` the seq, `event:` the kind, `data:` the fact as JSON; comments between.",
    "content": {"text/event-stream": {"schema": {"type": "string"}}},
}
DESCRIBED: Final[Json] = {
    "description": "This document.",
    "content": {"application/json": {"schema": {"type": "object"}}},
}
LIST: Final = ask(
    "Releases: of the newest 100, those of places that the key may look at.",
    [
        parameter("service", "query", FIELDS["service"]),
        parameter("environment", "query", FIELDS["environment"]),
        parameter("live", "query", {"type": "boolean"}),
    ],
    answer("Releases.", "Releases"),
    REFUSED,
)

ACT_PATHS: Final[Json] = {act.path: act_path(act) for act in ACTS}
PATHS: Final[Json] = {
    "/releases": {**LIST, **ACT_PATHS["/releases"]},
    "/releases/{release}": ask(
        "A release with its plan, verdicts and timeline.",
        [RELEASE_ID],
        answer("The release.", "Release"),
        {**REFUSED, **NOT_THERE, **NO_RIGHT},
    ),
    **{path: found for path, found in ACT_PATHS.items() if path != "/releases"},
    "/events": ask(
        "Every fact from now on, or from a seq on, as server-sent events, of places that the key "
        "may look at.",
        [parameter("after", "query", text(SEQ, "0")), LAST_EVENT],
        STREAM,
        REFUSED,
    ),
    "/openapi.json": {
        "get": {"summary": "This document.", "security": [], "responses": {"200": DESCRIBED}}
    },
}

SIGNED: Final[Json] = {
    "timestamp": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Slipway-Timestamp",
        "description": "Unix seconds, at most 5 minutes off.",
    },
    "signature": {
        "type": "apiKey",
        "in": "header",
        "name": "X-Slipway-Signature",
        "description": (
            "`v1=` and the hex HMAC-SHA256, by the key's secret, of "
            "`v1:<timestamp>:<METHOD>:<path?query>:<hex SHA-256 of the body>`, "
            "with `:<Idempotency-Key>` at the end where one is sent."
        ),
    },
}

DOCUMENT: Final[Json] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Slipway",
        "version": "1",
        "description": "Start, steer and watch releases. Whoever signs is `api:<name of the key>`.",
    },
    "servers": [{"url": "/api/v1"}],
    "security": [{"timestamp": [], "signature": []}],
    "paths": PATHS,
    "components": {"schemas": SCHEMAS, "securitySchemes": SIGNED},
}
