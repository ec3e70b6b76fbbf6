"""A repository on this machine as a ChangeSource. It is read and never written.

What git says of an author is what the author wrote: a name and an e-mail that nobody proved.
"""

from dataclasses import replace

from bot.ports.changes import Compared
from bot.ports.clock import Clock
from bot.ports.http import Http
from bot.ports.integration import Parts
from bot.ports.outcomes import AccessDenied, Nonsense, NotFound, Unavailable
from integrations.git.process import GitAnswer, git
from integrations.git.reading import FORMAT, changes_in, references
from integrations.git.settings import GitSettings


class GitChanges:
    """bot.ports.changes.ChangeSource over `git log`."""

    def __init__(self, settings: GitSettings) -> None:
        self._settings = settings

    async def ping(self) -> None:
        heard = await self._git("rev-parse", "--is-shallow-repository")
        if heard.code:
            raise _refused(self._settings, heard)
        if heard.stdout.strip() == b"true":
            raise Nonsense(
                f"{self._settings.path} is a shallow clone, which does not know every author. "
                "Run git fetch --unshallow there."
            )

    async def between(self, base: str | None, head: str) -> Compared:
        await self.ping()
        new = await self._commit(head)
        old = await self._commit(base) if base is not None else None
        if old is None:
            return await self._log(new)
        compared = await self._log(new, f"^{old}")
        return replace(compared, dropped=await self._count(old, f"^{new}"))

    async def _commit(self, version: str) -> str:
        """The whole hash that a version means."""
        for name in references(version, self._settings.tag):
            asked = f"{name}^{{commit}}"
            heard = await self._git("rev-parse", "--verify", "--quiet", "--end-of-options", asked)
            if heard.code == 0:
                return heard.stdout.decode("ascii", "replace").strip()
        raise NotFound(
            f"{self._settings.path} has no tag and no commit {version}. "
            "Tag it, run git fetch --tags there, or correct tag in the config."
        )

    async def _log(self, *range_: str) -> Compared:
        most = self._settings.most
        limit = f"--max-count={most + 1}"
        words = ("log", "-z", FORMAT, "--no-merges", "--encoding=UTF-8", limit, *range_, "--")
        heard = await self._git(*words)
        if not heard.whole:
            return Compared(whole=False)
        if heard.code:
            raise _refused(self._settings, heard)
        changes = changes_in(heard.stdout)
        return Compared(changes=changes[:most], whole=len(changes) <= most)

    async def _count(self, *range_: str) -> int:
        heard = await self._git("rev-list", "--count", "--no-merges", *range_, "--")
        if heard.code or not heard.stdout.strip().isdigit():
            raise _refused(self._settings, heard)
        return int(heard.stdout)

    async def _git(self, *words: str) -> GitAnswer:
        return await git(self._settings.path, self._settings.deadline, *words)


def _refused(settings: GitSettings, heard: GitAnswer) -> Exception:
    said = heard.stderr.splitlines()[0] if heard.stderr else f"code {heard.code}"
    if "dubious ownership" in heard.stderr:
        return AccessDenied(
            f"git does not trust {settings.path}: it belongs to another user. Run "
            f"git config --system --add safe.directory {settings.path}"
        )
    if "not a git repository" in heard.stderr:
        return NotFound(f"{settings.path} is no git repository. Correct path in the config.")
    return Unavailable(f"git did not answer in {settings.path} ({said}). Look at it by hand.")


def build(settings: GitSettings, http: Http, clock: Clock) -> Parts:
    source = GitChanges(settings)

    async def check() -> str:
        await source.ping()
        return f"{settings.path} is a whole repository; nothing was fetched"

    return Parts(changes=source, check=check)
