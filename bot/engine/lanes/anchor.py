"""Keeping the head of the chain where a cut tail cannot take it along: a file, and a channel.

The chain shows what was changed within it, but not that its end was cut off together with its own
row. Whoever compares it with a head that was kept elsewhere sees that too.
"""

import asyncio
import json
import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import structlog

from bot.domain.facts.bot import BOT_STREAM, HeadAnchored
from bot.domain.facts.fact import BOT
from bot.engine.lanes.notice import notice
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.engine.record.engine import Engine
from bot.ports.chat import Message
from bot.ports.store import Effect, Event, NewEffect, StoreError
from bot.render.release.evidence import anchor_line

log = structlog.get_logger()

ANCHOR = "anchor"
HEADS = ".heads"
"""What the file is called, after the name of the database."""
LOOKS = 24
"""How many times within the span between two anchors it is looked whether one is due."""
FILE_AGAIN = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorRules:
    """How often, and whether people see it: `channel` empty is the usual one, None is nowhere."""

    every: timedelta = timedelta(days=1)
    channel: str | None = ""


class AnchorLane:
    """`heads` is the file; a line of JSON with at, seq and hash is added to it each time."""

    def __init__(self, engine: Engine, heads: Path, rules: AnchorRules) -> None:
        self._engine = engine
        self._heads = heads
        self._rules = rules

    async def run(self) -> None:
        """Until cancelled. A head that could not be kept is tried again at the next look."""
        while True:
            try:
                await self.anchor_if_due()
            except StoreError as error:
                log.error("anchor.store_failed", why=str(error))
            await self._engine.clock.sleep(self._rules.every / LOOKS)

    async def anchor_if_due(self) -> bool:
        events = await self._engine.store.load(BOT_STREAM)
        seq, tip = await self._engine.store.head()
        if not events or not self._is_due(events, seq):
            return False
        now = self._engine.clock.now()
        fact = HeadAnchored(at=now, by=BOT, seq=seq, hash=tip)
        await self._engine.note(BOT_STREAM, fact, effects=self._rows(fact))
        return True

    def _is_due(self, events: tuple[Event, ...], seq: int) -> bool:
        """The span has passed since the last time, or since the first start; and there is news."""
        last = next((each for each in reversed(events) if is_anchor(each)), None)
        since = last.at if last else events[0].at
        has_news = last is None or seq > last.seq
        return has_news and self._engine.clock.now() - since >= self._rules.every

    def _rows(self, fact: HeadAnchored) -> list[NewEffect]:
        key = f"{BOT_STREAM}/anchor/{fact.seq}"
        row = NewEffect(
            key=f"{key}/file",
            stream=BOT_STREAM,
            slot=key,
            lane=ANCHOR,
            priority=30,
            body={"at": fact.at.isoformat(), "seq": fact.seq, "hash": fact.hash},
            due_at=fact.at,
        )
        if self._rules.channel is None:
            return [row]
        message = Message(text=anchor_line(fact))
        return [row, notice(key, BOT_STREAM, message, fact.at, to=self._rules.channel)]

    async def perform(self, effect: Effect) -> RowResult:
        """The lane `anchor`: one line more in the file."""
        try:
            added = await asyncio.to_thread(add_head, self._heads, effect.body)
        except OSError as error:
            why = f"{self._heads} could not be written ({error.strerror}); mend that"
            log.error("anchor.file_failed", why=why)
            return RowLater(FILE_AGAIN, why)
        return RowDone({"file": self._heads.name, "added": added})


def is_anchor(event: Event) -> bool:
    return event.kind == HeadAnchored.__name__


def add_head(path: Path, head: dict[str, object]) -> bool:
    """Adds the line, on disk when this returns; False where it stands there already."""
    line = json.dumps(head, sort_keys=True)
    if path.exists() and line in path.read_text("utf-8").splitlines():
        return False
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
        file.flush()
        os.fsync(file.fileno())
    return True
