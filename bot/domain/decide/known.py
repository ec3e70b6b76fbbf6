"""What a decision may look at beside the release, and the shape of its answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol, TypeAlias

from bot.domain.facts.fact import Fact
from bot.domain.intents.release import Intent
from bot.domain.state.calendar import Declared
from bot.domain.state.people import Links
from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState
from bot.domain.state.vote import Electorate
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.place import PlacePolicy
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Right


class Need(Enum):
    """What a decider names of Known, and nothing else is read; rights come with an intent."""

    HERE = auto()
    SERVICE = auto()
    EARLIER = auto()
    LIVE = auto()
    CALENDAR = auto()
    APPROVERS = auto()
    VOTERS = auto()
    ABOUT = auto()


NOTHING: frozenset[Need] = frozenset()
FORWARD = frozenset({Need.HERE, Need.SERVICE, Need.CALENDAR})
"""What going forward takes, whatever else was looked at: the calendar and its exceptions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Read fresh at the moment of the act, as far as it was named: what was not stays empty.

    `here` is what the config says of the place; where it gives no rules, they are those that the
    release is pinned to. `rights` are those of the actor here that the intent asks for, and
    `who_may` names, for each of them, whom the config gives it to. `live` is the release that
    holds the claim. `earlier` is the service in the environment it must be certified in first.
    `approvers` are those who may agree to the next step, None where that cannot be known just now;
    `accounts` is what the actor is called in version control. `electorate` is who may vote, where
    a poll stands before the release; `waived` names gates that a recorded override, or an
    emergency, lets it past. `about` is the release that an override or a look back is about.
    `calendar` has every window.
    """

    here: PlacePolicy = field(default_factory=PlacePolicy)
    rights: frozenset[Right] = frozenset()
    service: ServiceState = field(default_factory=ServiceState)
    earlier: ServiceState | None = None
    live: Release | None = None
    who_may: Mapping[Right, str] = field(default_factory=dict)
    approvers: frozenset[str] | None = frozenset()
    accounts: tuple[str, ...] = ()
    waived: frozenset[str] = frozenset()
    about: Release | None = None
    electorate: Electorate = field(default_factory=Electorate)
    calendar: Calendar = field(default_factory=Calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class HouseKnown:
    """The same for what is asked of no one place.

    `rights` are the actor's where the intent reaches, and `who_may` whom any place gives them to.
    `owner` is whose an account is already, as far as it is known without asking anybody; `seats`
    are those of every vote, `fills` those that the actor fills, and `is_member` is of whoever is
    to fill one.
    """

    rights: frozenset[Right] = frozenset()
    who_may: Mapping[Right, str] = field(default_factory=dict)
    zone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict)
    declared: Declared = field(default_factory=Declared)
    links: Links = field(default_factory=Links)
    owner: str | None = None
    seats: tuple[str, ...] = ()
    fills: bool = False
    is_member: bool | None = None


class Entitled(Protocol):
    """What tells whether the actor has a right, and who else."""

    @property
    def rights(self) -> frozenset[Right]: ...

    @property
    def who_may(self) -> Mapping[Right, str]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`facts` are of the release decided on, `also` of other streams, in order.

    `note` is what the asker is told.
    """

    facts: Sequence[Fact] = ()
    also: Sequence[tuple[str, Fact]] = ()
    note: str = ""


Decision: TypeAlias = Decided | Refusal


def refuse_unentitled(
    intent: Intent | type[Intent], known: Entitled, not_done: str, anywhere: str = ""
) -> Refusal | None:
    """A refusal where the actor lacks the right that an intent needs.

    `anywhere` is the remedy where nobody has it, of an intent that is about no one place.
    """
    right = intent.right
    if right is None:
        return None
    if not anywhere or right in known.rights:
        return refuse_without_right(known, right, not_done)
    who = known.who_may.get(right, "")
    sentence = f"{not_done}: you do not have the right to {right} anywhere."
    return Refusal(Code.NO_RIGHT, sentence, f"Ask {who}." if who else anywhere)


def refuse_without_right(known: Entitled, right: Right, what: str) -> Refusal | None:
    """A refusal where the actor lacks the right, naming who has it."""
    if right in known.rights:
        return None
    who = known.who_may.get(right, "")
    remedy = f"Ask {who}." if who else f"Nobody has it: add may.{right} to the service's config."
    return Refusal(Code.NO_RIGHT, f"{what}: you do not have the right to {right} here.", remedy)
