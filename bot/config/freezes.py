"""[[freezes]]: windows of the calendar, from as they are written to as decisions see them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.config.errors import Findings, KeyPath, Problem, demand, wrong
from bot.config.ics import Event, events_of
from bot.config.models import FreezeTable
from bot.config.services import Released
from bot.config.words import show_value, suggestion
from bot.config.zones import zone
from bot.domain.terms.calendar import CalendarWindow
from bot.domain.terms.clock import DAY
from bot.domain.terms.when import NeverComes, Once, Ruled, When, demand_bounded, on_day, rule_of

WAYS = ("every", "rrule", "ends", "dates", "ics")
"""Keys that say when; each window has exactly one of them."""
MOST_TIMES_ALL = 200_000
FEWER = "keep only what is still to come"
ONLY_WITH: Mapping[str, tuple[str, ...]] = {
    "begins": ("rrule", "ends"),
    "lasts": ("rrule",),
    "omit": ("rrule",),
}


def windows_of(
    tables: Sequence[FreezeTable], house_zone: str, folder: Path, found: Findings
) -> tuple[CalendarWindow, ...]:
    """Every window; what is wrong with a table goes to `found`."""
    read = [
        found.attempt(partial(_windows, table, ("freezes", at), house_zone, folder))
        for at, table in enumerate(tables)
    ]
    found.problems += _twins(tables)
    windows = tuple(window for each in read for window in each or ())
    if sum(demand_bounded(when) for window in windows for when in window.when) > MOST_TIMES_ALL:
        sentence = f"together they come about over {MOST_TIMES_ALL:,} times"
        found.problems.append(Problem(keys=("freezes",), sentence=sentence, remedy=FEWER))
    return windows


def _twins(tables: Sequence[FreezeTable]) -> Iterator[Problem]:
    names = [table.name.casefold() for table in tables]
    for at, name in enumerate(names):
        if name in names[:at]:
            sentence = f"there is another window named {show_value(tables[at].name)}"
            yield Problem(keys=("freezes", at, "name"), sentence=sentence, remedy="rename one")


def _windows(
    table: FreezeTable, keys: KeyPath, house_zone: str, folder: Path
) -> tuple[CalendarWindow, ...]:
    demand(_of_ways(table, keys))
    where = str(zone(table.zone, (*keys, "zone"))) if table.zone else house_zone
    if table.ics is not None:
        events = events_of(folder / table.ics, where, (*keys, "ics"))
        return tuple(_of_event(table, event) for event in events)
    when = _when(table, keys)
    for each in when:
        _demand_expanded(each, keys)
    return (_window(table, table.name, when, where),)


def _demand_expanded(when: When, keys: KeyPath) -> None:
    """Raises ConfigError for what would keep the bot busy when it looks at its calendar."""
    try:
        demand_bounded(when)
    except (ValueError, OverflowError) as error:
        remedy = "name times of these years, of days rather than of minutes"
        raise wrong(keys, f"it cannot be told when ({error})", remedy) from None


def _window(table: FreezeTable, name: str, when: tuple[When, ...], where: str) -> CalendarWindow:
    return CalendarWindow(
        name=name,
        when=when,
        zone=where,
        kind=table.kind,
        services=table.services,
        environments=table.environments,
        tiers=table.tiers,
        regions=table.regions,
        because=table.because or "",
        owner=table.owner or "",
        on_flight=table.on_flight,
    )


def _of_event(table: FreezeTable, event: Event) -> CalendarWindow:
    name = f"{table.name}: {event.name}" if event.name else table.name
    return _window(table, name, event.when, event.zone)


def _of_ways(table: FreezeTable, keys: KeyPath) -> Iterator[Problem]:
    said = [way for way in WAYS if getattr(table, way) is not None]
    if len(said) != 1:
        sentence = f"it says when by {' and by '.join(said)}" if said else "it does not say when"
        remedy = "write one of every, rrule, begins with ends, dates, ics"
        yield Problem(keys=keys, sentence=sentence, remedy=remedy)
        return
    for key, needs in ONLY_WITH.items():
        if getattr(table, key) not in (None, ()) and said[0] not in needs:
            sentence = f"{key} says nothing beside {said[0]}"
            yield Problem(keys=(*keys, key), sentence=sentence, remedy="take it out")
    if said[0] == "ends" and table.begins is None:
        yield Problem(keys=keys, sentence="it ends and does not begin", remedy="add begins")


def _when(table: FreezeTable, keys: KeyPath) -> tuple[When, ...]:
    if table.every is not None:
        return table.every
    if table.dates is not None:
        return tuple(on_day(day) for day in table.dates)
    if table.rrule is not None:
        return (_ruled(table, table.rrule, keys),)
    return (_once(table, keys),)


def _once(table: FreezeTable, keys: KeyPath) -> Once:
    begins, ends = table.begins, table.ends
    if begins is None or ends is None or ends <= begins:
        raise wrong((*keys, "ends"), "it ends before it begins", "write a later time")
    return Once(begin=begins, lasts=ends - begins)


def _ruled(table: FreezeTable, text: str, keys: KeyPath) -> Ruled:
    # A Thursday as good as any other day: rules that count on from their begin name one.
    first = table.begins or datetime(2026, 1, 1)  # noqa: DTZ001 - wall time has no zone
    demand_rule(text, first, (*keys, "rrule"))
    return Ruled(rule=text, first=first, lasts=table.lasts or DAY, omitted=table.omit)


def demand_rule(text: str, first: datetime, keys: KeyPath) -> None:
    """Raises ConfigError where the rule cannot be read, or never comes about."""
    remedy = 'write one like "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"; UNTIL has no Z'
    try:
        rule_of(text, first)
    except NeverComes as error:
        raise wrong(keys, f"{show_value(text)} {str(error).removeprefix('it ')}", remedy) from None
    except ValueError as error:
        why = " ".join(str(error).split())[:120]
        raise wrong(keys, f"{show_value(text)} is no rule ({why})", remedy) from None


def of_scopes(tables: Sequence[FreezeTable], inside: Released) -> Iterator[Problem]:
    """Names that nothing has: such a window would protect nobody."""
    known = {
        "services": {service for service, _ in inside.places},
        "environments": {environment for _, environment in inside.places},
        "regions": {here.region for here in inside.places.values() if here.region},
    }
    # What cannot be read may be in any region, and its mistake is told as its own.
    if inside.quarantined:
        del known["regions"]
    for at, table in enumerate(tables):
        for key, names in known.items():
            for name in getattr(table, key):
                if name not in names:
                    sentence = f"there is no {key[:-1]} named {show_value(name)}"
                    remedy = suggestion(name, names) if names else "take it out"
                    yield Problem(keys=("freezes", at, key), sentence=sentence, remedy=remedy)
