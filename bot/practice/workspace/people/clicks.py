"""Clicking and picking: in messages, in modals, on the Home tab."""

from dataclasses import dataclass
from typing import Any

from bot.practice.workspace import payloads
from bot.practice.workspace.blockkit import walk
from bot.practice.workspace.blockkit.check import problems
from bot.practice.workspace.blockkit.parts import SELECT_GROUPS, SELECT_OPTIONS
from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.people.desk import PersonDesk, was_acked
from bot.practice.workspace.people.inputs import (
    EXTERNAL,
    action_of,
    as_list,
    initial_values,
    value_of,
)
from bot.practice.workspace.state import Ephemeral, Json, SlackChannel, SlackMessage, View
from bot.practice.workspace.wire.courier import INTERACTIVE


@dataclass(frozen=True, slots=True)
class ClickSpot:
    """What a person has in front of them when they press something; one of the two is there."""

    blocks: list[Json]
    room: SlackChannel | None = None
    said: SlackMessage | Ephemeral | None = None
    view: View | None = None


def spot_of(desk: PersonDesk) -> ClickSpot:
    """Where the deed happens: `ts` and `channel`, `home`, `view`, or the modal on top."""
    if desk.deed.maybe("ts"):
        return on_message(desk)
    opened = view_of(desk)
    return ClickSpot(opened.body["blocks"], view=opened)


def view_of(desk: PersonDesk) -> View:
    """The view of the deed: by id, the Home tab, or the modal this person looks at."""
    state, user = desk.space.state, desk.person.id
    name = desk.deed.maybe("view")
    if desk.deed.value("home"):
        name = state.homes.get(user)
    found = state.views.get(name) if name else state.top(user)
    if found is None or found.user != user:
        raise ControlError(
            f"Nothing was done: {desk.person.name} has no such view open. Name a message by ts "
            "and channel, or open the view first."
        )
    return found


def on_message(desk: PersonDesk) -> ClickSpot:
    """The message of the deed; `version` picks an earlier one, as a slow client still shows it."""
    room, ts = desk.room(), desk.deed.text("ts")
    hidden = desk.space.state.ephemerals.get(desk.person.id, [])
    found: SlackMessage | Ephemeral | None = room.messages.get(ts) or next(
        (said for said in hidden if said.ts == ts), None
    )
    if found is None:
        raise ControlError(f"Nothing was done: {desk.person.name} sees no message {ts}.")
    version = desk.deed.value("version")
    if version is None or isinstance(found, Ephemeral):
        return ClickSpot(found.blocks, room=room, said=found)
    if not isinstance(version, int) or not 0 <= version < len(found.earlier):
        raise ControlError(
            f"Nothing was done: there is no version {version!r}, only {len(found.earlier)} earlier."
        )
    return ClickSpot(found.earlier[version].blocks, room=room, said=found)


def element_of(desk: PersonDesk, spot: ClickSpot) -> tuple[Json, Json]:
    """The block and element the deed names by action_id and, if need be, block_id or value."""
    action, block_id = desk.deed.text("action_id"), desk.deed.maybe("block_id")
    wanted = desk.deed.value("value")
    same = [
        (block, element)
        for block, element in walk.actions(spot.blocks)
        if element.get("action_id") == action and block_id in (None, block.get("block_id"))
    ]
    if wanted is not None and any(element["type"] == "button" for _, element in same):
        same = [pair for pair in same if pair[1].get("value") == wanted]
    if not same:
        known = sorted({str(part.get("action_id")) for _, part in walk.actions(spot.blocks)})
        raise ControlError(f"Nothing was pressed: there is no such {action!r}, only {known}.")
    return same[0]


async def click(desk: PersonDesk) -> Json:
    """Press a button, or pick with `value`; `confirmed` answers its confirm dialog."""
    spot = spot_of(desk)
    block, element = element_of(desk, spot)
    if "confirm" in element and desk.deed.value("confirmed") is not True:
        desk.interaction.show("confirm", confirm=element["confirm"])
        return desk.saw(sent=False)
    raw = await picked(desk, spot, block, element)
    if spot.view:
        hold(spot.view, block, element, raw)
    if block["type"] == "input" and not block.get("dispatch_action"):
        return desk.saw(sent=False)
    payload = block_actions(desk, spot, action_of(block, element, raw, desk.space.ids.ts()))
    outcome = await desk.ask(INTERACTIVE, payload)
    if not was_acked(outcome):
        desk.failed("This action", spot.room, outcome.how)
    await desk.wait()
    return desk.saw(sent=True)


