"""People typing into a practice workspace, and whoever answers them in a process of their own."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from bot.practice import workspace as practice_workspace
from bot.practice.stage import Stage
from bot.practice.stage.stage import CHANNEL, MEI, OffScript
from bot.practice.workspace.people.act import act
from tests.bench.record import until

PATIENCE = 30.0
HELLO = "/release whoami"


async def types(served: practice_workspace.ServedWorkspace, text: str) -> str:
    """A slash command over the socket; the text that came back, empty where none did.

    Raises OffScript where it was not acknowledged.
    """
    deed = {"as": MEI, "channel": CHANNEL, "do": "command", "text": text}
    saw = await act(served.workspace, served.courier, served.url, deed)
    return " ".join(map(text_of, saw["saw"]))


def text_of(seen: dict[str, Any]) -> str:
    if seen["kind"] == "error":
        raise OffScript(f"a command was not acknowledged: {seen['text']}")
    said = seen.get("message") or seen
    return str(said.get("text") or "")


async def answered(served: practice_workspace.ServedWorkspace, text: str = HELLO) -> str:
    """The first answer of an app that is just starting."""
    await until(lambda: any(link.open() for link in served.sockets.links), PATIENCE, "it connects")
    return await types(served, text)


async def bot_up(stage: Stage) -> int:
    """Start the bot and wait for its first answer; answers its process id."""
    await stage.raise_bot()
    assert stage.bot is not None
    try:
        await answered(stage.workspace)
    except OffScript as error:
        raise OffScript(f"{error}; the bot says: {stage.log_tail()}") from None
    return stage.bot.pid


async def begins(stage: Stage) -> None:
    """The bot is up, and a release of checkout is in its first bake."""
    await bot_up(stage)
    await types(stage.workspace, "/release adopt checkout in prod")
    said = await types(stage.workspace, "/release start checkout v1.4.2 to prod")
    if await stage.status() is None:
        raise OffScript(f"checkout was not started: {said}")
    await stage.reaches("baking")


@dataclass(slots=True)
class Bare:
    """A workspace with the bare Bolt app in front of it, once that is raised."""

    served: practice_workspace.ServedWorkspace
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)

    async def raise_app(self) -> int:
        """Start it; answers its process id."""
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.bench.bare_app", self.served.api_url
        )
        self.processes.append(process)
        return process.pid

    async def stop_app(self) -> None:
        for process in self.processes:
            if process.returncode is None:
                process.terminate()
                await process.wait()


@asynccontextmanager
async def bare_opened() -> AsyncIterator[Bare]:
    """A workspace of its own for the bare app, so that rounds can alternate with the bot's."""
    served = await practice_workspace.serve(practice_workspace.Workspace())
    bare = Bare(served)
    try:
        yield bare
    finally:
        await bare.stop_app()
        await served.stop()
