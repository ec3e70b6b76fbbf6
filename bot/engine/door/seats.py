"""The seats of a release that is only thought of: who could fill them now, and who not and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.decide.vote.open import poll_before
from bot.domain.decide.vote.who import may_fill, refuse_voter
from bot.domain.facts.fact import Fact
from bot.domain.facts.vote import DELEGATIONS
from bot.domain.state.release import Release
from bot.domain.state.vote import Electorate, assign_seats
from bot.domain.terms.rules import Seat, SeatKind
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.history import History
from bot.engine.record.voters import electorate


@dataclass(frozen=True, slots=True, kw_only=True)
class Seating:
    """`able` may fill it now; `barred` hold it and may not, with why.

    `unknown`: it cannot be looked up just now who holds it. `filled` is False where it stays open
    even if everybody votes: one person fills one seat.
    """

    seat: Seat
    able: tuple[str, ...]
    barred: tuple[tuple[str, str], ...]
    unknown: bool
    filled: bool

    @property
    def stops_it(self) -> bool:
        """Whether no go can come about."""
        return not self.filled and self.seat.kind is not SeatKind.ADVICE


async def find_seats(
    release: Release, book: Rulebook, history: History, now: datetime
) -> tuple[Seating, ...]:
    """Every seat of the poll that would stand before it; none where nobody is asked."""
    rules = poll_before(release)
    if rules is None:
        return ()
    recorded: list[Fact] = await history.facts(DELEGATIONS)
    voters = await electorate(book, release, rules, release.requested_by, recorded)
    return seated(release, rules.seats, voters, now)


def seated(
    release: Release, seats: tuple[Seat, ...], voters: Electorate, now: datetime
) -> tuple[Seating, ...]:
    people = {each for holders in voters.seats.values() for each in holders or ()}
    people |= {given.to for given in voters.delegated}
    can = {person: tuple(may_fill(person, release, voters, now)) for person in sorted(people)}
    ordered = sorted(seats, key=lambda seat: seat.kind is SeatKind.ADVICE)
    filled = assign_seats([seat.name for seat in ordered], can)
    return tuple(_of(seat, release, voters, can, seat.name in filled) for seat in seats)


def _of(
    seat: Seat,
    release: Release,
    voters: Electorate,
    can: Mapping[str, tuple[str, ...]],
    filled: bool,
) -> Seating:
    holders = voters.seats.get(seat.name)
    refusals = ((person, refuse_voter(person, release, voters)) for person in sorted(holders or ()))
    return Seating(
        seat=seat,
        able=tuple(person for person, able in can.items() if seat.name in able),
        barred=tuple((person, why.sentence) for person, why in refusals if why is not None),
        unknown=holders is None,
        filled=filled,
    )
