"""The outbox rows of a poll: its message, and what each person asked is told aside."""

from collections.abc import Callable, Mapping

from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.state.moves import Do
from bot.domain.state.release import Release
from bot.domain.state.vote import Poll

MOST_ASIDE = 20
"""People who are told directly; a larger group reads it in the channel."""
ASIDE = "poll-aside"


def slot_of(release: Release, kind: Do, slot: str) -> str:
    """Each round of a poll has a message of its own: what was voted on stays readable."""
    if kind is not Do.POLL or release.poll is None:
        return slot
    return f"{slot}/{release.poll.round}"


def people_for(release: Release, fact: Fact, kind: Do) -> tuple[str, ...] | None:
    """Whom an effect is for, one row each; None where it is not for people one by one."""
    if kind not in PEOPLE:
        return None
    return PEOPLE[kind](release.poll, fact) if release.poll else ()


def _asked(poll: Poll, _fact: Fact) -> tuple[str, ...]:
    return poll.asked()[:MOST_ASIDE]


def _concerned(poll: Poll, fact: Fact) -> tuple[str, ...]:
    """A ballot changes what its voter sees, an end what everybody sees."""
    return (fact.by,) if isinstance(fact, p.BallotCast) else _asked(poll, fact)


def _silent(_poll: Poll, fact: Fact) -> tuple[str, ...]:
    return fact.people[:MOST_ASIDE] if isinstance(fact, p.PollReminded) else ()


PEOPLE: Mapping[Do, Callable[[Poll, Fact], tuple[str, ...]]] = {
    Do.POLL_ASIDE: _asked,
    Do.POLL_ASIDE_EDIT: _concerned,
    Do.POLL_REMIND: _silent,
}
