"""Response URLs: five answers in thirty minutes to what one person did."""

from typing import Any

from bot.practice.workspace import board
from bot.practice.workspace.args import Args
from bot.practice.workspace.content import Content, content_of, metadata_of
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.limits import MESSAGE_TEXT, RESPONSE_URL_USES
from bot.practice.workspace.state import Ephemeral, Hook, Json, SlackChannel, SlackMessage
from bot.practice.workspace.workspace import Workspace


def respond(space: Workspace, name: str, values: dict[str, Any]) -> tuple[int, Json]:
    """One POST to a response URL: HTTP status and body. Never raises for what the app did."""
    try:
        answer(space, usable(space, name), Args(values))
        result: tuple[int, Json] = (200, {"ok": True})
    except ApiError as error:
        result = (error.status, error.body())
    space.journal.write("response_url", hook=name, args=values, status=result[0], answer=result[1])
    return result


def usable(space: Workspace, name: str) -> Hook:
    """The hook, if it may be used once more; the use is counted."""
    hook = space.state.hooks.get(name)
    if hook is None:
        raise ApiError("invalid_url", status=404)
    if space.now() > hook.until:
        raise ApiError("expired_url", status=404)
    if hook.uses >= RESPONSE_URL_USES:
        raise ApiError("used_url", status=404)
    hook.uses += 1
    return hook


def answer(space: Workspace, hook: Hook, args: Args) -> None:
    """Replace or delete the original, or say something new."""
    room = space.state.channels[hook.channel]
    original = original_of(space, hook, room)
    if args.flag("delete_original"):
        if original is None:
            raise ApiError("message_not_found", status=404)
        remove(space, original)
        return
    try:
        content = content_of(args, space.app, MESSAGE_TEXT)
    except ApiError as error:
        error.status = 400
        raise
    if args.flag("replace_original") and original is not None:
        replace(space, original, content)
        return
    say(space, hook, room, args, content)


def original_of(
    space: Workspace, hook: Hook, room: SlackChannel
) -> SlackMessage | Ephemeral | None:
    """The message the person pressed on, if it still stands."""
    if hook.message is None:
        return None
    if not hook.ephemeral:
        return room.messages.get(hook.message)
    seen = space.state.ephemerals.get(hook.interaction.user, [])
    return next((said for said in seen if said.ts == hook.message), None)


def remove(space: Workspace, original: SlackMessage | Ephemeral) -> None:
    """Take the original away."""
    if isinstance(original, Ephemeral):
        board.unwhisper(space, original)
    else:
        board.delete(space, original)


def replace(space: Workspace, original: SlackMessage | Ephemeral, content: Content) -> None:
    """Put something else in place of the original."""
    blocks = content.with_ids(space.ids)
    if isinstance(original, Ephemeral):
        board.change_whisper(space, original, content.text, blocks)
    else:
        board.edit(space, original, text=content.text, blocks=blocks)


def say(space: Workspace, hook: Hook, room: SlackChannel, args: Args, content: Content) -> None:
    """Something new: to the person alone, or with in_channel to everybody."""
    kind = args.text("response_type", "ephemeral")
    if kind not in ("ephemeral", "in_channel"):
        raise ApiError("invalid_response_type", status=400)
    blocks = content.with_ids(space.ids)
    thread = args.text("thread_ts") or None
    if thread and thread not in room.messages:
        raise ApiError("thread_not_found", status=400)
    if kind == "in_channel":
        said = board.post(
            space,
            room,
            space.app.user,
            content.text,
            by_app=True,
            blocks=blocks,
            thread=thread,
            metadata=metadata_of(args),
        )
        hook.interaction.show("message", message=space.show_message(said))
        return
    reader = hook.interaction.user
    hidden = board.whisper(space, reader, room, content.text, blocks=blocks, thread=thread)
    hook.interaction.show("ephemeral", ts=hidden.ts, text=hidden.text, blocks=blocks)
