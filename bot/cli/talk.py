"""`slipway release …` at the running bot, here or far away; `slipway why` from the record alone."""

import argparse
import asyncio
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp

from bot.cli.following import Record, ReleaseSource, follow
from bot.cli.remote import LONGEST_LINE, USUAL_SECRET, Remote, secret_of
from bot.cli.wiring import STALE
from bot.config import load
from bot.domain.state.release import Release
from bot.engine.clock import SystemClock, fresh_id
from bot.engine.people.rulebook import Policy, Rulebook
from bot.engine.record.engine import Engine
from bot.engine.registry import find_integrations
from bot.engine.watch.views import Views
from bot.ports.directory import NoDirectory
from bot.ports.outcomes import NotFound
from bot.ports.store import StoreError
from bot.render.answers import why
from bot.render.kit.shell import shell_text
from bot.store.sqlite import open_reader
from bot.web.local import socket_path

ANSWERS_WITHIN = 30.0
RELEASE = re.compile(r"R-[1-9][0-9]{0,8}")
REASONS = frozenset({"because", "reason", "--because", "--reason"})


def release_arguments(parser: argparse.ArgumentParser) -> None:
    add_options(parser)
    parser.add_argument(
        "words", nargs=argparse.REMAINDER, help="as after /release; or: watch R-142"
    )
    parser.set_defaults(run=release)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", default="slipway.toml", help="the config: a file, or a folder (slipway.toml)"
    )
    parser.add_argument("--db", help="the record; the config's where left out")
    parser.add_argument("--url", help="where the bot answers, from another machine: https://…")
    parser.add_argument("--key", default="", help="with --url: your key's name in [api.keys]")
    parser.add_argument(
        "--secret",
        default=USUAL_SECRET,
        help=f"with --url: its secret, env:NAME or file:PATH ({USUAL_SECRET})",
    )
    parser.add_argument(
        "--idempotency-key",
        metavar="ID",
        help="with --url: what caused this; repeated with the same one it is not done again",
    )
    parser.add_argument(
        "--follow", action="store_true", help="then tell what becomes of the release"
    )


def why_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("release", help="R-142")
    parser.add_argument("--db", default="slipway.db", help="the record (slipway.db)")
    parser.set_defaults(run=explain)


def release(asked: argparse.Namespace) -> int:
    asked = with_late_options(asked)
    return asyncio.run(at_hand(asked) if asked.url is None else far_away(asked))


def with_late_options(asked: argparse.Namespace) -> argparse.Namespace:
    """Options may stand after the words as well, but not inside a reason."""
    late = argparse.ArgumentParser(prog="slipway release", add_help=False, allow_abbrev=False)
    add_options(late)
    words = asked.words
    reason = next((n for n, word in enumerate(words) if word.lower() in REASONS), len(words))
    asked, left = late.parse_known_args(words[:reason], asked)
    asked.words = [*left, *words[reason:]]
    return asked


async def at_hand(asked: argparse.Namespace) -> int:
    """By the socket of this machine."""
    database = Path(asked.db) if asked.db else database_of(Path(asked.config))
    here = Record(database=database, clock=SystemClock())
    return await typed_at(here, asked, lambda text: ask(socket_path(database), text))


async def far_away(asked: argparse.Namespace) -> int:
    """By the signed API of a bot on another machine."""
    secret = secret_of(asked.secret)
    async with aiohttp.ClientSession(read_bufsize=LONGEST_LINE) as session:
        far = Remote(
            url=asked.url, name=asked.key, secret=secret, clock=SystemClock(), session=session
        )
        once = asked.idempotency_key or fresh_id()
        return await typed_at(far, asked, lambda text: far.types(text, once))


async def typed_at(
    source: ReleaseSource,
    asked: argparse.Namespace,
    types: Callable[[str], Awaitable[dict[str, str]]],
) -> int:
    """Say what is answered, and where that is wished what becomes of it."""
    if asked.words[:1] == ["watch"]:
        return await follow(source, watched(asked.words[1:]), say)
    answer = await types(" ".join(asked.words))
    say(answer["text"])
    if answer["code"] or not asked.follow:
        return 1 if answer["code"] else 0
    return await follow(source, answer["release"] or watched(asked.words), say)


def watched(words: Sequence[str]) -> str:
    """The release that is named. Raises NotFound where none is."""
    named = [word.upper() for word in words if RELEASE.fullmatch(word.upper())]
    if len(named) != 1:
        raise NotFound("Nothing to watch: no release was named. Say which: watch R-142.")
    return named[0]


def say(text: str) -> None:
    """At once: whoever reads may be a CI log that is looked at as it grows."""
    print(text, flush=True)


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
        readers = Views(engine, book, STALE, "/release", "UTC")
        return shell_text(why(await readers.view(found)))
    finally:
        await store.close()
