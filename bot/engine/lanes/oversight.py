"""The lane `oversight`: who is told of overrides and broken glass, and who is chased for a look
back. Each row writes its notices and what follows it as one batch under its own key.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

from bot.domain.facts import override as o
from bot.domain.intents.override import EndOverride
from bot.domain.state.moves import Do
from bot.domain.state.override import POLL, Override, Review
from bot.domain.state.service import SERVICES, ServiceState
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right, Rules, SeatKind
from bot.engine.lanes.notice import about, asks_about, edit, notice
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.engine.record.effects import PAGE
from bot.engine.record.engine import Engine
from bot.engine.record.oversight import CHASE, LAPSE, TOLD
from bot.ports.chat import Message
from bot.ports.store import Batch, Effect, NewEffect
from bot.render.override import messages as say
from bot.render.override.messages import Here

QUESTIONS = frozenset({o.OverrideAsked.__name__, o.GlassBroken.__name__})
"""Facts that a second person is asked about."""
MOST = 20
"""People who are written to for one thing."""
DAYS = timedelta(days=1)


class OversightLane:
    def __init__(self, engine: Engine, zone: str = "UTC", command: str = "/release") -> None:
        self._engine = engine
        self._zone = zone
        self._command = command

    async def perform(self, effect: Effect) -> RowResult:
        do: dict[str, Callable[[Effect], Awaitable[RowResult]]] = {
            TOLD: self._told,
            LAPSE: self._lapse,
            CHASE: self._chase,
        }
        return await do[effect.body["do"]](effect)

    async def _lapse(self, effect: Effect) -> RowResult:
        if early := self._early(effect):
            return early
        service, environment = place(effect)
        name = effect.body["name"]
        intent = EndOverride(service=service, environment=environment, override=name)
        answer = await self._engine.open(intent, inbox=effect.key)
        return RowDone({"over": name, "heard": answer.recorded})

    def _early(self, effect: Effect) -> RowLater | None:
        early = effect.due_at - self._engine.clock.now()
        return RowLater(early, "the clock went back") if early > timedelta(0) else None

    async def _told(self, effect: Effect) -> RowResult:
        here, state, rules = await self._here(effect)
        name, kind = effect.body["name"], effect.body["kind"]
        found = state.overrides.get(name)
        review = state.reviews.get(name)
        if kind == o.ReviewClosed.__name__ and review is not None:
            return await self._write(effect, [(channel(rules), say.closed_message(review, here))])
        if found is None:
            return RowDone({"not_wanted": "it is not in the record"})
        told = self._rows(effect, await self._messages(kind, found, rules, here))
        rows = [
            *([about(row, name) for row in told] if kind in QUESTIONS else told),
            *([paged(effect, found, here)] if kind == o.GlassBroken.__name__ else []),
            *(await self._edits(effect, found, here) if kind not in QUESTIONS else []),
        ]
        return await self._commit(effect, rows)

    async def _edits(self, effect: Effect, found: Override, here: Here) -> list[NewEffect]:
        """The questions that stand say what came of them, and take no more answers."""
        rows = await self._engine.store.effects(effect.stream)
        said = (say.glass if found.glass else say.ask_message)(found, here)
        asked = (row for row in rows if asks_about(row, found.id))
        return [edit(effect.key, row, said, here.now) for row in asked]

    async def _messages(
        self, kind: str, found: Override, rules: Rules | None, here: Here
    ) -> list[tuple[str, Message]]:
        where = channel(rules)
        if kind == o.OverrideEnded.__name__:
            return []
        if kind == o.OverrideRefused.__name__:
            ended = found.ended_at and await self._refuser(here, found)
            return [(found.by, say.refused_message(found, ended or "", here))]
        if kind == o.OverrideGranted.__name__:
            veto = await self._vetoes(found, rules)
            dms = [(person, say.overruled(found, here)) for person in veto]
            return [(where, say.granted_message(found, here)), *dms]
        loud = say.glass if found.glass else say.ask_message
        needs = found.waits(here.now)
        seconds = await self._seconds(found, rules) if needs else ()
        if not needs and not found.glass:
            return []
        return [(where, loud(found, here)), *((each, loud(found, here)) for each in seconds)]

    async def _refuser(self, here: Here, found: Override) -> str:
        facts = await self._engine.history.facts(f"{SERVICES}{here.service}/{here.environment}")
        said = (each for each in facts if isinstance(each, o.OverrideRefused))
        return next((each.by for each in said if each.override == found.id), "")

    async def _seconds(self, found: Override, rules: Rules | None) -> Sequence[str]:
        """Who could be the second person, by what is known now."""
        if rules is None:
            return ()
        about = await self._engine.history.release(found.release) if found.release else None
        own = {found.by} | (about.authors | {about.requested_by} if about else set())
        able = await self._engine.book.who(rules, Right.OVERRIDE)
        return [person for person in able if person not in own and person.startswith("U")][:MOST]

    async def _vetoes(self, found: Override, rules: Rules | None) -> list[str]:
        if rules is None or rules.poll is None or POLL not in found.gates:
            return []
        names = [each.people for each in rules.poll.seats if each.kind is SeatKind.VETO]
        people = [await self._engine.book.everyone_in(name) for each in names for name in each]
        told = sorted({person for each in people for person in each or ()})
        return [person for person in told if person.startswith("U")][:MOST]

    async def _chase(self, effect: Effect) -> RowResult:
        """Before it is due those who may; afterwards the channel too, every day."""
        if early := self._early(effect):
            return early
        here, state, rules = await self._here(effect)
        review = state.reviews.get(effect.body["name"])
        if review is None or not review.is_open:
            return RowDone({"not_wanted": "it was looked at"})
        told = [
            (person, say.owed_message(review, here))
            for person in await self._reviewers(review, rules)
        ]
        late = here.now >= review.due_at
        if late or not told:
            told = [(channel(rules), say.owed_message(review, here)), *told]
        rows = [*self._rows(effect, told), next_chase(effect, review, here.now)]
        return await self._commit(effect, rows)

    async def _reviewers(self, review: Review, rules: Rules | None) -> Sequence[str]:
        if rules is None:
            return ()
        about = await self._engine.history.release(review.release)
        own = (about.authors | {about.requested_by}) if about else frozenset()
        own |= {used.asked_by for used in about.overrides} if about else set()
        able = await self._engine.book.who(rules, Right.PROMOTE)
        return [person for person in able if person not in own and person.startswith("U")][:MOST]

    async def _here(self, effect: Effect) -> tuple[Here, ServiceState, Rules | None]:
        service, environment = place(effect)
        here = Here(
            service=service,
            environment=environment,
            now=self._engine.clock.now(),
            names=await self._engine.store.names(),
            zone=self._zone,
            command=self._command,
        )
        state = await self._engine.history.service(service, environment)
        return here, state, self._engine.book.at(Place(service, environment)).rules

    def _rows(self, effect: Effect, told: Sequence[tuple[str, Message]]) -> list[NewEffect]:
        now = self._engine.clock.now()
        return [
            notice(f"{effect.key}/{to or 'channel'}", effect.stream, said, now, to=to)
            for to, said in dict(told).items()
        ]

    async def _write(self, effect: Effect, told: Sequence[tuple[str, Message]]) -> RowResult:
        return await self._commit(effect, self._rows(effect, told))

    async def _commit(self, effect: Effect, rows: Sequence[NewEffect]) -> RowResult:
        """Once for each row of this lane, however often it comes to that."""
        batch = Batch(at=self._engine.clock.now(), effects=rows, inbox=effect.key, reply={})
        await self._engine.store.commit(batch)
        self._engine.wake(frozenset({effect.stream}))
        return RowDone({"told": len(rows)})


def place(effect: Effect) -> tuple[str, str]:
    service, _, environment = effect.stream.removeprefix(SERVICES).rpartition("/")
    return service, environment


def channel(rules: Rules | None) -> str:
    return (rules.channel or "") if rules is not None else ""


def next_chase(effect: Effect, review: Review, now: datetime) -> NewEffect:
    """When it is due, and from then on every day; a scaled day where times are scaled."""
    day = min(DAYS, review.due_at - review.opened_at)
    due = review.due_at if now < review.due_at else now + day
    nth = effect.body["nth"] + 1
    key = f"{effect.key.rpartition('#')[0] or effect.key}#{nth}"
    body = {**effect.body, "nth": nth}
    return NewEffect(
        key=key,
        stream=effect.stream,
        slot=key,
        lane=effect.lane,
        priority=effect.priority,
        body=body,
        due_at=due,
    )


def paged(effect: Effect, found: Override, here: Here) -> NewEffect:
    """On-call hears of it at low urgency: nobody has to get up, somebody should know."""
    key = f"{effect.key}/page"
    return NewEffect(
        key=key,
        stream=found.release,
        slot=f"glass/{found.id}",
        lane=PAGE,
        priority=2,
        body={"do": Do.PAGE_LOW.value, "version": 0, "summary": say.glass_page(found, here)},
        due_at=effect.due_at,
    )
