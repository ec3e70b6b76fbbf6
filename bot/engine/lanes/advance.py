"""The lane `advance`: a version that is certified goes on to the environments after, once."""

from dataclasses import replace

from bot.domain.decide.advance import after_rollback, is_overtaken, onward, waits_until
from bot.domain.facts.advance import AdvanceRefused, AdvanceWaited, advance_stream
from bot.domain.facts.fact import BOT, Fact
from bot.domain.state.moves import State
from bot.domain.state.release import Release, claim_of
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Rules
from bot.engine.lanes.notice import notice
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.engine.record.codec import restore
from bot.engine.record.engine import Answer, Engine
from bot.ports.chat import Message
from bot.ports.store import Effect, Json, NewEffect
from bot.render.advance import tell_not_taken_on, tell_waiting

BUSY = frozenset({Code.ALREADY_LIVE, "WITHDRAWN", Code.BEING_RECORDED})
"""What passes by itself, so that it is tried again."""
THERE = Code.ALREADY_STABLE
RECENT = 20
AGAIN = 0.25
"""Of the time a rollback may take there: how long until it is tried again."""


class AdvanceLane:
    """Each environment is answered once, under a key made from the effect: again it is the same."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def perform(self, effect: Effect) -> RowResult:
        release = await self._engine.history.release(effect.stream)
        if release is None or not release.certified:
            return RowDone({"not_wanted": "nothing is certified by it"})
        outcome: Json = {}
        waits: list[RowLater] = []
        for rules in self._engine.book.following(release.service, release.environment):
            result = await self._advance(release, rules, f"{effect.key}/{rules.environment}")
            if isinstance(result, RowLater):
                waits.append(result)
            else:
                outcome[rules.environment] = result
        if waits:
            return min(waits, key=lambda each: each.span)
        return RowDone(outcome or {"nothing": "no environment after it begins by itself"})

    async def _advance(self, release: Release, rules: Rules, key: str) -> str | RowLater:
        if replied := await self._engine.store.replied(key):
            return str((replied.reply or {}).get("release") or "answered before")
        live = await self._engine.history.live(claim_of(rules.service, rules.environment))
        if live is not None and self._is_its_own(live, release):
            return live.id
        if refusal := await self._against(release, rules):
            return await self._refuse(release, rules, refusal, key)
        if live is not None:
            return await self._wait(release, rules, live.id, key)
        answer = await self._engine.open(onward(release, rules), inbox=key)
        return await self._answered(release, rules, answer, key)

    def _is_its_own(self, live: Release, release: Release) -> bool:
        return live.cause == release.id and live.name == release.name

    async def _against(self, release: Release, rules: Rules) -> Refusal | None:
        history = self._engine.history
        earlier = await history.service(release.service, release.environment)
        there = await history.service(rules.service, rules.environment)
        last = await self._last_flown(rules)
        return is_overtaken(release, earlier) or after_rollback(last, there)

    async def _last_flown(self, rules: Rules) -> Release | None:
        """The newest release there that reached users and is over."""
        rows = await self._engine.store.statuses(
            live=False, service=rules.service, environment=rules.environment, limit=RECENT
        )
        flown = (State.SUCCEEDED.value, State.ROLLED_BACK.value)
        row = next((row for row in rows if row.state in flown), None)
        return restore(Release, row.body) if row else None

    async def _answered(
        self, release: Release, rules: Rules, answer: Answer, key: str
    ) -> str | RowLater:
        if answer.ok:
            return answer.release
        if answer.code == THERE:
            return "there already"
        if answer.code in BUSY:
            return await self._wait(release, rules, "another release", key)
        return await self._refuse(
            release, rules, Refusal(answer.code, answer.text, answer.remedy), key
        )

    async def _wait(self, release: Release, rules: Rules, live: str, key: str) -> str | RowLater:
        now = self._engine.clock.now()
        until = waits_until(release.ended_at or now, rules)
        if now >= until:
            sentence = f"{live} was live there for too long."
            late = Refusal(Code.WAITED_TOO_LONG, sentence, "Start it by hand when it is over.")
            return await self._refuse(release, rules, late, key)
        fact = AdvanceWaited(
            at=now, by=BOT, release=release.id, version=release.name, live=live, until=until
        )
        told = tell_waiting(fact, rules.environment)
        await self._note(release, rules, fact, told, f"{key}/waits")
        return RowLater(rules.rollback.within * AGAIN, f"{live} is live in {rules.environment}")

    async def _refuse(self, release: Release, rules: Rules, against: Refusal, key: str) -> str:
        fact = AdvanceRefused(
            at=self._engine.clock.now(),
            by=BOT,
            release=release.id,
            version=release.name,
            reason=against,
        )
        told = tell_not_taken_on(fact, rules.service, rules.environment)
        await self._note(release, rules, fact, told, key)
        return against.code

    async def _note(
        self, release: Release, rules: Rules, fact: Fact, told: Message, key: str
    ) -> None:
        """Written and told once, however often it comes to that."""
        stream = advance_stream(rules.service, rules.environment)
        row = await self._in_thread(release, notice(key, stream, told, fact.at))
        await self._engine.note(stream, fact, inbox=key, effects=[row])

    async def _in_thread(self, release: Release, row: NewEffect) -> NewEffect:
        """In the thread of the release that was to go on; in its channel where it has no card."""
        card = await self._engine.store.last_done(release.id, "card")
        stands = card.outcome if card is not None and card.outcome else {}
        where = {"to": stands.get("channel", release.rules.channel or "")}
        return replace(row, body={**row.body, **where, "thread": stands.get("ts", "")})
