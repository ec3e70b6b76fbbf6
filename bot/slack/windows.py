"""Modals: opened with what a press brings along, and answered when they are sent."""

from dataclasses import replace
from typing import Any, Final, Protocol

import structlog

from bot.engine.door.door import Reply
from bot.ports.chat import Block
from bot.render.home import closed_tab
from bot.render.kit.blocks import cut_plain, section, words_of
from bot.render.kit.forms import ERROR, AskedForm, Origin, note_view, reason_view, said_plainly
from bot.slack.calls import CallAnswer, CallOutcome, Failed, Limited, WebApi
from bot.slack.limits import MethodLimits
from bot.slack.payloads import Json, form_in, on_top, origin_of, table, text

log = structlog.get_logger()

LATER: Final = "LATER"
"""The code of a reply that says that the true one comes later."""


IN_WINDOWS: Final = frozenset(
    {"section", "header", "divider", "context", "actions", "rich_text", "image"}
)


class HomeSource(Protocol):
    """What stands before the door: bot.engine.door.home.Lobby, or a stand-in of tests."""

    async def home(self, person: str) -> Block: ...

    async def form(self, asked: AskedForm, origin: Origin) -> Block: ...


class BareHome:
    """For a room without one: forms that ask for a reason, and an empty Home."""

    async def home(self, person: str) -> Block:
        return closed_tab("Nothing to show yet.")

    async def form(self, asked: AskedForm, origin: Origin) -> Block:
        return reason_view(asked, origin)


class Windows:
    """What opens a window lives for three seconds and can be used once: there is no later."""

    def __init__(self, api: WebApi, limits: MethodLimits, lobby: HomeSource) -> None:
        self._api = api
        self._limits = limits
        self._lobby = lobby

    async def ask(self, asked: AskedForm, body: Json) -> bool:
        """Open a form; False where Slack does not."""
        return await self.open(await self._lobby.form(asked, origin_of(body)), body)

    async def draw_again(self, body: Json) -> None:
        """A field that others hang on was chosen: the same form for what stands in it now."""
        form = form_in(body)
        if form is None:
            return
        asked = replace(form.asked, held=form.values)
        await self._update(await self._lobby.form(asked, form.origin), body)

    async def tell(self, reply: Reply, body: Json) -> bool:
        """An answer to a press in a window, or on the Home tab: in a window."""
        if not on_top(body):
            return await self.open(note_of(reply), body)
        return await self._update(note_of(reply), body)

    async def _update(self, view: Block, body: Json) -> bool:
        """Not over what has changed meanwhile: then there is somebody faster."""
        seen = table(body, "view")
        wait = self._limits.take("views.update", urgent=True)
        if wait is not None:
            return False
        asked = {"view_id": text(seen, "id"), "hash": text(seen, "hash"), "view": view}
        return self._opened("views.update", await self._api.write("views.update", asked))

    async def open(self, view: Block, body: Json) -> bool:
        """Open a modal, on top of the one that somebody looks at; False where Slack does not."""
        trigger = text(body, "trigger_id")
        if not trigger:
            return False
        method = "views.push" if on_top(body) else "views.open"
        wait = self._limits.take(method, urgent=True)
        if wait is not None:
            log.warning("slack.window_refused", method=method, why="its limit is reached")
            return False
        outcome = await self._api.write(method, {"trigger_id": trigger, "view": view})
        return self._opened(method, outcome)

    def _opened(self, method: str, outcome: CallOutcome) -> bool:
        match outcome:
            case CallAnswer():
                return True
            case Failed(code, answer):
                log.warning("slack.window_refused", method=method, why=code, answer=answer)
            case Limited(seconds):
                self._limits.pause(method, "", seconds)
            case _:
                log.warning("slack.window_refused", method=method, why=outcome.why)
        return False


def window_answer(reply: Reply, field: str, *, answered_elsewhere: bool) -> dict[str, Any]:
    """What the acknowledgement of a sent form carries.

    A refusal stands beside `field`, and everything that was written stays. What went well closes
    the form, and is shown in its place where there is nowhere else to say it.
    """
    if reply.code and reply.code != LATER:
        words = cut_plain(said_plainly(reply.message.text), ERROR)
        return {"response_action": "errors", "errors": {field: words}}
    if answered_elsewhere and reply.code != LATER:
        return {"response_action": "clear"}
    return {"response_action": "update", "view": note_of(reply)}


def note_of(reply: Reply) -> Block:
    """A reply as a window that only tells."""
    message = reply.message
    shown = [each for block in message.blocks for each in in_window(block)]
    return note_view("Slipway", shown or [section(message.text)])


def in_window(block: Block) -> list[Block]:
    """A block of a message as windows take it: what they do not know is said in words."""
    if block["type"] in IN_WINDOWS:
        return [block]
    return [section(words)] if (words := words_of(block)) else []
