"""Running a program: in a group of its own, for so long, hearing no more of it than fits.

NotRun    it could not be started: nothing happened
Overdue   it was ended when its time was up: anything may have happened
"""

import asyncio
import contextlib
import errno
import os
import signal
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Self

LARGEST = 1024 * 1024
FOR_GOOD = frozenset({errno.ENOENT, errno.EACCES, errno.ENOTDIR, errno.ENOEXEC})
"""Nobody but a person can mend these."""
GRACE = 1.0
"""Seconds between asking a group to end and ending it."""
LINGER = 0.25
"""Seconds to wait for words of a program that has ended; what it left running may keep the line."""


class NotRun(Exception):
    """It could not be started; `for_good`: trying again will not help."""

    def __init__(self, cause: OSError) -> None:
        super().__init__(os.strerror(cause.errno).lower() if cause.errno else "it cannot be run")
        self.for_good = cause.errno in FOR_GOOD


class Overdue(Exception):
    """Its time was up, and it was ended with everything it had started."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramEnd:
    """`code` is negative where a signal ended it. `whole`: stdout is all that it said."""

    code: int
    stdout: bytes
    stderr: bytes
    whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramOrder:
    words: tuple[str, ...]
    environment: Mapping[str, str]
    cwd: Path
    deadline: timedelta


@dataclass(slots=True)
class OutputEar:
    """One pipe. Keeps the first `cap` bytes, or the last where `latest`; the rest is let go."""

    cap: int
    latest: bool = False
    heard: bytearray = field(default_factory=bytearray)
    lost: bool = False
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    near: int = -1
    far: int = -1

    def __enter__(self) -> Self:
        self.near, self.far = os.pipe()
        os.set_blocking(self.near, False)
        asyncio.get_running_loop().add_reader(self.near, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.let_go()
        asyncio.get_running_loop().remove_reader(self.near)
        os.close(self.near)

    def let_go(self) -> None:
        """Close the end that the program has by now."""
        if self.far >= 0:
            os.close(self.far)
            self.far = -1

    def _hear(self) -> None:
        words = os.read(self.near, 65536)
        if not words:
            asyncio.get_running_loop().remove_reader(self.near)
            self.ended.set()
            return
        self.heard += words
        self.lost = self.lost or len(self.heard) > self.cap
        if self.latest:
            del self.heard[: -self.cap]
        else:
            del self.heard[self.cap :]


async def run(order: ProgramOrder) -> ProgramEnd:
    """Raises NotRun or Overdue. Ends the whole group, too, when it is cancelled."""
    with OutputEar(LARGEST) as out, OutputEar(LARGEST // 16, latest=True) as err:
        process = await _start(order, out, err)
        try:
            async with asyncio.timeout(order.deadline.total_seconds()):
                code = await process.wait()
        except TimeoutError:
            raise Overdue from None
        finally:
            if process.returncode is None:
                await _end(process)
        await _last_words(out, err)
        return ProgramEnd(
            code=code, stdout=bytes(out.heard), stderr=bytes(err.heard), whole=not out.lost
        )


async def _start(order: ProgramOrder, out: OutputEar, err: OutputEar) -> Process:
    program = order.words[0]
    # Where a relative program begins is otherwise the platform's choice.
    path = str(order.cwd / program) if "/" in program else program
    try:
        return await asyncio.create_subprocess_exec(
            path,
            *order.words[1:],
            stdin=DEVNULL,
            stdout=out.far,
            stderr=err.far,
            cwd=order.cwd,
            env=order.environment,
            start_new_session=True,
        )
    except OSError as error:
        raise NotRun(error) from error
    finally:
        out.let_go()
        err.let_go()


async def _end(process: Process) -> None:
    _signal(process, signal.SIGTERM)
    try:
        async with asyncio.timeout(GRACE):
            await process.wait()
    except TimeoutError:
        pass
    finally:
        # Whoever of the group did not listen.
        _signal(process, signal.SIGKILL)
    await process.wait()


def _signal(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)


async def _last_words(*ears: OutputEar) -> None:
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER):
            for ear in ears:
                await ear.ended.wait()
