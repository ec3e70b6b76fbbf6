"""Watching deploys made elsewhere: looks and speaks, and never calls what moves a target."""

from contextlib import aclosing
from datetime import datetime, timedelta
from functools import partial

import structlog

from bot.domain.decide.advice import decide_advice, tell_score
from bot.domain.facts.advice import AdviceBegan, AdviceGiven, DeployOver, advice_stream
from bot.domain.facts.fact import Fact
from bot.domain.state.advice import Advice, Deploy, DeployLook, evolve_advice, fold_advice
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Mode, Rules
from bot.engine.lanes.notice import notice
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.engine.parts import Ports, target_of
from bot.engine.record.codec import plain
from bot.engine.record.engine import Engine
from bot.engine.watch.follow import (
    AskedCheck,
    FollowTasks,
    caught_up,
    recall_watch,
    soonest,
    verdicts_of,
)
from bot.engine.watch.measure import Arms, sample_forward
from bot.engine.watch.memory import WatchMemory, fresh
from bot.engine.watch.sources import Sources
from bot.ports.chat import Message
from bot.ports.outcomes import IntegrationError
from bot.ports.store import Effect, NewEffect, StoreError
from bot.render.advice import came_of_it, weekly, would_have

log = structlog.get_logger()

ADVICE = "advice"
WEEK = timedelta(days=7)
QUICKEST = timedelta(milliseconds=500)
SLOWEST = timedelta(seconds=15)
LOOKS = 10
"""Looks within the time between two polls of the checks: how soon a deploy is seen."""


