"""A small record, and every way we know to change it behind its own back."""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from random import Random
from typing import Any

from bot.store.chain import COLUMNS, NUMBERS
from bot.store.sqlite import open_inline
from tests.store.batches import full

FACTS = 24

Tamper = Callable[[sqlite3.Connection, Random], set[int | None]]
"""Changes the record and tells which facts may be named for it."""


def record(facts: int = FACTS) -> bytes:
    """The image of a database with so many facts, as Slipway writes it."""
    with closing(sqlite3.connect(":memory:")) as conn:
        asyncio.run(_write(conn, facts))
        return conn.serialize()


def loosened(image: bytes) -> bytes:
    """The same rows in tables that take anything anywhere."""
    with closing(opened(image)) as conn:
        for table, columns in (("events", COLUMNS), ("chain", ("id", "seq", "hash"))):
            conn.execute(f"ALTER TABLE {table} RENAME TO strict_{table}")
            conn.execute(f"CREATE TABLE {table} ({', '.join(columns)})")
            conn.execute(f"INSERT INTO {table} SELECT * FROM strict_{table}")
            conn.execute(f"DROP TABLE strict_{table}")
        return conn.serialize()


def opened(image: bytes) -> sqlite3.Connection:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    conn.deserialize(image)
    return conn


async def _write(conn: sqlite3.Connection, facts: int) -> None:
    store = open_inline(conn)
    for number in range(facts // 2):
        stream = f"R-{number % 4}"
        await store.commit(full(stream, number // 4 + 1))
    await store.close()


@dataclass(frozen=True)
class Value:
    """What a column is set to; `sql` says how the parameter gets in."""

    sql: str
    parameter: Any


def others(column: str, old: Any) -> list[Value]:
    """Values that differ from the old one, if only by type."""
    values = [
        Value("?", None),
        Value("?", 0.5),
        Value("?", -1),
        Value("?", ""),
        Value("?", b"\xff\x00"),
        Value("CAST(? AS TEXT)", b"ab\xff\xfe"),
        Value("?", "½ of something else"),
    ]
    if column in NUMBERS:
        return [*values, Value("?", old + 1), Value("?", float(old)), Value("?", str(old))]
    flipped = old[:-1] + chr(ord(old[-1]) ^ 1) if old else "x"
    return [*values, Value("?", f"{old} "), Value("?", flipped), Value("?", old.encode())]


def set_column(conn: sqlite3.Connection, seq: int, column: str, value: Value) -> None:
    sql = f"UPDATE events SET {column} = {value.sql} WHERE seq = ?"
    assert conn.execute(sql, (value.parameter, seq)).rowcount == 1


def read(conn: sqlite3.Connection, seq: int, column: str) -> Any:
    return conn.execute(f"SELECT {column} FROM events WHERE seq = ?", (seq,)).fetchone()[0]


def change_a_column(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    seq, column = rng.randint(1, FACTS), rng.choice(COLUMNS)
    old = read(conn, seq, column)
    value = rng.choice([value for value in others(column, old) if differs(value.parameter, old)])
    set_column(conn, seq, column, value)
    return {seq, value.parameter} if column == "seq" and is_whole(value.parameter) else {seq}


def delete(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    seq = rng.randint(1, FACTS)
    conn.execute("DELETE FROM events WHERE seq = ?", (seq,))
    return {seq}


def delete_and_close_up(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    seq = rng.randint(1, FACTS - 1)
    conn.execute("DELETE FROM events WHERE seq = ?", (seq,))
    conn.execute("UPDATE events SET seq = seq - 1 WHERE seq > ?", (seq,))
    conn.execute("UPDATE chain SET seq = seq - 1")
    return {seq}


def swap(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    first, second = rng.sample(range(1, FACTS + 1), 2)
    for old, new in ((first, 999), (second, first), (999, second)):
        conn.execute("UPDATE events SET seq = ? WHERE seq = ?", (new, old))
    return {min(first, second)}


def insert(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    seq = rng.randint(1, FACTS)
    place = rng.choice([seq, FACTS + 1, 0, -7, None])
    columns = ", ".join(COLUMNS[1:])
    conn.execute(f"INSERT INTO events SELECT ?, {columns} FROM events WHERE seq = ?", (place, seq))
    return {place}


def cut_the_tail(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    keep = rng.randint(0, FACTS - 1)
    conn.execute("DELETE FROM events WHERE seq > ?", (keep,))
    return {keep + 1}


def change_the_chain_row(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    number = rng.choice([0, 3, FACTS + 5])
    nonsense = rng.choice([-1, None, "24", 24.0, b"\xff"])
    sensible = rng.random() < 0.5
    conn.execute("UPDATE chain SET seq = ?", (number if sensible else nonsense,))
    return {min(number, FACTS) + 1} if sensible else {None}


def change_the_chain_hash(conn: sqlite3.Connection, rng: Random) -> set[int | None]:
    known = rng.random() < 0.5
    conn.execute("UPDATE chain SET hash = ?", ("f" * 64 if known else b"\xff",))
    return {FACTS if known else None}


def remove_the_chain_row(conn: sqlite3.Connection, _: Random) -> set[int | None]:
    conn.execute("DELETE FROM chain")
    return {None}


def double_the_chain_row(conn: sqlite3.Connection, _: Random) -> set[int | None]:
    conn.execute("INSERT INTO chain SELECT 2, seq, hash FROM chain")
    return {None}


TAMPERS: Sequence[Tamper] = (
    *[change_a_column] * 12,
    delete,
    delete_and_close_up,
    swap,
    insert,
    cut_the_tail,
    change_the_chain_row,
    change_the_chain_hash,
    remove_the_chain_row,
    double_the_chain_row,
)


def is_whole(value: object) -> bool:
    return type(value) is int


def differs(new: object, old: object) -> bool:
    return type(new) is not type(old) or new != old
