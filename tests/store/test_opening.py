"""What stands between a file and a store: the lock, the look before, and sentences for it all."""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlite_utils import Database

from bot.ports.store import StoreBroken, StoreError
from bot.store.medium import filesystem_of
from bot.store.opening import connect, prepare
from bot.store.schema import KNOWN, MIGRATIONS
from bot.store.sqlite import open_inline, open_reader, open_store
from bot.store.verify import Verified, verify
from tests.store.batches import full

TREE = Path(__file__).parents[2]
CHILD = (sys.executable, "-m", "tests.store.child")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "slipway.db"


@pytest.fixture
def holder(path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the store."""
    child = subprocess.Popen(
        [*CHILD, "hold", str(path)],
        cwd=TREE,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == "open\n"
        yield child
        child.kill()


def told(what: str, path: Path) -> list[str]:
    done = subprocess.run(
        [*CHILD, what, str(path)], cwd=TREE, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


async def test_it_is_kept_as_promised(path: Path) -> None:
    store = await open_store(path)
    with connect(path, "ro") as conn:
        assert conn.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        tables = conn.execute("SELECT name FROM pragma_table_list WHERE strict").fetchall()
    conn.close()
    assert {name for (name,) in tables} == {
        *("chain", "claims", "events", "inbox", "leases", "members", "names", "outbox"),
        *("samples", "series", "status"),
    }
    await store.close()


def test_the_writer_waits_for_the_disk_and_for_others() -> None:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    for careless in ("synchronous = OFF", "foreign_keys = OFF", "busy_timeout = 0"):
        conn.execute(f"PRAGMA {careless}")
    prepare(conn)
    asked = ("synchronous", "foreign_keys", "busy_timeout")
    assert [conn.execute(f"PRAGMA {name}").fetchone()[0] for name in asked] == [2, 1, 5000]


def test_every_migration_is_known_by_name() -> None:
    db = Database(memory=True)
    assert {migration.name for migration in MIGRATIONS.pending(db)} == KNOWN
    db.close()


async def test_a_second_process_is_refused_by_name(
    path: Path, holder: "subprocess.Popen[str]"
) -> None:
    with pytest.raises(StoreError) as refused:
        await open_store(path)
    assert str(refused.value) == (
        f"The database was not opened: process {holder.pid} already works on {path}. "
        "Stop that one first, or name another file."
    )


async def test_a_second_store_in_this_process_is_refused_too(path: Path) -> None:
    store = await open_store(path)
    with pytest.raises(StoreError, match="already works on"):
        await open_store(path)
    await store.close()
    await (await open_store(path)).close()


async def test_a_killed_process_gives_the_lock_back(
    path: Path, holder: "subprocess.Popen[str]"
) -> None:
    holder.kill()
    holder.wait(10)
    await (await open_store(path)).close()


async def test_a_failed_start_keeps_no_lock(path: Path) -> None:
    path.write_text("not a database, whatever its name may say")
    for _ in range(2):
        with pytest.raises(StoreBroken, match="not a database"):
            await open_store(path)
    path.unlink()
    await (await open_store(path)).close()


async def test_a_missing_folder_is_named_with_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no folder .*/nowhere\. Make it \(mkdir -p"):
        await open_store(tmp_path / "nowhere" / "slipway.db")


async def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is a folder"):
        await open_store(tmp_path)


async def test_memory_is_no_place_for_a_bot() -> None:
    with pytest.raises(StoreError, match="Name a file"):
        await open_store(":memory:")


async def test_a_reader_needs_a_record(path: Path) -> None:
    with pytest.raises(StoreError, match="there is no file"):
        open_reader(path)


async def test_a_strangers_database_is_left_alone(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE recipes (id INTEGER)")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"holds other tables \(recipes\)"):
        await open_store(path)
    assert path.read_bytes() == before


async def test_a_newer_programs_database_is_left_alone(path: Path) -> None:
    await (await open_store(path)).close()
    with sqlite3.connect(path) as conn:
        conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('slipway', '0099_future', '')"
        )
    conn.close()
    with pytest.raises(StoreError, match=r"a newer Slipway wrote it \(0099_future\)"):
        await open_store(path)
    with pytest.raises(StoreError, match="a newer Slipway"):
        open_reader(path)


async def test_a_damaged_page_stops_the_start(path: Path) -> None:
    conn = sqlite3.connect(path)
    store = open_inline(conn)
    for number in range(1, 60):
        await store.commit(full("R-1", number))
    conn.close()
    image = bytearray(path.read_bytes())
    page = image.index(b'{"number":30}') // 4096 * 4096
    image[page : page + 8] = b"\xff" * 8
    path.write_bytes(image)
    with pytest.raises(StoreBroken, match=r"damaged.*[Rr]estore the latest backup"):
        await open_store(path)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Within reach of everybody, as pytest's own folders are not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def test_a_folder_that_cannot_be_written_is_named(folder: Path) -> None:
    folder.chmod(0o555)
    [sentence] = told("open-as-nobody", folder / "slipway.db")
    assert "cannot be written" in sentence
    assert "Make its folder writable" in sentence


def test_a_folder_that_cannot_be_entered_is_named(folder: Path) -> None:
    (folder / "closed").mkdir(0o600)
    [sentence] = told("open-as-nobody", folder / "closed" / "slipway.db")
    assert "cannot be looked at (Permission denied)" in sentence
    [sentence] = told("verify-as-nobody", folder / "closed" / "slipway.db")
    assert "The record was not verified: " in sentence


def test_a_file_that_cannot_be_written_is_named(folder: Path) -> None:
    path, lock = folder / "slipway.db", folder / "slipway.db.lock"
    conn = sqlite3.connect(path)
    open_inline(conn)
    conn.close()
    path.chmod(0o444)
    lock.touch()
    lock.chmod(0o666)
    [sentence] = told("open-as-nobody", path)
    assert "read-only" in sentence
    assert "writable for the user" in sentence


def test_a_copy_in_a_folder_that_cannot_be_written_is_verified(folder: Path) -> None:
    conn = sqlite3.connect(folder / "slipway.db")
    open_inline(conn)
    conn.close()
    folder.chmod(0o555)
    assert told("verify-as-nobody", folder / "slipway.db") == ["0 facts"]


def test_a_disk_that_takes_no_more_stops_writes_and_nothing_else(path: Path) -> None:
    failed, kept, healed = told("fill", path)
    assert failed.startswith("StoreError Nothing was recorded: the disk does not take more")
    _, count, _, acked = kept.split()
    assert count == acked
    assert int(count) > 50
    assert healed == "Committed"
    found = verify(path)
    assert isinstance(found, Verified)
    assert found.count == int(count) + 2


MOUNTS = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
31 22 0:27 / /srv/share rw - nfs4 files:/export rw
32 31 8:2 / /srv/share/local rw - xfs /dev/sdb1 rw
33 22 0:28 / /mnt/with\040space rw master:1 - cifs //files/x rw
a line of nonsense
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv", "ext4"),
        ("/srv/share", "nfs4"),
        ("/srv/share/slipway", "nfs4"),
        ("/srv/shared", "ext4"),
        ("/srv/share/local/db", "xfs"),
        ("/mnt/with space/db", "cifs"),
    ],
)
def test_the_file_system_of_a_folder_is_found(folder: str, kind: str) -> None:
    assert filesystem_of(Path(folder), MOUNTS) == kind


def test_without_a_table_of_mounts_nothing_is_claimed() -> None:
    assert filesystem_of(Path("/srv"), "") == ""
