"""The lane `chat`: which message each effect is, where it stands, and how it gets there once."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from bot.domain.facts.fact import BOT
from bot.domain.state.moves import Do
from bot.domain.state.release import Release
from bot.engine.lanes.delivery import settle_delivery
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult, backoff, never_sent
from bot.engine.record.engine import Engine
from bot.engine.watch.views import Views
from bot.ports import chat as c
from bot.ports.store import Effect
from bot.render.kit.view import ReleaseView
from bot.render.release.alerts import (
    alert_edit,
    alert_message,
    ask_edit,
    ask_message,
    end_message,
    over_message,
    stuck_message,
)
from bot.render.release.card import card
from bot.render.release.log import log as thread_log
from bot.render.vote.question import poll_aside, poll_message, poll_of, poll_reminder

CARD_FIRST = 0.2
MOST_BETWEEN = 10.0
"""Seconds between looks for the card that a thread waits for: the first, and the longest."""
PEOPLE = "U"
"""What ids of people in chat begin with; others (the CLI, the bot) have no direct messages."""


CARD = "card"


class MessageWay(StrEnum):
    """How a message gets to where it stands."""

    ROOT = "the release's own message, edited once it stands"
    THREAD = "one message in the card's thread, edited once it stands"
    NEW = "a new message each time: an edit notifies nobody"
    EDIT_ALERT = "the newest alert, edited"
    EDIT_ASK = "the newest question to a person, edited"
    BROADCAST = "a reply in the card's thread that the channel sees too"
    DIRECT = "to the person it is for; else to who started it"
    EDIT_DIRECT = "what that person was told directly, edited"


@dataclass(frozen=True, slots=True)
class MessageRule:
    render: Callable[[ReleaseView], c.Message]
    way: MessageWay
    urgent: bool = False
    charted: bool = False


TELLS: Mapping[Do, MessageRule] = {
    Do.CARD: MessageRule(card, MessageWay.ROOT),
    Do.LOG: MessageRule(thread_log, MessageWay.THREAD),
    Do.ALERT: MessageRule(alert_message, MessageWay.NEW, urgent=True, charted=True),
    Do.ALERT_STUCK: MessageRule(stuck_message, MessageWay.NEW, urgent=True),
    Do.ALERT_EDIT: MessageRule(alert_edit, MessageWay.EDIT_ALERT, urgent=True, charted=True),
    Do.ALERT_OVER: MessageRule(over_message, MessageWay.BROADCAST, urgent=True, charted=True),
    Do.ASK: MessageRule(ask_message, MessageWay.NEW, urgent=True),
    Do.ASK_EDIT: MessageRule(ask_edit, MessageWay.EDIT_ASK, urgent=True),
    Do.TELL_STARTER: MessageRule(end_message, MessageWay.DIRECT),
    Do.POLL: MessageRule(poll_message, MessageWay.THREAD),
    Do.POLL_ASIDE: MessageRule(poll_aside, MessageWay.DIRECT),
    Do.POLL_ASIDE_EDIT: MessageRule(poll_aside, MessageWay.EDIT_DIRECT),
    Do.POLL_REMIND: MessageRule(poll_reminder, MessageWay.DIRECT),
}


def was_cut_short(row: Effect, now: Effect) -> bool:
    """Whether an older row was tried, and nobody wrote down what came of it."""
    return row.seq < now.seq and row.attempts > 0 and "superseded" in (row.outcome or {})


def is_last_card(effect: Effect, release: Release) -> bool:
    """The card of what has ended is drawn once more, and that is what stands for ever."""
    return effect.body["do"] == Do.CARD and not release.is_live


def ends_vote(effect: Effect, view: ReleaseView) -> bool:
    """Whether this says in the thread how a vote ended: that waits behind no private question."""
    poll = poll_of(view)
    return effect.body["do"] == Do.POLL and poll is not None and not poll.is_open


class ChatLane:
    """`announce` is the channel of services that name none."""

    def __init__(self, engine: Engine, chat: c.Chat, readers: Views, announce: str) -> None:
        self._engine = engine
        self._chat = chat
        self._readers = readers
        self._announce = announce
        self._ways: Mapping[MessageWay, Callable[[Telling], Awaitable[c.Delivery | None]]] = {
            MessageWay.ROOT: self._root,
            MessageWay.THREAD: self._thread,
            MessageWay.NEW: self._new,
            MessageWay.EDIT_ALERT: partial(self._edit_newest, "alert"),
            MessageWay.EDIT_ASK: partial(self._edit_newest, "ask"),
            MessageWay.BROADCAST: self._broadcast,
            MessageWay.DIRECT: self._direct,
            MessageWay.EDIT_DIRECT: self._edit_direct,
        }

    async def perform(self, effect: Effect) -> RowResult:
        release = await self._engine.history.release(effect.stream)
        if release is None:
            return RowDone({"not_wanted": "no release"})
        tell = TELLS[Do(effect.body["do"])]
        read = self._readers.charted if tell.charted else self._readers.view
        view = replace(await read(release), round=effect.body.get("round", 0))
        channel = release.rules.channel or self._announce
        urgent = tell.urgent or ends_vote(effect, view) or is_last_card(effect, release)
        telling = Telling(release, effect, tell.render(view), channel, urgent)
        return self._answered(await self._ways[tell.way](telling), telling)

    async def _root(self, telling: "Telling") -> c.Delivery:
        return await self._edit_or_post(telling, None)

    async def _thread(self, telling: "Telling") -> c.Delivery | None:
        root = await self._readers.place(telling.release.id, CARD)
        if root is None:
            return await self._without_card(telling)
        return await self._edit_or_post(telling, root)

    async def _edit_or_post(self, telling: "Telling", root: c.Posted | None) -> c.Delivery:
        place = await self._stands(telling) or await self._left_behind(telling, root)
        if place is not None:
            edited = await self._edit(telling, place)
            if not isinstance(edited, c.Gone):
                return edited
        return await self._post(telling, root)

    async def _left_behind(self, telling: "Telling", root: c.Posted | None) -> c.Posted | None:
        """What an earlier row of the slot may have posted before a newer one took its place."""
        channel = root.channel if root else telling.channel
        thread = root.ts if root else None
        for row in await self._engine.store.effects(telling.release.id):
            if row.slot != telling.effect.slot or not was_cut_short(row, telling.effect):
                continue
            if found := await self._chat.find(channel, row.key, thread):
                return found
        return None

    async def _without_card(self, telling: "Telling") -> c.Gone | None:
        """None while the card may still come; a card that was refused has no thread."""
        last = await self._engine.store.last_done(telling.release.id, CARD)
        refused = last is not None and "refused" in (last.outcome or {})
        return c.Gone("the card was refused, so there is no thread") if refused else None

    async def _new(self, telling: "Telling") -> c.Delivery:
        return await self._post(telling, None)

    async def _edit_newest(self, slot: str, telling: "Telling") -> c.Delivery:
        place = await self._readers.place(telling.release.id, slot)
        if place is None:
            return c.Gone(f"no {slot} stands")
        return await self._edit(telling, place)

    async def _broadcast(self, telling: "Telling") -> c.Delivery | None:
        root = await self._readers.place(telling.release.id, CARD)
        if root is not None:
            return await self._post(telling, root, broadcast=True)
        return await self._post(telling, None) if await self._without_card(telling) else None

    async def _direct(self, telling: "Telling") -> c.Delivery:
        person = telling.effect.body.get("person") or telling.release.requested_by
        if person == BOT or not person.startswith(PEOPLE):
            return c.Gone(f"{person} has no direct messages")
        if found := await self._found(telling, person, None):
            return c.Delivered(found)
        return await self._chat.direct(person, telling.message, key=telling.effect.key)

    async def _edit_direct(self, telling: "Telling") -> c.Delivery:
        place = await self._stands(telling)
        if place is None:
            return c.Gone("they were not told directly")
        return await self._edit(telling, place)

    async def _stands(self, telling: "Telling") -> c.Posted | None:
        return await self._readers.place(telling.release.id, telling.effect.slot)

    async def _edit(self, telling: "Telling", place: c.Posted) -> c.Delivery:
        return await self._chat.edit(
            place, telling.message, key=telling.effect.key, urgent=telling.urgent
        )

    async def _post(
        self, telling: "Telling", root: c.Posted | None, broadcast: bool = False
    ) -> c.Delivery:
        channel = root.channel if root else telling.channel
        thread = root.ts if root else None
        if found := await self._found(telling, channel, thread):
            return c.Delivered(found)
        return await self._chat.post(
            channel,
            telling.message,
            key=telling.effect.key,
            thread=thread,
            broadcast=broadcast,
            urgent=telling.urgent,
        )

    async def _found(self, telling: "Telling", channel: str, thread: str | None) -> c.Posted | None:
        """Where it stands already, if an attempt that was cut short did send it."""
        if never_sent(telling.effect):
            return None
        return await self._chat.find(channel, telling.effect.key, thread)

    def _answered(self, delivery: c.Delivery | None, telling: "Telling") -> RowResult:
        if delivery is None:
            span = backoff(telling.effect.attempts, CARD_FIRST, MOST_BETWEEN)
            return RowLater(span, "the card does not stand yet", unsent=True)
        return settle_delivery(delivery, telling.effect.key)


@dataclass(frozen=True, slots=True)
class Telling:
    """One message on its way."""

    release: Release
    effect: Effect
    message: c.Message
    channel: str
    urgent: bool
