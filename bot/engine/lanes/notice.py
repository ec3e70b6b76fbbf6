"""The lane `notice`: messages that belong to no release, whole in their row of the outbox."""

from dataclasses import replace
from datetime import datetime

from bot.engine.lanes.delivery import settle_delivery
from bot.engine.lanes.outbox import RowResult
from bot.ports import chat as c
from bot.ports.store import Effect, NewEffect

NOTICE = "notice"
PERSON = "U"
"""What ids of people in chat begin with."""


def notice(
    key: str, stream: str, message: c.Message, at: datetime, *, to: str = "", priority: int = 25
) -> NewEffect:
    """A row that tells `to`: a channel, a person's id, or the usual channel where it is empty.

    `key` must be unique for ever; `stream` is the one whose fact it tells of.
    """
    return NewEffect(
        key=key,
        stream=stream,
        slot=key,
        lane=NOTICE,
        priority=priority,
        body={"to": to, "text": message.text, "blocks": list(message.blocks)},
        due_at=at,
    )


def about(row: NewEffect, name: str) -> NewEffect:
    """The same, to be found again by what it asks about."""
    return replace(row, body={**row.body, "about": name})


def asks_about(row: Effect, name: str) -> bool:
    """Whether this row asked about it, and stands where it can be edited."""
    stands = row.outcome is not None and "ts" in row.outcome
    return row.lane == NOTICE and row.body.get("about") == name and stands


def edit(key: str, row: Effect, message: c.Message, at: datetime) -> NewEffect:
    """A row that makes a message of an earlier one say something else."""
    outcome = row.outcome or {}
    place = {"channel": outcome["channel"], "ts": outcome["ts"]}
    said = notice(f"{key}/edit/{row.key}", row.stream, message, at, to=row.body["to"])
    return replace(said, body={**said.body, "edits": place})


class NoticeLane:
    """`announce` is the usual channel."""

    def __init__(self, chat: c.Chat, announce: str) -> None:
        self._chat = chat
        self._announce = announce

    async def perform(self, effect: Effect) -> RowResult:
        to = effect.body["to"] or self._announce
        message = c.Message(text=effect.body["text"], blocks=tuple(effect.body["blocks"]))
        if place := effect.body.get("edits"):
            edited = await self._chat.edit(c.Posted(**place), message, key=effect.key)
            return settle_delivery(edited, effect.key)
        # An attempt that was cut short may have been a message all the same.
        thread = effect.body.get("thread") or None
        looks = effect.attempts > 1
        stands = await self._chat.find(to, effect.key, thread) if looks else None
        if stands is not None:
            return settle_delivery(c.Delivered(stands), effect.key)
        return settle_delivery(await self._sent(to, message, effect.key, thread), effect.key)

    async def _sent(self, to: str, message: c.Message, key: str, thread: str | None) -> c.Delivery:
        if to.startswith(PERSON):
            return await self._chat.direct(to, message, key=key)
        return await self._chat.post(to, message, key=key, thread=thread)