class AdviceLane:
    """One task per place that is only advised. `week` is how often the score is told."""

    def __init__(
        self, engine: Engine, ports: Ports, polls: Sources, week: timedelta = WEEK
    ) -> None:
        self._engine = engine
        self._ports = ports
        self._polls = polls
        self._week = week
        self._watches = FollowTasks("advise", _faulted)
        self._silent: set[str] = set()

    async def run(self) -> None:
        """Until cancelled: who is advised is read from the config again and again."""
        async with aclosing(self._watches):
            while True:
                for rules in self._engine.book.advised():
                    self._watches.follow(stream_for(rules), self._watch)
                await self._engine.clock.sleep(SLOWEST)

    async def _watch(self, stream: str) -> None:
        _, service, environment = stream.split("/", 2)
        advice = await advice_of(self._engine, service, environment)
        watch = await recall_watch(self._engine.store, self._engine.clock, stream)
        while (rules := self._engine.book.at(Place(service, environment)).rules) is not None:
            if rules.mode is not Mode.ADVISE:
                return
            advice, watch = await self.round(rules, advice, watch)
            await self._engine.clock.sleep(pace(rules))

    async def round(
        self, rules: Rules, advice: Advice, watch: WatchMemory | None
    ) -> tuple[Advice, WatchMemory | None]:
        """One look at everything; a target or a store that fails ends the round, not the watch."""
        try:
            return await self._round(rules, advice, watch)
        except IntegrationError as error:
            self._note_silence(rules, error)
        except StoreError as error:
            log.error("advice.store_failed", stream=stream_for(rules), why=str(error))
        return advice, watch

    def _note_silence(self, rules: Rules, error: Exception) -> None:
        """Once when it goes; the next good look takes it back."""
        stream = stream_for(rules)
        if stream not in self._silent:
            self._silent.add(stream)
            log.warning("advice.target_not_seen", stream=stream, why=str(error))

    async def _round(
        self, rules: Rules, advice: Advice, watch: WatchMemory | None
    ) -> tuple[Advice, WatchMemory | None]:
        observed = await self._ports.deployer(rules.deployer).observe(target_of(rules))
        self._silent.discard(stream_for(rules))
        look = DeployLook(observed=observed)
        if advice.deploy is not None:
            watch = await self._sampled(rules, advice.deploy, watch)
            verdicts = verdicts_of(watch, asked_of(rules))
            watched = watch.watched(self._engine.clock.now())
            look = DeployLook(observed=observed, verdicts=verdicts, watched=watched)
        fact = decide_advice(advice, rules, look, self._engine.clock.now())
        if fact is None:
            return advice, watch
        await self._write(rules, advice, fact)
        return evolve_advice(advice, fact), watch

    async def _sampled(
        self, rules: Rules, deploy: Deploy, watch: WatchMemory | None
    ) -> WatchMemory:
        """With what the checks say newly of the deploy at its present share of users."""
        stay = f"{deploy.number}/{deploy.at.isoformat()}"
        if watch is None or watch.stay != stay or set(watch.checks) != checks_of(rules):
            watch = fresh(stay, deploy.at, rules.checks)
        take = partial(sample_forward, arms_of(rules, deploy), polls=self._polls)
        watch, _ = await caught_up(watch, asked_of(rules), take, self._engine.clock)
        await self._engine.store.put_series(stream_for(rules), plain(watch), watch.cursor)
        return watch

    async def _write(self, rules: Rules, advice: Advice, fact: Fact) -> None:
        stream = stream_for(rules)
        key = f"{stream}/{advice.version + 1}"
        rows = [*self._told(rules, advice, fact, key), *self._first_week(fact, stream)]
        await self._engine.note(stream, fact, inbox=key, effects=rows)

    def _told(self, rules: Rules, advice: Advice, fact: Fact, key: str) -> list[NewEffect]:
        said = message_for(rules, advice.deploy, fact)
        if said is None:
            return []
        return [self._notice(rules, key, said, fact.at)]

    def _notice(self, rules: Rules, key: str, said: Message, at: datetime) -> NewEffect:
        return notice(f"{key}/tell", stream_for(rules), said, at, to=rules.channel or "")

    def _first_week(self, fact: Fact, stream: str) -> list[NewEffect]:
        if not isinstance(fact, AdviceBegan):
            return []
        return [self._week_row(stream, fact.at + self._week)]

    def _week_row(self, stream: str, due: datetime) -> NewEffect:
        return NewEffect(
            key=f"{stream}/score/{due.isoformat()}",
            stream=stream,
            slot="score",
            lane=ADVICE,
            priority=30,
            body={"do": "alarm-score"},
            due_at=due,
        )

    async def perform(self, effect: Effect) -> RowResult:
        """The lane `advice`: the score is told, and told again after another week."""
        _, service, environment = effect.stream.split("/", 2)
        rules = self._engine.book.at(Place(service, environment)).rules
        if rules is None or rules.mode is not Mode.ADVISE:
            return RowLater(self._week, "it is not only advised just now")
        now = self._engine.clock.now()
        score = (await advice_of(self._engine, service, environment)).score
        said = self._notice(rules, effect.key, weekly(score, rules), now)
        rows = [said, self._week_row(effect.stream, effect.due_at + self._week)]
        await self._engine.note(
            effect.stream, tell_score(score, now), inbox=effect.key, effects=rows
        )
        return RowDone({"told": effect.key})


def _faulted(stream: str, error: BaseException) -> None:
    """One that ended early is begun again at the next look at the config."""
    log.error("advice.ended_early", stream=stream, why=repr(error))


def stream_for(rules: Rules) -> str:
    return advice_stream(rules.service, rules.environment)


def checks_of(rules: Rules) -> set[str]:
    return {check.name for check in rules.checks}


def message_for(rules: Rules, deploy: Deploy | None, fact: Fact) -> Message | None:
    """What is said of a fact in the channel; most are only recorded."""
    if deploy is None:
        return None
    if isinstance(fact, AdviceGiven):
        return would_have(deploy, fact, rules)
    return came_of_it(deploy, fact, rules) if isinstance(fact, DeployOver) else None


async def advice_of(engine: Engine, service: str, environment: str) -> Advice:
    return fold_advice(await engine.history.facts(advice_stream(service, environment)))


def arms_of(rules: Rules, deploy: Deploy) -> Arms:
    """What is compared of a deploy; at 100 % nothing old is left beside it."""
    old = deploy.baseline if deploy.weight < 100 else None
    return Arms(Place(rules.service, rules.environment), deploy.revision, old)


def asked_of(rules: Rules) -> list[AskedCheck]:
    return [(check, check.limits) for check in rules.checks]


def pace(rules: Rules) -> timedelta:
    """How long until the next look."""
    return min(SLOWEST, max(QUICKEST, soonest(rules.checks, SLOWEST) / LOOKS))
