"""The chain, its published vector, and `verify`: nothing changed goes unseen or unnamed."""

import asyncio
import json
import shutil
import sqlite3
import tracemalloc
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from random import Random

import pytest

from bot.ports.store import Batch, NewEvent, StoreError
from bot.store import chain
from bot.store.chain import COLUMNS, GENESIS, row_hash
from bot.store.group import commit_group
from bot.store.opening import connect, prepare
from bot.store.sqlite import open_inline, open_store
from bot.store.verify import Broken, Verified, verify
from tests.store.batches import NOW, fact, full
from tests.store.tampering import (
    FACTS,
    TAMPERS,
    Value,
    differs,
    loosened,
    opened,
    others,
    read,
    record,
    set_column,
)

VECTOR = "af792321330cc4f647af39592c9b0c1b422827b511d6da0e8bfd836fc6363383"
CANONICAL = (
    '{"actor":"U0ANA","at":"2026-11-20T12:00:00.000000Z",'
    '"body":"{\\"float\\":1.0,\\"int\\":1,\\"service\\":\\"café\\"}",'
    '"cause":"","kind":"ReleaseRequested","schema":1,"seq":1,"stream":"R-142","version":1}'
)


@pytest.fixture(scope="module")
def image() -> bytes:
    return record()


@pytest.fixture(scope="module")
def loose(image: bytes) -> bytes:
    return loosened(image)


@pytest.fixture
def path(tmp_path: Path, image: bytes) -> Path:
    path = tmp_path / "slipway.db"
    path.write_bytes(image)
    return path


async def test_the_published_vector_holds_through_the_store() -> None:
    conn = sqlite3.connect(":memory:")
    asked = NewEvent(
        stream="R-142",
        kind="ReleaseRequested",
        schema=1,
        at=NOW,
        actor="U0ANA",
        cause="",
        body={"service": "café", "int": 1, "float": 1.0},
    )
    await open_inline(conn).commit(Batch(at=NOW, events=[asked]))
    assert (await open_inline(conn).head())[1] == VECTOR
    assert sha256(f"{GENESIS}\n{CANONICAL}".encode()).hexdigest() == VECTOR
    assert chain.__doc__ is not None
    assert VECTOR in chain.__doc__


@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "hash"])
def test_every_column_is_in_the_hash(column: str) -> None:
    row: dict[str, str | int] = dict.fromkeys(COLUMNS, "a") | {"seq": 1, "version": 1, "schema": 1}
    assert row_hash(row) != row_hash(row | {column: "b"})


def test_a_record_as_written_is_verified(image: bytes, loose: bytes) -> None:
    for each in (image, loose):
        found = verify(opened(each))
        assert isinstance(found, Verified)
        assert found.count == FACTS


def test_an_empty_record_is_verified(tmp_path: Path) -> None:
    conn = sqlite3.connect(tmp_path / "s.db")
    open_inline(conn)
    conn.close()
    assert verify(tmp_path / "s.db") == Verified(0, GENESIS)


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_any_fact_changes_unseen(loose: bytes, column: str) -> None:
    with closing(opened(loose)) as conn:
        for seq in (1, 2, FACTS // 2, FACTS):
            old = read(conn, seq, column)
            for value in others(column, old):
                if differs(value.parameter, old):
                    conn.execute("BEGIN")
                    set_column(conn, seq, column, value)
                    found = verify(conn)
                    conn.execute("ROLLBACK")
                    assert isinstance(found, Broken), (seq, column, value)
                    named = {seq, value.parameter} if column == "seq" else {seq}
                    assert found.seq in named, (seq, column, value, found)


def test_two_thousand_random_tampers_are_all_named(loose: bytes) -> None:
    rng = Random(20261120)
    with closing(opened(loose)) as conn:
        for number in range(2000):
            tamper = rng.choice(TAMPERS)
            conn.execute("BEGIN")
            named = tamper(conn, rng)
            found = verify(conn)
            conn.execute("ROLLBACK")
            assert isinstance(found, Broken), (number, tamper.__name__)
            assert found.seq in named, (number, tamper.__name__, found)
            assert found.why.isprintable()
        assert isinstance(verify(conn), Verified)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("body", Value("CAST(? AS TEXT)", b"\xff\xfe{}")),
        ("actor", Value("?", "U0EVE")),
        ("version", Value("?", 99)),
        ("hash", Value("upper(?)", "af")),
        ("seq", Value("?", 1000)),
    ],
)
def test_changes_that_sql_allows_in_the_file_are_named(
    path: Path, column: str, value: Value
) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as conn:
        set_column(conn, 7, column, value)
    found = verify(path)
    assert isinstance(found, Broken)
    assert found.seq == 7
    assert "7" in found.why


