"""Work in the background: held on to, its errors logged, and drained at the end."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import structlog

log = structlog.get_logger()

T = TypeVar("T")


class Tasks:
    """A loop keeps only a weak hold of its tasks; this keeps a strong one."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._running)

    def start(
        self, work: Coroutine[Any, Any, T], quiet: tuple[type[BaseException], ...] = ()
    ) -> asyncio.Task[T]:
        """Run it; an error is logged unless it is one of `quiet`."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(done, quiet))
        return task

    def _ended(self, task: asyncio.Task[Any], quiet: tuple[type[BaseException], ...]) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not isinstance(error, quiet):
            log.error("slack.task_failed", exc_info=error)

    async def drain(self, most: timedelta) -> int:
        """Let what runs come to its end; after `most` it is cut short. Answers how many were."""
        me = asyncio.current_task()
        running = {task for task in self._running if task is not me}
        if not running:
            return 0
        _, late = await asyncio.wait(running, timeout=most.total_seconds())
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)
