"""[Ask for an override…] below what the calendar refused, for those who may ask."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain.intents.release import Start
from bot.domain.state.override import COVERED, FREEZE
from bot.domain.terms.place import Place
from bot.domain.terms.refusal import Code
from bot.domain.terms.rules import Right
from bot.engine.door.door import Ask, Reply
from bot.render.answers import add_buttons
from bot.render.kit.blocks import Button, button_value

PAST: Mapping[str, str] = {"FROZEN": FREEZE, Code.NOT_COVERED: COVERED}
"""The gate that an override names, by the code of its refusal."""


async def offer_override(ask: Ask, reply: Reply, start: Start | None = None) -> Reply:
    """The refusal with a button that asks for a reason; `start` where nothing is live yet."""
    gate = PAST.get(reply.code)
    found = await _find_place(ask, reply, start) if gate else None
    if found is None:
        return reply
    service, environment, what = found
    rules = ask.desk.book.at(Place(service, environment)).rules
    if Right.OVERRIDE not in await ask.desk.book.rights(ask.by, rules):
        return reply
    request = f"override {what} {gate}" + (f" to {environment}" if start else "")
    button = Button(
        label="Ask for an override…",
        verb="override",
        value=button_value(reply.release, request),
        asks="override",
    )
    return replace(reply, message=add_buttons(reply.message, button))


async def _find_place(ask: Ask, reply: Reply, start: Start | None) -> tuple[str, str, str] | None:
    """Service, environment, and what an override would name."""
    if start is not None:
        return start.service, start.environment, f"{start.service} {start.version}"
    release = await ask.desk.engine.history.release(reply.release)
    return (release.service, release.environment, release.id) if release else None
