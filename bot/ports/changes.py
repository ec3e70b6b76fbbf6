"""What lies between two versions, as version control tells it."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.terms.changes import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """What comes with `head` and was not in `base`, newest first; merges are left out.

    `whole` is False where there were more than the source tells. `dropped` counts what `base` had
    and `head` has not: the two grew apart, or it goes backwards.
    """

    changes: tuple[Change, ...] = ()
    whole: bool = True
    dropped: int = 0


class ChangeSource(Protocol):
    """Raises IntegrationError; NotFound where it does not know a version.

    Authors come as they are written; who they are (`Author.person`) is not its business.
    """

    async def between(self, base: str | None, head: str) -> Compared:
        """Versions as people name them, or whole hashes. `base` None: from the very beginning."""
        ...

    async def ping(self) -> None:
        """Raises where the source cannot be asked just now."""
        ...
