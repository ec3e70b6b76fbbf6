"""An iCalendar file as windows: each event is one, at its own clock or at the config's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from bot.config.errors import ConfigError, KeyPath, wrong
from bot.config.words import show_value
from bot.config.zones import zone
from bot.domain.terms.clock import DAY
from bot.domain.terms.when import Once, Ruled, RuleError, When, demand_bounded, rule_of

LARGEST = 1024 * 1024
MOST_EVENTS = 2000
MOST_DATES = 60_000
"""How often all events of one file may come about together."""
SMALLER = "keep only what is still to come"
EXPORT = "export it again as an .ics file, or list its days under dates"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    name: str
    when: tuple[When, ...]
    zone: str


def events_of(path: Path, house_zone: str, keys: KeyPath) -> list[Event]:
    """What the file tells. Raises ConfigError where any of it cannot be told exactly."""
    read = _read(path, keys)
    found, dates = [], 0
    for event in read.walk("VEVENT"):
        if str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        try:
            found.append(_event(event, house_zone, keys))
            dates += sum(map(demand_bounded, found[-1].when))
        except (EventError, RuleError) as error:
            raise _untold(event, path, keys, str(error)) from None
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
            raise _untold(event, path, keys, "one of its values is unreadable") from None
        if dates > MOST_DATES:
            raise wrong(keys, f"{path.name} holds over {MOST_DATES:,} times", SMALLER)
    if not found:
        raise wrong(keys, f"{path.name} holds no event", "take it out, or put events into it")
    return found


def _untold(event: Any, path: Path, keys: KeyPath, why: str) -> ConfigError:
    name = show_value(str(event.get("SUMMARY", "an event without a name")))
    said = " ".join(why.split())[:120]
    return wrong(keys, f"{name} in {path.name} cannot be told ({said})", EXPORT)


def _read(path: Path, keys: KeyPath) -> Any:
    try:
        return icalendar.Calendar.from_ical(_bytes_of(path, keys))
    except OSError as error:
        why = error.strerror or "it cannot be read"
        raise wrong(keys, f"{path.name}: {why}", "put it beside the config") from None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, ArithmeticError):
        # The library's error repeats the first line, and the file may be a secret.
        raise wrong(keys, f"{path.name} is no iCalendar file", EXPORT) from None


class EventError(ValueError):
    """What cannot be told of an event, in words of ours, without what the file holds."""


def _bytes_of(path: Path, keys: KeyPath) -> bytes:
    """What a file holds, of a size that is read within the bound."""
    if path.exists() and not path.is_file():
        raise wrong(keys, f"{path.name} is no regular file", EXPORT)
    with path.open("rb") as file:
        held = file.read(LARGEST + 1)
    if len(held) > LARGEST:
        raise wrong(keys, f"{path.name} is over 1 MB", SMALLER)
    if held.upper().count(b"BEGIN:") > MOST_EVENTS:
        raise wrong(keys, f"{path.name} holds over {MOST_EVENTS:,} events", SMALLER)
    return held


def _event(event: Any, house_zone: str, keys: KeyPath) -> Event:
    if "RECURRENCE-ID" in event:
        raise EventError("one time of it was moved by hand")
    starts = event["DTSTART"].dt
    where = _zone_of(event["DTSTART"], house_zone, keys)
    begin, lasts = _wall(starts, where), _lasts(event, starts, where)
    if lasts <= timedelta(0):
        raise EventError("it lasts no time")
    extra = [Once(begin=_wall(each, where), lasts=lasts) for each in _dates(event, "RDATE")]
    return Event(
        name=" ".join(str(event.get("SUMMARY", "")).split())[:80],
        when=(_main(event, begin, lasts, where), *extra),
        zone=where,
    )


def _main(event: Any, begin: datetime, lasts: timedelta, where: str) -> When:
    if "RRULE" not in event:
        return Once(begin=begin, lasts=lasts)
    if isinstance(event["RRULE"], list):
        raise EventError("it has several rules")
    omitted = tuple(_wall(each, where) for each in _dates(event, "EXDATE"))
    rule = _rule(event["RRULE"], where)
    rule_of(rule, begin)
    return Ruled(rule=rule, first=begin, lasts=lasts, omitted=omitted)


def _rule(rule: Any, where: str) -> str:
    """With UNTIL on the event's own clock, where all its times are meant."""
    told = icalendar.vRecur(rule)
    if "UNTIL" in told:
        told["UNTIL"] = [_wall(each, where) for each in told["UNTIL"]]
    return str(told.to_ical().decode())  # type: ignore[no-untyped-call]


def _dates(event: Any, key: str) -> Iterator[date]:
    found = event.get(key, [])
    for each in found if isinstance(found, list) else [found]:
        yield from (one.dt for one in each.dts)


def _lasts(event: Any, starts: date, where: str) -> timedelta:
    if "DTEND" in event:
        return _wall(event["DTEND"].dt, where) - _wall(starts, where)
    if "DURATION" in event:
        lasts: timedelta = event["DURATION"].dt
        return lasts
    return DAY if not isinstance(starts, datetime) else timedelta(0)


def _zone_of(starts: Any, house_zone: str, keys: KeyPath) -> str:
    named = starts.params.get("TZID")
    if named is not None:
        # The library takes a zone that it does not know for no zone at all.
        return str(zone(str(named), keys))
    whole_day = not isinstance(starts.dt, datetime)
    return house_zone if whole_day or starts.dt.tzinfo is None else "UTC"


def _wall(at: date, where: str) -> datetime:
    if not isinstance(at, datetime):
        return datetime.combine(at, time())
    if at.tzinfo is None:
        return at
    return at.astimezone(UTC).astimezone(ZoneInfo(where)).replace(tzinfo=None)
