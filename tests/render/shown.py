"""A message as plain text, as far as that goes: what stands where, and the buttons."""

import re
from typing import Any

from bot.ports.chat import Message

DATE = re.compile(r"<!date\^\d+\^[^|]+\|([^>]+)>")


def shown(message: Message) -> str:
    """The sentence, a rule, then block by block; times as their fallback says them."""
    drawn = [line for block in message.blocks for line in _block(block)]
    return "\n".join([message.text, "---", *(DATE.sub(r"\1", line) for line in drawn), ""])


def _block(block: dict[str, Any]) -> list[str]:
    kind = block["type"]
    if kind == "actions":
        return [" ".join(_element(element) for element in block["elements"])]
    if kind == "context":
        return [f"({element['text']})" for element in block["elements"]]
    return [block["text"]["text"]]


def _element(element: dict[str, Any]) -> str:
    if element["type"] == "overflow":
        labels = ", ".join(option["text"]["text"] for option in element["options"])
        return f"[⋯ {labels}]"
    style = f" {element['style']}" if "style" in element else ""
    asks = " asks again" if "confirm" in element else ""
    return f"[{element['text']['text']}{style}{asks}]"
