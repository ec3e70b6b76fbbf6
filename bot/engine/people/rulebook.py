"""The config and the directory as decisions see them: rules, and who has which right."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.state.people import Links, key_of, keys_of, name_authors
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.changes import Change
from bot.domain.terms.place import UNREAD, Place, PlacePolicy, rules_of
from bot.domain.terms.rules import ANYONE, NO_ONE, Mode, Right, Rules
from bot.engine.people.admission import Standing, standing_of
from bot.ports.directory import Directory, Person

FALLBACK: Mapping[Right, Right] = {
    Right.PROMOTE: Right.START,
    Right.ADOPT: Right.START,
    Right.PAUSE: Right.ROLLBACK,
}
"""A right the config does not give goes with another: stopping with taking back, moving with
starting. Overriding goes with nothing."""
PROGRAM = "api:"
"""What ids of those begin with who ask over the API: programs, whoever wrote them."""
NAMED = {ANYONE: "any full member"}
BY_DEFAULT: Mapping[Right, tuple[str, ...]] = {
    Right.ROLLBACK: (ANYONE,),
    Right.READ: (ANYONE,),
}
WITHOUT_DIRECTORY = frozenset({Right.ROLLBACK, Right.READ})
"""What is left while nobody can tell who is who: taking back, and seeing what to take back."""
RIGHTS_OPEN: Mapping[Standing, frozenset[Right]] = {
    Standing.MEMBER: frozenset(Right),
    Standing.REMEMBERED: WITHOUT_DIRECTORY,
    Standing.STRANGER: frozenset(),
    Standing.UNPLACED: frozenset(),
}


class PeopleEntry(Protocol):
    """An entry of `[people]`."""

    @property
    def users(self) -> tuple[str, ...]: ...

    @property
    def emails(self) -> tuple[str, ...]: ...

    @property
    def group(self) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What one reading of the config says; a reload replaces it whole.

    `accounts` is the person of each account and e-mail, in the form of identity.key_of.
    """

    places: Mapping[Place, PlacePolicy] = field(default_factory=dict)
    people: Mapping[str, PeopleEntry] = field(default_factory=dict)
    accounts: Mapping[str, str] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def services(self) -> dict[Place, Rules]:
        """The places that can be released; `places` has those with a mistake as well."""
        return rules_of(self.places)

    def at(self, place: Place) -> PlacePolicy:
        return self.places.get(place, UNREAD)


async def nobody_linked() -> Links:
    return Links()


