"""The one who keeps the bot alive on the stage, and knows what has been tried."""

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.domain.state.release import Release
from bot.ports.store import StoreError
from bot.practice.page.tries import NotedDeed, SeenStage, newly_done, show_tries
from bot.practice.stage.config import BLUE_GREEN, SHADOW, Tempo
from bot.practice.stage.stage import RUI, OffScript, Stage
from bot.practice.workspace import board

ABSENT = 2.0
"""Seconds that the bot stays away after it died, so that a person sees it gone."""
LOOK_EVERY = 0.05
DEEDS_KEPT = 200
CANARY = (
    '{ kind = "canary", steps = [ { weight = "10%", bake = "20m" }, '
    '{ weight = "50%", bake = "12m" }, { weight = "100%", bake = "12m" } ] }'
)
PAGE_TEMPO = Tempo(strategies={"checkout": CANARY, "search": BLUE_GREEN, "ledger": SHADOW})
"""Slow enough for a person to find the switches while a step is watched."""


class Phase(StrEnum):
    STARTING = "starting"
    LISTENING = "listening"
    GONE = "gone"


@dataclass(slots=True)
class Keeper:
    """Starts the bot, adopts what runs, and starts the bot again whenever it dies.

    While a story is `playing` that is the story's part, and this one looks on.
    """

    stage: Stage
    read: Callable[[dict[str, Any]], Release]
    playing: bool = False
    phase: Phase = Phase.STARTING
    is_set: bool = False
    trouble: str = ""
    done: frozenset[str] = frozenset()
    killed: dict[str, int] = field(default_factory=dict)
    deeds: list[NotedDeed] = field(default_factory=list)
    _keeping: asyncio.Task[None] | None = None
    _raising: asyncio.Task[None] | None = None

    def start(self) -> None:
        if self.playing:
            self.is_set = True
            return
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        """Nobody raises the bot any more; the bot itself is stopped too."""
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        if self._raising is not None:
            await self._raising
        await self.stage.stop_bot()

    async def _keep(self) -> None:
        while True:
            try:
                await self._live()
            except OffScript as error:
                self.trouble = str(error)
            await self._bury()

    async def _live(self) -> None:
        """One life of the bot, from its start to its listening."""
        # Never given up half way: a process nobody knows of could not be ended.
        self._raising = asyncio.create_task(self.stage.raise_bot())
        await asyncio.shield(self._raising)
        if self.is_set:
            await self._connected()
        else:
            await self.stage.listens()
            await self._set()
        self.phase, self.trouble = Phase.LISTENING, ""

    async def _bury(self) -> None:
        """Wait for its end, and then a moment."""
        bot = self.stage.bot
        if bot is not None and await bot.wait() != -signal.SIGKILL:
            self.trouble = self.trouble or f"The bot ended by itself: {self.stage.log_tail()}"
        self.phase = Phase.GONE
        await asyncio.sleep(ABSENT)

    async def _connected(self) -> None:
        links = self.stage.workspace.sockets
        bot = self.stage.bot
        while bot is not None and bot.returncode is None:
            if any(link.open() for link in links.links):
                return
            await asyncio.sleep(LOOK_EVERY)
        raise OffScript("The bot ended before it was connected.")

    async def _set(self) -> None:
        """What runs is adopted, and the traces of having asked are swept."""
        for site in self.stage.fleet.fleet.sites.values():
            where = f"{site.seed.service} in {site.seed.environment}"
            await self.stage.types(RUI, f"/release adopt {where}")
        space = self.stage.workspace.workspace
        for said in [each for seen in space.state.ephemerals.values() for each in seen]:
            board.unwhisper(space, said)
        self.is_set = True

    async def kill(self) -> str:
        """kill -9; answers why not where there is nothing to kill."""
        if self.playing:
            return "Nothing was killed: a story is playing, and ends the bot where that is told."
        bot = self.stage.bot
        if bot is None or bot.returncode is not None:
            return "Nothing was killed: the bot is gone already. It comes back by itself."
        for release in await self.releases():
            if release.is_live:
                self.killed.setdefault(release.id, release.version)
        await self.stage.kill_bot()
        return ""

    async def reset(self) -> str:
        """Everything as on the first day; answers why not where a record is to be kept."""
        if self.playing:
            return "Not reset: a story is playing. End it, and type make demo for a stage of yours."
        if self.stage.database.parent != self.stage.folder.absolute():
            return (
                f"Not reset: the record is kept in {self.stage.database.name}. "
                "End the demo and start it with another file."
            )
        await self.stop()
        for left in self.stage.folder.glob(f"{self.stage.database.name}*"):
            left.unlink(missing_ok=True)
        await self._clear()
        self.start()
        return ""

    async def _clear(self) -> None:
        served = self.stage.workspace
        await served.courier.stop()
        served.workspace.reset()
        served.courier.start()
        await self.stage.fleet.fleet.reset()
        self.phase, self.is_set, self.trouble = Phase.STARTING, False, ""
        self.done = frozenset()
        self.killed.clear()
        self.deeds.clear()

    def note(self, deed: NotedDeed) -> None:
        """Somebody did something on the page."""
        self.deeds = [*self.deeds[1 - DEEDS_KEPT :], deed]

    def _phase_of_story(self) -> Phase:
        if self.stage.bot is None:
            return Phase.STARTING
        return Phase.LISTENING if self.stage.bot.returncode is None else Phase.GONE

    async def releases(self) -> tuple[Release, ...]:
        """What the record holds, newest first; nothing while it cannot be read."""
        try:
            rows = await self.stage.statuses()
        except StoreError:
            return ()
        return tuple(self.read(row.body) for row in rows)

    async def look(self) -> dict[str, Any]:
        """How the stage stands, as the page draws it."""
        releases = await self.releases()
        if self.playing:
            self.phase = self._phase_of_story()
        seen = SeenStage(
            releases=releases,
            deeds=tuple(self.deeds),
            killed=self.killed,
            listening=self.phase is Phase.LISTENING,
        )
        self.done = newly_done(self.done, seen)
        return {
            "bot": self.phase.value,
            "lives": self.stage.lives,
            "ready": self.is_set,
            "trouble": self.trouble,
            "tries": show_tries(self.done),
            "releases": [release_shown(release) for release in releases],
        }


def release_shown(release: Release) -> dict[str, Any]:
    return {
        "id": release.id,
        "service": release.service,
        "environment": release.environment,
        "version": release.name,
        "state": release.state.value,
        "live": release.is_live,
    }
