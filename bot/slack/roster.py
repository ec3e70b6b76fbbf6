"""Whom Slack last said to be a full member: kept in the database, for when it says nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from bot.ports.clock import Clock
from bot.ports.directory import Person
from bot.ports.store import KeptMember, StoreError
from bot.slack.tasks import Tasks

log = structlog.get_logger()

READ_WITHIN: Final = 0.3
"""Seconds that a look into the database may take; somebody waits at the door."""


class MemberStore(Protocol):
    """What is asked of the database."""

    async def put_members(self, members: Sequence[KeptMember]) -> None: ...

    async def member(self, person: str) -> KeptMember | None: ...


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """`asked` is when the question was put, on a monotonic clock: a late answer is an old one."""

    full_member: bool
    asked: float


class Roster:
    """Each newer answer overwrites the one before: at once here, and soon in the database."""

    def __init__(self, kept: MemberStore | None, clock: Clock, tasks: Tasks) -> None:
        self._kept = kept
        self._clock = clock
        self._tasks = tasks
        self._seen: dict[str, MemberSeen] = {}
        self._unwritten: dict[str, KeptMember] = {}
        self._writing: asyncio.Task[None] | None = None

    def learn(self, people: Sequence[Person], asked: float) -> None:
        now = self._clock.now()
        for person in people:
            known = self._seen.get(person.id)
            if known is not None and known.asked > asked:
                continue
            self._seen[person.id] = MemberSeen(person.is_member, asked)
            kept = KeptMember(id=person.id, full_member=person.is_member, seen_at=now)
            self._unwritten[person.id] = kept
        if self._kept is not None and self._unwritten and not self._is_writing():
            self._writing = self._tasks.start(self._write(self._kept))

    async def was_member(self, person: str) -> bool | None:
        """None where Slack never said anything of them, or it cannot be read now."""
        if (seen := self._seen.get(person)) is not None:
            return seen.full_member
        if self._kept is None:
            return None
        try:
            async with asyncio.timeout(READ_WITHIN):
                found = await self._kept.member(person)
        except (StoreError, TimeoutError) as error:
            log.error("roster.not_read", id=person, why=str(error) or "no answer in time")
            return None
        return found.full_member if found is not None else None

    def _is_writing(self) -> bool:
        return self._writing is not None and not self._writing.done()

    async def _write(self, kept: MemberStore) -> None:
        """One write at a time, so that none overtakes another; what failed goes with the next."""
        while self._unwritten:
            batch, self._unwritten = self._unwritten, {}
            try:
                await kept.put_members(tuple(batch.values()))
            except StoreError as error:
                self._unwritten = batch | self._unwritten
                log.error("roster.not_kept", why=str(error))
                return
