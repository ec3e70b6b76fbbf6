"""Who people are and which groups they are in, asked of Slack and remembered for some minutes."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, Generic, TypeVar

import structlog

from bot.ports.clock import Clock
from bot.ports.directory import Person
from bot.slack.calls import CallAnswer, Failed, Json, Limited, WebApi
from bot.slack.limits import MethodLimits
from bot.slack.roster import Roster
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
FEW: Final = 3
"""So many are asked about one by one; for more, everybody is listed once."""
PAGE: Final = 900
"""People on one page of users.list; Slack wants fewer than a thousand."""
PAGES: Final = 300
"""After so many the list is not finished, whatever Slack says of a next page."""
EVERYBODY: Final = ""
"""The one name of the one list."""

T = TypeVar("T")


class Unknown(Exception):
    """It could not be known just now."""


@dataclass(slots=True)
class Known(Generic[T]):
    """What was answered, and when it was asked.

    The questions under way and those that failed are told apart by urgency: what a poll could not
    learn within its part of a limit may still be asked for who stands at the door.
    """

    at: float = 0.0
    value: T | None = None
    asking: "dict[bool, asyncio.Task[T]]" = field(default_factory=dict)
    failed_at: dict[bool, float] = field(default_factory=dict)


@dataclass(slots=True)
class Memory(Generic[T]):
    """Answers by id. Each id is asked once at a time, however many want to know."""

    ask: Callable[[str, bool], Awaitable[T]]
    clock: Clock
    tasks: Tasks
    known: dict[str, Known[T]] = field(default_factory=dict)

    async def get(self, name: str, *, urgent: bool = True) -> T | None:
        """Not older than FRESH; None where it cannot be known just now."""
        entry = self.known.setdefault(name, Known())
        if (fresh := self.fresh(name)) is not None:
            if self._age(entry) > REFRESH.total_seconds():
                self._asking(name, entry, urgent)
            return fresh
        if self._failed_lately(entry, urgent):
            return None
        return await self._answer(name, entry, urgent)

    def fresh(self, name: str) -> T | None:
        """What is known without asking, not older than FRESH."""
        entry = self.known.get(name)
        if entry is None or entry.value is None or self._age(entry) >= FRESH.total_seconds():
            return None
        return entry.value

    def put(self, name: str, value: T, asked: float) -> None:
        """An answer to a question put at `asked`; one that was asked later stays."""
        entry = self.known.setdefault(name, Known())
        if entry.value is None or entry.at <= asked:
            entry.at, entry.value = asked, value
        entry.failed_at.clear()

    def is_asking(self, name: str) -> bool:
        entry = self.known.get(name)
        return entry is not None and any(not task.done() for task in entry.asking.values())

    def last(self, name: str) -> T | None:
        """The last that was known, however old."""
        entry = self.known.get(name)
        return entry.value if entry else None

    async def _answer(self, name: str, entry: Known[T], urgent: bool) -> T | None:
        asking = self._asking(name, entry, urgent)
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await asyncio.shield(asking)
        except (Unknown, TimeoutError) as error:
            # Whoever asks next must not wait as long again for the same silence.
            entry.failed_at[urgent] = self.clock.monotonic()
            log.warning("directory.silent", id=name, why=str(error) or "no answer in time")
            return None

    def _age(self, entry: Known[T]) -> float:
        return self.clock.monotonic() - entry.at

    def _failed_lately(self, entry: Known[T], urgent: bool) -> bool:
        """What the door could not learn a poll does not ask either; not so the other way round."""
        failed = [at for of, at in entry.failed_at.items() if of or not urgent]
        return bool(failed) and self.clock.monotonic() - max(failed) < AFTER_FAILURE.total_seconds()

    def _asking(self, name: str, entry: Known[T], urgent: bool) -> "asyncio.Task[T]":
        asking = entry.asking.get(urgent)
        if asking is None or asking.done():
            asking = self.tasks.start(self._learn(name, entry, urgent), quiet=(Unknown,))
            entry.asking[urgent] = asking
        return asking

    async def _learn(self, name: str, entry: Known[T], urgent: bool) -> T:
        asked = self.clock.monotonic()
        try:
            value = await self.ask(name, urgent)
        except Unknown:
            entry.failed_at[urgent] = self.clock.monotonic()
            raise
        self.put(name, value, asked)
        return value


class SlackDirectory:
    """bot.ports.directory.Directory over users.info, users.list and usergroups.users.list.

    Answers are at most five minutes old, else None. `last_members` is for the one right that must
    work with the directory down.
    """

    def __init__(
        self, api: WebApi, limits: MethodLimits, clock: Clock, tasks: Tasks, roster: Roster
    ) -> None:
        self._api = api
        self._limits = limits
        self._clock = clock
        self._roster = roster
        self._everybody = Memory(self._list_everybody, clock, tasks)
        self._people = Memory(self._ask_person, clock, tasks)
        self._groups = Memory(self._ask_group, clock, tasks)
        self._emails = Memory(self._ask_email, clock, tasks)
        self.team: str = ""

    async def person(self, person: str) -> Person | None:
        """Somebody with no id of Slack's came by the machine itself, which let them in."""
        if not is_slack_id(person):
            return Person(id=person, name=person)
        return await self._people.get(person)

    async def look_up(self, people: Iterable[str]) -> Mapping[str, Person]:
        """One list serves all of them, and nothing is asked that is kept for the door."""
        ids = dict.fromkeys(people)
        ours = {each: Person(id=each, name=each) for each in ids if not is_slack_id(each)}
        slack = [each for each in ids if each not in ours]
        if len(self._unread(slack)) > FEW:
            await self._everybody.get(EVERYBODY, urgent=False)
        if not self.is_listing():
            asked = [self._people.get(each, urgent=False) for each in self._unread(slack)]
            await asyncio.gather(*asked)
        found = {each: self._people.fresh(each) for each in slack}
        return ours | {each: person for each, person in found.items() if person is not None}

    def is_listing(self) -> bool:
        """Whether everybody is being listed just now; a long list takes its time."""
        return self._everybody.is_asking(EVERYBODY)

    def _unread(self, ids: Iterable[str]) -> list[str]:
        return [each for each in ids if self._people.fresh(each) is None]

    async def was_member(self, person: str) -> bool | None:
        return await self._roster.was_member(person)

    async def members(self, group: str, *, urgent: bool = True) -> frozenset[str] | None:
        return await self._groups.get(group, urgent=urgent)

    def last_members(self, group: str) -> frozenset[str] | None:
        """Who was in the group when it was last known; None if it never was."""
        return self._groups.last(group)

    async def by_email(self, email: str, *, urgent: bool = True) -> str | None:
        """Empty where Slack says that nobody has it; None too where it may not be asked."""
        return await self._emails.get(email.casefold(), urgent=urgent)

    async def _ask_email(self, email: str, urgent: bool) -> str:
        asked, nobody = {"email": email}, {"users_not_found"}
        body = await self._ask("users.lookupByEmail", asked, nobody, urgent)
        user = (body or {}).get("user") or {}
        found = person_of(user, str(user.get("id", "")), self.team)
        return found.id if found.email.casefold() == email else ""

    async def _ask_person(self, person: str, urgent: bool) -> Person:
        self._require_team()
        began, nobody = self._clock.monotonic(), {"user_not_found", "user_not_visible"}
        body = await self._ask("users.info", {"user": person}, nobody, urgent)
        found = Person(id=person, name=person, is_member=False)
        if body is not None:
            found = person_of(body.get("user") or {}, person, self.team)
        self._roster.learn([found], began)
        return found

    async def _list_everybody(self, _name: str, _urgent: bool) -> bool:
        """Everybody whom Slack lists is known from then on; True once it is done."""
        self._require_team()
        cursor = ""
        for _ in range(PAGES):
            began = self._clock.monotonic()
            body = await self._page(cursor)
            listed = [each for each in body.get("members") or [] if each.get("id")]
            people = [person_of(each, str(each["id"]), self.team) for each in listed]
            for person in people:
                self._people.put(person.id, person, began)
            self._roster.learn(people, began)
            cursor = str((body.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return True
        raise Unknown("users.list does not end")

    async def _page(self, cursor: str) -> Json:
        """One page of everybody, when it is its turn: nobody at the door waits for it."""
        asked: Json = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
        while (wait := self._limits.take("users.list", who="users.list")) is not None:
            await self._clock.sleep(timedelta(seconds=wait.seconds))
        return await self._call("users.list", asked, set()) or {}

    def _require_team(self) -> None:
        if not self.team:
            raise Unknown("Slack has not said yet which workspace this is")

    async def _ask_group(self, group: str, urgent: bool) -> frozenset[str]:
        asked = {"usergroup": group}
        body = await self._ask("usergroups.users.list", asked, {"no_such_subteam"}, urgent)
        return frozenset(map(str, (body or {}).get("users", [])))

    async def _ask(self, method: str, asked: Json, nobody: set[str], urgent: bool) -> Json | None:
        """The answer; None for one of the errors `nobody`. Raises Unknown."""
        wait = self._limits.take(method, urgent=urgent)
        if wait is not None:
            raise Unknown(f"{wait.bucket} is at its limit")
        return await self._call(method, asked, nobody)

    async def _call(self, method: str, asked: Json, nobody: set[str]) -> Json | None:
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
