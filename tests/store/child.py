"""What runs in processes of its own: to hold a lock, to meet a full disk, to be killed.

python -m tests.store.child <what> <database> [number]
"""

import asyncio
import os
import resource
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from bot.ports.store import Committed, Store, StoreError
from bot.store.group import Probe, silent
from bot.store.sqlite import open_store
from bot.store.verify import Verified, verify
from tests.store.batches import MINUTE, NOW, full

NOBODY = 65534
STREAMS = 8


def say(*words: object) -> None:
    """One line to whoever started this, at once."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def hold(path: Path) -> None:
    """Open the store and sit on it until somebody types."""
    store = await open_store(path)
    say("open")
    await asyncio.to_thread(sys.stdin.readline)
    await store.close()


async def try_to_open(path: Path) -> None:
    try:
        store = await open_store(path)
    except StoreError as error:
        say(error)
        return
    say("open")
    await store.close()


def step_down() -> None:
    """Root may write everywhere."""
    if os.geteuid() == 0:
        os.setuid(NOBODY)


async def try_as_nobody(path: Path) -> None:
    step_down()
    await try_to_open(path)


async def verify_as_nobody(path: Path) -> None:
    step_down()
    try:
        found = verify(path)
    except StoreError as error:
        say(error)
        return
    say(f"{found.count} facts" if isinstance(found, Verified) else found.why)


async def fill(path: Path) -> None:
    """Commit until the file may not grow, then with room again, telling how each went."""
    store = await open_store(path)
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, most))
    number = 1
    try:
        while isinstance(await store.commit(full("R-1", number)), Committed):
            number += 1
    except StoreError as error:
        say(type(error).__name__, error)
    events = await store.events(limit=9999)
    say("kept", len(events), "of", 2 * (number - 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    say(type(await store.commit(full("R-1", number))).__name__)
    await store.close()


def in_a_fork(work: Callable[[], Coroutine[Any, Any, None]]) -> int:
    """The id of a process that does this and nothing else."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        asyncio.run(work())
        status = 0
    finally:
        os._exit(status)


def ended(pid: int) -> int:
    """How it ended: 0, or -9 where it was killed."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


# ---------------------------------------------------------------- killed at any moment


def kill_at_random(path: Path, rounds: int) -> None:
    """Start, acknowledge, kill -9, start again; every acknowledgement is said out loud.

    Every other round waits for the first one, however slow the machine.
    """
    rng = Random(9)
    for number in range(rounds):
        first, tell = os.pipe()
        pid = in_a_fork(partial(work_on, path, tell))
        os.close(tell)
        if number % 2:
            os.read(first, 1)
        time.sleep(rng.uniform(0.0, 0.05))
        os.kill(pid, signal.SIGKILL)
        say("killed", ended(pid))
        os.close(first)


async def work_on(path: Path, tell: int) -> None:
    store = await open_store(path)
    await asyncio.gather(*(go_on(store, f"R-{n}", tell) for n in range(STREAMS)))


async def go_on(store: Store, stream: str, tell: int) -> None:
    number = len(await store.load(stream))
    while True:
        number += 1
        assert isinstance(await store.commit(full(stream, number)), Committed)
        say("acked", stream, number)
        os.write(tell, b".")


# ---------------------------------------------------------------- killed at every probe


class Killer:
    """A probe that ends its process the n-th time it is passed."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, _: str) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def kill_at_every_probe(path: Path) -> None:
    """N = 1, 2, … until a run completes; each is killed once more while it recovers."""
    rng, number = Random(4), 0
    code = -9
    while code == -9:
        number += 1
        file = path.with_name(f"{number}.db")
        code = ended(in_a_fork(partial(story, file, Killer(number))))
        again = ended(in_a_fork(partial(story, file, Killer(rng.randint(1, 28)))))
        last = ended(in_a_fork(partial(story, file, silent)))
        say("run", number, code, again, last)


async def story(path: Path, probe: Probe) -> None:
    """A few commits and the effect of each, done the same way however often it is begun."""
    store = await open_store(path, probe)
    await store.unlease()
    for number in (1, 2):
        await store.commit(full("R-1", number))
        for row in await store.lease(["chat"], NOW, NOW + MINUTE):
            await store.settle(row.key, {"ts": number}, NOW)
    await store.close()


COROUTINES: dict[str, Callable[[Path], Awaitable[None]]] = {
    "hold": hold,
    "open": try_to_open,
    "open-as-nobody": try_as_nobody,
    "verify-as-nobody": verify_as_nobody,
    "fill": fill,
}


def main(what: str, path: str, number: str = "1") -> None:
    if what == "kill-at-random":
        kill_at_random(Path(path), int(number))
    elif what == "kill-at-every-probe":
        kill_at_every_probe(Path(path))
    else:
        asyncio.run(_run(what, Path(path)))


async def _run(what: str, path: Path) -> None:
    await COROUTINES[what](path)


if __name__ == "__main__":
    main(*sys.argv[1:])
