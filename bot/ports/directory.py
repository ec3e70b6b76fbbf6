"""Who people are, and which groups they belong to."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """`is_member` is False for guests, strangers of other teams, bots and the deactivated.

    `email` is empty where the chat does not show it, or nobody has proved that it is theirs.
    """

    id: str
    name: str
    zone: str = "UTC"
    is_member: bool = True
    email: str = ""


class Directory(Protocol):
    """Answers may be some minutes old; None means that it could not be known just now.

    What is not `urgent` takes nothing that is kept for whoever stands at the door.
    """

    async def person(self, person: str) -> Person | None:
        """Whoever stands at the door."""
        ...

    async def look_up(self, people: Iterable[str]) -> Mapping[str, Person]:
        """Many at once, none of them at the door; who is not known just now is left out."""
        ...

    async def was_member(self, person: str) -> bool | None:
        """What was last known of somebody, however long ago; None: never anything."""
        ...

    async def members(self, group: str, *, urgent: bool = True) -> frozenset[str] | None: ...

    def last_members(self, group: str) -> frozenset[str] | None:
        """Who was in the group when it was last known; None if it never was."""
        ...

    async def by_email(self, email: str, *, urgent: bool = True) -> str | None:
        """The id of whoever has proved to have this e-mail; empty: nobody has."""
        ...


class NoDirectory:
    """Where there is no chat: local users of the machine, and no groups."""

    async def person(self, person: str) -> Person | None:
        return Person(id=person, name=person)

    async def look_up(self, people: Iterable[str]) -> Mapping[str, Person]:
        return {each: Person(id=each, name=each) for each in people}

    async def was_member(self, person: str) -> bool | None:
        return None

    async def members(self, group: str, *, urgent: bool = True) -> frozenset[str] | None:
        return None

    def last_members(self, group: str) -> frozenset[str] | None:
        return None

    async def by_email(self, email: str, *, urgent: bool = True) -> str | None:
        return ""
