"""Running git: no shell, for so long, hearing no more of it than fits."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bot.ports.outcomes import NotFound, Unavailable

LARGEST = 16 * 1024 * 1024
PASSED = ("PATH", "HOME", "TMPDIR")
"""HOME for the machine's own `safe.directory`; the bot's tokens are not among it."""
QUIET: Mapping[str, str] = {
    "LC_ALL": "C",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_NO_LAZY_FETCH": "1",
    # A replaced commit would tell another author than the one whose hash is released.
    "GIT_NO_REPLACE_OBJECTS": "1",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class GitAnswer:
    """`whole` is False where there was more than fits."""

    code: int
    stdout: bytes
    stderr: str
    whole: bool


async def git(path: Path, deadline: timedelta, *words: str) -> GitAnswer:
    """Raises Unavailable where it takes too long, NotFound where there is no git or no folder."""
    process = await _start(path, words)
    try:
        async with asyncio.timeout(deadline.total_seconds()):
            stdout, stderr = await asyncio.gather(_read(process.stdout), _read(process.stderr))
            if len(stdout) > LARGEST:
                _end(process)
            code = await process.wait()
    except TimeoutError:
        raise Unavailable(
            f"git did not answer within {deadline.total_seconds():g} s in {path}. "
            "Look whether the disk is slow, or raise deadline in the config."
        ) from None
    finally:
        if process.returncode is None:
            _end(process)
            await process.wait()
    said = stderr.decode("utf-8", "replace").strip()[-300:]
    return GitAnswer(code=code, stdout=stdout, stderr=said, whole=len(stdout) <= LARGEST)


async def _start(path: Path, words: tuple[str, ...]) -> Process:
    if not path.is_dir():  # noqa: ASYNC240 - a look at one local name
        raise NotFound(f"There is no folder {path}. Correct path in the config.")
    try:
        return await asyncio.create_subprocess_exec(
            "git",
            "-c",
            "log.showSignature=false",
            *words,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            cwd=path,
            env={**{name: os.environ[name] for name in PASSED if name in os.environ}, **QUIET},
            start_new_session=True,
        )
    except OSError as error:
        raise NotFound(f"git cannot be run ({error.strerror}). Install it.") from error


async def _read(stream: asyncio.StreamReader | None) -> bytes:
    """Up to one byte more than fits."""
    heard = bytearray()
    while stream is not None and len(heard) <= LARGEST:
        words = await stream.read(65536)
        if not words:
            break
        heard += words
    return bytes(heard)


def _end(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
