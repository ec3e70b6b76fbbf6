"""Messages out: posted, edited, sent to one person, and found again by their key."""

from collections.abc import Iterator
from typing import Any

import structlog

from bot.ports.chat import Delivered, Delivery, Message, Posted, Refused, SendLater, Unsure
from bot.ports.outcomes import Unavailable
from bot.render.kit.blocks import twin
from bot.slack.calls import CallAnswer, CallOutcome, Failed, Json, Limited, Lost, WebApi
from bot.slack.limits import MethodLimits, RateWait
from bot.slack.remedies import DEGRADE, delivery_of

log = structlog.get_logger()

EVENT = "slipway"
SOON = 2.0
"""Seconds until a message goes again that could not leave."""
PAGE = 200
PAGES = 5
"""How far back a message is looked for."""
KINDS = "public_channel,private_channel"
IDS = ("C", "G", "D")
PEOPLE = ("U", "W")


class SlackChat:
    """bot.ports.chat.Chat over the Web API. Never sleeps: what must wait is answered `Later`."""

    def __init__(self, api: WebApi, limits: MethodLimits) -> None:
        self._api = api
        self._limits = limits
        self._named: dict[str, str] = {}
        self._direct: dict[str, str] = {}

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        urgent: bool = False,
    ) -> Delivery:
        body: Json = {"channel": self._named.get(channel, channel), **frame(key)}
        if thread is not None:
            body |= {"thread_ts": thread, "reply_broadcast": broadcast}
        delivery = await self._say("chat.postMessage", body, message, urgent)
        if isinstance(delivery, Delivered) and channel.startswith("#"):
            self._learn(channel, delivery.place.channel)
        return delivery

    async def edit(
        self, place: Posted, message: Message, *, key: str, urgent: bool = False
    ) -> Delivery:
        body = {"channel": place.channel, "ts": place.ts, **frame(key)}
        return await self._say("chat.update", body, message, urgent)

    async def direct(self, person: str, message: Message, *, key: str) -> Delivery:
        opened = await self._conversation(person)
        if not isinstance(opened, str):
            return opened
        return await self.post(opened, message, key=key)

    async def find(self, channel: str, key: str, thread: str | None = None) -> Posted | None:
        """Raises Unavailable where Slack does not answer just now: then it may stand there."""
        where = await self._id_of(channel)
        if where is None:
            return None
        method = "conversations.replies" if thread else "conversations.history"
        asked: Json = {"channel": where, "limit": PAGE, "include_all_metadata": True}
        if thread:
            asked["ts"] = thread
        async for page in self._pages(method, asked):
            for said in page.get("messages", []):
                if key_of(said) == key:
                    return Posted(channel=where, ts=str(said["ts"]))
        return None

    async def _say(self, method: str, body: Json, message: Message, urgent: bool) -> Delivery:
        """The message; without what Slack refuses of it, where it refuses the blocks."""
        last: Delivery = Refused("there is nothing to say", "report this as a bug of the bot")
        for words in ever_plainer(message):
            outcome = await self._take(method, {**body, **words}, urgent)
            if isinstance(outcome, Failed) and outcome.code in DEGRADE:
                log.warning("chat.blocks_refused", method=method, answer=outcome.body)
                last = delivery_of(outcome.code, outcome.body, method)
                continue
            return told(outcome, body, method)
        return last

    async def _take(self, method: str, body: Json, urgent: bool) -> CallOutcome | SendLater:
        """One call, if the limits let it through."""
        channel = str(body["channel"])
        who = str(body.get("ts") or body["metadata"]["event_payload"]["key"])
        wait = self._limits.take(method, channel, who=who, urgent=urgent)
        if wait is not None:
            return later(wait)
        outcome = await self._api.write(method, body)
        if isinstance(outcome, Limited):
            bucket = self._limits.pause(method, channel, outcome.seconds)
            log.warning("chat.rate_limited", bucket=bucket, seconds=outcome.seconds)
            return SendLater(outcome.seconds, bucket, "Slack said 429")
        return outcome

    async def _conversation(self, person: str) -> str | Delivery:
        """The id of the bot's conversation with somebody."""
        known = self._direct.get(person)
        if known is not None:
            return known
        wait = self._limits.take("conversations.open", who=person)
        if wait is not None:
            return later(wait)
        outcome = await self._api.write("conversations.open", {"users": person})
        match outcome:
            case CallAnswer(body):
                self._direct[person] = str(body["channel"]["id"])
                return self._direct[person]
            case Failed("missing_scope", _):
                return person
            case Failed(code, body):
                return delivery_of(code, body, "conversations.open")
            case Limited(seconds):
                bucket = self._limits.pause("conversations.open", "", seconds)
                return SendLater(seconds, bucket, "Slack said 429")
            case _:
                return SendLater(SOON, "conversations.open", outcome.why)

    async def _id_of(self, channel: str) -> str | None:
        """The id of a channel, of a #name, or of the conversation with a person."""
        if channel.startswith(PEOPLE):
            opened = await self._conversation(channel)
            if isinstance(opened, SendLater):
                raise Unavailable(f"Slack does not say where {channel} is reached: {opened.why}")
            return opened if isinstance(opened, str) and opened.startswith(IDS) else None
        if not channel.startswith("#"):
            return channel
        if channel not in self._named:
            await self._learn_names()
        return self._named.get(channel)

    async def _learn_names(self) -> None:
        asked: Json = {"types": KINDS, "exclude_archived": True, "limit": 1000}
        async for page in self._pages("conversations.list", asked):
            for room in page.get("channels", []):
                self._learn(f"#{room['name']}", str(room["id"]))

    def _learn(self, name: str, channel: str) -> None:
        self._named[name] = channel
        self._limits.rename(name, channel)

    async def _pages(self, method: str, asked: Json) -> Any:
        cursor = ""
        for _ in range(PAGES):
            page = await self._read(method, {**asked, "cursor": cursor} if cursor else asked)
            if page is None:
                return
            yield page
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _read(self, method: str, asked: Json) -> Json | None:
        """A page; None where the bot may not read there. Raises Unavailable."""
        wait = self._limits.take(method, who=str(asked), urgent=True)
        if wait is not None:
            raise Unavailable(f"{wait.bucket} is at its limit for {wait.seconds:.0f} s")
        outcome = await self._api.read(method, asked)
        match outcome:
            case CallAnswer(body):
                return body
            case Failed(code, body):
                log.info("chat.cannot_look", method=method, code=code, needed=body.get("needed"))
                return None
            case Limited(seconds):
                self._limits.pause(method, "", seconds)
                raise Unavailable(f"Slack said 429 to {method}")
            case _:
                raise Unavailable(outcome.why)


