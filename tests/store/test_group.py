"""One transaction for many batches, as a pure function over a connection."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.ports.store import ClaimTaken, Committed, Replayed, Stale, StoreBroken, StoreError
from bot.store.failures import store_error
from bot.store.group import COMMIT, commit_group
from bot.store.opening import connect, prepare
from bot.store.verify import Verified, verify
from tests.store.batches import begins, claims, effect, full


@pytest.fixture
def conn() -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    prepare(conn)
    return conn


def count(conn: sqlite3.Connection) -> int:
    return int(conn.execute("SELECT COUNT(*) FROM events").fetchone()[0])


def test_each_batch_of_a_group_gets_its_own_answer(conn: sqlite3.Connection) -> None:
    batches = [
        claims("R-1"),
        begins("R-1"),
        claims("R-2"),
        begins("R-3", inbox="I3", reply={"n": 3}),
        begins("R-4", inbox="I3"),
    ]
    first, *others = commit_group(conn, batches)
    assert isinstance(first, Committed)
    assert others[:2] == [Stale("R-1", 1), ClaimTaken("checkout/prod", "R-1")]
    assert isinstance(others[2], Committed)
    assert others[3] == Replayed({"n": 3})
    assert not conn.in_transaction


def test_a_bad_batch_falls_alone(conn: sqlite3.Connection) -> None:
    batches = [full("R-1", 1), begins("R-2", effect("R-1/1/card", stream="R-2")), full("R-3", 1)]
    answers = commit_group(conn, batches)
    assert [type(answer) for answer in answers] == [Committed, ValueError, Committed]
    assert isinstance(verify(conn), Verified)
    assert count(conn) == 4


def test_when_the_transaction_is_gone_the_whole_group_fails(conn: sqlite3.Connection) -> None:
    conn.execute(
        "CREATE TRIGGER bomb BEFORE INSERT ON outbox WHEN NEW.key = 'bomb'"
        " BEGIN SELECT RAISE(ROLLBACK, 'boom'); END"
    )
    batches = [full("R-1", 1), begins("R-2", effect("bomb", stream="R-2")), full("R-3", 1)]
    answers = commit_group(conn, batches)
    assert [type(answer) for answer in answers] == [StoreError] * 3
    assert "the whole group was rolled back by one of its writes" in str(answers[0])
    assert count(conn) == 0
    assert isinstance(commit_group(conn, [full("R-1", 1)])[0], Committed)


def test_a_full_disk_fails_the_group_and_heals_by_itself(conn: sqlite3.Connection) -> None:
    pages = conn.execute("PRAGMA page_count").fetchone()[0]
    conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    big = [
        begins(f"R-{n}", effect(f"k{n}", stream=f"R-{n}", body={"x": "y" * 9000})) for n in (1, 2)
    ]
    for answer in commit_group(conn, big):
        assert type(answer) is StoreError
        assert "the disk is full" in str(answer)
        assert "Free some space" in str(answer)
    assert count(conn) == 0
    conn.execute("PRAGMA max_page_count = 100000")
    assert all(isinstance(answer, Committed) for answer in commit_group(conn, big))


def test_a_commit_that_fails_leaves_no_transaction_open(conn: sqlite3.Connection) -> None:
    def probe(name: str) -> None:
        if name == COMMIT:
            raise sqlite3.OperationalError("disk I/O error")

    [answer] = commit_group(conn, [full("R-1", 1)], probe)
    assert isinstance(answer, StoreError)
    assert not conn.in_transaction
    assert count(conn) == 0


def test_a_database_held_by_another_is_waited_for_then_refused(tmp_path: Path) -> None:
    ours, theirs = (connect(tmp_path / "s.db", "rwc") for _ in range(2))
    prepare(ours)
    ours.execute("PRAGMA busy_timeout = 50")
    theirs.execute("BEGIN IMMEDIATE")
    [answer] = commit_group(ours, [full("R-1", 1)])
    assert "another program holds the database" in str(answer)
    theirs.execute("ROLLBACK")
    assert isinstance(commit_group(ours, [full("R-1", 1)])[0], Committed)


def test_two_writers_wait_for_each_other_and_neither_fails(tmp_path: Path) -> None:
    conns = [connect(tmp_path / "s.db", "rwc") for _ in range(2)]
    for conn in conns:
        prepare(conn)

    def write(which: int) -> list[object]:
        batches = ([full(f"R-{which}", number)] for number in range(1, 61))
        return [answer for batch in batches for answer in commit_group(conns[which], batch)]

    with ThreadPoolExecutor(2) as pool:
        answers = [answer for each in pool.map(write, range(2)) for answer in each]
    assert [type(answer) for answer in answers] == [Committed] * 120
    found = verify(conns[0])
    assert isinstance(found, Verified)
    assert found.count == 240


def test_a_chain_that_was_cut_is_not_written_on(conn: sqlite3.Connection) -> None:
    commit_group(conn, [full("R-1", 1)])
    conn.execute("UPDATE chain SET seq = 0")
    [answer] = commit_group(conn, [full("R-2", 1)])
    assert isinstance(answer, StoreError)
    assert "slipway audit verify" in str(answer)
    conn.execute("DELETE FROM chain")
    [answer] = commit_group(conn, [full("R-2", 1)])
    assert "the chain's own row is gone" in str(answer)


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("SQLITE_FULL", StoreError, "the disk is full"),
        ("SQLITE_IOERR_WRITE", StoreError, "does not take more"),
        ("SQLITE_IOERR_FSYNC", StoreBroken, "start Slipway again"),
        ("SQLITE_IOERR_READ", StoreBroken, "start Slipway again"),
        ("SQLITE_CORRUPT_INDEX", StoreBroken, "restore the latest backup"),
        ("SQLITE_NOTADB", StoreBroken, "not a database"),
        ("SQLITE_READONLY_DBMOVED", StoreBroken, "moved or deleted"),
        ("SQLITE_READONLY_DIRECTORY", StoreError, "read-only"),
        ("SQLITE_BUSY_SNAPSHOT", StoreError, "another program"),
        ("SQLITE_MISUSE", StoreError, "slipway audit verify"),
        (None, StoreError, "slipway audit verify"),
    ],
)
def test_every_failure_has_a_sentence_and_a_remedy(
    name: str | None, kind: type[StoreError], says: str
) -> None:
    error = sqlite3.OperationalError("cause")
    if name:
        error.sqlite_errorname = name
    sentence = store_error("Nothing was recorded", error)
    assert type(sentence) is kind
    assert str(sentence).startswith("Nothing was recorded: ")
    assert says in str(sentence)
    assert "(cause)" in str(sentence)
