"""What a person finds at the door before typing anything: the Home tab, and forms to fill in.

Reads only. Who has something for a person to do adds a finder to WAITING; who knows of something
that is to come adds one to AHEAD. A finder that reads much belongs into the record's projections.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.rules import Right
from bot.engine.door.calendar import next_days, outlook
from bot.engine.door.door import Desk
from bot.engine.door.override import lines_of, rows_for
from bot.engine.door.wordbook import versions_of
from bot.engine.watch.pulse import Pulse
from bot.ports.chat import Block
from bot.render.calendar.outlook import home_lines
from bot.render.home import ROWS, HomeView, SourceSign, home, release_row, vote_row
from bot.render.kit.blocks import date_token, escape
from bot.render.kit.forms import START, AskedForm, Origin, reason_view
from bot.render.kit.view import HomeRow, ReleaseView
from bot.render.release.holds import asks_somebody
from bot.render.release.start_form import SERVICE, Choices, start_view
from bot.render.release.truth import is_overdue

LATELY: Final = timedelta(hours=2)
LATELY_MOST: Final = 1000
DAYS_AHEAD: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One person at one instant, with what is live; a finder reads the rest at the desk."""

    desk: Desk
    person: str
    now: datetime
    live: tuple[ReleaseView, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)


Waits: TypeAlias = Callable[[Visit], Awaitable[Sequence[HomeRow]]]
Comes: TypeAlias = Callable[[Visit], Awaitable[Sequence[str]]]


class HomeTab:
    """`started` is when this process began."""

    def __init__(self, desk: Desk, pulse: Pulse, started: datetime) -> None:
        self._desk = desk
        self._pulse = pulse
        self._started = started

    async def home(self, person: str) -> Block:
        """The Home tab of one person, as it is now."""
        visit = await self._visit(person)
        return home(
            HomeView(
                now=visit.now,
                started=self._started,
                zone=self._desk.readers.zone,
                waiting=[row for find in WAITING for row in await find(visit)],
                yours=await self._yours(visit),
                live=visit.live,
                ahead=[line for find in AHEAD for line in await find(visit)],
                lately=await self._lately(visit.now),
                sources=self._sources(),
                faults=self._faults(),
            )
        )

    async def form(self, asked: AskedForm, origin: Origin) -> Block:
        """A form as a modal, filled in as far as it is known."""
        if asked.name != START:
            return reason_view(asked, origin)
        services = self._desk.readers.services()
        service = asked.held.get(SERVICE, "")
        versions = await self._certified(service, services.get(service, ()))
        return start_view(asked, origin, Choices(services=services, versions={service: versions}))

    async def _certified(self, service: str, places: Sequence[str]) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for place in places:
            state = await self._desk.engine.history.service(service, place)
            good = (name for name in sorted(versions_of(state)) if not state.is_bad(name))
            names |= dict.fromkeys(good)
        return tuple(reversed(names))

    async def _visit(self, person: str) -> Visit:
        engine, now = self._desk.engine, self._desk.engine.clock.now()
        names = await engine.store.names()
        live = [self._view(each, names, now) for each in await engine.history.all_live()]
        return Visit(desk=self._desk, person=person, now=now, live=tuple(live), names=names)

    async def _yours(self, visit: Visit) -> list[ReleaseView]:
        """With the newest numbers, as far as they are shown."""
        mine = [each for each in visit.live if each.release.requested_by == visit.person]
        read = [await self._desk.readers.view(each.release) for each in mine[:ROWS]]
        return [*read, *mine[ROWS:]]

    def _view(self, release: Release, names: Mapping[str, str], now: datetime) -> ReleaseView:
        """Without its facts: a list of all that lives must not read the whole record."""
        return ReleaseView(
            release=release,
            now=now,
            watched=release.watched,
            names=names,
            refresh=self._desk.readers.refresh,
            command=self._desk.command,
            zone=self._desk.readers.zone,
        )

    async def _lately(self, now: datetime) -> list[tuple[str, int]]:
        rows = await self._desk.engine.store.statuses(since=now - LATELY, limit=LATELY_MOST)
        return Counter(row.environment for row in rows).most_common()

    def _sources(self) -> list[SourceSign]:
        names = sorted({*self._desk.ports.metrics, *self._desk.ports.pagers})
        signs = {name: self._pulse.of(name) for name in names}
        return [
            SourceSign(name=name, answered_at=sign.answered_at, silent_since=sign.silent_since)
            for name, sign in signs.items()
        ]

    def _faults(self) -> list[str]:
        places = sorted(self._desk.book.policy.places.items())
        return [
            f"{place.service} in {place.environment} cannot start: {here.quarantine}"
            for place, here in places
            if here.quarantine
        ]


async def list_needed(visit: Visit) -> list[HomeRow]:
    """Releases that stay until somebody does something, for those who can."""
    found = []
    for view in visit.live:
        if needs_somebody(view) and visit.person in await able(visit.desk, view.release):
            found.append(release_row(replace(view, mention=(visit.person,))))
    return found


def needs_somebody(view: ReleaseView) -> bool:
    release = view.release
    waits = release.state in (State.GATED, State.STUCK) or is_overdue(view)
    return not release.taken_by and (waits or asks_somebody(release))


async def able(desk: Desk, release: Release) -> frozenset[str]:
    """Who is asked about a release: who started it, and who may promote it."""
    named = await desk.book.who(release.rules, Right.PROMOTE)
    return frozenset({release.requested_by, *named})


async def list_votes(visit: Visit) -> list[HomeRow]:
    """Polls in which this person could fill a seat and has said nothing."""
    found = []
    for view in visit.live:
        poll = view.release.poll
        if poll is not None and poll.is_open and visit.person in poll.unheard():
            found.append(vote_row(view, poll))
    return found


async def bad_versions(visit: Visit) -> list[str]:
    """`bad: basket v3.1.0 in production`: what would be refused if somebody started it."""
    found = []
    for service, environment in visit.desk.book.policy.services:
        state = await visit.desk.engine.history.service(service, environment)
        for version in sorted(name for name in state.marks if state.is_bad(name)):
            at = date_token(state.marks[version].at, visit.desk.readers.zone, visit.now)
            found.append(f"bad: {escape(service)} {escape(version)} in {escape(environment)}, {at}")
    return found


async def freezes(visit: Visit) -> list[str]:
    """What is frozen, and what will be within a week, on this person's clocks."""
    asked = await next_days(visit.desk, visit.person, visit.now, DAYS_AHEAD)
    return home_lines(await outlook(visit.desk, asked))


async def list_past_gates(visit: Visit) -> list[HomeRow]:
    """Overrides that wait for a second person, and looks back that are owed, for those who may."""
    return await rows_for(visit.desk, visit.person, visit.now, visit.names)


async def let_past(visit: Visit) -> list[str]:
    """What stands of overrides, and which looks back are owed."""
    return await lines_of(visit.desk, visit.person)


WAITING: tuple[Waits, ...] = (list_votes, list_past_gates, list_needed)
AHEAD: tuple[Comes, ...] = (freezes, bad_versions, let_past)
