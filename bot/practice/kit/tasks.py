"""Every task has an owner that can end it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

Broke: TypeAlias = Callable[[asyncio.Task[Any], BaseException], None]


def tell_the_loop(task: asyncio.Task[Any], error: BaseException) -> None:
    task.get_loop().call_exception_handler(
        {"message": "A task of the practice rooms broke.", "exception": error, "task": task}
    )


class OwnedTasks:
    """Tasks that nobody waits for; `broke` is told of each that ends with an error."""

    def __init__(self, broke: Broke = tell_the_loop) -> None:
        self._live: set[asyncio.Task[Any]] = set()
        self._broke = broke

    def __len__(self) -> int:
        return len(self._live)

    def spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run something in the background, held on to until it is done."""
        task = asyncio.get_running_loop().create_task(work)
        self._live.add(task)
        task.add_done_callback(self._ended)
        return task

    async def stop(self) -> None:
        """Cancels what is left and waits for it; more may be spawned afterwards."""
        left = tuple(self._live)
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._live.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._broke(task, error)
