"""Who may vote on a release, looked up at the moment of the act; what is not known is None."""

from collections.abc import Iterable
from dataclasses import replace

from bot.domain.decide.known import Known
from bot.domain.decide.vote.open import poll_before
from bot.domain.facts import vote as p
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.people import PEOPLE_STREAM
from bot.domain.intents.release import Intent
from bot.domain.state.moves import BEFORE_FLIGHT
from bot.domain.state.people import Links, evolve_links
from bot.domain.state.release import Release
from bot.domain.state.vote import Electorate
from bot.domain.terms.rules import PollRules
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.codec import fact_of
from bot.engine.record.history import History
from bot.ports.store import Store

MOST = 200
"""People looked up for one act; whoever comes after them is not known."""


async def with_voters(
    known: Known, release: Release, intent: Intent, book: Rulebook, history: History
) -> Known:
    """The same with who may vote, where a poll stands before the release."""
    rules = poll_before(release)
    if rules is None or release.state not in BEFORE_FLIGHT:
        return known
    recorded = await history.facts(p.DELEGATIONS)
    return replace(known, electorate=await electorate(book, release, rules, intent.by, recorded))


async def electorate(
    book: Rulebook, release: Release, rules: PollRules, by: str, recorded: Iterable[Fact]
) -> Electorate:
    """Everybody who may vote, and what has to be known of them."""
    delegated = tuple(fact for fact in recorded if isinstance(fact, p.Delegated))
    seats = {seat.name: await _together(book, seat.people) for seat in rules.seats}
    callers = await _together(book, rules.caller)
    people = _asked_about(release, by, seats, callers, delegated)
    return Electorate(
        seats=seats,
        callers=callers,
        members=await book.members_among(people),
        accounts=await book.accounts_among(people),
        delegated=delegated,
    )


async def _together(book: Rulebook, names: tuple[str, ...]) -> frozenset[str] | None:
    """Everybody of several entries; None where one of them could not be known."""
    found = [await book.everyone_in(name) for name in names]
    if any(people is None for people in found):
        return None
    return frozenset(person for people in found for person in people or ())


def _asked_about(
    release: Release,
    by: str,
    seats: dict[str, frozenset[str] | None],
    callers: frozenset[str] | None,
    delegated: tuple[p.Delegated, ...],
) -> tuple[str, ...]:
    """Whoever acts first, then those who voted: they must never fall off the end."""
    voted = [ballot.by for ballot in release.poll.ballots] if release.poll else []
    holders = sorted(person for people in seats.values() for person in people or ())
    given = [each for fact in delegated for each in (fact.to, fact.by)]
    every = dict.fromkeys([by, *voted, *sorted(callers or ()), *holders, *given])
    return tuple(person for person in every if person != BOT)[:MOST]


class Linked:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._links = Links()
        self._seen = 0

    async def links(self) -> Links:
        for event in await self._store.load(PEOPLE_STREAM, after=self._seen):
            # Two who read at once meet the same events; each counts once.
            if event.version == self._seen + 1:
                self._links = evolve_links(self._links, fact_of(event))
                self._seen = event.version
        return self._links
