"""What `slipway demo` shows: a page to try it all, or a story, as it goes or as one JSON object.

The only file of the product that imports `bot.practice`; bot/cli/demo.py loads it if it is there.
"""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from bot.domain.facts.advice import advice_stream
from bot.domain.state.release import Release
from bot.engine.clock import SystemClock
from bot.engine.people.rulebook import Policy, Rulebook
from bot.engine.record.codec import fact_of, restore
from bot.engine.record.engine import Engine
from bot.net.guarded import GuardedRunner
from bot.ports.directory import NoDirectory
from bot.ports.store import StoreError
from bot.practice.page import PAGE_TEMPO, PageParts, serve_page
from bot.practice.stage import ADVISED, STORIES, Stage, Story, opened
from bot.practice.stage.stage import OffScript
from bot.render.release.timeline import lines
from bot.store.sqlite import open_reader
from commands import COMMANDS

LOOK_EVERY = 0.3
USUAL = "regression"
PARTS = PageParts(
    verbs=COMMANDS, read=lambda body: cast(Release, restore(Release, body)), runner=GuardedRunner
)
"""People come to the page, and whoever is on this machine to the servers beside it."""


def run(asked: argparse.Namespace) -> int:
    if asked.story is None and not asked.headless and not asked.json:
        return asyncio.run(show(asked.db, asked.port))
    story = STORIES[asked.story or USUAL]
    page = None if asked.headless or asked.json else asked.port
    told = asyncio.run(play(story, asked.db, quiet=asked.json, port=page))
    if asked.json:
        print(json.dumps(told, ensure_ascii=False))
    if told["fault"]:
        print(f"The story did not end as it should: {told['fault']}", file=sys.stderr)
    elif not asked.json:
        print(f"\n{story.name}: {told['state']} in {told['seconds']:.0f} s.")
    return 1 if told["fault"] else 0


async def show(database: Path | None, port: int) -> int:
    """The page, until Ctrl-C; nothing of it is left afterwards but a record that was asked for."""
    if fault := refused(database):
        print(f"Nothing was started: {fault}.", file=sys.stderr)
        return 1
    ended = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, ended.set)
    print("Setting the stage: a workspace, three services with users, and the bot.", flush=True)
    async with opened(database, PAGE_TEMPO, GuardedRunner) as stage:
        page = await serve_page(stage, PARTS, port=port)
        try:
            print(f"Open {page.url}/ in a browser. Ctrl-C ends it.", flush=True)
            await ended.wait()
        finally:
            await page.stop()
    print("\nEnded; nothing is left behind.", flush=True)
    return 0


async def play(
    story: Story, database: Path | None, *, quiet: bool, port: int | None = None
) -> dict[str, Any]:
    """The story from curtain to curtain, and what came of it, also where it failed.

    With a `port` it can be watched on the page, which stays on a terminal until Ctrl-C.
    """
    began = asyncio.get_running_loop().time()
    fault = refused(database)
    if fault:
        return {**nothing(story), "fault": fault, "seconds": 0.0}
    setting = opened(database, story.tempo, GuardedRunner)
    async with setting as stage, watched(stage, port) as ending:
        telling = None if quiet else asyncio.create_task(tell_along(stage, story))
        try:
            await story.play(stage)
            if story.ends != ADVISED:
                await stage.reaches(story.ends)
            await stage.quiet()
        except OffScript as error:
            fault = str(error)
        if telling is not None:
            telling.cancel()
        told = await report(stage, story)
        took = asyncio.get_running_loop().time() - began
        await ending(f"{story.name}: {told['state']} in {took:.0f} s.")
    return {**told, "fault": fault, "seconds": took}


@asynccontextmanager
async def watched(
    stage: Stage, port: int | None
) -> AsyncIterator[Callable[[str], Awaitable[None]]]:
    """The page beside a story, where it is wanted; what is yielded is awaited at the end of it."""
    if port is None:
        yield nobody_waits
        return
    page = await serve_page(stage, PARTS, port=port, playing=True)
    print(f"Open {page.url}/ in a browser to watch it; it plays by itself.\n", flush=True)
    try:
        yield until_left if sys.stdout.isatty() else nobody_waits
    finally:
        await page.stop()


async def nobody_waits(_ended: str) -> None:
    return


