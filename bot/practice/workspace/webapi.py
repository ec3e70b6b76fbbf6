"""The door of the Web API: token, rate, scope, arguments; then the method; then the journal."""

from dataclasses import dataclass, field
from typing import Any

from bot.practice.workspace.args import Args
from bot.practice.workspace.errors import ApiError, with_messages
from bot.practice.workspace.methods.call import Call, missing_scope
from bot.practice.workspace.methods.table import APP, BOT, METHODS, Method
from bot.practice.workspace.state import Json
from bot.practice.workspace.workspace import Workspace

UNKNOWN = "unknown"
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodRequest:
    """One HTTP request to `/api/<method>`; `broken` is why its body could not be read."""

    method: str
    verb: str = "POST"
    values: dict[str, Any] = field(default_factory=dict)
    token: str | None = None
    json: bool = False
    broken: str | None = None
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class MethodAnswer:
    """What goes back: HTTP status, JSON body, extra headers."""

    status: int
    body: Json
    headers: dict[str, str]


def answer(space: Workspace, request: MethodRequest) -> MethodAnswer:
    """Do the call and write it down; never raises for anything the caller did."""
    notes: list[str] = []
    try:
        answered = MethodAnswer(
            200, {"ok": True, **perform(space, request, notes)}, granted(space, request.token)
        )
    except ApiError as error:
        answered = MethodAnswer(error.status, error.body(), error.headers)
    write_down(space, request, answered, notes)
    return answered


def granted(space: Workspace, token: str | None) -> dict[str, str]:
    """Slack tells with every answer what the token may do."""
    scopes = {BOT: space.app.bot_scopes, APP: space.app.app_scopes}.get(token_kind(space, token))
    return {"X-OAuth-Scopes": ",".join(sorted(scopes))} if scopes else {}


def write_down(
    space: Workspace, request: MethodRequest, answered: MethodAnswer, notes: list[str]
) -> None:
    """Journal a call with everything but the token itself."""
    space.journal.write(
        "request",
        method=request.method,
        verb=request.verb,
        args=request.values,
        token=token_kind(space, request.token),
        status=answered.status,
        answer=answered.body,
        notes=notes,
    )


def perform(space: Workspace, request: MethodRequest, notes: list[str]) -> Json:
    """The checks in Slack's order, then the method."""
    method = METHODS.get(request.method)
    if method is None:
        raise ApiError("unknown_method", req_method=request.method)
    if request.verb != "POST" and not method.reads:
        raise ApiError("method_not_allowed", status=405)
    if request.broken:
        raise ApiError(request.broken)
    scopes = authenticate(space, method, request.token)
    args = Args({} if method.reads and request.json else request.values)
    if method.reads and request.json and request.values:
        notes.append("a read method ignores a JSON body: send a form or a query")
    limit(space, request.method, args)
    admit(method, scopes, args)
    return method.do(Call(space, args, scopes, notes, request.base_url))


def token_kind(space: Workspace, token: str | None) -> str:
    """bot, app, unknown or none."""
    known = {space.app.bot_token: BOT, space.app.app_token: APP}
    return known.get(token, UNKNOWN) if token else NONE


def authenticate(space: Workspace, method: Method, token: str | None) -> frozenset[str]:
    """The scopes of the token, or why it does not open this method."""
    kind = token_kind(space, token)
    scopes = {BOT: space.app.bot_scopes, APP: space.app.app_scopes}.get(kind, frozenset())
    if not method.tokens:
        return scopes
    if kind == NONE:
        raise ApiError("not_authed")
    if kind == UNKNOWN:
        raise ApiError("invalid_auth")
    if kind not in method.tokens:
        raise ApiError("not_allowed_token_type")
    return scopes


def limit(space: Workspace, name: str, args: Args) -> None:
    """429 with Retry-After once the method, or the method in this channel, is called too often."""
    asked = args.values.get("channel")
    channel = asked if isinstance(asked, str) else None
    room = space.state.named(channel) if channel and channel not in space.state.channels else None
    wait = space.rates.take(name, room.id if room else channel, space.now())
    if wait:
        raise limit_rate(wait)


def limit_rate(wait: int) -> ApiError:
    """Slack's 429."""
    refusal = ApiError("ratelimited", status=429)
    refusal.headers["Retry-After"] = str(wait)
    return refusal


def admit(method: Method, scopes: frozenset[str], args: Args) -> None:
    """One of the method's scopes, and every required argument."""
    if method.scopes and not scopes.intersection(method.scopes):
        raise missing_scope(",".join(method.scopes), scopes)
    missing = [name for name in method.needs if not args.has(name)]
    if missing:
        messages = [f"[ERROR] missing required field: {name}" for name in missing]
        raise with_messages("invalid_arguments", messages)
