"""One sentence per fact of a poll, for the log and `why`; see bot.render.release.timeline."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.terms.units import spell
from bot.render.kit.voice import NameOf, because


def _opened(fact: p.PollOpened, _name: NameOf) -> str:
    seats = ", ".join(chair.seat for chair in fact.chairs)
    wait = spell(fact.closes_at - fact.at)
    again = " again" if fact.round > 1 else ""
    return f"checked and ready; people are asked{again} ({seats}), a no-go in {wait} without them"


def _cast(fact: p.BallotCast, name: NameOf) -> str:
    behalf = f", for {name(fact.on_behalf_of)}" if fact.on_behalf_of else ""
    return f"{name(fact.by)} says {fact.choice} as {fact.seat}{behalf}{because(fact.because)}"


def _reminded(fact: p.PollReminded, name: NameOf) -> str:
    if not fact.people:
        return "nobody was left to be reminded of the vote"
    people = ", ".join(map(name, fact.people[:5]))
    more = f" and {len(fact.people) - 5} more" if len(fact.people) > 5 else ""
    return f"reminded of the vote: {people}{more}"


def _gone(fact: p.GoGiven, name: NameOf) -> str:
    seats = ", ".join(f"{name(each.person)} as {each.seat}" for each in fact.filled)
    final = f"; the final word by {name(fact.caller)}" if fact.caller else ""
    answers = f"; advice against it was answered: {fact.answers}" if fact.answers else ""
    valid = spell(fact.valid_until - fact.at)
    return f"GO: {seats}{final}{answers}; valid for {valid}; checked once more before it moves"


def _no_go(fact: p.NoGoGiven, name: NameOf) -> str:
    said = "; ".join(reason.sentence for reason in fact.reasons)
    return f"NO-GO by {name(fact.by)}{because(said)}"


def _expired(fact: p.PollExpired, _name: NameOf) -> str:
    said = "; ".join(reason.sentence for reason in fact.reasons)
    return f"NO-GO: nobody moved it in time{because(said)}"


def _voided(fact: p.PollVoided, _name: NameOf) -> str:
    return f"the vote is void ({fact.because}); it is checked and asked about again"


def _late(fact: p.GoExpired, _name: NameOf) -> str:
    return f"{fact.because}; it is checked and asked about again"


def _delegated(fact: p.Delegated, name: NameOf) -> str:
    if fact.to == fact.by:
        return f"{name(fact.by)} fills the seat {fact.seat} again"
    span = spell(fact.until - fact.at)
    return f"{name(fact.by)} lets {name(fact.to)} fill the seat {fact.seat} for {span}"


SAID: Mapping[type[Fact], Callable[[Any, NameOf], str]] = {
    p.PollOpened: _opened,
    p.BallotCast: _cast,
    p.PollReminded: _reminded,
    p.GoGiven: _gone,
    p.NoGoGiven: _no_go,
    p.PollExpired: _expired,
    p.PollVoided: _voided,
    p.GoExpired: _late,
    p.Delegated: _delegated,
}
