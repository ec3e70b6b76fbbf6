"""The inline driver: the whole contract, and a crash in every place."""

import sqlite3
from collections.abc import AsyncIterator

import pytest

from bot.ports.store import Committed, Replayed, StoreError
from bot.store.group import BEGIN, COMMIT, COMMITTED, PROBES
from bot.store.sqlite import InlineStore, open_inline
from bot.store.verify import Verified, verify
from tests.contracts.store import StoreContract
from tests.store.batches import NOW, begins, full


class Crash(BaseException):
    """What a simulation raises where the power goes."""


@pytest.fixture
def conn() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


class TestInlineStore(StoreContract):
    @pytest.fixture
    async def store(self, conn: sqlite3.Connection) -> AsyncIterator[InlineStore]:
        store = open_inline(conn)
        yield store
        await store.close()


async def crash_at(conn: sqlite3.Connection, name: str) -> None:
    def probe(reached: str) -> None:
        if reached == name:
            raise Crash

    with pytest.raises(Crash):
        await open_inline(conn, probe).commit(full("R-1", 1))


@pytest.mark.parametrize("name", [BEGIN, COMMIT])
async def test_a_crash_before_the_commit_leaves_nothing(
    conn: sqlite3.Connection, name: str
) -> None:
    await crash_at(conn, name)
    store = open_inline(conn)
    assert await store.events() == ()
    assert isinstance(await store.commit(full("R-1", 1)), Committed)


async def test_a_crash_after_the_commit_leaves_everything(conn: sqlite3.Connection) -> None:
    await crash_at(conn, COMMITTED)
    store = open_inline(conn)
    assert await store.commit(full("R-1", 1)) == Replayed({"number": 1})
    assert verify(conn) == Verified(*await store.head())


async def test_what_a_crash_left_open_is_rolled_back(conn: sqlite3.Connection) -> None:
    await open_inline(conn).commit(full("R-1", 1))
    conn.execute("BEGIN IMMEDIATE")
    conn.execute("DELETE FROM claims")
    assert await open_inline(conn).claims() == {"claim/R-1": "R-1"}


async def test_the_probes_are_passed_in_order(conn: sqlite3.Connection) -> None:
    passed: list[str] = []
    store = open_inline(conn, passed.append)
    await store.commit(begins("R-1"))
    await store.lease(["chat"], NOW, NOW)
    assert passed == [*PROBES, *PROBES]


async def read_all(store: InlineStore) -> None:
    await store.load("R-1")
    await store.head()


@pytest.mark.parametrize(
    ("wound", "why"),
    [
        ("UPDATE events SET body = 'x'", "a row is not as Slipway wrote it"),
        ("UPDATE events SET body = '[1]'", "a JSON object was expected"),
        ("UPDATE events SET body = CAST(x'ff' AS TEXT)", "Could not decode"),
        ("UPDATE events SET at = 'noon'", "a row is not as Slipway wrote it"),
        ("DELETE FROM chain", "the chain's own row is gone"),
    ],
)
async def test_a_row_changed_by_others_is_no_traceback(
    conn: sqlite3.Connection, wound: str, why: str
) -> None:
    store = open_inline(conn)
    await store.commit(full("R-1", 1))
    conn.execute(wound)
    with pytest.raises(StoreError, match=why) as refused:
        await read_all(store)
    assert "slipway audit verify" in str(refused.value)


async def test_a_closed_store_says_so_and_leaves_its_connection(conn: sqlite3.Connection) -> None:
    store = open_inline(conn)
    await store.close()
    with pytest.raises(StoreError, match="it is closed"):
        await store.commit(begins("R-1"))
    with pytest.raises(StoreError, match="it is closed"):
        await store.head()
    assert await open_inline(conn).head() == (0, "0" * 64)
