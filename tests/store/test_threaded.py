"""The driver with a writer thread: the whole contract, patience, order, and its end."""

import asyncio
import logging
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.ports.store import (
    BeingRecorded,
    CommitResult,
    Committed,
    Replayed,
    StoreBroken,
    StoreError,
    Withdrawn,
)
from bot.store import writer
from bot.store.group import BEGIN, COMMIT
from bot.store.sqlite import ThreadedStore, open_reader, open_store
from bot.store.verify import Verified, verify
from tests.contracts.store import StoreContract
from tests.store.batches import MINUTE, NOW, begins, effect, full

BRIEF = timedelta(milliseconds=30)


class TestThreadedStore(StoreContract):
    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[ThreadedStore]:
        store = await open_store(tmp_path / "slipway.db")
        yield store
        await store.close()


class Gate:
    """A probe that holds the writer at one place until it is opened."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.reached = threading.Event()
        self.open = threading.Event()

    def __call__(self, name: str) -> None:
        if name == self.name:
            self.reached.set()
            assert self.open.wait(20)

    async def holds(self) -> None:
        assert await asyncio.to_thread(self.reached.wait, 20)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "slipway.db"


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate(BEGIN)
    yield gate
    gate.open.set()


@pytest.fixture
async def store(path: Path, gate: Gate) -> AsyncIterator[ThreadedStore]:
    """Its writer stands still at the gate."""
    store = await open_store(path, gate)
    yield store
    gate.open.set()
    await store.close()


async def test_what_was_not_begun_is_withdrawn_for_good(store: ThreadedStore, gate: Gate) -> None:
    slow = asyncio.create_task(store.commit(begins("R-1")))
    await gate.holds()
    assert await store.commit(begins("R-2", inbox="I2"), patience=BRIEF) == Withdrawn()
    gate.open.set()
    assert isinstance(await slow, Committed)
    assert isinstance(await store.commit(begins("R-3")), Committed)
    assert [event.stream for event in await store.events()] == ["R-1", "R-3"]
    assert await store.replied("I2") is None


async def test_what_was_begun_is_being_recorded(store: ThreadedStore, gate: Gate) -> None:
    batch = begins("R-1", inbox="I1", reply={"ok": True})
    slow = asyncio.create_task(store.commit(batch, patience=5 * BRIEF))
    await gate.holds()
    assert await slow == BeingRecorded()
    gate.open.set()
    assert await store.commit(batch) == Replayed({"ok": True})


async def test_patience_that_suffices_changes_nothing(store: ThreadedStore, gate: Gate) -> None:
    gate.open.set()
    assert isinstance(await store.commit(begins("R-1"), patience=MINUTE), Committed)


async def test_a_cancelled_caller_takes_its_batch_back(store: ThreadedStore, gate: Gate) -> None:
    first = asyncio.create_task(store.commit(begins("R-1")))
    await gate.holds()
    second = asyncio.create_task(store.commit(begins("R-2")))
    await asyncio.sleep(0)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    gate.open.set()
    await first
    await store.commit(begins("R-3"))
    assert [event.stream for event in await store.events()] == ["R-1", "R-3"]


async def test_a_caller_cancelled_too_late_is_recorded(store: ThreadedStore, gate: Gate) -> None:
    first = asyncio.create_task(store.commit(begins("R-1")))
    await gate.holds()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    gate.open.set()
    await store.commit(begins("R-2"))
    assert [event.stream for event in await store.events()] == ["R-1", "R-2"]


async def test_reading_never_waits_for_the_writer(store: ThreadedStore, gate: Gate) -> None:
    slow = asyncio.create_task(store.commit(begins("R-1")))
    await gate.holds()
    assert await asyncio.wait_for(store.events(), 5) == ()
    assert await asyncio.wait_for(store.statuses(), 5) == ()
    assert not slow.done()
    gate.open.set()
    assert isinstance(await slow, Committed)
    assert len(await store.events()) == 1


async def test_what_waits_is_committed_as_one_group_in_order(path: Path) -> None:
    gate, commits = Gate(BEGIN), []

    def probe(name: str) -> None:
        commits.append(name)
        gate(name)

    store = await open_store(path, probe)
    first = asyncio.create_task(store.commit(begins("R-0")))
    await gate.holds()
    rest = [asyncio.create_task(store.commit(begins(f"R-{n}"))) for n in range(1, 40)]
    await asyncio.sleep(0)
    gate.open.set()
    await asyncio.gather(first, *rest)
    assert commits.count(COMMIT) == 2
    assert [event.stream for event in await store.events()] == [f"R-{n}" for n in range(40)]
    await store.close()


async def test_outbox_writes_join_the_group_in_their_turn(store: ThreadedStore, gate: Gate) -> None:
    first = asyncio.create_task(store.commit(begins("R-1", effect("a"))))
    await gate.holds()
    leased = asyncio.create_task(store.lease(["chat"], NOW, NOW + MINUTE))
    settled = asyncio.create_task(store.settle("a", {"ts": "1"}, NOW))
    again = asyncio.create_task(store.settle("a", {"ts": "2"}, NOW))
    await asyncio.sleep(0)
    gate.open.set()
    await first
    assert [row.attempts for row in await leased] == [1]
    assert (await settled, await again) == (True, False)


async def test_a_group_that_fails_fails_for_everybody(path: Path) -> None:
    def probe(name: str) -> None:
        if name == COMMIT and armed:
            armed.clear()
            raise sqlite3.OperationalError("no more")

    armed = [True]
    store = await open_store(path, probe)
    tasks = (store.commit(begins(f"R-{n}")) for n in range(5))
    results = await asyncio.gather(*tasks, return_exceptions=True)
    kept = [result for result in results if isinstance(result, Committed)]
    assert 1 <= sum(isinstance(result, StoreError) for result in results) == 5 - len(kept)
    assert len(await store.events()) == len(kept)
    assert isinstance(await store.commit(begins("R-9")), Committed)
    await store.close()


async def test_after_a_failed_sync_nothing_is_written_any_more(path: Path) -> None:
    def probe(name: str) -> None:
        if name == COMMIT and armed:
            raise armed.pop()

    failure = sqlite3.OperationalError("disk I/O error")
    failure.sqlite_errorname = "SQLITE_IOERR_FSYNC"
    armed = [failure]
    store = await open_store(path, probe)
    for number in range(3):
        with pytest.raises(StoreBroken, match="start Slipway again"):
            await store.commit(begins(f"R-{number}"))
    assert await store.events() == ()
    await store.close()


async def test_a_crash_in_the_writer_reaches_who_waits(path: Path) -> None:
    class Crash(BaseException):
        pass

    def probe(name: str) -> None:
        raise Crash

    store = await open_store(path, probe)
    with pytest.raises(Crash):
        await store.commit(begins("R-1"))
    await store.close()
    assert verify(path) == Verified(0, "0" * 64)


async def test_a_failure_nobody_waits_for_is_logged(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    gate = Gate(COMMIT)

    def probe(name: str) -> None:
        gate(name)
        if name == COMMIT:
            raise sqlite3.OperationalError("no more")

    store = await open_store(path, probe)
    slow = asyncio.create_task(store.commit(begins("R-1"), patience=5 * BRIEF))
    await gate.holds()
    assert await slow == BeingRecorded()
    gate.open.set()
    with caplog.at_level(logging.ERROR):
        await store.close()
        await asyncio.sleep(0)
    assert "said to be under way failed: Nothing was recorded" in caplog.text


async def test_too_much_waiting_is_refused(store: ThreadedStore, gate: Gate) -> None:
    first = asyncio.create_task(store.commit(begins("R-0")))
    await gate.holds()
    many = [asyncio.create_task(store.unlease()) for _ in range(writer.WAITING)]
    await asyncio.sleep(0)
    with pytest.raises(StoreError, match="wait for the disk already"):
        await store.commit(begins("R-1"))
    gate.open.set()
    await asyncio.gather(first, *many)


async def test_closing_commits_what_waits_and_leaves_one_tidy_file(
    store: ThreadedStore, gate: Gate, path: Path
) -> None:
    tasks: list[asyncio.Task[CommitResult]] = [
        asyncio.create_task(store.commit(full(f"R-{n}", 1))) for n in range(9)
    ]
    await gate.holds()
    closing = asyncio.create_task(store.close())
    gate.open.set()
    await closing
    assert all(isinstance(result, Committed) for result in await asyncio.gather(*tasks))
    assert {file.name for file in path.parent.iterdir()} == {"slipway.db", "slipway.db.lock"}
    found = verify(path)
    assert isinstance(found, Verified)
    assert found.count == 18


async def test_a_closed_store_says_so(path: Path) -> None:
    store = await open_store(path)
    await store.close()
    await store.close()
    with pytest.raises(StoreError, match="the store is closed"):
        await store.commit(begins("R-1"))
    with pytest.raises(StoreError, match="the store is closed"):
        await store.head()


async def test_a_restart_finds_everything(path: Path) -> None:
    store = await open_store(path)
    await store.commit(full("R-1", 1))
    before = (await store.events(), await store.effects("R-1"), await store.claims())
    await store.close()
    store = await open_store(path)
    assert (await store.events(), await store.effects("R-1"), await store.claims()) == before
    assert isinstance(await store.commit(full("R-1", 2)), Committed)
    await store.close()


async def test_a_reader_looks_beside_a_running_bot_and_writes_nothing(path: Path) -> None:
    store = await open_store(path)
    await store.commit(full("R-1", 1))
    reader = open_reader(path)
    assert await reader.events() == await store.events()
    await store.commit(full("R-1", 2))
    assert await reader.head() == await store.head()
    with pytest.raises(StoreError, match="opened for reading"):
        await reader.commit(full("R-1", 3))
    await reader.close()
    await store.close()


@pytest.mark.parametrize("suffix", ["", "-wal", ".lock"])
async def test_a_file_taken_away_under_the_bot_stops_it(path: Path, suffix: str) -> None:
    store = await open_store(path)
    await store.commit(begins("R-1"))
    path.with_name(path.name + suffix).rename(path.with_name("elsewhere"))
    for _ in range(2):
        with pytest.raises(StoreBroken, match="moved, replaced or deleted"):
            await store.commit(begins("R-2"))
    await store.close()
