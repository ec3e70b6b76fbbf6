"""One poll per (source, query, window), shared by every release that asks for it."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.domain.judge.samples import Window
from bot.engine.parts import Ports
from bot.engine.watch.pulse import Noting, note_nothing
from bot.ports.metrics import Samples
from bot.ports.outcomes import IntegrationError

log = structlog.get_logger()

KEPT = 512
"""Answers remembered; older ones cannot be asked for again, since windows only move on."""


def grid(now: datetime, every: timedelta) -> datetime:
    """The newest instant on the grid of `every` that is not after `now`."""
    seconds = every.total_seconds()
    return now - timedelta(seconds=now.timestamp() % seconds)


class Sources:
    def __init__(self, ports: Ports, noting: Noting = note_nothing) -> None:
        self._ports = ports
        self._noting = noting
        self._asked: dict[tuple[str, str, Window], asyncio.Task[Samples | None]] = {}
        self._silent: set[str] = set()

    async def measure(self, source: str, query: str, window: Window) -> Samples | None:
        """What the source answered, no points where it has no data; None is a failed poll."""
        key = (source, query, window)
        if key not in self._asked:
            self._trim()
            self._asked[key] = asyncio.create_task(self._ask(*key), name=f"poll {source}")
        return await asyncio.shield(self._asked[key])

    async def _ask(self, source: str, query: str, window: Window) -> Samples | None:
        try:
            samples = await self._ports.source(source).measure(query, window)
        except IntegrationError as error:
            self._note_silence(source, error)
            return None
        self._note_voice(source)
        return samples

    def _note_silence(self, source: str, error: IntegrationError) -> None:
        self._noting(source, False)
        if source not in self._silent:
            self._silent.add(source)
            log.warning(source_gone(source, error), source=source)

    def _note_voice(self, source: str) -> None:
        self._noting(source, True)
        if source in self._silent:
            self._silent.discard(source)
            log.info(source_back(source), source=source)

    def _trim(self) -> None:
        done = [key for key, task in self._asked.items() if task.done()]
        for key in done[: max(0, len(self._asked) - KEPT)]:
            del self._asked[key]

    def silent(self) -> frozenset[str]:
        """Sources that failed when last asked."""
        return frozenset(self._silent)


def source_gone(name: str, error: Exception) -> str:
    return f"{name} stopped answering ({error}); what it should have said counts as a gap"


def source_back(name: str) -> str:
    return f"{name} answers again"
