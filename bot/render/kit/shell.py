"""A message as a terminal shows it: all its words, none of its marks."""

import re
from collections.abc import Iterator

from bot.ports.chat import Message
from bot.render.kit.blocks import words_of

_DATE = re.compile(r"<!date\^[^|>]*\|([^>]*)>")
_NAMED = re.compile(r"<[^|>]*\|([^>]*)>")
_BOLD = re.compile(r"(?<!\w)\*([^*\n]+)\*(?!\w)")
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def shell_text(message: Message) -> str:
    """Every block on lines of its own; the plain sentence where there are none."""
    return "\n".join(_lines(message)) or unmarked(message.text)


def _lines(message: Message) -> Iterator[str]:
    for block in message.blocks:
        words = unmarked(words_of(block)).strip()
        if words:
            yield words


def unmarked(text: str) -> str:
    """Slack's marks taken away: dates by their fallback, links by their label, no bold."""
    for mark in (_DATE, _NAMED):
        text = mark.sub(r"\1", text)
    text = _BOLD.sub(r"\1", text)
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return text
