"""A small real repository for the stage, so that versions have changes and changes have authors."""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE
from dataclasses import dataclass
from pathlib import Path

from bot.practice.stage.stage import OffScript

AUTHOR = ("Mei Tanaka", "mei@practice.example")


@dataclass(frozen=True, slots=True)
class Repository:
    """Written as people write one; nothing of the machine's own settings is read or changed."""

    path: Path

    async def begins(self, version: str) -> None:
        self.path.mkdir()
        await self._git("init", "--quiet", "--initial-branch=main")
        await self.brings(version, "The shop as it is")

    async def brings(self, version: str, *subjects: str) -> None:
        """Commits by mei, and the version's tag on the last of them: a tag that stood is moved."""
        for subject in subjects:
            await self._git("commit", "--allow-empty", "--quiet", "-m", subject)
        await self._git("tag", "--force", version)

    async def _git(self, *words: str) -> None:
        try:
            process = await asyncio.create_subprocess_exec(
                "git",
                *words,
                cwd=self.path,
                env=environment(self.path),
                stdout=DEVNULL,
                stderr=PIPE,
            )
        except FileNotFoundError as error:
            raise OffScript("this story needs git on this machine; install it") from error
        _, said = await process.communicate()
        if process.returncode:
            why = said.decode("utf-8", "replace").strip()[-300:]
            raise OffScript(f"git {words[0]} did not work in {self.path}: {why}")


def environment(home: Path) -> dict[str, str]:
    name, email = AUTHOR
    who = {
        f"GIT_{role}_{what}": said
        for role in ("AUTHOR", "COMMITTER")
        for what, said in (("NAME", name), ("EMAIL", email))
    }
    quiet = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
    return {"PATH": os.environ.get("PATH", ""), "HOME": str(home), **quiet, **who}
