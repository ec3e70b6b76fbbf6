"""What a message is made of, checked the same way wherever it comes in."""

import re
from dataclasses import dataclass
from typing import Any

from bot.practice.workspace.args import Args
from bot.practice.workspace.blockkit.rules import block_problems, view_is_too_large, view_problems
from bot.practice.workspace.blockkit.shapes import MESSAGE, BlockProblem
from bot.practice.workspace.blockkit.walk import with_ids
from bot.practice.workspace.errors import ApiError, with_messages
from bot.practice.workspace.ids import Ids
from bot.practice.workspace.limits import ATTACHMENTS, METADATA_BYTES
from bot.practice.workspace.seed import App
from bot.practice.workspace.state import Json


@dataclass(frozen=True, slots=True)
class Content:
    """Checked content; None where blocks or attachments were not given at all."""

    text: str
    blocks: list[Json] | None
    attachments: list[Json] | None

    def with_ids(self, ids: Ids) -> list[Json]:
        """The blocks, each with an id, each element with an action id."""
        return with_ids(self.blocks or [], lambda: ids.word(5))


def content_of(args: Args, app: App, most: int) -> Content:
    """Text, blocks and attachments; one of them must say something."""
    scopes = app.bot_scopes
    blocks = blocks_of(args, app)
    attachments = attachments_of(args, scopes)
    text = args.text("text")
    if len(text) > most:
        raise ApiError("msg_too_long")
    if not text.strip() and not blocks and not attachments:
        raise ApiError("no_text")
    return Content(text, blocks, attachments)


def blocks_of(args: Args, app: App) -> list[Json] | None:
    """The blocks, if given, or Slack's refusal with a pointer to each problem."""
    blocks = args.parsed("blocks", "invalid_blocks_format")
    if blocks is None:
        return None
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    refuse_blocks([*block_problems(blocks, MESSAGE, app.bot_scopes), *lacking(blocks, app)])
    return blocks


def lacking(blocks: list[Any], app: App) -> list[BlockProblem]:
    """Blocks of a type that this workspace does not have."""
    kinds = [block.get("type") if isinstance(block, dict) else None for block in blocks]
    return [
        BlockProblem(f"/blocks/{number}/type", f"unsupported type: {kind}")
        for number, kind in enumerate(kinds)
        if kind in app.lacks
    ]


def refuse_blocks(found: list[BlockProblem]) -> None:
    """Raise invalid_blocks if there is any problem."""
    if found:
        refusal = with_messages("invalid_blocks", [str(problem) for problem in found])
        refusal.fields["errors"] = [str(problem).removeprefix("[ERROR] ") for problem in found]
        raise refusal


def attachments_of(args: Args, scopes: frozenset[str]) -> list[Json] | None:
    """The attachments, if given; the blocks inside them are checked as any others."""
    found = args.parsed("attachments", "invalid_attachments")
    if found is None:
        return None
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise ApiError("invalid_attachments")
    if len(found) > ATTACHMENTS:
        raise ApiError("too_many_attachments")
    for number, item in enumerate(found):
        at = f"/attachments/{number}/blocks"
        refuse_blocks(block_problems(item.get("blocks", []), MESSAGE, scopes, at))
    return found


def metadata_of(args: Args) -> Json | None:
    """Message metadata: an event type and a flat payload."""
    found = args.parsed("metadata", "invalid_metadata_format")
    if found is None:
        return None
    if not isinstance(found, dict) or set(found) - {"event_type", "event_payload"}:
        raise ApiError("invalid_metadata_format")
    kind, payload = found.get("event_type"), found.get("event_payload")
    if not isinstance(kind, str) or not re.fullmatch(r"[A-Za-z0-9_.\-]{1,255}", kind):
        raise ApiError("invalid_metadata_format")
    if not isinstance(payload, dict) or not all(map(metadata_value, payload.values())):
        raise ApiError("invalid_metadata_schema")
    if len(str(found)) > METADATA_BYTES:
        raise ApiError("metadata_too_large")
    return {"event_type": kind, "event_payload": payload}


def metadata_value(value: Any) -> bool:
    """What Slack takes as a value: scalars, objects of scalars, and lists of either."""
    if isinstance(value, list):
        return all(isinstance(item, str | int | float) or scalars(item) for item in value)
    return isinstance(value, str | int | float) or scalars(value)


def scalars(value: Any) -> bool:
    """An object with nothing but strings, numbers and booleans in it."""
    flat = isinstance(value, dict)
    return flat and all(isinstance(item, str | int | float) for item in value.values())


def view_of(args: Args, ids: Ids, scopes: frozenset[str], kind: str) -> Json:
    """The view of a call, checked, with ids; `kind` is the type it must have."""
    body = args.parsed("view", "invalid_arguments")
    if view_is_too_large(body):
        raise ApiError("view_too_large")
    return checked_view(body, ids, scopes, kind)


def checked_view(body: Any, ids: Ids, scopes: frozenset[str], kind: str) -> Json:
    """A view that Slack would take, or its refusal."""
    found = [str(problem) for problem in view_problems(body, scopes)]
    if not found and body["type"] != kind:
        found = [f"[ERROR] must be a view of type {kind} [json-pointer:/view/type]"]
    if found:
        raise with_messages("invalid_arguments", found)
    sound: Json = body | {"blocks": with_ids(body["blocks"], lambda: ids.word(5))}
    return sound
