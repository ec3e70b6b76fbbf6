"""Who may vote in a poll, and for which seat; asked anew at every act."""

from dataclasses import replace
from datetime import datetime

from bot.domain.decide.people import cannot_approve
from bot.domain.facts import vote as p
from bot.domain.state.release import Release
from bot.domain.state.vote import Electorate, Poll, Tally, tally
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Seat

NOT_COUNTED = "Not counted"


def refuse_voter(person: str, release: Release, electorate: Electorate) -> Refusal | None:
    """Why a person may not vote here at all, whatever seat they hold."""
    own = cannot_approve(release, person, electorate.accounts.get(person, ()))
    if own is not None:
        return own
    member = electorate.members.get(person)
    if member is None:
        return Refusal(
            Code.MEMBER_UNKNOWN,
            f"{NOT_COUNTED}: I cannot look up just now whether you are a full member here.",
            "Vote again in a minute.",
        )
    return None if member else NOT_A_MEMBER


NOT_A_MEMBER = Refusal(
    Code.NOT_A_MEMBER,
    f"{NOT_COUNTED}: only full members of this workspace vote; guests, bots and people who left "
    "do not.",
    "Somebody else who holds the seat can vote.",
)


def may_fill(
    person: str, release: Release, electorate: Electorate, now: datetime
) -> dict[str, str]:
    """The seats that a person may fill now, and on whose behalf (empty: their own)."""
    if refuse_voter(person, release, electorate) is not None:
        return {}
    found: dict[str, str] = {}
    for seat, people in electorate.seats.items():
        if person in (people or ()):
            found[seat] = ""
        elif giver := _on_behalf_of(person, seat, release, electorate, now):
            found[seat] = giver
    return found


def _on_behalf_of(
    person: str, seat: str, release: Release, electorate: Electorate, now: datetime
) -> str:
    """Who delegated the seat to this person and could fill it themselves; the newest of them."""
    holders = electorate.seats.get(seat) or frozenset()
    for given in reversed(delegations(electorate.delegated, seat, now)):
        able = given.by in holders and refuse_voter(given.by, release, electorate) is None
        if given.to == person and able:
            return given.by
    return ""


def delegations(
    recorded: tuple[p.Delegated, ...], seat: str, now: datetime
) -> tuple[p.Delegated, ...]:
    """What counts of a seat's delegations: the newest of each giver, while it is valid."""
    newest = {each.by: each for each in recorded if each.seat == seat}
    return tuple(each for each in newest.values() if now < each.until and each.to != each.by)


def count_votes(release: Release, poll: Poll, electorate: Electorate, now: datetime) -> Tally:
    """How the poll stands, by the rights that people have at this moment."""
    voters = {ballot.by for ballot in poll.standing()}
    return tally(poll, {each: may_fill(each, release, electorate, now) for each in sorted(voters)})


def presume_members(electorate: Electorate) -> Electorate:
    """Who is to be asked: a directory that is silent now may answer when they vote."""
    members = {person: member is not False for person, member in electorate.members.items()}
    return replace(electorate, members=members)


def chairs_of(
    release: Release, seats: tuple[Seat, ...], electorate: Electorate, now: datetime
) -> tuple[p.Chair, ...]:
    """The seats with everybody who can fill them; who is not known just now may be a member."""
    electorate = presume_members(electorate)
    people = {person for each in electorate.seats.values() for person in each or ()}
    people |= {given.to for given in electorate.delegated}
    can = {person: may_fill(person, release, electorate, now) for person in sorted(people)}
    return tuple(
        p.Chair(
            seat=seat.name,
            kind=seat.kind,
            able=tuple(person for person, able in can.items() if seat.name in able),
        )
        for seat in seats
    )


def callers_of(release: Release, electorate: Electorate) -> tuple[str, ...]:
    electorate = presume_members(electorate)
    people = sorted(electorate.callers or ())
    return tuple(each for each in people if refuse_voter(each, release, electorate) is None)
