"""What a decision names that it must know, read anew at each try; nothing else is read."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.domain.decide.calendar_hold import frozen_for, has_begun
from bot.domain.decide.known import HouseKnown, Known, Need
from bot.domain.decide.release import NOBODY_KNOWN, needs
from bot.domain.decide.start import NEEDS as OPENING_NEEDS
from bot.domain.decide.start import Opening
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.intents.bot import OfHouse
from bot.domain.intents.override import OfService
from bot.domain.intents.people import ClaimAccount, SettleClaim
from bot.domain.intents.vote import Delegate
from bot.domain.state.people import key_of
from bot.domain.state.release import Release, claim_of
from bot.domain.terms.calendar import Calendar, Standing
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right, Rules
from bot.engine.people.rulebook import Rulebook, names_given
from bot.engine.record.history import History
from bot.engine.record.oversight import about, past_gates, past_start_gates
from bot.engine.record.voters import with_voters
from bot.ports.clock import Clock
from bot.ports.store import Store
from bot.render.kit.voice import name_of

LOOKED_UP = 8
"""People whom the directory is asked to name for one answer."""


class Loader:
    def __init__(self, store: Store, clock: Clock, book: Rulebook, history: History) -> None:
        self._store = store
        self._clock = clock
        self._book = book
        self._history = history

    async def calendar(self) -> Calendar:
        """Every window that stands: of the config, and those that people set."""
        book, declared = self._book.calendar, await self._history.declared()
        names = await self._store.names() if declared.standing else {}
        return replace(book, windows=(*book.windows, *declared.windows()), names=names)

    async def frozen(self, release: Release) -> Standing:
        """What the calendar says of a live release at this moment."""
        known = await self.for_release(release, i.CalendarTurned())
        return frozen_for(known, self._clock.now(), flying=has_begun(release))

    async def for_opening(self, intent: Opening) -> Known:
        """A rollback is not refused for a mistake in the config: the last pinned rules serve."""
        wanted = OPENING_NEEDS[type(intent)]
        where = Place(intent.service, intent.environment)
        known = await self._known(where, intent, wanted)
        if isinstance(intent, OfService) and Need.ABOUT in wanted:
            return await about(known, intent, self._book, self._history, self._clock.now())
        if isinstance(intent, i.Start):
            return past_start_gates(known, intent, self._clock.now())
        if known.here.rules is not None or not isinstance(intent, i.UndoEnded):
            return known
        rows = await self._store.statuses(
            service=intent.service, environment=intent.environment, limit=1
        )
        last = await self._history.release(rows[0].stream) if rows else None
        return known if last is None else await self._known(where, intent, wanted, last.rules)

    async def for_release(self, release: Release, intent: i.Intent) -> Known:
        """`intent` is put to this release."""
        wanted = needs(release, intent, self._clock.now())
        if not wanted and intent.by == BOT:
            return NOBODY_KNOWN
        where = Place(release.service, release.environment)
        known = await self._known(where, intent, wanted, release.rules)
        if Need.SERVICE in wanted:
            known = past_gates(known, release, self._clock.now())
        if Need.APPROVERS in wanted:
            known = await self._with_approvers(known, release, intent)
        if Need.VOTERS in wanted:
            known = await with_voters(known, release, intent, self._book, self._history)
        return known

    async def _known(
        self,
        where: Place,
        intent: i.Intent,
        wanted: frozenset[Need],
        pinned: Rules | None = None,
    ) -> Known:
        """`pinned` serve where the config has none: what lives is never left without its rights."""
        here, history = self._book.at(where), self._history
        rules = here.rules or pinned
        known = Known(here=replace(here, rules=rules))
        if intent.by != BOT and (asked := intent.rights):
            rights = await self._book.rights(intent.by, rules, asked)
            known = replace(known, rights=rights, who_may=self._book.who_may(rules, asked))
        if Need.SERVICE in wanted:
            known = replace(known, service=await history.service(*where))
        if Need.EARLIER in wanted and rules is not None and rules.after:
            known = replace(known, earlier=await history.service(where.service, rules.after))
        if Need.LIVE in wanted:
            known = replace(known, live=await history.live(claim_of(*where)))
        if Need.CALENDAR in wanted:
            known = replace(known, calendar=await self.calendar())
        return known

    async def _with_approvers(self, known: Known, release: Release, intent: i.Intent) -> Known:
        """The same with who may agree to the next step, where somebody says that they do."""
        gate = release.gate
        if gate is None or not gate.approve:
            return known
        approvers = await self._book.everyone_in(gate.approve)
        return replace(known, approvers=approvers, accounts=await self._book.accounts(intent.by))

    async def for_house(self, intent: OfHouse) -> HouseKnown:
        right = intent.right
        known = HouseKnown(
            zone=self._book.calendar.zone,
            names=await self._store.names(),
            declared=await self._history.declared(),
        )
        if right is not None and intent.by != BOT:
            rights = frozenset({right}) if await self._holds(intent, right) else frozenset()
            who_may = {right: ", ".join(self._book.who_may_anywhere(right))}
            known = replace(known, rights=rights, who_may=who_may)
        if isinstance(intent, ClaimAccount | SettleClaim):
            return await self._of_account(known, intent)
        return await self._of_seat(known, intent) if isinstance(intent, Delegate) else known

    async def _holds(self, intent: OfHouse, right: Right) -> bool:
        """In one place that the intent reaches, or in each."""
        every, holds = intent.everywhere, False
        for rules in self._reached(intent, right):
            holds = right in await self._book.rights(intent.by, rules)
            if holds is not every:
                break
        return holds

    def _reached(self, intent: OfHouse, right: Right) -> Iterator[Rules]:
        """One place for each list of names that a right is given to."""
        places = self._book.policy.services.items()
        reached = (rules for place, rules in places if intent.reaches(*place))
        yield from {names_given(rules, right): rules for rules in reached}.values()

    async def _of_account(
        self, known: HouseKnown, intent: ClaimAccount | SettleClaim
    ) -> HouseKnown:
        links, key = await self._book.links(), key_of(intent.account)
        owner = (await self._book.people_behind({key})).get(key)
        people = (intent.by, *sorted(links.claimants(key)))
        return replace(known, links=links, owner=owner, names=await self._names(known, people))

    async def _names(self, known: HouseKnown, people: tuple[str, ...]) -> Mapping[str, str]:
        """By the record, else by the directory, else their ids."""
        unnamed = [person for person in people if person not in known.names][:LOOKED_UP]
        found = await self._book.directory.look_up(unnamed)
        names = {**known.names, **{person: each.name for person, each in found.items()}}
        return {person: name_of(person, names) for person in people}

    async def _of_seat(self, known: HouseKnown, intent: Delegate) -> HouseKnown:
        fills = await self._book.holds_seat(intent.by, intent.seat)
        is_member = await self._book.is_member(intent.to) if intent.to else None
        return replace(known, seats=self._book.seats(), fills=fills, is_member=is_member)
