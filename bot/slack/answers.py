"""Answers to one person: in the acknowledgement, by response URL, or where they spoke."""

from collections import OrderedDict
from datetime import timedelta
from typing import Any, Final

import aiohttp
import structlog

from bot.engine.door import Reply
from bot.ports.chat import Delivery, Told
from bot.ports.clock import Clock
from bot.slack.calls import Answered, Json, Lost, WebApi
from bot.slack.chat import SlackChat
from bot.slack.limits import Limits
from bot.slack.payloads import Heard

log = structlog.get_logger()

REMEMBERED: Final = 5000
LONGEST_WAIT: Final = 10.0
"""Seconds; who asked has gone on after that."""
OF_SLACK: Final = "https://hooks.slack.com/"


def shown(reply: Reply) -> dict[str, Any]:
    """A reply as an acknowledgement or a response URL takes it."""
    body: dict[str, Any] = {"text": reply.message.text}
    if reply.message.blocks:
        body["blocks"] = list(reply.message.blocks)
    return body | {"response_type": "in_channel" if reply.public else "ephemeral"}


class Answers:
    """Sends replies after the acknowledgement. An answer that cannot be given is logged."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        api: WebApi,
        chat: SlackChat,
        limits: Limits,
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

    async def give(self, heard: Heard, reply: Reply) -> None:
        """By response URL where there is one, else where the person spoke, else to them alone."""
        if heard.url and await self._by_url(heard, reply):
            return
        if heard.inbound.channel:
            await self._in_place(heard, reply)
        elif heard.inbound.by:
            await self._alone(heard, reply)

    async def _by_url(self, heard: Heard, reply: Reply) -> bool:
        if not heard.url.startswith(self._allowed):
            log.warning("slack.strange_response_url", key=heard.inbound.key)
            return False
        body = shown(reply) | {"replace_original": False}
        if heard.root:
            body["thread_ts"] = heard.root
        try:
            async with self._session.post(heard.url, json=body, allow_redirects=False) as answer:
                if answer.status == 200:
                    return True
                log.warning("slack.answer_refused", status=answer.status, key=heard.inbound.key)
        except (aiohttp.ClientError, TimeoutError) as error:
            log.warning("slack.answer_lost", why=type(error).__name__, key=heard.inbound.key)
        return False

    async def _in_place(self, heard: Heard, reply: Reply) -> None:
        if reply.public or heard.inbound.via == "dm":
            await self._aloud(heard, reply)
        elif not await self._whispered(heard, reply):
            await self._alone(heard, reply)

    async def _whispered(self, heard: Heard, reply: Reply) -> bool:
        """To the person alone, where they spoke."""
        inbound = heard.inbound
        body: Json = {"channel": inbound.channel, "user": inbound.by, "text": reply.message.text}
        if reply.message.blocks:
            body["blocks"] = list(reply.message.blocks)
        if inbound.thread:
            body["thread_ts"] = inbound.thread
        wait = self._limits.take("chat.postEphemeral", urgent=True)
        if wait is not None:
            await self._clock.sleep(timedelta(seconds=min(wait.seconds, LONGEST_WAIT)))
        outcome = await self._api.write("chat.postEphemeral", body)
        return isinstance(outcome, Answered | Lost)

    async def _aloud(self, heard: Heard, reply: Reply) -> None:
        inbound = heard.inbound
        delivery = await self._chat.post(
            inbound.channel,
            reply.message,
            key=f"reply/{inbound.key}",
            thread=heard.root or None,
            urgent=True,
        )
        self._note(heard, delivery)

    async def _alone(self, heard: Heard, reply: Reply) -> None:
        """In the bot's own conversation with them, where no other way is left."""
        key = f"reply/{heard.inbound.key}"
        self._note(heard, await self._chat.direct(heard.inbound.by, reply.message, key=key))

    def _note(self, heard: Heard, delivery: Delivery) -> None:
        if not isinstance(delivery, Told):
            log.warning("slack.answer_refused", key=heard.inbound.key, outcome=str(delivery))


def origin_of(url: str) -> str:
    """`http://127.0.0.1:8000/` of `http://127.0.0.1:8000/api/`."""
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
