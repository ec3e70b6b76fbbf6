"""A batch being put together: facts, the effects they ask for, claims and projections."""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.decide.known import Known
from bot.domain.facts.fact import Fact
from bot.domain.state.evolve import begin, evolve, move_for
from bot.domain.state.moves import MOVES, Do, State
from bot.domain.state.release import Release
from bot.engine.record.answers import Answer
from bot.engine.record.codec import event_of, status_of
from bot.engine.record.effects import MOVE, ROWS, TIMER, rows_for
from bot.engine.record.oversight import rows_of
from bot.ports.store import Batch, Claim, NewEffect, NewEvent, Status

ALARM_SLOTS = tuple(sorted({row.slot for row in ROWS.values() if row.lane == TIMER}))


class Draft:
    """What one accepted decision writes, and what whoever asked is told once it is written."""

    def __init__(
        self, now: datetime, note: str = "", release: str = "", answer: Answer | None = None
    ) -> None:
        self.now = now
        self.answer = answer or Answer(text=note, release=release)
        self.expect: dict[str, int] = {}
        self.events: list[NewEvent] = []
        self.effects: list[NewEffect] = []
        self.supersede: list[tuple[str, str]] = []
        self.claims: list[Claim] = []
        self.free: list[str] = []
        self.statuses: list[Status] = []

    def begin(self, first: Fact, claim: str, live: Release | None) -> None:
        """A new release takes the claim, over the live one where it supersedes it."""
        release = begin(first)
        self.expect[release.id] = 0
        self._record(release, first, MOVES[(State.REQUESTED, type(first))].do)
        replaces = live.id if live is not None else None
        self.claims.append(Claim(name=claim, stream=release.id, replaces=replaces))
        self.statuses.append(status_of(release))

    def extend(self, release: Release, facts: Sequence[Fact]) -> None:
        if not facts:
            return
        self.expect[release.id] = release.version
        for fact in facts:
            release = self._step(release, fact)
        self.statuses.append(status_of(release))
        if not release.is_live:
            self.free.append(release.id)
            self.supersede.extend((release.id, slot) for slot in ALARM_SLOTS)

    def _step(self, release: Release, fact: Fact) -> Release:
        move = move_for(release.state, fact)
        after = evolve(release, fact)
        if move.withdraws:
            self.supersede.append((release.id, MOVE))
            place = (release.id, MOVE)
            self.effects = [row for row in self.effects if (row.stream, row.slot) != place]
        self._record(after, fact, move.do)
        return after

    def _record(self, release: Release, fact: Fact, kinds: frozenset[Do]) -> None:
        self.events.append(event_of(fact, release.id, release.cause))
        self.effects.extend(rows_for(release, fact, kinds))

    def add_others(self, also: Sequence[tuple[str, Fact]], known: Known) -> None:
        for stream, fact in also:
            if known.live is not None and stream == known.live.id:
                self.extend(known.live, [fact])
                continue
            self.note(stream, known.service.version, fact, rows_of(stream, fact))

    def note(
        self, stream: str, version: int, fact: Fact, effects: Sequence[NewEffect] = ()
    ) -> None:
        """A fact of a stream that is no release's, and what must then be done."""
        self.expect.setdefault(stream, version)
        self.events.append(event_of(fact, stream, ""))
        self.effects.extend(effects)

    def batch(self, inbox: str | None) -> Batch:
        return Batch(
            at=self.now,
            expect=self.expect,
            events=self.events,
            effects=self.effects,
            supersede=self.supersede,
            claims=self.claims,
            free=self.free,
            statuses=self.statuses,
            inbox=inbox,
            reply=self.answer.plain(),
        )
