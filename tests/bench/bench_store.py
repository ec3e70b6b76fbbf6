"""Commits per second on disk, beside bare sqlite3 with the same pragmas and the same rows."""

import asyncio
import sqlite3
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from bot.ports.store import Batch
from bot.store.opening import connect, prepare
from bot.store.sqlite import open_store
from tests.bench.figures import Figures
from tests.store.batches import NOW, effect, fact

ROUNDS = 5
COMMITS = 300
AT_ONCE = 64

_FACT = "INSERT INTO events VALUES (?, ?, ?, 'StepBegan', 1, ?, 'U0ANA', '', '{}', ?, ?)"
_EFFECT = """
    INSERT INTO outbox (key, stream, slot, lane, priority, body, due_at, attempts, superseded)
    VALUES (?, ?, 'card', 'chat', 5, '{}', ?, 0, 0)
"""


def run() -> Figures:
    """Durable commits of one fact and one effect per second, and ratios to bare sqlite3.

    Rounds alternate, and the ratio is the median of theirs: others use the disk too.
    """
    ways: dict[str, Callable[[Path], float]] = {
        "one by one": one_by_one,
        "bare one by one": lambda path: bare(path, COMMITS, 1),
        "at once": at_once,
        "bare in groups": lambda path: bare(path, COMMITS * 4, AT_ONCE),
    }
    rounds = [{name: measured(way) for name, way in ways.items()} for _ in range(ROUNDS)]
    ratios = {
        "one by one / bare": [each["one by one"] / each["bare one by one"] for each in rounds],
        "at once / bare": [each["at once"] / each["bare in groups"] for each in rounds],
        "at once / one by one": [each["at once"] / each["one by one"] for each in rounds],
    }
    found = {f"store {name} per s": median(each[name] for each in rounds) for name in ways}
    found |= {f"store {name}": median(values) for name, values in ratios.items()}
    return found


def measured(way: Callable[[Path], float]) -> float:
    with tempfile.TemporaryDirectory() as folder:
        return way(Path(folder) / "slipway.db")


def one_by_one(path: Path) -> float:
    return asyncio.run(committing(path, COMMITS, 1))


def at_once(path: Path) -> float:
    return asyncio.run(committing(path, COMMITS * 4, AT_ONCE))


async def committing(path: Path, commits: int, tasks: int) -> float:
    """Commits per second through the store, by so many tasks that each wait for their own."""
    store = await open_store(path)

    async def work(stream: str) -> None:
        for number in range(commits // tasks):
            await store.commit(batch(stream, number))

    start = perf_counter()
    await asyncio.gather(*(work(f"R-{task}") for task in range(tasks)))
    spent = perf_counter() - start
    await store.close()
    return (commits // tasks * tasks) / spent


def batch(stream: str, number: int) -> Batch:
    return Batch(
        at=NOW,
        expect={stream: number},
        events=[fact(stream)],
        effects=[effect(f"{stream}/{number}/card", stream=stream)],
    )


def bare(path: Path, commits: int, group: int) -> float:
    """The same rows with no chain, no checks and no thread: what the disk allows."""
    conn = connect(path, "rwc")
    prepare(conn)
    start = perf_counter()
    for first in range(0, commits, group):
        conn.execute("BEGIN IMMEDIATE")
        for number in range(first, first + group):
            insert(conn, number)
        conn.execute("COMMIT")
    spent = perf_counter() - start
    conn.close()
    return -(-commits // group) * group / spent


def insert(conn: sqlite3.Connection, number: int) -> None:
    at, digest = "2026-11-20T12:00:00.000000Z", "0" * 64
    conn.execute(_FACT, (number + 1, "R-1", number + 1, at, digest, digest))
    conn.execute(_EFFECT, (f"R-1/{number}/card", "R-1", at))
