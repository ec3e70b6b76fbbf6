"""`slipway audit`: whether the record is the one that was written, and what it holds."""

import argparse
import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.domain.state.override import Review
from bot.engine.clock import SystemClock
from bot.engine.lanes.anchor import HEADS
from bot.engine.record.evidence import dossier, gather
from bot.engine.record.history import services_in
from bot.ports.store import StoreError
from bot.render.override.sentences import open_line
from bot.render.release.evidence import page
from bot.store.sqlite import open_reader
from bot.store.verify import Broken, Verified, verify, verify_rows


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="what")
    verifying = words.add_parser("verify", help="whether any row was changed, added or taken away")
    verifying.add_argument("--db", default="slipway.db", help="the record (slipway.db)")
    verifying.add_argument("--head", help="a hash the chain must end in or contain, kept outside")
    verifying.add_argument("--heads", type=Path, help="a file of heads (the record's, .heads)")
    verifying.add_argument("--export", type=Path, help="the JSON of an export instead of a record")
    verifying.set_defaults(run=run_verify)
    exporting = words.add_parser("export", help="everything about one release: JSON, and a page")
    exporting.add_argument("--release", required=True, help="R-142")
    exporting.add_argument("--db", default="slipway.db", help="the record (slipway.db)")
    exporting.add_argument("--out", type=Path, default=Path(), help="the folder to write to (.)")
    exporting.set_defaults(run=run_export)
    owing = words.add_parser("open", help="looks back that are owed; 1 where one is overdue")
    owing.add_argument("--db", default="slipway.db", help="the record (slipway.db)")
    owing.set_defaults(run=run_open)


def run_verify(asked: argparse.Namespace) -> int:
    if asked.export is not None:
        return told(verify_rows(rows_in(asked.export)), str(asked.export))
    database = Path(asked.db)
    heads = asked.heads or database.with_name(f"{database.name}{HEADS}")
    found = verify(database, head=asked.head, heads=heads_in(heads))
    return told(found, "The record")


def told(found: Verified | Broken, what: str) -> int:
    if isinstance(found, Verified):
        print(f"{what} is whole: {found.count} facts, head {found.head}.")
        return 0
    where = f"row {found.seq}" if found.seq else "the chain"
    print(f"{what} is broken at {where}: {found.why}")
    return 1


def heads_in(path: Path) -> dict[int, str]:
    """The heads kept in a file, by the number of the fact; none where there is no file."""
    if not path.exists():
        return {}
    lines = path.read_text("utf-8", "replace").splitlines()
    return dict(_head(line, path) for line in lines if line.strip())


def _head(line: str, path: Path) -> tuple[int, str]:
    try:
        kept = json.loads(line)
        return int(kept["seq"]), str(kept["hash"])
    except (ValueError, TypeError, KeyError):
        raise StoreError(
            f"Nothing was verified: {path} has a line that is no head ({line[:60]!r}). "
            "Look who changed it, and name another file with --heads."
        ) from None


def rows_in(path: Path) -> list[dict[str, Any]]:
    """The stored columns in an export."""
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["chain"]["rows"]
        return rows
    except (OSError, ValueError, TypeError, KeyError):
        raise StoreError(
            f"Nothing was verified: {path} is no export. Make one with slipway audit export."
        ) from None


def run_export(asked: argparse.Namespace) -> int:
    name = asked.release.upper()
    found = asyncio.run(exported(Path(asked.db), name))
    if found is None:
        print(f"There is no {name} in {asked.db}.", file=sys.stderr)
        return 1
    asked.out.mkdir(parents=True, exist_ok=True)
    written = json.dumps(found, ensure_ascii=False, indent=1, sort_keys=True)
    files = {f"{name}.json": f"{written}\n", f"{name}.html": page(found)}
    for file, text in files.items():
        (asked.out / file).write_text(text, "utf-8")
        print(asked.out / file)
    return 0


async def exported(database: Path, release_id: str) -> dict[str, Any] | None:
    store = open_reader(database)
    try:
        found = await gather(store, release_id)
        return dossier(found) if found else None
    finally:
        await store.close()


def run_open(asked: argparse.Namespace) -> int:
    """Every look back that is owed, the one that is due first on top."""
    lines, late = open_report(asyncio.run(owed_in(Path(asked.db))), SystemClock().now())
    print("\n".join(lines))
    return 1 if late else 0


def open_report(found: list[tuple[str, Review]], now: datetime) -> tuple[list[str], int]:
    """What is printed, and how many are overdue."""
    late = sum(now >= review.due_at for _, review in found)
    lines = [open_line(place, review, now) for place, review in found]
    return [*lines, f"Looks back that are owed: {len(found)}, overdue: {late}."], late


async def owed_in(database: Path) -> list[tuple[str, Review]]:
    store = open_reader(database)
    try:
        states = await services_in(store)
    finally:
        await store.close()
    every = ((name, each) for name, state in states.items() for each in state.reviews.values())
    return sorted((pair for pair in every if pair[1].is_open), key=lambda pair: pair[1].due_at)
