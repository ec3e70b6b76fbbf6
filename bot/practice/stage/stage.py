"""Setting the stage up, acting on it as people would, and taking it down without a trace."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from aiohttp import ClientSession, web

from bot.domain.facts.advice import advice_stream
from bot.ports.store import Status
from bot.practice import fleet as practice_fleet
from bot.practice import workspace as practice_workspace
from bot.practice.kit.serve import MakesRunner
from bot.practice.stage.config import ENVIRONMENT, Tempo, config_text
from bot.store.sqlite import open_reader

MEI, RUI, SAM, ANA = "U0MEI", "U0RUI", "U0SAM", "U0ANA"
CHANNEL = "C0RELEASES"
LOOK_EVERY = 0.05
STOPS_WITHIN = 10.0


class OffScript(Exception):
    """The story did not go as it should; the sentence says what was waited for."""


@dataclass(slots=True)
class Stage:
    """Everything that stands while a story is played."""

    folder: Path
    database: Path
    workspace: practice_workspace.ServedWorkspace
    fleet: practice_fleet.ServedFleet
    http: ClientSession
    environment: dict[str, str] = field(default_factory=dict)
    patience: float = 50.0
    bot: asyncio.subprocess.Process | None = None
    lives: int = 0

    async def raise_bot(self) -> None:
        """Start the bot's process; it speaks to the workspace over a real WebSocket."""
        self.lives += 1
        log = (self.folder / "bot.log").open("ab")
        with log:
            self.bot = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                "--config",
                str(self.folder / "slipway.toml"),
                env={**os.environ, **ENVIRONMENT, **self.environment},
                stdout=log,
                stderr=log,
            )

    async def kill_bot(self) -> None:
        """kill -9, and nothing else."""
        if self.bot is not None and self.bot.returncode is None:
            self.bot.send_signal(signal.SIGKILL)
            await self.bot.wait()

    async def stop_bot(self) -> None:
        if self.bot is None or self.bot.returncode is not None:
            return
        self.bot.terminate()
        try:
            await asyncio.wait_for(self.bot.wait(), STOPS_WITHIN)
        except TimeoutError:
            await self.kill_bot()

    async def does(self, person: str, **deed: Any) -> dict[str, Any]:
        """A person does something in the workspace; answers what they saw of it."""
        asked = {"as": person, "channel": CHANNEL, **deed}
        url = f"{self.workspace.url}/control/act"
        async with self.http.post(url, json=asked) as response:
            saw: dict[str, Any] = await response.json()
        if response.status != 200 or not saw.get("ok"):
            raise OffScript(f"{person} could not do {deed}: {saw}")
        return saw

    async def types(self, person: str, text: str) -> str:
        """A slash command; answers the first text that came back to the person."""
        saw = await self.does(person, do="command", text=text, wait=3.0)
        said = (each.get("text") or "" for each in saw["saw"])
        return next((text for text in said if text), "")

    async def clicks(self, person: str, verb: str, release: str = "R-1") -> None:
        """The button of a verb on the release's card, as it stands there now."""
        card = await self.card(release)
        await self.does(person, do="click", ts=card["ts"], action_id=f"act:{verb}", wait=3.0)

    async def mentions(self, person: str, text: str, release: str = "R-1") -> None:
        """`@slipway …` in the thread of the release's card."""
        card = await self.card(release)
        bot = self.workspace.workspace.app.user
        await self.does(person, do="message", text=f"<@{bot}> {text}", thread_ts=card["ts"])

    async def card(self, release: str = "R-1") -> dict[str, Any]:
        """The message that is the release's card, by the key it carries."""
        # An edit that only keeps it true has a key of its own.
        found = self.said(release, lambda key: key.endswith("/card") or "/refresh/" in key)
        if not found:
            raise OffScript(f"{release} has no card in the channel")
        return found[0]

    def questions(self, release: str = "R-1") -> list[dict[str, Any]]:
        """What people were asked in the thread, a message for each round."""
        return self.said(release, lambda key: key.endswith("/poll"))

    def said(self, release: str, wanted: Callable[[str], bool]) -> list[dict[str, Any]]:
        """The messages of a release in the channel whose key is wanted, oldest first."""
        room = self.workspace.workspace.snapshot(CHANNEL)["channels"][0]
        keyed = [
            ((each.get("metadata") or {}).get("event_payload", {}).get("key", ""), each)
            for each in room["messages"]
        ]
        return [each for key, each in keyed if key.startswith(f"{release}/") and wanted(key)]

    async def presses(self, person: str, said: Mapping[str, Any], label: str) -> dict[str, Any]:
        """The button with this label on a message; answers what the person saw of it."""
        parts = [part for block in said["blocks"] for part in block.get("elements", [])]
        labels = {part["text"]["text"]: part for part in parts if part["type"] == "button"}
        if label not in labels:
            raise OffScript(f"{person} sees no button {label!r}, only {sorted(labels)}")
        action = labels[label]["action_id"]
        return await self.does(person, do="click", ts=said["ts"], action_id=action, wait=3.0)

    async def breaks(self, service: str, version: str, **how: Any) -> None:
        """Make a version of a service ill."""
        await self._fleet(f"{service}/prod/break", {"version": version, **how})

    async def deploys(self, service: str, old: str, new: str, weight: float) -> None:
        """Somebody deploys without the bot: `new` gets a share of the users, `old` the rest."""
        url = f"{self.fleet.url}/fleet/{service}/prod"
        body = {
            "key": f"by-hand/{new}/{weight:g}",
            "revision": new,
            "stable": old,
            "weight": weight,
            "mirror": 0,
            "keep": False,
        }
        async with self.http.put(url, json=body) as response:
            if response.status >= 400:
                raise OffScript(f"the fleet did not deploy: {await response.text()}")

    async def advised(self, *kinds: str) -> None:
        """Until the record holds a fact of each of these kinds, in this order."""
        await self.until(f"it is recorded that {', '.join(kinds)}", lambda: self._has(kinds))

    async def _has(self, kinds: tuple[str, ...]) -> bool:
        if not self.database.exists():
            return False
        store = open_reader(self.database)
        try:
            found = [event.kind for event in await store.load(advice_stream("checkout", "prod"))]
        finally:
            await store.close()
        left = iter(found)
        return all(kind in left for kind in kinds)

    async def _fleet(self, path: str, body: Mapping[str, Any]) -> None:
        async with self.http.post(f"{self.fleet.url}/fleet/{path}", json=body) as response:
            if response.status >= 400:
                raise OffScript(f"the fleet refused {path}: {await response.text()}")

    async def listens(self) -> None:
        """Until the bot answers people."""
        await self.until("the bot answers /release whoami", self._answers)

    async def until(self, what: str, true: Callable[[], Awaitable[bool]]) -> None:
        """Until something is true; OffScript with `what` where patience ends first."""
        async with self._by(what):
            await self._until(true)

    async def _until(self, true: Callable[[], Awaitable[bool]]) -> None:
        """Ask again and again; the record and the workspace tell nobody by themselves."""
        while True:
            self._require_bot()
            if await true():
                return
            await asyncio.sleep(LOOK_EVERY)

    async def _answers(self) -> bool:
        connected = any(link.open() for link in self.workspace.sockets.links)
        return connected and "failed" not in await self.types(MEI, "/release whoami")

    async def reaches(self, *states: str, release: str = "R-1") -> None:
        """Until the record says that a release is in one of these states."""
        what = f"{release} is {' or '.join(states)}"
        await self.until(what, lambda: self._is_in(release, states))

    async def _is_in(self, release: str, states: tuple[str, ...]) -> bool:
        status = await self.status(release)
        return status is not None and status.state in states

    async def quiet(self) -> None:
        """Until nothing that is due is left to be told or done."""
        await self.until("everything due was told", self._is_quiet)

    async def _is_quiet(self) -> bool:
        store = open_reader(self.database)
        try:
            return await store.next_due(["chat", "world", "page"]) is None
        finally:
            await store.close()

    async def status(self, release: str = "R-1") -> Status | None:
        """The row of a release, None while there is none."""
        return next((row for row in await self.statuses() if row.stream == release), None)

    async def statuses(self) -> tuple[Status, ...]:
        if not self.database.exists():
            return ()
        store = open_reader(self.database)
        try:
            return await store.statuses(limit=100)
        finally:
            await store.close()

    def _require_bot(self) -> None:
        if self.bot is not None and self.bot.returncode not in (None, -signal.SIGKILL):
            raise OffScript(f"the bot ended by itself: {self.log_tail()}")

    def log_tail(self) -> str:
        log = self.folder / "bot.log"
        return "\n".join(log.read_text(errors="replace").splitlines()[-12:])

    @asynccontextmanager
    async def _by(self, what: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.patience):
                yield
        except TimeoutError:
            raise OffScript(f"waited {self.patience:g} s in vain until {what}") from None


@asynccontextmanager
async def opened(
    database: Path | None = None, tempo: Tempo | None = None, runner: MakesRunner = web.AppRunner
) -> AsyncIterator[Stage]:
    """The stage, set; everything on it is gone afterwards but a database that was asked for.

    `runner` serves workspace and fleet; where people come it is one that limits its callers.
    """
    tempo = tempo or Tempo()
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="slipway-")))
        workspace = await practice_workspace.serve(
            practice_workspace.Workspace(tempo.seed), runner=runner
        )
        stack.push_async_callback(workspace.stop)
        fleet = await practice_fleet.serve(practice_fleet.Fleet(), runner=runner)
        stack.push_async_callback(fleet.stop)
        http = await stack.enter_async_context(ClientSession())
        place = (database or folder / "slipway.db").absolute()
        text = config_text(str(place), workspace.api_url, fleet.url, tempo)
        (folder / "slipway.toml").write_text(text, encoding="utf-8")
        stage = Stage(
            folder=folder,
            database=place,
            workspace=workspace,
            fleet=fleet,
            http=http,
        )
        stack.push_async_callback(stage.stop_bot)
        yield stage
