"""Keeping live cards true: an edit from time to time, though no fact came."""

from datetime import datetime, timedelta

import structlog

from bot.domain.state.moves import IN_FLIGHT, Do, State
from bot.domain.state.release import Release
from bot.engine.record.effects import ROWS, body_for
from bot.engine.record.engine import Engine
from bot.ports.store import Batch, NewEffect, StoreError

log = structlog.get_logger()

MOVING = frozenset({*IN_FLIGHT, State.POLLING, State.ROLLING_BACK, State.STUCK})
A_MINUTE = 40
"""Edits a minute that all cards share; Slack's tier for edits is 50."""


class Refresher:
    """`every` is the pace for a few releases; many of them share A_MINUTE edits."""

    def __init__(self, engine: Engine, every: timedelta) -> None:
        self._engine = engine
        self._every = every

    async def run(self) -> None:
        while True:
            span = self._every
            try:
                live = await self._refresh()
                span = max(self._every, timedelta(minutes=live / A_MINUTE))
            except StoreError as error:
                log.error("refresher.store_failed", why=str(error))
            await self._engine.clock.sleep(span)

    async def _refresh(self) -> int:
        live = [r for r in await self._engine.history.all_live() if r.state in MOVING]
        now = self._engine.clock.now()
        # What a fact has just drawn is true, and edits are few: they are wanted where it ends.
        rows = [row_for(each, now) for each in live if now - each.changed_at >= self._every]
        if rows:
            await self._engine.store.commit(Batch(at=now, effects=rows))
            self._engine.wake(frozenset())
        return len(live)


def row_for(release: Release, now: datetime) -> NewEffect:
    row = ROWS[Do.CARD]
    return NewEffect(
        key=f"{release.id}/{release.version}/refresh/{now.isoformat()}",
        stream=release.id,
        slot=row.slot,
        lane=row.lane,
        priority=row.priority + 5,
        body=body_for(release, Do.CARD),
        due_at=now,
    )
