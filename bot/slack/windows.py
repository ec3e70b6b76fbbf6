"""Modals: opened with what a press brings along, and answered when they are sent."""

from typing import Any, Final

import structlog

from bot.engine.door import Reply
from bot.ports.chat import Block
from bot.render.blocks import cut_plain, section, twin
from bot.render.forms import ERROR, note_view, said_plainly
from bot.slack.calls import Answered, Failed, Limited, WebApi
from bot.slack.limits import Limits
from bot.slack.payloads import Json, on_top, text

log = structlog.get_logger()

LATER: Final = "LATER"
"""The code of a reply that says that the true one comes later."""


class Windows:
    """What opens a window lives for three seconds and can be used once: there is no later."""

    def __init__(self, api: WebApi, limits: Limits) -> None:
        self._api = api
        self._limits = limits

    async def open(self, view: Block, body: Json) -> bool:
        """Open a modal, on top of the one that somebody looks at; False where Slack does not."""
        trigger = text(body, "trigger_id")
        if not trigger:
            return False
        method = "views.push" if on_top(body) else "views.open"
        wait = self._limits.take(method, urgent=True)
        if wait is not None:
            log.warning("slack.form_not_opened", why=f"{wait.bucket} is at its limit")
            return False
        outcome = await self._api.write(method, {"trigger_id": trigger, "view": view})
        match outcome:
            case Answered():
                return True
            case Failed(code, answer):
                log.warning("slack.form_not_opened", why=code, answer=answer)
            case Limited(seconds):
                self._limits.pause(method, "", seconds)
            case _:
                log.warning("slack.form_not_opened", why=outcome.why)
        return False


def window_answer(reply: Reply, field: str = "", *, answered_elsewhere: bool) -> dict[str, Any]:
    """What the acknowledgement of a sent form carries.

    A refusal stands beside `field`, and everything that was written stays. What went well closes
    the form, and is shown in its place where there is nowhere else to say it.
    """
    if reply.code and reply.code != LATER and field:
        words = cut_plain(said_plainly(reply.message.text), ERROR)
        return {"response_action": "errors", "errors": {field: words}}
    if answered_elsewhere and reply.code != LATER:
        return {"response_action": "clear"}
    return {"response_action": "update", "view": note_of(reply)}


def note_of(reply: Reply) -> Block:
    """A reply as a window that only tells."""
    shown = list(twin(reply.message).blocks) or [section(reply.message.text)]
    return note_view("Slipway" if reply.code else "Done", shown)
