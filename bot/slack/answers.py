"""Answers to one person: in the acknowledgement, by response URL, or where they spoke."""

from collections import OrderedDict
from datetime import timedelta
from typing import Any, Final

import aiohttp
import structlog

from bot.engine.door.door import Reply
from bot.ports.chat import Delivered, Delivery, Message
from bot.ports.clock import Clock
from bot.slack.calls import CallAnswer, Failed, Json, Lost, WebApi
from bot.slack.chat import SlackChat, ever_plainer
from bot.slack.limits import MethodLimits
from bot.slack.payloads import HeardLine
from bot.slack.remedies import DEGRADE

log = structlog.get_logger()

BLOCKS_REFUSED: Final = 400
"""What a response URL answers to blocks that it does not take, and to little else."""
REMEMBERED: Final = 5000
LONGEST_WAIT: Final = 10.0
"""Seconds; who asked has gone on after that."""
OF_SLACK: Final = "https://hooks.slack.com/"


EVERYWHERE: Final = frozenset({"section", "header", "divider", "context", "actions"})
"""Blocks that every workspace takes."""


def may_be_refused(message: Message) -> bool:
    """Whether Slack could say no to a block: an acknowledgement would not tell."""
    return any(block["type"] not in EVERYWHERE for block in message.blocks)


def reply_body(reply: Reply) -> dict[str, Any]:
    """A reply as an acknowledgement or a response URL takes it."""
    body: dict[str, Any] = {"text": reply.message.text}
    if reply.message.blocks:
        body["blocks"] = list(reply.message.blocks)
    return body | {"response_type": "in_channel" if reply.public else "ephemeral"}


class ReplySender:
    """Sends replies after the acknowledgement. An answer that cannot be given is logged."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api: WebApi,
        chat: SlackChat,
        limits: MethodLimits,
        clock: Clock,
        api_url: str,
    ) -> None:
        self._session = session
        self._api = api
        self._chat = chat
        self._limits = limits
        self._clock = clock
        self._allowed = (OF_SLACK, origin_of(api_url))
        self._given: OrderedDict[str, None] = OrderedDict()

    def is_first(self, key: str) -> bool:
        """Whether this key is new here: a redelivered event is answered once."""
        if key in self._given:
            return False
        self._given[key] = None
        if len(self._given) > REMEMBERED:
            self._given.popitem(last=False)
        return True

    async def give(self, heard: HeardLine, reply: Reply) -> None:
        """By response URL where there is one, else where the person spoke, else to them alone."""
        if heard.url and await self._by_url(heard, reply):
            return
        if heard.inbound.channel:
            await self._in_place(heard, reply)
        elif heard.inbound.by:
            await self._alone(heard, reply)

    async def _by_url(self, heard: HeardLine, reply: Reply) -> bool:
        if not heard.url.startswith(self._allowed):
            log.warning("slack.strange_response_url", key=heard.inbound.key)
            return False
        for words in ever_plainer(reply.message):
            body = {**reply_body(reply), **words, "replace_original": False}
            if heard.root:
                body["thread_ts"] = heard.root
            status = await self._posted(heard, body)
            if status != BLOCKS_REFUSED:
                return status == 200
        return False

    async def _posted(self, heard: HeardLine, body: Json) -> int:
        """The status of the response URL's answer; 0 where none came."""
        try:
            async with self._session.post(heard.url, json=body, allow_redirects=False) as answer:
                if answer.status != 200:
                    log.warning("slack.answer_refused", status=answer.status, key=heard.inbound.key)
                return answer.status
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("slack.answer_lost", why=type(error).__name__, key=heard.inbound.key)
        return 0

    async def _in_place(self, heard: HeardLine, reply: Reply) -> None:
        if reply.public or heard.inbound.via == "dm":
            await self._aloud(heard, reply)
        elif not await self._whispered(heard, reply):
            await self._alone(heard, reply)

    async def _whispered(self, heard: HeardLine, reply: Reply) -> bool:
        """To the person alone, where they spoke."""
        inbound = heard.inbound
        body: Json = {"channel": inbound.channel, "user": inbound.by}
        if inbound.thread:
            body["thread_ts"] = inbound.thread
        for words in ever_plainer(reply.message):
            wait = self._limits.take("chat.postEphemeral", urgent=True)
            if wait is not None:
                await self._clock.sleep(timedelta(seconds=min(wait.seconds, LONGEST_WAIT)))
            outcome = await self._api.write("chat.postEphemeral", {**body, **words})
            if not (isinstance(outcome, Failed) and outcome.code in DEGRADE):
                return isinstance(outcome, CallAnswer | Lost)
        return False

    async def _aloud(self, heard: HeardLine, reply: Reply) -> None:
        inbound = heard.inbound
        delivery = await self._chat.post(
            inbound.channel,
            reply.message,
            key=f"reply/{inbound.key}",
            thread=heard.root or None,
            urgent=True,
        )
        self._note(heard, delivery)

    async def _alone(self, heard: HeardLine, reply: Reply) -> None:
        """In the bot's own conversation with them, where no other way is left."""
        key = f"reply/{heard.inbound.key}"
        self._note(heard, await self._chat.direct(heard.inbound.by, reply.message, key=key))

    def _note(self, heard: HeardLine, delivery: Delivery) -> None:
        if not isinstance(delivery, Delivered):
            log.warning("slack.answer_refused", key=heard.inbound.key, outcome=str(delivery))


def origin_of(url: str) -> str:
    """`http://127.0.0.1:8000/` of `http://127.0.0.1:8000/api/`."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
