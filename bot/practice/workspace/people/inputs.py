"""What each element gives when a person uses it, and what a modal holds before it is sent."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from bot.practice.workspace.blockkit import walk
from bot.practice.workspace.blockkit.parts import flat_options
from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.state import Json

Read: TypeAlias = Callable[[Json, Any], Any]


@dataclass(frozen=True, slots=True)
class InputEntry:
    """`key` is where the value stands in payloads, `initial` the field it begins with."""

    key: str
    read: Read
    initial: str | None = None


def option(element: Json, raw: Any) -> Json:
    """One of the options, by value or by text."""
    options = flat_options(element)
    for found in options:
        if raw in (found, found.get("value"), found["text"]["text"]):
            return found
    known = [found.get("value") for found in options]
    raise ControlError(f"Nothing was picked: {raw!r} is not offered, only {known}.")


def options(element: Json, raw: Any) -> list[Json]:
    """Several of the options."""
    return [option(element, one) for one in as_list(raw)]


def as_list(raw: Any) -> list[Any]:
    """A list, whatever was given."""
    return list(raw) if isinstance(raw, list | tuple) else [raw]


def offered(element: Json, raw: Any) -> Json:
    """An option the app has offered, already as an object."""
    if not isinstance(raw, dict):
        raise ControlError(f"Nothing was picked: {raw!r} is not an option the app offered.")
    return raw


def several_offered(element: Json, raw: Any) -> list[Json]:
    """Several options the app has offered."""
    return [offered(element, one) for one in as_list(raw)]


def word(element: Json, raw: Any) -> str:
    """A string as typed; an empty one where a field is cleared."""
    if not isinstance(raw, str):
        raise ControlError(f"Nothing was filled in: {raw!r} is no text.")
    return raw


def words(element: Json, raw: Any) -> list[str]:
    """Several ids."""
    return [word(element, one) for one in as_list(raw)]


def moment(element: Json, raw: Any) -> int:
    """A time in whole seconds since 1970."""
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise ControlError(f"Nothing was filled in: {raw!r} is no time in seconds.")
    return raw


def rich(element: Json, raw: Any) -> Json:
    """Rich text: a block, or plain text made into one."""
    if isinstance(raw, dict):
        return raw
    part = {"type": "text", "text": word(element, raw)}
    section = {"type": "rich_text_section", "elements": [part]}
    return {"type": "rich_text", "elements": [section]}


def pressed(element: Json, raw: Any) -> Any:
    """A button gives the value it carries, whatever the person wanted."""
    return element.get("value")


ENTRIES: Mapping[str, InputEntry] = {
    "button": InputEntry("value", pressed),
    "icon_button": InputEntry("value", pressed),
    "feedback_buttons": InputEntry("value", word),
    "overflow": InputEntry("selected_option", option),
    "static_select": InputEntry("selected_option", option, "initial_option"),
    "radio_buttons": InputEntry("selected_option", option, "initial_option"),
    "external_select": InputEntry("selected_option", offered, "initial_option"),
    "users_select": InputEntry("selected_user", word, "initial_user"),
    "channels_select": InputEntry("selected_channel", word, "initial_channel"),
    "conversations_select": InputEntry("selected_conversation", word, "initial_conversation"),
    "multi_static_select": InputEntry("selected_options", options, "initial_options"),
    "checkboxes": InputEntry("selected_options", options, "initial_options"),
    "multi_external_select": InputEntry("selected_options", several_offered, "initial_options"),
    "multi_users_select": InputEntry("selected_users", words, "initial_users"),
    "multi_channels_select": InputEntry("selected_channels", words, "initial_channels"),
    "multi_conversations_select": InputEntry(
        "selected_conversations", words, "initial_conversations"
    ),
    "datepicker": InputEntry("selected_date", word, "initial_date"),
    "timepicker": InputEntry("selected_time", word, "initial_time"),
    "datetimepicker": InputEntry("selected_date_time", moment, "initial_date_time"),
    "plain_text_input": InputEntry("value", word, "initial_value"),
    "number_input": InputEntry("value", word, "initial_value"),
    "email_text_input": InputEntry("value", word, "initial_value"),
    "url_text_input": InputEntry("value", word, "initial_value"),
    "rich_text_input": InputEntry("rich_text_value", rich, "initial_value"),
}
STATELESS = frozenset({"button", "icon_button", "feedback_buttons", "overflow", "workflow_button"})
EXTERNAL = frozenset({"external_select", "multi_external_select"})
CARRIED = ("text", "style", "placeholder", "confirm", "url")


def entry_of(element: Json) -> InputEntry:
    """How this element is used; file inputs and workflow buttons are not practised here."""
    found = ENTRIES.get(element["type"])
    if found is None:
        raise ControlError(f"Nothing was done: a {element['type']} cannot be used here.")
    return found


def value_of(element: Json, raw: Any) -> Json:
    """What the element says in a payload after this was picked or typed."""
    entry = entry_of(element)
    value = entry.read(element, raw)
    # A button without a value sends none; everything else sends what it holds.
    given = {} if value is None and entry.initial is None else {entry.key: value}
    return {"type": element["type"], **given}


def action_of(block: Json, element: Json, raw: Any, at: str) -> Json:
    """One item of `actions` in a block_actions payload."""
    carried = {name: element[name] for name in CARRIED if name in element}
    return {
        "action_id": element["action_id"],
        "block_id": block["block_id"],
        **carried,
        **value_of(element, raw),
        "action_ts": at,
    }


def kept_inputs(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """The (block, element) pairs whose value a view keeps."""
    for block, element in walk.actions(blocks):
        if element["type"] in ENTRIES and element["type"] not in STATELESS:
            yield block, element


def initial_values(blocks: list[Json], values: Mapping[str, Json]) -> dict[str, Json]:
    """A view's `state.values`: what was filled in, else what each element begins with."""
    filled: dict[str, Json] = {}
    for block, element in kept_inputs(blocks):
        known = values.get(block["block_id"], {}).get(element["action_id"])
        place = filled.setdefault(block["block_id"], {})
        place[element["action_id"]] = known or beginning(element)
    return filled


def beginning(element: Json) -> Json:
    """What an untouched element holds: its initial value, or an explicit nothing."""
    entry = ENTRIES[element["type"]]
    nothing: Any = [] if entry.key.endswith("s") else None
    return {"type": element["type"], entry.key: element.get(str(entry.initial), nothing)}


def is_empty(value: Json) -> bool:
    """Whether nothing is filled in or picked."""
    return all(not item for key, item in value.items() if key != "type")
