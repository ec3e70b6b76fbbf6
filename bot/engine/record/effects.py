"""Effects read off the table: each kind of Do becomes a row of the outbox. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from bot.domain.decide.alarm import ALARMS, name_of
from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.state.moves import Do
from bot.domain.state.release import Release
from bot.domain.state.vote import Poll
from bot.domain.terms.strategy import Desired
from bot.engine.record.codec import plain
from bot.ports.store import Json, NewEffect

WORLD = "world"
CHAT = "chat"
PAGE = "page"
TIMER = "timer"
ADVANCE = "advance"
GATE = "gate"


@dataclass(frozen=True, slots=True)
class EffectRow:
    """How one kind of effect is kept: who performs it, what it replaces unsent, how urgent."""

    lane: str
    slot: str
    priority: int


MOVE = "move"
MOST_ASIDE = 20
"""People who are told directly; a larger group reads it in the channel."""
ASIDE = "poll-aside"
ROWS: Mapping[Do, EffectRow] = {
    Do.ROLL_BACK: EffectRow(WORLD, MOVE, 0),
    Do.PAGE: EffectRow(PAGE, "page", 0),
    Do.ALERT: EffectRow(CHAT, "alert", 0),
    Do.ALERT_STUCK: EffectRow(CHAT, "alert-stuck", 0),
    Do.ALERT_EDIT: EffectRow(CHAT, "alert-edit", 2),
    Do.ALERT_OVER: EffectRow(CHAT, "alert-over", 1),
    Do.PAGE_LOW: EffectRow(PAGE, "page-low", 2),
    Do.RESOLVE_PAGE: EffectRow(PAGE, "page-resolve", 3),
    Do.ASK: EffectRow(CHAT, "ask", 3),
    Do.ASK_EDIT: EffectRow(CHAT, "ask-edit", 6),
    Do.ASK_GATE: EffectRow(GATE, "ask-gate", 5),
    Do.PREFLIGHT: EffectRow(WORLD, "preflight", 5),
    Do.APPLY: EffectRow(WORLD, MOVE, 5),
    Do.FINISH: EffectRow(WORLD, MOVE, 5),
    Do.ADVANCE: EffectRow(ADVANCE, "advance", 15),
    Do.POLL: EffectRow(CHAT, "poll", 4),
    Do.POLL_ASIDE: EffectRow(CHAT, ASIDE, 6),
    Do.POLL_ASIDE_EDIT: EffectRow(CHAT, ASIDE, 15),
    Do.POLL_REMIND: EffectRow(CHAT, "poll-remind", 7),
    Do.CARD: EffectRow(CHAT, "card", 20),
    Do.TELL_STARTER: EffectRow(CHAT, "tell-starter", 25),
    Do.LOG: EffectRow(CHAT, "log", 30),
    **{
        kind: EffectRow(TIMER, f"alarm/{name_of(kind)}", alarm.priority)
        for kind, alarm in ALARMS.items()
    },
}
DESIRED: Mapping[Do, Callable[[Release], Desired]] = {
    Do.APPLY: Release.forward,
    Do.ROLL_BACK: Release.back,
    Do.FINISH: Release.finish,
}


def rows_for(release: Release, fact: Fact, kinds: frozenset[Do]) -> tuple[NewEffect, ...]:
    """The outbox rows of one fact; `release` is what it is after that fact."""
    return tuple(row for kind in sorted(kinds) for row in _rows_of(release, fact, kind))


def _rows_of(release: Release, fact: Fact, kind: Do) -> tuple[NewEffect, ...]:
    row = row_for(release, fact, kind)
    people = people_for(release, fact, kind)
    if row is None or people is None:
        return (row,) if row is not None else ()
    return tuple(aside(row, person) for person in people)


def aside(row: NewEffect, person: str) -> NewEffect:
    """The row of one person among several who are told the same."""
    return replace(
        row,
        key=f"{row.key}/{person}",
        slot=f"{row.slot}/{row.body['round']}/{person}",
        body={**row.body, "person": person},
    )


def row_for(release: Release, fact: Fact, kind: Do) -> NewEffect | None:
    """One row, or None for an alarm with no time to ring at."""
    due = ALARMS[kind].due(release) if kind in ALARMS else fact.at
    if due is None:
        return None
    row = ROWS[kind]
    return NewEffect(
        key=f"{release.id}/{release.version}/{kind}",
        stream=release.id,
        slot=slot_of(release, kind, row.slot),
        lane=row.lane,
        priority=row.priority,
        body=body_for(release, kind),
        due_at=due,
    )


def body_for(release: Release, kind: Do) -> Json:
    """What the performer needs: where the target is to be is pinned here, words are not."""
    body: Json = {"do": kind.value, "version": release.version}
    if release.poll is not None:
        body["round"] = release.poll.round
    if kind in DESIRED:
        body["desired"] = plain(DESIRED[kind](release))
    if kind in ALARMS:
        body["alarm"] = name_of(kind)
    return body


# A poll: its message, and what each person asked is told aside


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
