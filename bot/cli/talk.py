"""`slipway release …` at the running bot, and `slipway why` from the record alone."""

import argparse
import asyncio
import sys
from pathlib import Path

import aiohttp

from bot.cli.wiring import STALE
from bot.config import load
from bot.domain.release import Release
from bot.engine.clock import SystemClock, fresh_id
from bot.engine.engine import Engine
from bot.engine.readers import Readers
from bot.engine.registry import find_integrations
from bot.engine.rulebook import Policy, Rulebook
from bot.ports.directory import NoDirectory
from bot.ports.store import StoreError
from bot.render.answers import why
from bot.render.shell import shell_text
from bot.store.sqlite import open_reader
from bot.web.local import socket_path

ANSWERS_WITHIN = 30.0


def release_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", default="slipway.toml", help="the config: a file, or a folder (slipway.toml)"
    )
    parser.add_argument("--db", help="the record; the config's where left out")
    parser.add_argument("words", nargs=argparse.REMAINDER, help="as after /release")
    parser.set_defaults(run=release)


def why_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", help="R-142")
    parser.add_argument("--db", default="slipway.db", help="the record (slipway.db)")
    parser.set_defaults(run=explain)


def release(asked: argparse.Namespace) -> int:
    database = Path(asked.db) if asked.db else database_of(Path(asked.config))
    answer = asyncio.run(ask(socket_path(database), " ".join(asked.words)))
    print(answer["text"])
    return 1 if answer["code"] else 0


def database_of(config: Path) -> Path:
    return load(config, find_integrations()).database


async def ask(path: Path, text: str) -> dict[str, str]:
    """What the running bot answers. Raises StoreError where none listens."""
    timeout = aiohttp.ClientTimeout(total=ANSWERS_WITHIN)
    connector = aiohttp.UnixConnector(path=str(path))
    try:
        async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:
            body = {"key": fresh_id(), "text": text}
            async with session.post("http://bot/hear", json=body) as response:
                answer: dict[str, str] = await response.json()
                return answer
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise StoreError(
            f"Nothing happened: no bot answers at {path}. Start it with slipway run, "
            "or name its record with --db."
        ) from error


def explain(asked: argparse.Namespace) -> int:
    text = asyncio.run(explained(Path(asked.db), asked.release.upper()))
    if text is None:
        print(f"There is no {asked.release} in {asked.db}.", file=sys.stderr)
        return 1
    print(text)
    return 0


async def explained(database: Path, release_id: str) -> str | None:
    """The whole story of a release, read from the record whether a bot runs or not."""
    store = open_reader(database)
    try:
        book = Rulebook(Policy(), NoDirectory())
        engine = Engine(store, SystemClock(), book)
        found: Release | None = await engine.history.release(release_id)
        if found is None:
            return None
        readers = Readers(engine, book, STALE, "/release", "UTC")
        return shell_text(why(await readers.view(found)))
    finally:
        await store.close()
