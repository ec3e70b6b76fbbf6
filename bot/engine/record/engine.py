"""Load, decide, commit facts and effects as one batch; again where somebody was faster."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

import structlog

from bot.domain.decide.bot import decide_house
from bot.domain.decide.release import decide, right_for
from bot.domain.decide.start import Opening, open_release
from bot.domain.facts.fact import Fact
from bot.domain.intents import release as i
from bot.domain.intents.bot import OfHouse
from bot.domain.state.release import claim_of
from bot.domain.terms.refusal import Refusal
from bot.engine.people.roles import in_role
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.answers import WITHDRAWN, Answer, answer_refusal, answer_to, nothing_there
from bot.engine.record.draft import Draft
from bot.engine.record.history import History
from bot.engine.record.load import Loader
from bot.engine.record.turns import OutOfPatience, Turns
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

__all__ = ["WITHDRAWN", "Answer", "Engine", "Opening"]
log = structlog.get_logger()

RELEASES = "R-"
TRIES = 50


class Engine:
    """The only writer of facts. Who stands in `woken` hears of each commit, by its streams."""

    def __init__(self, store: Store, clock: Clock, book: Rulebook) -> None:
        self.store = store
        self.clock = clock
        self.book = book
        self.history = History(store)
        self.load = Loader(store, clock, book, self.history)
        self._turns = Turns()
        self.woken: list[Callable[[frozenset[str]], None]] = []
        self._following: set[asyncio.Task[None]] = set()

    async def put(
        self,
        turns: tuple[str, ...],
        attempt: Callable[[], Awaitable[Draft | Answer]],
        *,
        inbox: str | None = None,
        patience: timedelta | None = None,
    ) -> Answer:
        """The only way into the record. `attempt` reads everything anew and decides.

        It is committed, or attempted again where somebody was faster. With `inbox` the input gets
        the same answer where it comes again, and is written once.
        """
        try:
            async with self._turns.take(turns, patience) as left:
                for _ in range(TRIES):
                    drafted = await attempt()
                    if isinstance(drafted, Answer):
                        return drafted
                    answer = await self._commit(drafted, inbox, left)
                    if answer is not None:
                        return answer
        except OutOfPatience:
            return WITHDRAWN
        raise RuntimeError(f"{turns[0]} changed {TRIES} times while one intent was decided")

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
        turns = (claim_of(release.service, release.environment),)
        attempt = partial(self._told, release_id, intent)
        return await self.put(turns, attempt, inbox=inbox, patience=patience)

    async def _told(self, release_id: str, intent: i.Intent) -> Draft | Answer:
        release = await self.history.release(release_id)
        if release is None:
            return nothing_there(release_id)
        known = await self.load.for_release(release, intent)
        decision = decide(release, intent, known, self.clock.now())
        if isinstance(decision, Refusal):
            return answer_refusal(decision, release_id)
        right = right_for(release, intent)
        decision = await in_role(decision, intent, right, known.here.rules, self.book)
        draft = Draft(self.clock.now(), decision.note, release_id)
        draft.extend(release, decision.facts)
        draft.add_others(decision.also, known)
        return draft

    async def open(
        self, intent: Opening, *, inbox: str | None = None, patience: timedelta | None = None
    ) -> Answer:
        """Put an intent that needs no release yet: start, undo, adopt, mark."""
        numbered = (RELEASES,) if isinstance(intent, i.Start | i.UndoEnded) else ()
        turns = (claim_of(intent.service, intent.environment), *numbered)
        return await self.put(turns, partial(self._opened, intent), inbox=inbox, patience=patience)

    async def _opened(self, intent: Opening) -> Draft | Answer:
        known = await self.load.for_opening(intent)
        asked = await self._numbered(intent)
        decision = open_release(asked, known, self.clock.now())
        if isinstance(decision, Refusal):
            return answer_refusal(decision, "")
        decision = await in_role(decision, asked, asked.right, known.here.rules, self.book)
        new_id = asked.release if isinstance(asked, i.Start | i.UndoEnded) else ""
        draft = Draft(self.clock.now(), decision.note, new_id)
        if decision.facts:
            claim = claim_of(intent.service, intent.environment)
            draft.begin(decision.facts[0], claim, known.live)
        draft.add_others(decision.also, known)
        return draft

    async def order(
        self, intent: OfHouse, *, inbox: str | None = None, patience: timedelta | None = None
    ) -> Answer:
        """Put an intent that is about no one place: freeze, delegate, link, reload."""
        attempt = partial(self._ordered, intent)
        return await self.put((intent.stream,), attempt, inbox=inbox, patience=patience)

    async def _ordered(self, intent: OfHouse) -> Draft | Answer:
        version = await self.history.version(intent.stream)
        known = await self.load.for_house(intent)
        decision = decide_house(intent, known, self.clock.now())
        if isinstance(decision, Refusal):
            return answer_refusal(decision, "")
        draft = Draft(self.clock.now(), decision.note)
        for stream, fact in decision.also:
            draft.note(stream, version, fact)
        return draft

    async def against(self, intent: OfHouse) -> Answer | None:
        """What would refuse it now; nothing is written."""
        known = await self.load.for_house(intent)
        decision = decide_house(intent, known, self.clock.now())
        return answer_refusal(decision, "") if isinstance(decision, Refusal) else None

    async def note(
        self,
        stream: str,
        fact: Fact,
        *,
        answer: Answer | None = None,
        inbox: str | None = None,
        patience: timedelta | None = None,
        effects: Sequence[NewEffect] = (),
    ) -> Answer:
        """Append a fact to a stream of the bot's own; its order among others does not matter.

        `answer` is what its input gets, and `effects` are what must then be done.
        """

        async def attempt() -> Draft:
            draft = Draft(fact.at, answer=answer)
            draft.note(stream, await self.history.version(stream), fact, effects)
            return draft

        return await self.put((stream,), attempt, inbox=inbox, patience=patience)

    async def _numbered(self, intent: Opening) -> Opening:
        if not isinstance(intent, i.Start | i.UndoEnded):
            return intent
        number = await self.store.count_streams(RELEASES) + 1
        return replace(intent, release=f"{RELEASES}{number}")

    async def _commit(
        self, draft: Draft, inbox: str | None, patience: timedelta | None
    ) -> Answer | None:
        """The answer, or None where somebody was faster and it is to be decided again."""
        done = draft.answer
        if not draft.events:
            return replace(done, recorded=False)
        batch = draft.batch(inbox)
        result = await self.store.commit(batch, patience)
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
