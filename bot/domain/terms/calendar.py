"""The calendar: when releases may move. Windows deny or allow; a pure function says what stands.

No window: open. Where windows allow, only inside of one is open. Denying beats allowing. A way
back is never asked about.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from bot.domain.terms.when import HORIZON, ClockSpan, When, spans

HOPS = 400
"""How many ends of windows are followed to the next opening."""


class WindowKind(StrEnum):
    DENY = "deny"
    ALLOW = "allow"


class OnFlight(StrEnum):
    """What a release that is under way does when a freeze begins. Both are watched."""

    HOLD = "hold"
    CONTINUE = "continue"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPlace:
    """What is asked about: one service in one environment, with its tier and region.

    `region` is empty where it has none, and None where that cannot be known: then windows of
    every region mean it.
    """

    service: str
    environment: str
    tier: int | None = None
    region: str | None = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWindow:
    """Who is meant is narrowed by each of its scopes (`services`, `tiers`, …); empty means all.

    `owner` is whose window it is, a person's id where it was `declared` at runtime under that id.
    """

    name: str
    when: tuple[When, ...]
    zone: str = "UTC"
    kind: WindowKind = WindowKind.DENY
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    tiers: tuple[int, ...] = ()
    regions: tuple[str, ...] = ()
    because: str = ""
    owner: str = ""
    on_flight: OnFlight = OnFlight.HOLD
    declared: str = ""

    @property
    def scope(self) -> str:
        """Who is meant, in words: `checkout in prod`, `prod (tier 1)`, or `everything`."""
        where = " in ".join(filter(None, map(", ".join, (self.services, self.environments))))
        of = ", ".join((*(f"tier {tier}" for tier in self.tiers), *self.regions))
        return f"{where} ({of})" if where and of else where or of or "everything"

    def meets(self, place: CalendarPlace) -> bool:
        """Whether the place is one of those that are meant."""
        return (
            (not self.services or place.service in self.services)
            and (not self.environments or place.environment in self.environments)
            and (not self.tiers or place.tier in self.tiers)
            and (not self.regions or place.region is None or place.region in self.regions)
        )

    def between(self, start: datetime, end: datetime) -> set[ClockSpan]:
        """Every span that touches a period."""
        return {
            span
            for when in self.when
            for span in takewhile(lambda span: span.begin < end, _each(self, when, start))
        }

    def span_at(self, at: datetime) -> ClockSpan | None:
        """The span that holds an instant; the one that ends last where several do."""
        found = [span for when in self.when if (span := _holding(self, when, at))]
        return max(found, key=lambda span: (span.end is None, span.end), default=None)

    def next_span(self, at: datetime) -> ClockSpan | None:
        """The first span that begins after an instant."""
        found = (_after(self, when, at) for when in self.when)
        return min((span for span in found if span), key=lambda span: span.begin, default=None)


def _each(window: CalendarWindow, when: When, start: datetime) -> Iterator[ClockSpan]:
    closes = window.kind is WindowKind.DENY
    return spans(when, ZoneInfo(window.zone), start, closes=closes)


def _holding(window: CalendarWindow, when: When, at: datetime) -> ClockSpan | None:
    for span in _each(window, when, at):
        if span.begin > at:
            return None
        if span.holds(at):
            return span
    return None


def _after(window: CalendarWindow, when: When, at: datetime) -> ClockSpan | None:
    return next((span for span in _each(window, when, at) if span.begin > at), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """One window that keeps things still, and when it alone would let go of them."""

    name: str
    because: str
    by: str
    until: datetime | None
    declared: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the calendar says of a place: frozen while anything denies, and open again when.

    `opens_at` None while frozen: nobody knows yet.
    """

    denials: tuple[Denial, ...] = ()
    opens_at: datetime | None = None

    @property
    def frozen(self) -> bool:
        return bool(self.denials)


OPEN = Standing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Every window there is, and the zone in which times without one are meant and told.

    `names` are what to call the people who set windows.
    """

    windows: tuple[CalendarWindow, ...] = ()
    zone: str = "UTC"
    names: Mapping[str, str] = field(default_factory=dict)

    def of(self, place: CalendarPlace) -> "Calendar":
        return replace(self, windows=tuple(each for each in self.windows if each.meets(place)))

    def flying(self) -> "Calendar":
        """Without the windows that let go on what is under way already."""
        held = (each for each in self.windows if each.on_flight is OnFlight.HOLD)
        return replace(self, windows=tuple(held))

    def standing(self, now: datetime) -> Standing:
        """What stands for those whom all these windows mean."""
        denials = denials_at(self.windows, now)
        if not denials:
            return OPEN
        return Standing(denials=denials, opens_at=_opening(self.windows, denials, now))

    def changes_at(self, now: datetime) -> datetime | None:
        """The next instant at which any window begins or ends."""
        edges = [edge for window in self.windows for edge in _edges(window, now)]
        return min(edges, default=None)


def denials_at(windows: Sequence[CalendarWindow], at: datetime) -> tuple[Denial, ...]:
    """Every window that denies at an instant; where none of those that allow does, that too."""
    denying = (_denial(each, at) for each in windows if each.kind is WindowKind.DENY)
    beside = outside([each for each in windows if each.kind is WindowKind.ALLOW], at)
    return tuple(each for each in (*denying, beside) if each is not None)


def _denial(window: CalendarWindow, at: datetime) -> Denial | None:
    span = window.span_at(at)
    if span is None:
        return None
    return Denial(
        name=window.name,
        because=window.because,
        by=window.owner,
        until=span.end,
        declared=window.declared,
    )


def outside(allowing: Sequence[CalendarWindow], at: datetime) -> Denial | None:
    """What stands where some windows allow, and none of them just then."""
    if not allowing or any(window.span_at(at) for window in allowing):
        return None
    begins = [span.begin for window in allowing if (span := window.next_span(at))]
    names = ", ".join(window.name for window in allowing)
    because = "; ".join(dict.fromkeys(window.because for window in allowing if window.because))
    owner = ", ".join(dict.fromkeys(window.owner for window in allowing if window.owner))
    return Denial(
        name=f"outside of {names}", because=because, by=owner, until=min(begins, default=None)
    )


def _opening(
    windows: Sequence[CalendarWindow], denials: tuple[Denial, ...], now: datetime
) -> datetime | None:
    """The first instant at which nothing denies any more: windows may follow on each other."""
    at, latest = now, now + HORIZON
    for _ in range(HOPS):
        if not denials:
            return at
        ends = [denial.until for denial in denials]
        known = [end for end in ends if end is not None]
        if len(known) < len(ends) or max(known) > latest:
            return None
        at = max(known)
        denials = denials_at(windows, at)
    return None


def _edges(window: CalendarWindow, now: datetime) -> Iterator[datetime]:
    present, following = window.span_at(now), window.next_span(now)
    if present is not None and present.end is not None:
        yield present.end
    if following is not None:
        yield following.begin
