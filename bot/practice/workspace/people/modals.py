"""Modals and the Home tab: filling in, sending, closing, opening."""

import re
from collections.abc import Iterator
from typing import Any

from bot.practice.workspace import board, payloads, shown
from bot.practice.workspace.blockkit.shapes import MODAL
from bot.practice.workspace.content import checked_view
from bot.practice.workspace.errors import ApiError, ControlError
from bot.practice.workspace.limits import VIEW_STACK
from bot.practice.workspace.people.clicks import ClickSpot, offered_option, view_of
from bot.practice.workspace.people.desk import PersonDesk, was_acked
from bot.practice.workspace.people.inputs import (
    EXTERNAL,
    initial_values,
    is_empty,
    kept_inputs,
    value_of,
)
from bot.practice.workspace.state import Json, View
from bot.practice.workspace.wire.courier import INTERACTIVE, DeliveryOutcome

TROUBLE = "We had some trouble connecting. Try again?"
FORMS = {
    "email_text_input": r"[^@\s]+@[^@\s]+\.[^@\s]+",
    "url_text_input": r"\S+://\S+",
    "number_input": r"-?\d+(\.\d+)?",
}


async def submit(desk: PersonDesk) -> Json:
    """Fill in `values` and send the modal; by block_id or action_id, nested or flat."""
    opened = modal_of(desk)
    if "submit" not in opened.body:
        raise ControlError("Nothing was sent: this view has no submit button.")
    await fill(desk, opened, desk.deed.value("values") or {})
    missing = dict(unfilled(opened))
    if missing:
        board.refuse_view(desk.space, opened, missing)
        desk.interaction.show("modal_errors", errors=missing, by="slack")
        return desk.saw(sent=False)
    payload = payloads.view_submission(desk.space, opened, desk.interaction)
    outcome = await desk.ask(INTERACTIVE, payload)
    answer_submission(desk, opened, outcome)
    await desk.wait()
    return desk.saw(sent=True)


def modal_of(desk: PersonDesk) -> View:
    """The modal of the deed; only the one on top can be sent or closed."""
    opened = view_of(desk)
    if opened is not desk.space.state.top(desk.person.id):
        raise ControlError("Nothing was done: that view is not the modal on top.")
    return opened


async def fill(desk: PersonDesk, opened: View, values: Any) -> None:
    """Put what the person filled in where the view keeps it."""
    if not isinstance(values, dict):
        raise ControlError("Nothing was filled in: values is an object, by block_id or action_id.")
    spot = ClickSpot(opened.body["blocks"], view=opened)
    used: set[str] = set()
    for block, element in kept_inputs(opened.body["blocks"]):
        found = given(values, block, element)
        if found is None:
            continue
        used.add(found[0])
        raw = found[1]
        if element["type"] in EXTERNAL:
            raw = await offered_option(desk, spot, block, element, raw)
        place = opened.values.setdefault(block["block_id"], {})
        place[element["action_id"]] = value_of(element, raw)
    if unknown := sorted(set(values) - used):
        raise ControlError(f"Nothing was sent: this view has no field {unknown[0]!r}.")
    opened.values = initial_values(opened.body["blocks"], opened.values)


def given(values: Json, block: Json, element: Json) -> tuple[str, Any] | None:
    """The raw value for one element, and the name it was given under."""
    block_id, action_id = block["block_id"], element["action_id"]
    inside = values.get(block_id)
    if isinstance(inside, dict) and action_id in inside:
        return block_id, inside[action_id]
    for name in (block_id, action_id):
        if name in values:
            return name, values[name]
    return None


def unfilled(opened: View) -> Iterator[tuple[str, str]]:
    """What Slack's own client refuses to send: (block_id, what is wrong)."""
    for block, element in kept_inputs(opened.body["blocks"]):
        if block["type"] != "input":
            continue
        value = opened.values[block["block_id"]][element["action_id"]]
        if is_empty(value):
            if not block.get("optional"):
                yield block["block_id"], "This field is required."
        elif wrong := malformed(element, value.get("value")):
            yield block["block_id"], wrong


def malformed(element: Json, typed: Any) -> str:
    """What is wrong with a typed text, empty where nothing is."""
    if not isinstance(typed, str):
        return ""
    if len(typed) < element.get("min_length", 0):
        return f"At least {element['min_length']} characters are needed."
    if len(typed) > element.get("max_length", 3000):
        return f"At most {element.get('max_length', 3000)} characters fit."
    form = FORMS.get(element["type"])
    return "" if form is None or re.fullmatch(form, typed) else "This does not look right."