async def picked(desk: PersonDesk, spot: ClickSpot, block: Json, element: Json) -> Any:
    """What the person picks; from an external menu, one of the options the app offers for it."""
    raw = desk.deed.value("values") or desk.deed.value("value")
    if element["type"] not in EXTERNAL:
        return raw
    found = [await offered_option(desk, spot, block, element, one) for one in as_list(raw)]
    return found if element["type"].startswith("multi_") else found[0]


async def offered_option(
    desk: PersonDesk, spot: ClickSpot, block: Json, element: Json, raw: Any
) -> Json:
    """The option an external menu shows for what was typed."""
    if isinstance(raw, dict):
        return raw
    found = await suggestions(desk, spot, block, element, str(raw))
    for one in found:
        if raw in (one["value"], one["text"]["text"]):
            return one
    known = [one["value"] for one in found]
    raise ControlError(f"Nothing was picked: the app offers {known} for {raw!r}.")


def hold(opened: View, block: Json, element: Json, raw: Any) -> None:
    """Keep in the view what was picked or typed."""
    if block["type"] == "input" or element["type"] not in ("button", "overflow"):
        place = opened.values.setdefault(block["block_id"], {})
        place[element["action_id"]] = value_of(element, raw)


def block_actions(desk: PersonDesk, spot: ClickSpot, action: Json) -> Json:
    """The payload of a press, with everything Slack sends beside it."""
    space = desk.space
    payload = payloads.common(space, "block_actions", desk.person.id)
    payload["trigger_id"] = payloads.trigger_id(space, desk.interaction, spot.view)
    payload["actions"] = [action]
    if spot.view:
        spot.view.values = initial_values(spot.view.body["blocks"], spot.view.values)
        return payload | payloads.on_view(space, spot.view)
    return payload | message_part(desk, spot)


def message_part(desk: PersonDesk, spot: ClickSpot) -> Json:
    """Message, channel and response URL of a press on a message, as the person saw it."""
    if spot.room is None or spot.said is None:
        raise ControlError("Nothing was pressed: there is no message here.")
    place = payloads.on_message(desk.space, spot.room, spot.said)
    if "message" in place:
        place["message"]["blocks"] = walk.copy(spot.blocks)
    place["state"] = {"values": initial_values(spot.blocks, {})}
    place["response_url"] = payloads.response_url(
        desk.space,
        desk.base_url,
        spot.room,
        desk.interaction,
        message=spot.said.ts,
        ephemeral=isinstance(spot.said, Ephemeral),
        thread=spot.said.thread,
    )
    return place


async def options(desk: PersonDesk) -> Json:
    """Type `value` into an external menu and see what the app offers."""
    spot = spot_of(desk)
    block, element = element_of(desk, spot)
    if element["type"] not in EXTERNAL:
        raise ControlError(f"Nothing was asked: a {element['type']} asks the app for no options.")
    found = await suggestions(desk, spot, block, element, desk.deed.text("value", ""))
    desk.interaction.show("options", options=found)
    return desk.saw()


async def suggestions(
    desk: PersonDesk, spot: ClickSpot, block: Json, element: Json, typed: str
) -> list[Json]:
    """The options the app offers, checked as Slack checks them; none where it fails to answer."""
    payload = payloads.common(desk.space, "block_suggestion", desk.person.id) | {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        "value": typed,
    }
    if spot.view:
        payload |= payloads.on_view(desk.space, spot.view)
    elif spot.room and spot.said:
        payload |= payloads.on_message(desk.space, spot.room, spot.said)
    outcome = await desk.ask(INTERACTIVE, payload)
    if not was_acked(outcome):
        desk.interaction.show("error", error=outcome.how, text="No options could be loaded")
        return []
    return sound_options(desk, outcome.body)


def sound_options(desk: PersonDesk, body: Any) -> list[Json]:
    """The options of an answer, groups opened; what Slack would refuse shows as an error."""
    body = body if isinstance(body, dict) else {}
    groups = body.get("option_groups")
    shape, found = (SELECT_GROUPS, groups) if groups else (SELECT_OPTIONS, body.get("options"))
    if found == []:
        return []
    wrong = [str(problem) for problem in problems(shape, found, "/options")]
    if wrong:
        desk.space.journal.write("ack_refused", error=wrong, body=body)
        desk.interaction.show("error", error="invalid_options", text="No options could be loaded")
        return []
    inside = [one["options"] for one in found] if groups else [found]
    return [one for part in inside for one in part]
