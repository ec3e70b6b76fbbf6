"""The tables, as migrations that are applied in order and never edited once released.

SQL as both SQLite and PostgreSQL take it, but for what follows a table's last bracket. There are
no triggers: that a row was changed by other hands is for the chain to show, not for the file to
forbid.
"""

import sqlite3

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from bot.ports.store import StoreError
from bot.store.chain import GENESIS

MIGRATIONS = Migrations("slipway")
KNOWN = frozenset({"0001_tables", "0002_members"})

_FIRST = (
    """CREATE TABLE chain (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        seq INTEGER NOT NULL,
        hash TEXT NOT NULL
    ) STRICT""",
    f"INSERT INTO chain (id, seq, hash) VALUES (1, 0, '{GENESIS}')",  # noqa: S608
    """CREATE TABLE events (
        seq INTEGER PRIMARY KEY,
        stream TEXT NOT NULL,
        version INTEGER NOT NULL,
        kind TEXT NOT NULL,
        schema INTEGER NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        cause TEXT NOT NULL,
        body TEXT NOT NULL,
        prev_hash TEXT NOT NULL,
        hash TEXT NOT NULL,
        UNIQUE (stream, version)
    ) STRICT""",
    "CREATE INDEX events_first ON events (stream) WHERE version = 1",
    """CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY,
        key TEXT NOT NULL UNIQUE,
        stream TEXT NOT NULL,
        slot TEXT NOT NULL,
        lane TEXT NOT NULL,
        priority INTEGER NOT NULL,
        body TEXT NOT NULL,
        due_at TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        lease_until TEXT,
        done_at TEXT,
        outcome TEXT,
        superseded INTEGER NOT NULL CHECK (superseded IN (0, 1))
    ) STRICT""",
    "CREATE INDEX outbox_slot ON outbox (stream, slot, seq)",
    "CREATE INDEX outbox_unsent ON outbox (stream, slot) WHERE done_at IS NULL",
    "CREATE INDEX outbox_waiting ON outbox (lane, priority, seq) WHERE done_at IS NULL",
    "CREATE INDEX outbox_leased ON outbox (seq) WHERE lease_until IS NOT NULL",
    "CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL",
    "CREATE TABLE inbox (key TEXT PRIMARY KEY, reply TEXT, at TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX inbox_at ON inbox (at)",
    "CREATE TABLE claims (name TEXT PRIMARY KEY, stream TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX claims_stream ON claims (stream)",
    """CREATE TABLE status (
        stream TEXT PRIMARY KEY,
        service TEXT NOT NULL,
        environment TEXT NOT NULL,
        state TEXT NOT NULL,
        live INTEGER NOT NULL CHECK (live IN (0, 1)),
        at TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX status_at ON status (at)",
    "CREATE INDEX status_service ON status (service, environment, at)",
    "CREATE INDEX status_live ON status (at) WHERE live = 1",
    """CREATE TABLE series (
        key TEXT PRIMARY KEY,
        judge_state TEXT NOT NULL,
        cursor TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE samples (
        series TEXT NOT NULL,
        at TEXT NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (series, at)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX samples_at ON samples (at)",
    """CREATE TABLE leases (
        name TEXT PRIMARY KEY,
        holder TEXT NOT NULL,
        epoch INTEGER NOT NULL,
        until TEXT NOT NULL
    ) STRICT, WITHOUT ROWID""",
    "CREATE TABLE names (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID",
)


@MIGRATIONS(name="0001_tables")
def _tables(db: Database) -> None:
    for statement in _FIRST:
        db.execute(statement)


_MEMBERS = """CREATE TABLE members (
    id TEXT PRIMARY KEY,
    full_member INTEGER NOT NULL CHECK (full_member IN (0, 1)),
    seen_at TEXT NOT NULL
) STRICT, WITHOUT ROWID"""


@MIGRATIONS(name="0002_members")
def _members(db: Database) -> None:
    db.execute(_MEMBERS)


def migrate(conn: sqlite3.Connection) -> None:
    """Bring the tables to what this program knows; StoreError where they are not its own."""
    db = Database(conn, recursive_triggers=False, execute_plugins=False)
    require_known(db)
    MIGRATIONS.apply(db)


def require_known(db: Database) -> None:
    """StoreError where a newer program, or a stranger, made these tables."""
    applied = {migration.name for migration in MIGRATIONS.applied(db)}
    strangers = set(db.table_names()) - {MIGRATIONS.migrations_table}
    if strangers and not applied:
        raise StoreError(
            f"The database was not opened: it holds other tables ({', '.join(sorted(strangers))})"
            " and no record of Slipway. Name another file."
        )
    if newer := applied - KNOWN:
        raise StoreError(
            f"The database was not opened: a newer Slipway wrote it ({', '.join(sorted(newer))})."
            " Start that version or a later one."
        )
