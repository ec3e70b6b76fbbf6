"""`slipway release watch R-142`: what becomes of a release, line by line, until it ends."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from bot.cli.wiring import STALE
from bot.engine.clock import SystemClock
from bot.engine.people.rulebook import Policy, Rulebook
from bot.engine.record.engine import Engine
from bot.engine.watch.views import Views
from bot.ports.clock import Clock
from bot.ports.directory import NoDirectory
from bot.store.sqlite import open_reader
from bot.web.api_reads import told

LOOK_EVERY: Final = timedelta(seconds=1)
SUCCEEDED: Final = "succeeded"


class ReleaseSource(Protocol):
    """Where a release is looked at; `look` answers what GET /releases/{release} does."""

    async def look(self, release: str) -> dict[str, Any] | None: ...

    def changes(self, release: str) -> AsyncIterator[None]:
        """First at once, then whenever something may have changed."""
        ...


async def follow(source: ReleaseSource, release: str, say: Callable[[str], None]) -> int:
    """0 where the release succeeded, 1 where it ended otherwise or there is none."""
    spoken = 0
    async for _ in source.changes(release):
        found = await source.look(release)
        if found is None:
            say(f"Nothing to watch: there is no {release}. slipway release status lists what is.")
            return 1
        for line in found["timeline"][spoken:]:
            say(f"{line['at'][11:19]}  {line['sentence']}")
        spoken = len(found["timeline"])
        if not found["live"]:
            say(f"{release} ended: {found['state'].replace('_', ' ')}.")
            return 0 if found["state"] == SUCCEEDED else 1
    raise AssertionError("changes never end by themselves")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record on this machine, read anew at each look, whether a bot runs or not."""

    database: Path
    clock: Clock

    async def look(self, release: str) -> dict[str, Any] | None:
        store = open_reader(self.database)
        try:
            book = Rulebook(Policy(), NoDirectory())
            engine = Engine(store, SystemClock(), book)
            found = await engine.history.release(release)
            readers = Views(engine, book, STALE, "/release", "UTC")
            return None if found is None else dict(await told(readers, found))
        finally:
            await store.close()

    async def changes(self, release: str) -> AsyncIterator[None]:
        while True:
            yield
            await self.clock.sleep(LOOK_EVERY)
