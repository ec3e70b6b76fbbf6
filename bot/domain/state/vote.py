"""A poll as its facts tell it, and how its ballots stand. A machine inside the release."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.terms.rules import SeatKind

FINAL = "final word"
"""The seat of whoever has the final word; no seat of a config can have this name."""


class PollOutcome(StrEnum):
    """How a round ended."""

    GO = "go"
    NO_GO = "no-go"
    EXPIRED = "expired"
    VOID = "void"
    CANCELLED = "cancelled"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Poll:
    """One round. `ballots` are all of them in order; what counts is `standing`."""

    round: int
    digest: str
    opened_at: datetime
    closes_at: datetime
    chairs: tuple[p.Chair, ...]
    callers: tuple[str, ...]
    quorum: int
    again: str = ""
    ballots: tuple[p.BallotCast, ...] = ()
    reminded_at: datetime | None = None
    reminds_at: datetime | None = None
    outcome: PollOutcome | None = None
    because: str = ""
    ended_at: datetime | None = None
    go: p.GoGiven | None = None

    @property
    def is_open(self) -> bool:
        return self.outcome is None

    def chair(self, seat: str) -> p.Chair | None:
        return next((chair for chair in self.chairs if chair.seat == seat), None)

    def kind(self, seat: str) -> SeatKind | None:
        chair = self.chair(seat)
        return chair.kind if chair else None

    def needed(self) -> tuple[str, ...]:
        return tuple(each.seat for each in self.chairs if each.kind is not SeatKind.ADVICE)

    def standing(self) -> tuple[p.BallotCast, ...]:
        """The last ballot of each person, in the order they were cast."""
        last = {ballot.by: ballot for ballot in self.ballots}
        return tuple(ballot for ballot in self.ballots if last[ballot.by] is ballot)

    def ballot_of(self, person: str) -> p.BallotCast | None:
        return next((each for each in self.standing() if each.by == person), None)

    def plus(self, ballot: p.BallotCast) -> "Poll":
        return replace(self, ballots=(*self.ballots, ballot))

    def unheard(self) -> tuple[str, ...]:
        """Who could fill a seat when it opened, and has said nothing."""
        able = [person for chair in self.chairs for person in chair.able]
        return tuple(each for each in dict.fromkeys(able) if self.ballot_of(each) is None)

    def asked(self) -> tuple[str, ...]:
        """Everybody who could fill a seat when it opened, or has the final word."""
        able = [person for chair in self.chairs for person in chair.able]
        return tuple(dict.fromkeys([*able, *self.callers]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Electorate:
    """Who may vote, read fresh at the moment of the act.

    `seats` gives the people of each seat, None where it could not be known; the same for
    `callers`. `members` says who is a full member of the workspace, None: not known just now.
    `accounts` are what each is known by in version control. `delegated` is every delegation that
    was recorded, oldest first.
    """

    seats: Mapping[str, frozenset[str] | None] = field(default_factory=dict)
    callers: frozenset[str] | None = frozenset()
    members: Mapping[str, bool | None] = field(default_factory=dict)
    accounts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    delegated: tuple[p.Delegated, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How a poll stands: filled seats, needed ones without a go, who is against, who advises no."""

    filled: tuple[p.Filled, ...]
    missing: tuple[str, ...]
    against: tuple[p.BallotCast, ...]
    advice: tuple[p.BallotCast, ...]
    quorum: int

    @property
    def given(self) -> int:
        return len(self.filled)

    @property
    def is_complete(self) -> bool:
        return not self.missing and not self.against and self.given >= self.quorum