def answer_submission(desk: PersonDesk, opened: View, outcome: DeliveryOutcome) -> None:
    """Do what the app answered: nothing means close; anything Slack would refuse is trouble."""
    if not was_acked(outcome):
        trouble(desk, outcome.how)
        return
    body = outcome.body or {}
    act = ANSWERS.get(body.get("response_action")) if isinstance(body, dict) else None
    if act is None:
        trouble(desk, "invalid_response_action")
        return
    try:
        act(desk, opened, body)
    except ApiError as error:
        desk.space.journal.write("ack_refused", error=error.body())
        trouble(desk, error.code)


def trouble(desk: PersonDesk, how: str) -> None:
    """The modal stays open and says that it did not work."""
    desk.space.journal.write("modal_trouble", user=desk.person.id, error=how)
    desk.interaction.show("error", error=how, text=TROUBLE)


def close_one(desk: PersonDesk, opened: View, body: Json) -> None:
    """An empty answer: this view closes."""
    board.close_view(desk.space, opened)
    desk.interaction.show("modal_closed", view=opened.id)


def clear(desk: PersonDesk, opened: View, body: Json) -> None:
    """response_action clear: every view closes."""
    board.close_all(desk.space, opened.user)
    desk.interaction.show("modal_closed", view=opened.id)


def show_errors(desk: PersonDesk, opened: View, body: Json) -> None:
    """response_action errors: each belongs to an input block of this view."""
    errors = body.get("errors")
    inputs = {block["block_id"] for block in opened.body["blocks"] if block["type"] == "input"}
    sound = isinstance(errors, dict) and all(isinstance(text, str) for text in errors.values())
    if not sound or not errors or set(errors) - inputs:
        raise ApiError("invalid_errors")
    board.refuse_view(desk.space, opened, errors)
    desk.interaction.show("modal_errors", errors=errors, by="app")


def replace(desk: PersonDesk, opened: View, body: Json) -> None:
    """response_action update: another view in its place."""
    space = desk.space
    board.change_view(space, opened, answered_view(desk, body))
    desk.interaction.show("modal", view=shown.view(space.seed, opened))


def stack(desk: PersonDesk, opened: View, body: Json) -> None:
    """response_action push: another view on top."""
    space = desk.space
    if len(space.state.stacks.get(opened.user, [])) >= VIEW_STACK:
        raise ApiError("push_limit_reached")
    above = board.open_view(space, opened.user, answered_view(desk, body), opened)
    desk.interaction.show("modal", view=shown.view(space.seed, above))


def answered_view(desk: PersonDesk, body: Json) -> Json:
    """The view inside an answer, checked."""
    return checked_view(body.get("view"), desk.space.ids, desk.space.app.bot_scopes, MODAL)


ANSWERS = {
    None: close_one,
    "clear": clear,
    "errors": show_errors,
    "update": replace,
    "push": stack,
}


async def close(desk: PersonDesk) -> Json:
    """Close the modal on top; with `all`, or where the view says so, everything."""
    opened = modal_of(desk)
    cleared = bool(desk.deed.value("all") or opened.body.get("clear_on_close"))
    payload = payloads.view_closed(desk.space, opened, cleared=cleared)
    if cleared:
        board.close_all(desk.space, desk.person.id)
    else:
        board.close_view(desk.space, opened)
    desk.interaction.show("modal_closed", view=opened.id)
    if opened.body.get("notify_on_close"):
        await desk.ask(INTERACTIVE, payload)
    return desk.saw()


async def home(desk: PersonDesk) -> Json:
    """Open the app's Home tab, or with `tab: messages` its conversation."""
    space, user = desk.space, desk.person.id
    tab = desk.deed.text("tab", "home")
    if tab not in ("home", "messages"):
        raise ControlError(f"Nothing was opened: there is no tab {tab!r}, only home and messages.")
    opened = space.state.views.get(space.state.homes.get(user, ""))
    room = board.direct(space, user)
    shown_view = opened if tab == "home" else None
    space.emit("app_home_opened", payloads.home_opened(space, room, tab, shown_view))
    return desk.saw(channel=room.id)