async def until_left(ended: str) -> None:
    """Whoever watches has the last scene before them until they leave."""
    left = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, left.set)
    print(f"\n{ended} The page stays until Ctrl-C.", flush=True)
    await left.wait()


def refused(database: Path | None) -> str:
    """Why this database cannot take a story's record; empty where it can."""
    if database is None:
        return ""
    if database.exists():
        return f"{database} is there already; name a new file, or remove it"
    if not database.absolute().parent.is_dir():
        return f"there is no folder {database.absolute().parent}; make it first"
    return ""


def nothing(story: Story) -> dict[str, Any]:
    return {
        "story": story.name,
        "release": None,
        "state": None,
        "rolled_back_to": None,
        "timeline": [],
        "messages": [],
        "effects": [],
    }


async def report(stage: Stage, story: Story) -> dict[str, Any]:
    """The story as data, from the record, the workspace and the fleet's own log."""
    told = {**nothing(story), "messages": messages(stage), "effects": effects(stage)}
    try:
        releases = await recorded(stage.database)
    except StoreError:
        return told
    if not releases:
        return {**told, **await advised(stage.database)}
    release, timeline = releases[0]
    back = release.stable.version if release.way and release.stable else None
    return {
        **told,
        "release": release.id if len(releases) == 1 else [each.id for each, _ in releases],
        "state": release.state.value,
        "rolled_back_to": back if release.state.value == "rolled_back" else None,
        "timeline": timeline,
    }


async def advised(database: Path) -> dict[str, Any]:
    """What was recorded of deploys made elsewhere; nothing where nobody was advised."""
    store = open_reader(database)
    try:
        events = await store.load(advice_stream("checkout", "prod"))
        spoken = lines([fact_of(event) for event in events], await store.names())
    finally:
        await store.close()
    timeline = [{"at": stamp(at), "kind": kind, "text": text} for at, kind, text in spoken]
    return {"state": ADVISED, "timeline": timeline} if timeline else {}


async def recorded(database: Path) -> list[tuple[Release, list[dict[str, str]]]]:
    """Each release with its timeline, oldest first."""
    store = open_reader(database)
    try:
        engine = Engine(store, SystemClock(), Rulebook(Policy(), NoDirectory()))
        rows = sorted(await store.statuses(limit=100), key=lambda row: row.stream)
        names = await store.names()
        found = []
        for row in rows:
            facts = await engine.history.facts(row.stream)
            spoken = [
                {"at": stamp(at), "kind": kind, "text": text}
                for at, kind, text in lines(facts, names)
            ]
            found.append((restore(Release, row.body), spoken))
        return found
    finally:
        await store.close()


def stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def messages(stage: Stage) -> list[dict[str, Any]]:
    """What stands in the workspace, as last edited, ephemerals included."""
    seen = stage.workspace.workspace.snapshot()
    standing = [
        {
            "channel": room["id"],
            "thread": said.get("thread_ts") if said.get("thread_ts") != said["ts"] else None,
            "ephemeral": False,
            "text": said.get("text", ""),
        }
        for room in seen["channels"]
        for said in room["messages"]
    ]
    passing = [
        {
            "channel": said["channel"],
            "thread": said.get("thread_ts"),
            "ephemeral": True,
            "text": said.get("text", ""),
        }
        for said_to in seen["ephemerals"].values()
        for said in said_to
    ]
    return standing + passing


def effects(stage: Stage) -> list[dict[str, Any]]:
    """What the fleet says was done to it, accepted only."""
    return [
        {"key": entry["key"], "what": entry["what"]}
        for entry in stage.fleet.fleet.log.as_json()
        if entry["accepted"]
    ]


async def tell_along(stage: Stage, story: Story) -> None:
    """The timeline on stdout, line by line as it is written."""
    print(f"{story.name}: {story.summary}. Practice time: minutes are seconds.\n", flush=True)
    told = 0
    while True:
        await asyncio.sleep(LOOK_EVERY)
        if not stage.database.exists():
            continue
        try:
            releases = await recorded(stage.database)
        except StoreError:
            continue
        spoken = [line for _, timeline in releases for line in timeline]
        for line in spoken[told:]:
            print(f"{line['at'][11:19]}  {line['text']}", flush=True)
        told = len(spoken)
