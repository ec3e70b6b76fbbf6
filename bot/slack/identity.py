"""Who people are and which groups they are in, asked of Slack and remembered for some minutes."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Generic, TypeVar

import structlog

from bot.ports.clock import Clock
from bot.ports.directory import Person
from bot.slack.calls import CallAnswer, Failed, Json, Limited, WebApi
from bot.slack.limits import MethodLimits
from bot.slack.tasks import Tasks

log = structlog.get_logger()

FRESH: Final = timedelta(minutes=5)
"""No answer is older than this."""
REFRESH: Final = timedelta(minutes=4)
"""From this age on it is asked anew beside the answer."""
PATIENCE: Final = timedelta(seconds=1)
"""How long a command may wait for the directory."""
AFTER_FAILURE: Final = timedelta(seconds=5)
"""For so long nobody is asked again who did not answer."""

T = TypeVar("T")


class Unknown(Exception):
    """It could not be known just now."""


@dataclass(slots=True)
class Known(Generic[T]):
    """What was answered, and when; `asking` is a question under way."""

    at: float = 0.0
    value: T | None = None
    asking: "asyncio.Task[T] | None" = None
    failed_at: float | None = None


@dataclass(slots=True)
class Memory(Generic[T]):
    """Answers by id. Each id is asked once at a time, however many want to know."""

    ask: Callable[[str], Awaitable[T]]
    clock: Clock
    tasks: Tasks
    known: dict[str, Known[T]] = field(default_factory=dict)

    async def get(self, name: str) -> T | None:
        """Not older than FRESH; None where it cannot be known just now."""
        entry = self.known.setdefault(name, Known())
        age = self._age(entry)
        if age is not None and age < FRESH.total_seconds():
            if age > REFRESH.total_seconds():
                self._asking(name, entry)
            return entry.value
        if self._failed_lately(entry):
            return None
        return await self._answer(name, entry)

    def last(self, name: str) -> T | None:
        """The last that was known, however old."""
        entry = self.known.get(name)
        return entry.value if entry else None

    async def _answer(self, name: str, entry: Known[T]) -> T | None:
        asking = self._asking(name, entry)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await asyncio.shield(asking)
        except (Unknown, TimeoutError) as error:
            log.warning("directory.silent", id=name, why=str(error) or "no answer in time")
            return None

    def _age(self, entry: Known[T]) -> float | None:
        return None if entry.value is None else self.clock.monotonic() - entry.at

    def _failed_lately(self, entry: Known[T]) -> bool:
        if entry.failed_at is None:
            return False
        return self.clock.monotonic() - entry.failed_at < AFTER_FAILURE.total_seconds()

    def _asking(self, name: str, entry: Known[T]) -> "asyncio.Task[T]":
        if entry.asking is None or entry.asking.done():
            entry.asking = self.tasks.start(self._learn(name, entry), quiet=(Unknown,))
        return entry.asking

    async def _learn(self, name: str, entry: Known[T]) -> T:
        try:
            value = await self.ask(name)
        except Unknown:
            entry.failed_at = self.clock.monotonic()
            raise
        entry.at, entry.value, entry.failed_at = self.clock.monotonic(), value, None
        return value


class SlackDirectory:
    """bot.ports.directory.Directory over users.info and usergroups.users.list.

    Answers are at most five minutes old, else None. `last_members` is for the one right that must
    work with the directory down.
    """

    def __init__(self, api: WebApi, limits: MethodLimits, clock: Clock, tasks: Tasks) -> None:
        self._api = api
        self._limits = limits
        self._people = Memory(self._ask_person, clock, tasks)
        self._groups = Memory(self._ask_group, clock, tasks)
        self._emails = Memory(self._ask_email, clock, tasks)
        self.team: str = ""

    async def person(self, person: str) -> Person | None:
        """Somebody with no id of Slack's came by the machine itself, which let them in."""
        if not is_slack_id(person):
            return Person(id=person, name=person)
        return await self._people.get(person)

    async def members(self, group: str) -> frozenset[str] | None:
        return await self._groups.get(group)

    def last_members(self, group: str) -> frozenset[str] | None:
        """Who was in the group when it was last known; None if it never was."""
        return self._groups.last(group)

    async def by_email(self, email: str) -> str | None:
        """Empty where Slack says that nobody has it; None too where it may not be asked."""
        return await self._emails.get(email.casefold())

    async def _ask_email(self, email: str) -> str:
        body = await self._ask("users.lookupByEmail", {"email": email}, {"users_not_found"})
        user = (body or {}).get("user") or {}
        found = person_of(user, str(user.get("id", "")), self.team)
        return found.id if found.email.casefold() == email else ""

    async def _ask_person(self, person: str) -> Person:
        if not self.team:
            raise Unknown("Slack has not said yet which workspace this is")
        body = await self._ask(
            "users.info", {"user": person}, {"user_not_found", "user_not_visible"}
        )
        if body is None:
            return Person(id=person, name=person, is_member=False)
        return person_of(body.get("user") or {}, person, self.team)

    async def _ask_group(self, group: str) -> frozenset[str]:
        asked = {"usergroup": group}
        body = await self._ask("usergroups.users.list", asked, {"no_such_subteam"})
        return frozenset(map(str, (body or {}).get("users", [])))

    async def _ask(self, method: str, asked: Json, nobody: set[str]) -> Json | None:
        """The answer; None for one of the errors `nobody`. Raises Unknown."""
        wait = self._limits.take(method, urgent=True)
        if wait is not None:
            raise Unknown(f"{wait.bucket} is at its limit")
        outcome = await self._api.read(method, asked)
        match outcome:
            case CallAnswer(body):
                return body
            case Failed(code, _) if code in nobody:
                return None
            case Failed(code, body):
                raise Unknown(f"Slack answered {code} {body.get('needed', '')}".strip())
            case Limited(seconds):
                self._limits.pause(method, "", seconds)
                raise Unknown("Slack said 429")
            case _:
                raise Unknown(outcome.why)


def is_slack_id(person: str) -> bool:
    return _SLACK_ID.fullmatch(person) is not None


_SLACK_ID: Final = re.compile(r"[UW][A-Z0-9]+", re.ASCII)
OUTSIDE = ("deleted", "is_bot", "is_restricted", "is_ultra_restricted", "is_stranger")
"""What makes somebody no full member."""


def person_of(user: Json, person: str, team: str) -> Person:
    """A user as Slack describes them; `team` is ours, where it is known."""
    profile = user.get("profile") or {}
    name = profile.get("display_name") or user.get("real_name") or user.get("name") or person
    theirs = user.get("team_id")
    return Person(
        id=person,
        name=str(name),
        zone=str(user.get("tz") or "UTC"),
        is_member=not any(user.get(flag) for flag in OUTSIDE) and theirs in (None, "", team),
        email=str(profile.get("email") or "") if user.get("is_email_confirmed", True) else "",
    )
