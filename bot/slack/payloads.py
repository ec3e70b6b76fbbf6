"""What Slack sends, read into what the door hears. Pure; nothing here trusts a payload's shape."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from bot.engine.door.door import Inbound
from bot.engine.door.doubt import EDITED
from bot.render.kit.blocks import ASK, parse_button_value
from bot.render.kit.forms import (
    BECAUSE,
    CHOOSE,
    START,
    AskedForm,
    Origin,
    Sent,
    asked_by,
    read_sent_form,
    with_reason,
)
from bot.render.release.start_form import start_faults, start_field, start_line
from bot.slack.addressed import find_addressed, is_edit, is_typed, names

Json: TypeAlias = Mapping[str, Any]

ROLLBACK: Final = "rollback"


@dataclass(frozen=True, slots=True)
class HeardLine:
    """An input and where its answer goes: the response URL, or the place itself.

    `root` is the message to answer under: an answer for all makes no new message in a channel.
    """

    inbound: Inbound
    url: str = ""
    root: str = ""


def command(body: Json, rollback: str) -> HeardLine | None:
    """A slash command; `rollback` is the name of the one that is a verb itself.

    None without what makes each one different from all others.
    """
    if not text(body, "trigger_id"):
        return None
    inbound = Inbound(
        key=f"slack/cmd/{text(body, 'trigger_id')}",
        text=text(body, "text"),
        by=text(body, "user_id"),
        via="slash",
        channel=text(body, "channel_id"),
        verb=ROLLBACK if text(body, "command") == rollback else None,
    )
    return HeardLine(inbound, text(body, "response_url"))


def press(body: Json) -> HeardLine | None:
    """A button, or a choice behind the dots; None where its value is none of ours."""
    action = action_of(body)
    pressed = parse_button_value(value_of(action))
    if pressed is None:
        return None
    user, at = text(table(body, "user"), "id"), text(action, "action_ts")
    if not user or not at:
        return None
    inbound = Inbound(
        key=f"slack/act/{user}/{at}/{text(action, 'action_id')}",
        text=pressed.command,
        by=user,
        via="button",
        channel=text(table(body, "channel"), "id"),
        thread=thread_of(body),
        release=pressed.release,
        seen=pressed.seen,
    )
    return HeardLine(inbound, text(body, "response_url"), inbound.thread)


def action_of(body: Json) -> Json:
    """What was pressed; empty where the payload does not say."""
    actions = body.get("actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    return action if isinstance(action, dict) else {}


def asks(body: Json) -> AskedForm | None:
    """The form that a button, or a choice behind the dots, opens; None where it opens none."""
    action = action_of(body)
    name = text(action, "action_id")
    form = name.removeprefix(ASK).partition(":")[0] if name.startswith(ASK) else ""
    return asked_by(form, value_of(action))


def origin_of(body: Json) -> Origin:
    """Where somebody pressed something; inside a form, where that form was opened."""
    inside = form_in(body)
    if inside is not None:
        return inside.origin
    return Origin(
        channel=text(table(body, "channel"), "id") or text(body, "channel_id"),
        thread=thread_of(body),
        url=text(body, "response_url"),
    )


def form_in(body: Json) -> Sent | None:
    """The form that a payload is about, with what stands in it."""
    view = table(body, "view")
    values: dict[str, str] = {}
    for block in table(table(view, "state"), "values").values():
        for name, held in block.items() if isinstance(block, dict) else ():
            if isinstance(held, dict):
                values[name.removeprefix(CHOOSE)] = value_of(held)
    return read_sent_form(text(view, "callback_id"), text(view, "private_metadata"), values)


def on_top(body: Json) -> bool:
    """Whether the person already looks at a modal."""
    return text(table(body, "view"), "type") == "modal"


def submission(body: Json) -> HeardLine | None:
    """A form that was sent, as the request that it completes; None where it is none of ours.

    A form sent twice has two trigger ids, a payload delivered twice has one.
    """
    found = form_in(body)
    if found is None or not text(body, "trigger_id"):
        return None
    asked, origin = found.asked, found.origin
    inbound = Inbound(
        key=f"slack/view/{text(body, 'trigger_id')}",
        text=completed(found),
        by=text(table(body, "user"), "id"),
        via="form",
        channel=origin.channel,
        thread=origin.thread,
        release=asked.release,
        seen=asked.seen,
    )
    return HeardLine(inbound, origin.url, origin.thread)


def user_of(body: Json) -> str:
    return text(table(body, "user"), "id") or text(body, "user_id")


def completed(form: Sent) -> str:
    """The request that a form makes with what was written into it."""
    if form.asked.name == START:
        return start_line(form.values)
    return with_reason(form.asked.line, form.values.get(BECAUSE, ""))


def form_faults(body: Json) -> dict[str, str]:
    """What is wrong with the fields of a form in themselves, by field."""
    found = form_in(body)
    is_start = found is not None and found.asked.name == START
    return start_faults(found.values) if found is not None and is_start else {}


def field_at_fault(body: Json, code: str) -> str:
    """The field of a form that a refusal is about."""
    found = form_in(body)
    if found is None or found.asked.name != START:
        return BECAUSE
    return start_field(code)


def value_of(action: Json) -> str:
    return text(action, "value") or text(table(action, "selected_option"), "value")


def thread_of(body: Json) -> str:
    """The thread of a press: that of its message, or the message itself; none for ephemerals."""
    place = table(body, "container")
    if text(place, "thread_ts"):
        return text(place, "thread_ts")
    return "" if place.get("is_ephemeral") else text(place, "message_ts")


def mention(body: Json, us: str = "") -> HeardLine | None:
    """Somebody named the bot, which is `us`, in a channel; in a thread the thread is part of it.

    None where only something quoted or unfurled names it.
    """
    event = table(body, "event")
    if not names(text(event, "text"), us):
        return None
    heard = spoken(body, "mention", text(event, "thread_ts"), us)
    ts = text(event, "ts")
    return replace(heard, root=heard.inbound.thread or ts) if heard else None


def direct(body: Json, us: str = "") -> HeardLine | None:
    """A message in the bot's own conversation with somebody."""
    event = table(body, "event")
    thread = text(event, "thread_ts")
    heard = spoken(body, "dm", thread, us) if is_direct(event) else None
    return replace(heard, root=thread) if heard else None