class Rulebook:
    """`policy` may be replaced at any time; each question is answered from the present one."""

    def __init__(
        self,
        policy: Policy,
        directory: Directory,
        links: Callable[[], Awaitable[Links]] = nobody_linked,
    ) -> None:
        self.policy = policy
        self.directory = directory
        self.links = links
        self._last_by_email: dict[str, str] = {}

    def at(self, place: Place) -> PlacePolicy:
        """What the config says of a place; UNREAD where it says nothing, or nothing usable."""
        return self.policy.at(place)

    def following(self, service: str, environment: str) -> tuple[Rules, ...]:
        """The environments of a service that begin by themselves after this one."""
        every = (rules for _, rules in sorted(self.policy.services.items()))
        return tuple(
            each
            for each in every
            if each.advance and (each.service, each.after) == (service, environment)
        )

    def advised(self) -> tuple[Rules, ...]:
        """Where deploys are made elsewhere, and only watched."""
        every = (rules for _, rules in sorted(self.policy.services.items()))
        return tuple(rules for rules in every if rules.mode is Mode.ADVISE)

    @property
    def calendar(self) -> Calendar:
        """What the config says of when; what people set beside it stands in the record."""
        return self.policy.calendar

    async def rights(
        self, person: str, rules: Rules | None, among: Collection[Right] = tuple(Right)
    ) -> frozenset[Right]:
        """Fresh at each act. Strangers have none, nor has who cannot be known; with the directory
        down only WITHOUT_DIRECTORY is left, to the members last known."""
        if rules is None:
            return frozenset()
        open_to = RIGHTS_OPEN[await standing_of(person, self.directory)]
        asked = [right for right in among if right in open_to]
        held = [right for right in asked if await self._has(person, right, rules)]
        return frozenset(held)

    async def holds_anywhere(self, person: str, right: Right) -> bool:
        """Whether a person has a right in at least one place."""
        for rules in self._each_way(right).values():
            if right in await self.rights(person, rules):
                return True
        return False

    def who_may_anywhere(self, right: Right) -> tuple[str, ...]:
        """Whom to ask for a right, in the config's words."""
        named = (name for names in self._each_way(right) for name in names)
        return tuple(names_to_ask(dict.fromkeys(named)))

    def _each_way(self, right: Right) -> Mapping[tuple[str, ...], Rules]:
        """One place for each list of names that a right is given to."""
        return {names_given(rules, right): rules for rules in self.policy.services.values()}

    async def role(self, person: str, right: Right, rules: Rules) -> str:
        """The names of the config through which a person has a right, as it gives them."""
        names = names_given(rules, right)
        held = [
            name for name in names if name != ANYONE and person in await self._members(name, right)
        ]
        return ", ".join(held or [name for name in names if name == ANYONE])

    async def _has(self, person: str, right: Right, rules: Rules) -> bool:
        for name in names_given(rules, right):
            if name == ANYONE or person in await self._members(name, right):
                return True
        return False

    async def everyone_in(self, name: str) -> frozenset[str] | None:
        """Those whom a name of the config stands for, for a poll; None where that cannot be known
        now."""
        people = self.policy.people.get(name)
        if people is None:
            return None
        ask = self.directory
        members = await ask.members(people.group, urgent=False) if people.group else frozenset()
        mailed = [await ask.by_email(email, urgent=False) for email in people.emails]
        if members is None:
            return None
        return frozenset({*people.users, *members, *filter(None, mailed)})

    async def _members(self, name: str, right: Right) -> frozenset[str]:
        people = self.policy.people.get(name)
        if people is None:
            return frozenset()
        group = await self._group(people.group, right) if people.group else None
        mailed = [await self._by_email(email, right) for email in people.emails]
        return frozenset({*people.users, *(group or ()), *filter(None, mailed)})

    async def _by_email(self, email: str, right: Right) -> str | None:
        present = await self.directory.by_email(email)
        if present is not None:
            self._last_by_email[email] = present
            return present
        return self._last_by_email.get(email) if right in WITHOUT_DIRECTORY else None

    async def _group(self, group: str, right: Right) -> frozenset[str] | None:
        present = await self.directory.members(group)
        if present is None and right in WITHOUT_DIRECTORY:
            return self.directory.last_members(group)
        return present

    def who_may(
        self, rules: Rules | None, among: Collection[Right] = tuple(Right)
    ) -> Mapping[Right, str]:
        """Per right, whom to ask, in the config's words."""
        if rules is None:
            return {}
        return {right: ", ".join(names_to_ask(names_given(rules, right))) for right in among}

    async def named(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The same changes, with the people behind their authors as far as they are known."""
        links = await self.links()
        keys = {key for each in changes for author in each.authors for key in keys_of(author)}
        return name_authors(changes, await self.people_behind(keys), links.claimed)

    async def people_behind(self, keys: Iterable[str]) -> Mapping[str, str]:
        """Per account or e-mail whose it is: by the config, by Slack's own e-mail, by a link."""
        confirmed = (await self.links()).confirmed
        found = {
            key: self.policy.accounts.get(key) or await self._mailed(key) or confirmed.get(key)
            for key in keys
        }
        return {key: person for key, person in found.items() if person}

    async def _mailed(self, key: str) -> str | None:
        return await self.directory.by_email(key) if "@" in key else None

    async def accounts(self, person: str) -> tuple[str, ...]:
        """What a person is known by in version control: the config's words, and their e-mail."""
        return self._accounts(person, await self.directory.person(person), await self.links())

    async def accounts_among(self, people: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """The same of many, none of whom has to stand at the door."""
        people, links = tuple(people), await self.links()
        known = await self.directory.look_up(people)
        return {each: self._accounts(each, known.get(each), links) for each in people}

    def _accounts(self, person: str, known: Person | None, links: Links) -> tuple[str, ...]:
        told = [key for key, whose in self.policy.accounts.items() if whose == person]
        mailed = [key_of(known.email)] if known is not None and known.email else []
        linked = [key for key, whose in links.confirmed.items() if whose == person]
        return tuple(dict.fromkeys((*told, *linked, *mailed)))

    def seats(self) -> tuple[str, ...]:
        """The names of all seats there are."""
        polls = [rules.poll for rules in self.policy.services.values() if rules.poll]
        return tuple(sorted({seat.name for poll in polls for seat in poll.seats}))

    async def holds_seat(self, person: str, seat: str) -> bool:
        """Whether somebody fills a seat of this name anywhere, in their own right."""
        polls = [rules.poll for rules in self.policy.services.values() if rules.poll]
        named = {
            name
            for poll in polls
            for each in poll.seats
            if each.name == seat
            for name in each.people
        }
        found = [await self.everyone_in(name) for name in sorted(named)]
        return any(person in (people or ()) for people in found)

    async def is_member(self, person: str) -> bool | None:
        """Whether it is a person who is a full member; a program never is one. None: not known."""
        return (await self.members_among([person]))[person]

    async def members_among(self, people: Iterable[str]) -> Mapping[str, bool | None]:
        """The same of many, none of whom has to stand at the door."""
        people = tuple(people)
        known = await self.directory.look_up(people)
        found: dict[str, bool | None] = {each: who.is_member for each, who in known.items()}
        return {each: not each.startswith(PROGRAM) and found.get(each) for each in people}

    async def who(self, rules: Rules, right: Right) -> tuple[str, ...]:
        """The ids of those who hold a right by name, for mentions; not everybody."""
        ids: set[str] = set()
        for name in names_given(rules, right):
            ids |= await self._members(name, right)
        return tuple(sorted(ids))


def names_given(rules: Rules, right: Right) -> tuple[str, ...]:
    """Names the config gives a right to, directly or by what the right goes with."""
    if right in rules.may:
        return rules.may[right]
    if right in FALLBACK:
        return names_given(rules, FALLBACK[right])
    return BY_DEFAULT.get(right, ())


def names_to_ask(names: Iterable[str]) -> list[str]:
    return [NAMED.get(name, name) for name in names if name != NO_ONE]
