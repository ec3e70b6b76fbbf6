"""The one thread that writes: what waits is committed together, then everyone hears at once."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, Generic

from bot.ports.store import StoreError
from bot.store.base import T
from bot.store.group import Probe, write_group
from bot.store.medium import Medium

GROUP = 256
WAITING = 10_000

_LOG = logging.getLogger(__name__)


class Job(Generic[T]):
    """One write on its way. Whoever takes it first, the writer or its owner, decides about it."""

    def __init__(self, work: Callable[[sqlite3.Connection], T], loop: asyncio.AbstractEventLoop):
        self.work = work
        self.future: asyncio.Future[T] = loop.create_future()
        self._taken = threading.Lock()

    def begin(self) -> bool:
        """False where it was withdrawn."""
        return self._taken.acquire(blocking=False)

    def withdraw(self) -> bool:
        """False where the writer has begun; True means that it never will."""
        return self._taken.acquire(blocking=False)

    def forsake(self) -> None:
        """Nobody waits for the answer any more: a failure goes to the log."""
        self.future.add_done_callback(_tell_failure)


class Writer:
    """Owns the connection from the moment it is made until `close` returns."""

    def __init__(
        self,
        conn: sqlite3.Connection,
        medium: Medium,
        probe: Probe,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self._conn = conn
        self._medium = medium
        self._probe = probe
        self._loop = loop
        self._waiting: SimpleQueue[Job[Any] | None] = SimpleQueue()
        self._open = True
        self._thread = threading.Thread(target=self._run, name="slipway-store", daemon=True)
        self._thread.start()

    def submit(self, work: Callable[[sqlite3.Connection], T]) -> Job[T]:
        """Called on the loop. StoreError where it is closed, or too much waits already."""
        if not self._open:
            raise StoreError("Nothing was recorded: the store is closed. Start Slipway again.")
        if self._waiting.qsize() >= WAITING:
            raise StoreError(
                f"Nothing was recorded: {WAITING} writes wait for the disk already. Repeat later."
            )
        job = Job(work, self._loop)
        self._waiting.put(job)
        return job

    def close(self) -> None:
        """Commit what waits, then end. Blocks; may be called again."""
        if self._open:
            self._open = False
            self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        ended = False
        while not ended:
            jobs, ended = self._next_group()
            if jobs:
                self._tell(jobs, self._answers(jobs))
        self._conn.close()

    def _next_group(self) -> tuple[list[Job[Any]], bool]:
        found = [self._waiting.get()]
        while len(found) < GROUP and not self._waiting.empty():
            found.append(self._waiting.get())
        return [job for job in found if job is not None and job.begin()], None in found

    def _answers(self, jobs: Sequence[Job[Any]]) -> Sequence[Any]:
        """Whatever is raised here belongs to those who wait, not to this thread."""
        try:
            self._medium.check()
            answers = write_group(self._conn, [job.work for job in jobs], self._probe)
        except BaseException as error:  # noqa: BLE001 - handed to every waiting task
            return [error] * len(jobs)
        self._medium.learn(answers)
        return answers

    def _tell(self, jobs: Sequence[Job[Any]], answers: Sequence[Any]) -> None:
        try:
            self._loop.call_soon_threadsafe(_resolve, jobs, answers)
        except RuntimeError:
            _LOG.warning("The store recorded %d writes after its loop had ended", len(jobs))


def _resolve(jobs: Sequence[Job[Any]], answers: Sequence[Any]) -> None:
    for job, answer in zip(jobs, answers, strict=True):
        if job.future.done():
            continue
        if isinstance(answer, BaseException):
            job.future.set_exception(answer)
        else:
            job.future.set_result(answer)


def _tell_failure(future: "asyncio.Future[Any]") -> None:
    if not future.cancelled() and (error := future.exception()):
        _LOG.error("A write that was said to be under way failed: %s", error)
