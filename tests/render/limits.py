"""Our own check of a message against Slack's limits: by slack_sdk's models, and by counting."""

from collections.abc import Iterator
from typing import Any

from slack_sdk.models.blocks import Block

from bot.ports.chat import Message

LEAST = 1
COUNTED = {
    "section": 3000,
    "header": 150,
    "context": 2000,
    "button": 75,
    "field": 2000,
    "option": 75,
    "title": 100,
    "confirm": 300,
    "yes": 30,
}


def complaints(message: Message) -> list[str]:
    """What Slack would refuse, or would show badly; empty where all is well."""
    return [
        *_sentence(message.text),
        *([] if len(message.blocks) <= 50 else ["over 50 blocks"]),
        *(line for block in message.blocks for line in _block(block)),
        *_ids(message),
    ]


def _sentence(text: str) -> Iterator[str]:
    if not text.strip():
        yield "no plain sentence"
    if not sendable(text):
        yield "the sentence holds half a letter"
    if units(text) > 4000:
        yield f"the sentence has {units(text)} characters"


def units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def sendable(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def _block(block: dict[str, Any]) -> Iterator[str]:
    parsed = Block.parse(block)
    if parsed is None:
        yield f"unknown block {block['type']}"
    else:
        parsed.to_dict()
    yield from CHECKS[block["type"]](block)


def _text(text: dict[str, Any], most: int, where: str) -> Iterator[str]:
    if not text["text"].strip():
        yield f"empty {where}"
    if units(text["text"]) > most:
        yield f"{where} over {most}"
    if not sendable(text["text"]):
        yield f"{where} holds half a letter"
    if text["type"] == "mrkdwn" and text.get("verbatim") is not True:
        yield f"{where} turns words into links"


def _section(block: dict[str, Any]) -> Iterator[str]:
    if "text" in block:
        yield from _text(block["text"], COUNTED["section"], "section")
    fields = block.get("fields", [])
    if len(fields) > 10 or not (fields or "text" in block):
        yield "a section needs a text or up to ten fields"
    for field in fields:
        yield from _text(field, COUNTED["field"], "field")


def _context(block: dict[str, Any]) -> Iterator[str]:
    if not LEAST <= len(block["elements"]) <= 10:
        yield f"{len(block['elements'])} pieces of context"
    for element in block["elements"]:
        yield from _text(element, COUNTED["context"], "context")


def _header(block: dict[str, Any]) -> Iterator[str]:
    yield from _text(block["text"], COUNTED["header"], "header")


def _actions(block: dict[str, Any]) -> Iterator[str]:
    elements = block["elements"]
    if not LEAST <= len(elements) <= 25:
        yield f"{len(elements)} buttons"
    if sum(each.get("style") == "primary" for each in elements) > 1:
        yield "two primaries"
    for element in elements:
        yield from (_overflow if element["type"] == "overflow" else _button)(element)


def _button(element: dict[str, Any]) -> Iterator[str]:
    yield from _text(element["text"], COUNTED["button"], "button")
    if units(element["value"]) > 2000 or not element["value"] or not sendable(element["value"]):
        yield "value of a button"
    if units(element.get("accessibility_label", "")) > 75:
        yield "accessibility label"
    if confirm := element.get("confirm"):
        yield from _text(confirm["title"], COUNTED["title"], "title")
        yield from _text(confirm["text"], COUNTED["confirm"], "confirm")
        yield from _text(confirm["confirm"], COUNTED["yes"], "yes")
        yield from _text(confirm["deny"], COUNTED["yes"], "no")


def _overflow(element: dict[str, Any]) -> Iterator[str]:
    if not LEAST <= len(element["options"]) <= 5:
        yield f"{len(element['options'])} options"
    for option in element["options"]:
        yield from _text(option["text"], COUNTED["option"], "option")
        if units(option["value"]) > 150:
            yield "value of an option"


def _divider(block: dict[str, Any]) -> Iterator[str]:
    yield from ()


CHECKS = {
    "section": _section,
    "context": _context,
    "header": _header,
    "actions": _actions,
    "divider": _divider,
}


def elements(message: Message) -> list[dict[str, Any]]:
    """Every button and menu of a message."""
    rows = [block["elements"] for block in message.blocks if block["type"] == "actions"]
    return [element for row in rows for element in row]


def _ids(message: Message) -> Iterator[str]:
    ids = [element["action_id"] for element in elements(message)]
    if len(set(ids)) < len(ids):
        yield f"an action_id occurs twice: {ids}"
    if any(len(each) > 255 or not each.startswith(("act:", "ask:")) for each in ids):
        yield f"an action_id is not ours: {ids}"


def strings(value: Any) -> Iterator[str]:
    """Every text of a message that Slack reads tokens in."""
    if isinstance(value, dict):
        if value.get("type") == "mrkdwn":
            yield value["text"]
        else:
            for part in value.values():
                yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)
