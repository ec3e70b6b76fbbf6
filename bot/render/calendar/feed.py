"""The calendar as an iCalendar feed, so that what is frozen stands beside people's other plans."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import icalendar

from bot.domain.terms.calendar import CalendarWindow, WindowKind
from bot.domain.terms.clock import DAY
from bot.domain.terms.when import ClockSpan
from bot.render.kit.blocks import one_line

BEFORE: Final = 7 * DAY
AHEAD: Final = 90 * DAY
ANEW: Final = timedelta(minutes=15)
"""How often a reader is asked to look again; most look when it suits them."""
TYPE: Final = "text/calendar; charset=utf-8"


def feed(windows: Sequence[CalendarWindow], names: Mapping[str, str], now: datetime) -> bytes:
    """Every window of the last 7 and the next 90 days, each time of it an event.

    An event keeps its UID for as long as its window keeps its name and scope. One that lasts until
    it is lifted ends where the feed does.
    """
    told = icalendar.Calendar()
    told.add("prodid", "-//slipway//release calendar//EN")
    told.add("version", "2.0")
    told.add("x-wr-calname", "Releases: frozen and open")
    told.add("refresh-interval", ANEW, parameters={"VALUE": "DURATION"})
    told.add("x-published-ttl", "PT15M")
    for event in _events(windows, names, now):
        told.add_component(event)
    written: bytes = told.to_ical()
    return written


def _events(
    windows: Sequence[CalendarWindow], names: Mapping[str, str], now: datetime
) -> Iterator[icalendar.Event]:
    found = {
        _uid(window, span): (window, span)
        for window in windows
        for span in sorted(window.between(now - BEFORE, now + AHEAD))
    }
    for uid, (window, span) in sorted(found.items(), key=lambda item: item[1][1].begin):
        yield _event(uid, window, span, names, now)


def _event(
    uid: str, window: CalendarWindow, span: ClockSpan, names: Mapping[str, str], now: datetime
) -> icalendar.Event:
    told = icalendar.Event()
    told.add("uid", uid)
    told.add("dtstamp", now)
    told.add("dtstart", span.begin)
    told.add("dtend", span.end or now + AHEAD)
    told.add("summary", one_line(_summary(window)))
    told.add("description", "\n".join(map(one_line, _description(window, span, names))))
    told.add("categories", ["FROZEN" if window.kind is WindowKind.DENY else "OPEN"])
    # It says what releases may do, and makes nobody busy.
    told.add("transp", "TRANSPARENT")
    return told


def _uid(window: CalendarWindow, span: ClockSpan) -> str:
    named = window.declared or _digest(window)
    return f"{named}-{span.begin:%Y%m%dT%H%M%SZ}@slipway"


def _digest(window: CalendarWindow) -> str:
    said = f"{window.name}\x00{window.kind}\x00{window.scope}\x00{window.zone}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]


def _summary(window: CalendarWindow) -> str:
    """`Frozen: prod (weekend)`"""
    does = "Frozen" if window.kind is WindowKind.DENY else "Releases only now"
    return f"{does}: {window.scope} ({window.name})"


def _description(
    window: CalendarWindow, span: ClockSpan, names: Mapping[str, str]
) -> Iterator[str]:
    if window.because:
        yield window.because
    if window.owner:
        yield f"Set by {names.get(window.owner, window.owner)}."
    if span.end is None:
        yield "It lasts until somebody lifts it."
    if window.kind is WindowKind.DENY:
        yield "Nothing starts or goes forward; a way back is always open."
