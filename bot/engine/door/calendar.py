"""What one person may see and do of the calendar, on their own clocks."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.decide.calendar import unfreeze
from bot.domain.decide.known import Decided
from bot.domain.intents.calendar import Unfreeze
from bot.domain.terms.calendar import CalendarPlace, CalendarWindow, Denial, WindowKind, outside
from bot.domain.terms.clock import DAY, instant
from bot.domain.terms.rules import Right
from bot.domain.terms.when import ClockSpan
from bot.engine.door.door import Desk
from bot.render.calendar.outlook import Outlook, Shut, WindowTime

WEEK = 7 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarAsk:
    """By whom and about what; empty means all. `begin` and `end` bound what is still to come.

    `every`: each time of a window, not only its next.
    """

    by: str
    now: datetime
    zone: str
    begin: datetime
    end: datetime
    period: str
    service: str = ""
    environment: str = ""
    every: bool = False


async def clock_of(person: str, desk: Desk) -> str:
    """The zone of a person's own clocks, as Slack has it; else the house's."""
    known = await desk.book.directory.person(person) if not is_program(person) else None
    try:
        return str(ZoneInfo(known.zone)) if known is not None else desk.readers.zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return desk.readers.zone


def is_program(person: str) -> bool:
    """Ids with a prefix are of a shell or a key, which tell no zone."""
    return ":" in person


def week_of(now: datetime, zone: str, later: int = 0) -> tuple[datetime, datetime]:
    """From Monday to Monday on clocks there; `later` weeks from this one."""
    today = now.astimezone(ZoneInfo(zone)).date()
    monday = datetime.combine(today, time()) + timedelta(days=7 * later - today.weekday())
    return instant(monday, ZoneInfo(zone)), instant(monday + WEEK, ZoneInfo(zone))


async def outlook(desk: Desk, asked: CalendarAsk) -> Outlook:
    """What stands now and what comes, of the windows that mean a place that may be looked at."""
    calendar = await desk.engine.load.calendar()
    places = await _places(desk, asked) if calendar.windows else []
    windows = [each for each in calendar.windows if any(map(each.meets, places))]
    standing = [(each, span) for each in windows if (span := each.span_at(asked.now))]
    lifting = await _lifting(desk, asked)
    return Outlook(
        now=asked.now,
        zone=asked.zone,
        period=asked.period,
        about=" in ".join(filter(None, (asked.service, asked.environment))),
        standing=tuple(
            WindowTime(window=each, span=span, lifts=lifting.get(each.declared, ""))
            for each, span in sorted(standing, key=lambda pair: pair[0].kind is WindowKind.ALLOW)
        ),
        shut=_shut(windows, places, asked.now),
        ahead=tuple(
            WindowTime(window=each, span=span, more=more)
            for each, span, more in _coming(windows, asked)
        ),
        names=calendar.names,
    )


async def _places(desk: Desk, asked: CalendarAsk) -> list[CalendarPlace]:
    """Those that were asked about and may be looked at; a quarantined one by any right to look."""
    book, found = desk.book, []
    anywhere = await book.holds_anywhere(asked.by, Right.READ)
    for (service, environment), here in sorted(book.policy.places.items()):
        if asked.service not in ("", service) or asked.environment not in ("", environment):
            continue
        rules = here.rules
        rights = await book.rights(asked.by, rules)
        if Right.READ in rights if rules else anywhere:
            tier = rules.tier if rules else None
            found.append(
                CalendarPlace(
                    service=service, environment=environment, tier=tier, region=here.region
                )
            )
    return found


def _coming(
    windows: Iterable[CalendarWindow], asked: CalendarAsk
) -> list[tuple[CalendarWindow, ClockSpan, int]]:
    """What begins, or goes on, in the period and stands later: window, span, how many more."""
    found = [
        (window, span)
        for window in windows
        for span in sorted(window.between(asked.begin, asked.end))
        if span.begin > asked.now
    ]
    ordered = sorted(found, key=lambda pair: pair[1].begin)
    if asked.every:
        return [(window, span, 0) for window, span in ordered]
    times = Counter(id(window) for window, _ in ordered)
    firsts = {
        id(window): (window, span, times[id(window)] - 1) for window, span in reversed(ordered)
    }
    return sorted(firsts.values(), key=lambda pair: pair[1].begin)


def _shut(
    windows: Iterable[CalendarWindow], places: Iterable[CalendarPlace], now: datetime
) -> tuple[Shut, ...]:
    """Places outside of every hour that allows them, those of one reason together."""
    allowing = [each for each in windows if each.kind is WindowKind.ALLOW]
    found: dict[Denial, list[str]] = {}
    for place in places if allowing else ():
        denial = outside([each for each in allowing if each.meets(place)], now)
        if denial is not None:
            found.setdefault(denial, []).append(f"{place.service} in {place.environment}")
    return tuple(Shut(denial=each, places=tuple(where)) for each, where in found.items())


async def _lifting(desk: Desk, asked: CalendarAsk) -> Mapping[str, str]:
    """Per freeze that people set, the request that lifts it, where this person may."""
    state = await desk.engine.history.declared()
    found: dict[str, str] = {}
    for each in state.standing:
        intent = Unfreeze(by=asked.by, service=each.service, environment=each.environment)
        known = await desk.engine.load.for_house(intent)
        if isinstance(unfreeze(intent, known, asked.now), Decided):
            where = " ".join(filter(None, (each.service, each.environment))) or "all"
            found[each.freeze] = f"unfreeze {where}"
    return found


async def next_days(desk: Desk, by: str, now: datetime, days: int) -> CalendarAsk:
    """Everything from now on, on the clocks of who asks."""
    zone = await clock_of(by, desk)
    return CalendarAsk(
        by=by, now=now, zone=zone, begin=now, end=now + days * DAY, period=f"in the next {days} d"
    )


async def in_week(desk: Desk, by: str, now: datetime, later: int) -> CalendarAsk:
    """This week, or a later one, from Monday on."""
    zone = await clock_of(by, desk)
    begin, end = week_of(now, zone, later)
    asked = await next_days(desk, by, now, 7)
    period = "next week" if later else "this week"
    return replace(asked, begin=begin, end=end, period=period, every=True)