def is_direct(event: Json) -> bool:
    return event.get("channel_type") == "im"


def spoken(body: Json, via: str, thread: str, us: str) -> HeardLine | None:
    """None for what a bot said, and for notices. Editing does nothing; nor does talk about us."""
    event = table(body, "event")
    if not is_typed(event) or not text(event, "user") or not message_id(event):
        return None
    line, doubt = find_addressed(text(event, "text"), us)
    inbound = Inbound(
        key=f"slack/msg/{text(event, 'channel')}/{text(event, 'user')}/{message_id(event)}",
        text=line,
        by=text(event, "user"),
        via=via,
        channel=text(event, "channel"),
        thread=thread,
        doubt=doubt,
    )
    return HeardLine(as_edit(inbound, event) if is_edit(event) else inbound)


def message_id(event: Json) -> str:
    """The message's own id, and not the event's: one message may come in several events."""
    return text(event, "client_msg_id") or text(event, "ts")


def as_edit(inbound: Inbound, event: Json) -> Inbound:
    """The same message, changed: each change is answered once, and none is done."""
    at = text(table(event, "edited"), "ts") or text(event, "event_ts")
    return replace(inbound, key=f"{inbound.key}/edited/{at}", doubt=EDITED)


def team_of(body: Json) -> str:
    """The team of whoever acts; empty where the payload does not say."""
    event = table(body, "event")
    theirs = text(table(body, "user"), "team_id") or text(event, "user_team")
    return theirs or text(event, "team") or text(body, "team_id") or text(table(body, "team"), "id")


def text(body: Json, name: str) -> str:
    """A string; empty where there is none."""
    value = body.get(name)
    return value if isinstance(value, str) else ""


def table(body: Json, name: str) -> Json:
    """An object; empty where there is none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}
