"""One transaction for many writes, each of which stands or falls alone inside it.

Probes, in the order in which they are called: BEGIN, COMMIT, COMMITTED.
"""

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeAlias, cast

from bot.ports.store import Batch, CommitResult, StoreError
from bot.store.batch import apply_batch
from bot.store.failures import concerns_all, store_error, translate_failure

Work: TypeAlias = Callable[[sqlite3.Connection], Any]
Probe: TypeAlias = Callable[[str], None]

BEGIN = "store.begin.before"
COMMIT = "store.commit.before"
COMMITTED = "store.commit.after"
PROBES = (BEGIN, COMMIT, COMMITTED)

_NOTHING = "Nothing was recorded"


class _Gone(Exception):
    """SQLite ended the transaction with the work that failed: its neighbours are gone too."""


def silent(name: str) -> None:
    """The probe of everyday."""


def commit_group(
    conn: sqlite3.Connection, batches: Sequence[Batch], probe: Probe = silent
) -> list[CommitResult | Exception]:
    """What came of each batch, once all that was written is on disk.

    StoreError for each where the medium failed; ValueError for one that can never be kept.
    """
    works = [partial(apply_batch, batch=batch) for batch in batches]
    return cast(list[CommitResult | Exception], write_group(conn, works, probe))


def write_group(conn: sqlite3.Connection, works: Sequence[Work], probe: Probe) -> list[Any]:
    """What each work answered, or the exception it failed with; none half done.

    An exception that is no failure of the medium or of a work (a simulated crash) passes through,
    and then nothing is written.
    """
    try:
        return _written(conn, works, probe)
    except sqlite3.Error as error:
        return [store_error(_NOTHING, error) for _ in works]
    except _Gone as gone:
        return [StoreError(f"{_NOTHING}: {gone}. Repeat it.") for _ in works]


def _written(conn: sqlite3.Connection, works: Sequence[Work], probe: Probe) -> list[Any]:
    probe(BEGIN)
    conn.execute("BEGIN IMMEDIATE")
    try:
        answers = [_saved(conn, work) for work in works]
        probe(COMMIT)
        conn.execute("COMMIT")
    finally:
        # Still open only where something was raised above; SQLite itself may have ended it.
        if conn.in_transaction:
            conn.execute("ROLLBACK")
    probe(COMMITTED)
    return answers


def _saved(conn: sqlite3.Connection, work: Work) -> Any:
    conn.execute("SAVEPOINT batch")
    try:
        answer = work(conn)
    except Exception as error:
        if concerns_all(error):
            raise
        if not conn.in_transaction:
            raise _Gone(
                f"the whole group was rolled back by one of its writes ({error})"
            ) from error
        conn.execute("ROLLBACK TO batch")
        answer = translate_failure(error)
    conn.execute("RELEASE batch")
    return answer