def tally(poll: Poll, may_fill: Mapping[str, Mapping[str, str]]) -> Tally:
    """How it stands; `may_fill` gives each person's seats now, and on whose behalf."""
    standing = [ballot for ballot in poll.standing() if may_fill.get(ballot.by)]
    goes = [ballot.by for ballot in standing if ballot.choice is p.Choice.GO]
    seated = assign_seats(
        in_order(poll.chairs), {person: tuple(may_fill[person]) for person in goes}
    )
    filled = tuple(
        p.Filled(seat=seat, person=person, on_behalf_of=may_fill[person][seat])
        for seat, person in seated.items()
    )
    noes = [ballot for ballot in standing if ballot.choice is p.Choice.NO_GO]
    against = tuple(each for each in noes if _blocks(poll, may_fill[each.by]))
    return Tally(
        filled=filled,
        missing=tuple(seat for seat in poll.needed() if seat not in seated),
        against=against,
        advice=tuple(each for each in noes if each not in against),
        quorum=poll.quorum,
    )


def _blocks(poll: Poll, seats: Iterable[str]) -> bool:
    return any(poll.kind(seat) not in (SeatKind.ADVICE, None) for seat in seats)


def in_order(chairs: Sequence[p.Chair]) -> tuple[str, ...]:
    """Seats as they are filled: those that are needed first."""
    ordered = sorted(chairs, key=lambda chair: chair.kind is SeatKind.ADVICE)
    return tuple(chair.seat for chair in ordered)


def assign_seats(seats: Sequence[str], people: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Seat to person: as many seats as can be filled, each person in one, the first seats first."""
    seated: dict[str, str] = {}
    for seat in seats:
        _seat_somebody(seat, people, seated, set())
    return {seat: seated[seat] for seat in seats if seat in seated}


def _seat_somebody(
    seat: str, people: Mapping[str, Sequence[str]], seated: dict[str, str], tried: set[str]
) -> bool:
    """Whoever sits elsewhere moves where that makes room; nobody loses a seat by it."""
    for person, able in people.items():
        if seat not in able or person in tried:
            continue
        tried.add(person)
        held = next((other for other, sitter in seated.items() if sitter == person), None)
        if held is None or _seat_somebody(held, people, seated, tried):
            seated[seat] = person
            return True
    return False


# ---------------------------------------------------------------- what a round learns


def open_round(fact: p.PollOpened, before: Sequence[Poll]) -> tuple[Poll, ...]:
    """The rounds, with this one as the last."""
    again = before[-1].because if before else ""
    fresh = Poll(
        round=fact.round,
        digest=fact.digest,
        opened_at=fact.at,
        closes_at=fact.closes_at,
        chairs=fact.chairs,
        callers=fact.callers,
        quorum=fact.quorum,
        again=again,
        reminds_at=fact.reminds_at,
    )
    return (*before, fresh)


def with_last(polls: Sequence[Poll], **changes: Any) -> tuple[Poll, ...]:
    """The rounds, the last one changed."""
    return (*polls[:-1], replace(polls[-1], **changes)) if polls else ()


def add_ballot(fact: p.BallotCast, polls: Sequence[Poll]) -> tuple[Poll, ...]:
    return with_last(polls, ballots=(*polls[-1].ballots, fact)) if polls else ()


def note_reminder(fact: p.PollReminded, polls: Sequence[Poll]) -> tuple[Poll, ...]:
    return with_last(polls, reminded_at=fact.at, reminds_at=fact.reminds_at)


def note_go(fact: p.GoGiven, polls: Sequence[Poll]) -> tuple[Poll, ...]:
    return with_last(polls, outcome=PollOutcome.GO, go=fact, ended_at=fact.at)


def close_round(
    fact: p.NoGoGiven | p.PollExpired, polls: Sequence[Poll], outcome: PollOutcome
) -> tuple[Poll, ...]:
    because = " ".join(reason.sentence for reason in fact.reasons)
    return with_last(polls, outcome=outcome, because=because, ended_at=fact.at)


def cancel_round(fact: Fact, polls: Sequence[Poll]) -> tuple[Poll, ...]:
    if not polls or not polls[-1].is_open:
        return tuple(polls)
    return with_last(polls, outcome=PollOutcome.CANCELLED, ended_at=fact.at)


def void_round(fact: p.PollVoided | p.GoExpired, polls: Sequence[Poll]) -> tuple[Poll, ...]:
    return with_last(polls, outcome=PollOutcome.VOID, because=fact.because, ended_at=fact.at)
