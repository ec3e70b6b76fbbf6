"""Load, decide, commit facts and effects as one batch; again where somebody was faster."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.domain.decide.calendar_hold import frozen_for, has_begun
from bot.domain.decide.known import Decided, Known
from bot.domain.decide.override import OVERSEEN
from bot.domain.decide.release import decide, right_for
from bot.domain.decide.start import adopt, mark, start, undo_ended
from bot.domain.facts.fact import BOT, Fact
from bot.domain.intents import release as i
from bot.domain.intents.override import OfService
from bot.domain.state.release import Release, claim_of
from bot.domain.state.service import ServiceState
from bot.domain.terms.calendar import Calendar, Standing
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Rules
from bot.engine.people.book import Rulebook
from bot.engine.people.roles import OPENED_BY, in_role
from bot.engine.record.answers import WITHDRAWN, Answer, answer_to, nothing_there, refused
from bot.engine.record.codec import event_of
from bot.engine.record.draft import Draft
from bot.engine.record.history import History
from bot.engine.record.oversight import about, past_gates, past_start_gates
from bot.engine.record.turns import OutOfPatience, Turns
from bot.engine.record.voters import with_voters
from bot.ports.clock import Clock
from bot.ports.store import (
    Batch,
    BeingRecorded,
    ClaimTaken,
    Committed,
    NewEffect,
    Stale,
    Store,
    StoreError,
)

__all__ = ["WITHDRAWN", "Answer", "Engine"]
log = structlog.get_logger()

RELEASES = "R-"
TRIES = 50


Opening = i.Start | i.UndoEnded | i.Adopt | i.MarkVersion | OfService
OPENINGS: Mapping[type[i.Intent], Callable[[Any, Known, datetime], Decided | Refusal]] = {
    i.Start: start,
    i.UndoEnded: undo_ended,
    i.Adopt: adopt,
    i.MarkVersion: mark,
    **OVERSEEN,
}


class Engine:
    """The only writer of facts. Who stands in `woken` hears of each commit, by its streams."""

    def __init__(self, store: Store, clock: Clock, book: Rulebook) -> None:
        self.store = store
        self.clock = clock
        self.book = book
        self.history = History(store)
        self._turns = Turns()
        self.woken: list[Callable[[frozenset[str]], None]] = []
        self._following: set[asyncio.Task[None]] = set()

    async def tell(
        self,
        release_id: str,
        intent: i.Intent,
        *,
        inbox: str | None = None,
        patience: timedelta | None = None,
    ) -> Answer:
        """Put an intent to one release."""
        release = await self.history.release(release_id)
        if release is None:
            return nothing_there(release_id)
        names = (claim_of(release.service, release.environment),)
        try:
            async with self._turns.take(names, patience) as left:
                return await self._tell(release_id, intent, inbox, left)
        except OutOfPatience:
            return WITHDRAWN

    async def _tell(
        self, release_id: str, intent: i.Intent, inbox: str | None, patience: timedelta | None
    ) -> Answer:
        for _ in range(TRIES):
            release = await self.history.release(release_id)
            if release is None:
                return nothing_there(release_id)
            known = await self.known_to(release, intent)
            decision = decide(release, intent, known, self.clock.now())
            if isinstance(decision, Refusal):
                return refused(decision, release_id)
            right = right_for(release, intent)
            decision = await in_role(decision, intent, right, known.rules, self.book)
            batch = self._batch_for(release, decision, known, inbox)
            answer = await self._commit(batch, decision, release_id, patience)
            if answer is not None:
                return answer
        raise RuntimeError(f"{release_id} changed {TRIES} times while one intent was decided")

    async def open(
        self, intent: Opening, *, inbox: str | None = None, patience: timedelta | None = None
    ) -> Answer:
        """Put an intent that needs no release yet: start, undo, adopt, mark."""
        names = [claim_of(intent.service, intent.environment)]
        if isinstance(intent, i.Start | i.UndoEnded):
            names.append(RELEASES)
        try:
            async with self._turns.take(tuple(names), patience) as left:
                return await self._open(intent, inbox, left)
        except OutOfPatience:
            return WITHDRAWN

    async def _open(self, intent: Opening, inbox: str | None, patience: timedelta | None) -> Answer:
        for _ in range(TRIES):
            known = await self.known_for(intent)
            asked = await self._numbered(intent)
            decision = self.opened(asked, known)
            if isinstance(decision, Refusal):
                return refused(decision, "")
            right = OPENED_BY[type(asked)]
            decision = await in_role(decision, asked, right, known.rules, self.book)
            new_id = asked.release if isinstance(asked, i.Start | i.UndoEnded) else ""
            batch = self._opening_batch(asked, decision, known, inbox)
            answer = await self._commit(batch, decision, new_id, patience)
            if answer is not None:
                return answer
        raise RuntimeError(f"{intent.service} changed {TRIES} times while one intent was decided")

    async def note(
        self,
        stream: str,
        fact: Fact,
        *,
        answer: Answer | None = None,
        inbox: str | None = None,
        patience: timedelta | None = None,
        effects: Sequence[NewEffect] = (),
    ) -> None:
        """Append a fact to a stream of the bot's own; its order among others does not matter.

        With `inbox` the input gets `answer` again where it comes again, and is noted once.
        `effects` are what must then be done, written with it.
        """
        batch = Batch(
            at=fact.at,
            events=[event_of(fact, stream, "")],
            effects=effects,
            inbox=inbox,
            reply=answer.plain() if answer else None,
        )
        with suppress(OutOfPatience):
            async with self._turns.take((stream,), patience) as left:
                await self._note(stream, batch, left)

    async def _note(self, stream: str, batch: Batch, patience: timedelta | None) -> None:
        for _ in range(TRIES):
            version = await self.history.version(stream)
            expecting = replace(batch, expect={stream: version})
            if not isinstance(await self.store.commit(expecting, patience), Stale | ClaimTaken):
                self.wake(frozenset({stream}))
                return
        raise RuntimeError(f"{stream} changed {TRIES} times while one fact was noted")

    async def append(
        self,
        stream: str,
        decide: Callable[[], Awaitable[Decided | Refusal]],
        *,
        inbox: str | None = None,
        patience: timedelta | None = None,
    ) -> Answer:
        """Put facts into a stream that is no release's, by a decision that reads it fresh."""
        try:
            async with self._turns.take((stream,), patience) as left:
                return await self._append(stream, decide, inbox, left)
        except OutOfPatience:
            return WITHDRAWN

    async def _append(
        self,
        stream: str,
        decide: Callable[[], Awaitable[Decided | Refusal]],
        inbox: str | None,
        patience: timedelta | None,
    ) -> Answer:
        for _ in range(TRIES):
            version = await self.history.version(stream)
            decision = await decide()
            if isinstance(decision, Refusal):
                return refused(decision, "")
            events = [event_of(fact, where, "") for where, fact in decision.also]
            now = self.clock.now()
            batch = Batch(at=now, expect={stream: version}, events=events, inbox=inbox)
            answer = await self._commit(batch, decision, "", patience)
            if answer is not None:
                return answer
        raise RuntimeError(f"{stream} changed {TRIES} times while one intent was decided")

    async def calendar(self) -> Calendar:
        """Every window that stands: of the config, and those that people set."""
        book, declared = self.book.calendar, await self.history.declared()
        names = await self.store.names() if declared.standing else {}
        return replace(book, windows=(*book.windows, *declared.windows()), names=names)

    async def frozen(self, release: Release) -> Standing:
        """What the calendar says of a live release at this moment."""
        known = await self._known(release.service, release.environment, BOT, release.rules)
        known = past_gates(known, release, self.clock.now())
        return frozen_for(known, self.clock.now(), flying=has_begun(release))

    async def _numbered(self, intent: Opening) -> Opening:
        if not isinstance(intent, i.Start | i.UndoEnded):
            return intent
        number = await self.store.count_streams(RELEASES) + 1
        return replace(intent, release=f"{RELEASES}{number}")

    def opened(self, intent: Opening, known: Known) -> Decided | Refusal:
        return OPENINGS[type(intent)](intent, known, self.clock.now())

    async def known_for(self, intent: Opening) -> Known:
        """A rollback is not refused for a mistake in the config: the last pinned rules serve."""
        known = await self._known(intent.service, intent.environment, intent.by)
        if isinstance(intent, OfService):
            return await about(known, intent, self.book, self.history, self.clock.now())
        if isinstance(intent, i.Start):
            return past_start_gates(known, intent, self.clock.now())
        if known.rules is not None or not isinstance(intent, i.UndoEnded):
            return known
        rows = await self.store.statuses(
            service=intent.service, environment=intent.environment, limit=1
        )
        last = await self.history.release(rows[0].stream) if rows else None
        if last is None:
            return known
        return await self._known(intent.service, intent.environment, intent.by, last.rules)

    async def _known(
        self, service: str, environment: str, by: str, pinned: Rules | None = None
    ) -> Known:
        """`pinned` serve where the config has none: what lives is never left without its rights."""
        rules = self.book.rules(service, environment) or pinned
        state = await self.history.service(service, environment)
        earlier: ServiceState | None = None
        if rules is not None and rules.after:
            earlier = await self.history.service(service, rules.after)
        rights = await self.book.rights(by, rules) if by != BOT else frozenset()
        return Known(
            rules=rules,
            quarantine=self.book.quarantine(service, environment),
            rights=rights,
            service=state,
            earlier=earlier,
            live=await self.history.live(claim_of(service, environment)),
            who_may=self.book.who_may(rules),
            calendar=await self.calendar(),
            covered=self.book.covered(service, environment),
            region=self.book.region(service, environment),
            emergency=self.book.emergency(service, environment),
        )

    async def known_to(self, release: Release, intent: i.Intent) -> Known:
        """What a decision on a release may look at, read now."""
        place = (release.service, release.environment)
        known = await self._known(*place, intent.by, release.rules)
        known = past_gates(known, release, self.clock.now())
        known = await self._with_approvers(known, release, intent)
        return await with_voters(known, release, intent, self.book, self.history)

    async def _with_approvers(self, known: Known, release: Release, intent: i.Intent) -> Known:
        """The same with who may agree to the next step, where somebody says that they do."""
        gate = release.gate
        if gate is None or not gate.approve or not isinstance(intent, i.Promote):
            return known
        approvers = await self.book.everyone_in(gate.approve)
        return replace(known, approvers=approvers, accounts=await self.book.accounts(intent.by))

    def _batch_for(
        self, release: Release, accepted: Decided, known: Known, inbox: str | None
    ) -> Batch | None:
        if not accepted.facts and not accepted.also:
            return None
        draft = Draft(self.clock.now(), inbox, accepted)
        draft.extend(release, accepted.facts)
        draft.add_others(accepted.also, known)
        return draft.batch()

    def _opening_batch(
        self, intent: Opening, accepted: Decided, known: Known, inbox: str | None
    ) -> Batch:
        draft = Draft(self.clock.now(), inbox, accepted)
        claim = claim_of(intent.service, intent.environment)
        if accepted.facts:
            draft.begin(accepted.facts[0], claim, known.live)
        draft.add_others(accepted.also, known)
        return draft.batch()

    async def _commit(
        self, batch: Batch | None, accepted: Decided, release_id: str, patience: timedelta | None
    ) -> Answer | None:
        """The answer, or None where somebody was faster and it is to be decided again."""
        done = Answer(text=accepted.note, release=release_id)
        if batch is None:
            return replace(done, recorded=False)
        result = await self.store.commit(replace(batch, reply=done.plain()), patience)
        if isinstance(result, Stale | ClaimTaken):
            self._forget(frozenset(batch.expect))
            return None
        if isinstance(result, Committed):
            self.history.learn(result.events)
            self.wake(frozenset(event.stream for event in result.events))
        if isinstance(result, BeingRecorded):
            self._follow(frozenset(batch.expect))
        return answer_to(result, done)

    def _follow(self, streams: frozenset[str]) -> None:
        """Nobody waits for what is being recorded, but its effects do."""
        task = asyncio.create_task(self._recorded(streams), name="follow a slow record")
        self._following.add(task)
        task.add_done_callback(self._following.discard)

    async def _recorded(self, streams: frozenset[str]) -> None:
        # Writes keep their order: this empty one is answered after the one it follows.
        try:
            await self.store.commit(Batch(at=self.clock.now()))
        except StoreError as error:
            log.error("engine.record_unsure", why=str(error))
        self._forget(streams)
        self.wake(streams)

    def _forget(self, streams: frozenset[str]) -> None:
        for stream in streams:
            self.history.forget(stream)

    def wake(self, streams: frozenset[str]) -> None:
        for waking in self.woken:
            waking(streams)