def test_a_whole_new_history_is_seen_from_outside_only(image: bytes) -> None:
    before = verify(opened(image))
    assert isinstance(before, Verified)
    shorter = record(FACTS - 4)
    assert isinstance(verify(opened(shorter)), Verified)
    found = verify(opened(shorter), (FACTS, before.head))
    assert found == Broken(
        FACTS - 3, f"fact {FACTS - 3} is gone: a head kept outside names fact {FACTS}"
    )
    forged = verify(opened(image), (5, "f" * 64))
    assert isinstance(forged, Broken)
    assert forged.seq == 5


def test_a_head_from_earlier_still_stands(image: bytes) -> None:
    conn = opened(image)
    earlier = read(conn, FACTS // 2, "hash")
    assert isinstance(verify(conn, earlier), Verified)
    assert isinstance(verify(conn, (FACTS // 2, earlier)), Verified)


def test_a_hash_alone_is_a_head_too(image: bytes) -> None:
    before = verify(opened(image))
    assert isinstance(before, Verified)
    found = verify(opened(record(FACTS - 4)), before.head)
    assert isinstance(found, Broken)
    assert "no fact has the hash kept outside" in found.why
    assert isinstance(verify(opened(record(0)), GENESIS), Verified)


def rewritten(versions: list[int]) -> sqlite3.Connection:
    """A record of one stream with these versions, every hash made to fit."""
    conn = sqlite3.connect(":memory:", isolation_level=None)
    prepare(conn)
    commit_group(conn, [Batch(at=NOW, events=[fact() for _ in versions])])
    conn.execute("UPDATE events SET version = version + 1000")
    tip = GENESIS
    for seq, version in enumerate(versions, 1):
        found = conn.execute("SELECT * FROM events WHERE seq = ?", (seq,)).fetchone()
        row = dict(zip(COLUMNS, found, strict=True)) | {"version": version, "prev_hash": tip}
        tip = row_hash(row)
        changed = (version, row["prev_hash"], tip, seq)
        conn.execute(
            "UPDATE events SET version = ?, prev_hash = ?, hash = ? WHERE seq = ?", changed
        )
    conn.execute("UPDATE chain SET hash = ?", (tip,))
    return conn


def test_a_gap_in_a_stream_is_named_though_its_hashes_fit() -> None:
    assert isinstance(verify(rewritten([1, 2, 3])), Verified)
    assert verify(rewritten([1, 2, 4])) == Broken(
        3, "fact 3 is version 4 of 'R-1', after version 2"
    )
    assert verify(rewritten([2])) == Broken(1, "fact 1 is version 2 of 'R-1', after version 0")


def test_versions_against_the_order_of_facts_are_named() -> None:
    found = verify(rewritten([1, 3, 2]))
    assert isinstance(found, Broken)
    assert found.seq == 2


def test_a_fact_without_a_number_is_seen(loose: bytes) -> None:
    conn = opened(loose)
    columns = ", ".join(COLUMNS[2:])
    conn.execute(f"INSERT INTO events SELECT NULL, 'R-new', {columns} FROM events WHERE seq = 1")
    assert verify(conn) == Broken(None, "1 facts without a number stand in the table")


@pytest.mark.parametrize("table", ["outbox", "claims"])
def test_what_refers_to_no_stream_is_named(image: bytes, table: str) -> None:
    conn = opened(image)
    conn.execute(f"UPDATE {table} SET stream = 'R-\xad404' WHERE stream = 'R-1'")
    found = verify(conn)
    assert isinstance(found, Broken)
    assert "which has no facts" in found.why


@pytest.mark.parametrize(
    "wound",
    [
        "DROP TABLE events",
        "DROP TABLE chain",
        "ALTER TABLE events DROP COLUMN cause",
        "ALTER TABLE events ADD COLUMN note TEXT",
        "ALTER TABLE events RENAME COLUMN cause TO reason",
    ],
)
def test_other_tables_are_no_traceback(image: bytes, wound: str) -> None:
    conn = opened(image)
    conn.execute(wound)
    assert isinstance(verify(conn), Broken)


def test_flipped_bytes_of_the_file_never_pass_for_the_truth(path: Path, image: bytes) -> None:
    rng, damaged = Random(7), path.with_name("damaged.db")
    rows = opened(image).execute("SELECT * FROM events").fetchall()
    written = [place for place, byte in enumerate(image) if byte]
    seen = 0
    for _ in range(400):
        wound = bytearray(image)
        wound[rng.choice(written)] ^= 1 << rng.randrange(8)
        damaged.write_bytes(wound)
        if isinstance(answer(damaged), Verified):
            with closing(connect(damaged, "ro")) as conn:
                assert conn.execute("SELECT * FROM events ORDER BY seq").fetchall() == rows
        else:
            seen += 1
    assert seen > 200


def answer(path: Path) -> Verified | Broken | StoreError:
    try:
        return verify(path)
    except StoreError as error:
        return error


def test_an_index_that_tells_another_story_is_broken(path: Path, image: bytes) -> None:
    sql = "SELECT rootpage FROM sqlite_master WHERE name = 'inbox_at'"
    page = (opened(image).execute(sql).fetchone()[0] - 1) * 4096
    index = image[page : page + 4096].replace(b"2026-11-20", b"2027-11-20")
    path.write_bytes(image[:page] + index + image[page + 4096 :])
    found = verify(path)
    assert isinstance(found, Broken)
    assert "inbox_at" in found.why


def test_a_file_cut_short_is_broken(path: Path, image: bytes) -> None:
    for part in (0.3, 0.6, 0.9):
        path.write_bytes(image[: int(len(image) * part)])
        assert isinstance(verify(path), Broken)


def test_what_is_no_database_is_broken(path: Path) -> None:
    path.write_bytes(b"nothing of the kind, but long enough to be looked at " * 99)
    found = verify(path)
    assert isinstance(found, Broken)
    assert "not a database" in found.why


def test_nothing_to_look_at_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.db", tmp_path):
        with pytest.raises(StoreError, match="there is no file"):
            verify(path)


def test_looking_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    verify(path)
    assert path.read_bytes() == before


def test_the_connection_is_given_back_as_it_was(image: bytes) -> None:
    conn = opened(image)
    verify(conn)
    assert conn.text_factory is str
    assert not conn.in_transaction


async def test_it_verifies_beside_a_running_bot(tmp_path: Path) -> None:
    path = tmp_path / "slipway.db"
    store = await open_store(path)

    async def write(stream: str) -> None:
        for number in range(1, 40):
            await store.commit(full(stream, number))

    writing = asyncio.gather(*(write(f"R-{n}") for n in range(4)))
    counts = []
    while not writing.done():
        found = await asyncio.to_thread(verify, path)
        assert isinstance(found, Verified), found
        counts.append(found.count)
    await writing
    assert counts == sorted(counts)
    assert verify(path, await store.head()) == Verified(4 * 39 * 2, (await store.head())[1])
    await store.close()


def test_a_killed_bots_file_is_verified_with_its_log(tmp_path: Path, path: Path) -> None:
    conn = sqlite3.connect(path, isolation_level=None)
    prepare(conn)
    commit_group(conn, [full("R-99", 1)])
    copy = tmp_path / "copy"
    copy.mkdir()
    for suffix in ("", "-wal"):
        shutil.copy(path.with_name(path.name + suffix), copy)
    conn.close()
    found = verify(copy / path.name)
    assert isinstance(found, Verified)
    assert found.count == FACTS + 2


def test_memory_does_not_grow_with_the_record() -> None:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    prepare(conn)
    text = json.dumps({"long": "x" * 2000})
    many = [Batch(at=NOW, events=[fact(f"R-{n}", text=text) for n in range(500)])] * 8
    commit_group(conn, many)
    tracemalloc.start()
    found = verify(conn)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == Verified(4000, found.head if isinstance(found, Verified) else "")
    assert peak < 500_000
