"""Whether a message is a request that a person has just typed to the bot. Pure.

Slack sends a mention again when a message is edited, and whenever somebody talks about the bot.
Only a new message that begins with the bot's name, or with a greeting and the name, is a request.
"""

import re
from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from bot.engine.door.doubt import AMONG_WORDS, Doubt

Event: TypeAlias = Mapping[str, Any]

SPOKEN: Final = frozenset({None, "file_share", "thread_broadcast"})
"""Subtypes of messages that a person wrote; others are edits, notices, bots and narration."""
_OF_PROGRAMS: Final = ("bot_id", "app_id", "bot_profile", "username", "display_as_bot", "hidden")
"""What a message only carries where a program sent it, for itself or for a person."""
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>[\s:,]*")
_MARKED: Final = ("`", "&gt;", ">")
"""How code and quotations begin."""
_WORDS: Final = re.compile(r"[^\W\d_]+|:[a-z_]+:")
_GREETINGS: Final = frozenset(
    {"hi", "hello", "hey", "hiya", "howdy", "hallo", "dear", "hola", "ola", "olá", "bonjour"}
    | {"moin", "salut", "morning", "good morning", "good afternoon", "good evening", "good day"}
    | {"bom dia", "boa tarde", ":wave:", ":hello:"}
)
_GREETED: Final = frozenset({"", "all", "team", "there", "everyone", "everybody", "folks"})
_LONGEST_GREETING: Final = 40


def is_typed(event: Event) -> bool:
    """Whether a person wrote it, by hand."""
    return event.get("subtype") in SPOKEN and not any(event.get(name) for name in _OF_PROGRAMS)


def is_edit(event: Event) -> bool:
    """Whether it tells of a change: the event of a new message is as old as the message."""
    if event.get("edited") is not None or "previous_message" in event or "message" in event:
        return True
    said, told = _digits(event.get("ts")), _digits(event.get("event_ts"))
    return bool(said and told and said != told)


def _digits(moment: object) -> str:
    """Slack's own examples have moments with a point and without."""
    return moment.replace(".", "") if isinstance(moment, str) else ""


def names(said: str, us: str) -> bool:
    """Whether the text itself names the bot, and not only what is quoted or unfurled below it."""
    return _first_mention(said, us) is not None


def find_addressed(said: str, us: str) -> tuple[str, Doubt]:
    """The words to read, and why they may not be done; `us` may be unknown, which is anybody."""
    found = _first_mention(said, us)
    if found is None:
        return said.strip(), ""
    before, after = said[: found.start()].strip(), said[found.end() :].strip()
    if not is_greeting(before) or after.startswith(_MARKED):
        return after or before, AMONG_WORDS
    return after, ""


def is_greeting(words: str) -> bool:
    """Nothing, or nothing but a greeting: `hi`, `Good morning team,`, `:wave:`."""
    if not words:
        return True
    if len(words) > _LONGEST_GREETING or any(mark in words for mark in _MARKED):
        return False
    if _WORDS.sub("", words).strip(" \t,.!"):
        return False
    said = [word.lower() for word in _WORDS.findall(words)]
    return any(
        " ".join(said[:count]) in _GREETINGS and " ".join(said[count:]) in _GREETED
        for count in (1, 2)
    )


def _first_mention(said: str, us: str) -> re.Match[str] | None:
    found = _MENTION.finditer(said)
    return next((each for each in found if not us or each[1] == us), None)