def frame(key: str) -> Json:
    """What every message carries: its key, and that Slack adds nothing to it."""
    return {
        "metadata": {"event_type": EVENT, "event_payload": {"key": key}},
        "unfurl_links": False,
        "unfurl_media": False,
        "parse": "none",
    }


def ever_plainer(message: Message) -> Iterator[Json]:
    """The message as it is, then the same words in plain blocks, then its sentence alone."""
    if message.blocks:
        yield {"text": message.text, "blocks": list(message.blocks)}
        plain = twin(message)
        if plain.blocks and plain.blocks != message.blocks:
            yield {"text": plain.text, "blocks": list(plain.blocks)}
    yield {"text": message.text, "blocks": []}


def told(outcome: CallOutcome | SendLater, body: Json, method: str) -> Delivery:
    """What an outcome means for the message."""
    match outcome:
        case SendLater():
            return outcome
        case CallAnswer(answer):
            return Delivered(Posted(channel=str(answer["channel"]), ts=str(answer["ts"])))
        case Failed(code, answer):
            return delivery_of(code, answer, method)
        case Limited(seconds):
            return SendLater(seconds, method, "Slack said 429")
        case Lost(why):
            return Unsure(why)
        case _:
            return SendLater(SOON, method, outcome.why)


def later(wait: RateWait) -> SendLater:
    return SendLater(wait.seconds, wait.bucket, "the limit is reached")


def key_of(said: Json) -> str | None:
    """The key a message of ours carries."""
    metadata = said.get("metadata")
    if not isinstance(metadata, dict) or metadata.get("event_type") != EVENT:
        return None
    payload = metadata.get("event_payload")
    key = payload.get("key") if isinstance(payload, dict) else None
    return key if isinstance(key, str) else None
