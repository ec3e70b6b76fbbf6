"""What a release brings: commits, who wrote them, and which person each author is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

_PULL_REQUEST = re.compile(
    r"\(#(?P<squashed>[0-9]{1,9})\)\s*$|^Merge pull request #(?P<merged>[0-9]{1,9})\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody as version control wrote them down. `person` is their id; empty: nobody knows.

    `claimed` are people who say that it is them, which nobody has confirmed.
    """

    name: str = ""
    email: str = ""
    account: str = ""
    person: str = ""
    claimed: tuple[str, ...] = ()

    def spelled(self) -> str:
        return self.account or self.email or self.name or "somebody without a name"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One commit. `revision` is its whole hash; `authors` are its author and co-authors."""

    revision: str
    subject: str
    at: datetime
    authors: tuple[Author, ...] = ()

    @property
    def people(self) -> frozenset[str]:
        """Whoever wrote a part of it, and whoever says so."""
        written = (person for each in self.authors for person in (each.person, *each.claimed))
        return frozenset(filter(None, written))

    @property
    def unmapped(self) -> tuple[Author, ...]:
        return tuple(author for author in self.authors if not author.person)

    @property
    def pull_request(self) -> int | None:
        """The number that the subject ends in, or that a merge begins with."""
        found = _PULL_REQUEST.search(self.subject)
        number = found and (found["squashed"] or found["merged"])
        return int(number) if number else None


def people_of(changes: Iterable[Change]) -> frozenset[str]:
    """Everybody who wrote any part of it, as far as they are known."""
    return frozenset(person for change in changes for person in change.people)


def unmapped_of(changes: Iterable[Change]) -> tuple[Author, ...]:
    """The authors of whom nobody knows who they are, each once."""
    return tuple(dict.fromkeys(author for change in changes for author in change.unmapped))
