"""What is frozen and what is ahead: the answer to `/release calendar`, and lines for the Home tab.

Every line says until when, who set it and why; times are on the reader's own clocks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.domain.terms.calendar import CalendarWindow, Denial, WindowKind
from bot.domain.terms.clock import spell_moment, spell_span
from bot.domain.terms.when import ClockSpan
from bot.ports.chat import Block, Message
from bot.render.kit.blocks import (
    Button,
    Confirm,
    actions,
    button_value,
    context,
    cut_plain,
    escape,
    message,
    one_line,
    section,
)
from bot.render.kit.voice import name_of

LISTED: Final = 12
NAMED: Final = 5
SHORT: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowTime:
    """A window and one time of it. `lifts` is the request that ends it, for those who may.

    `more`: how often it comes again within the period that is looked at.
    """

    window: CalendarWindow
    span: ClockSpan
    lifts: str = ""
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shut:
    """Places that stand still because no window that allows holds just now."""

    denial: Denial
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What one person may see of the calendar; `period` says how far was looked, in words."""

    now: datetime
    zone: str
    period: str
    about: str = ""
    standing: tuple[WindowTime, ...] = ()
    shut: tuple[Shut, ...] = ()
    ahead: tuple[WindowTime, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)

    def moment(self, at: datetime) -> str:
        return spell_moment(at, self.zone, self.now)

    def until(self, end: datetime | None) -> str:
        return f"until {self.moment(end)}" if end else "until it is lifted"


def calendar_answer(seen: Outlook) -> Message:
    """What stands first, each with its button; then what comes."""
    now = list(_now(seen))
    ahead = [_ahead(each, seen) for each in seen.ahead]
    spoken = "; ".join(one_line(line) for line in (*now, *ahead)[:LISTED])
    if not spoken:
        return message(escape(_open(seen)), [section(escape(_open(seen))), _small(seen)])
    stands = _part("Now", now or ["Open: nothing is frozen."])
    blocks = [*stands, _lifting(seen), *_part("Ahead", ahead), _small(seen)]
    return message(escape(f"{spoken}."), blocks)


def home_lines(seen: Outlook) -> list[str]:
    """The same for the Home tab, shorter; as mrkdwn, escaped."""
    ahead = (each for each in seen.ahead if each.window.kind is WindowKind.DENY)
    comes = [
        f"{_when(each.span, seen)} freeze “{_short(each.window.name)}” ({each.window.scope})"
        for each in ahead
    ]
    return [escape(line) for line in (*_home_now(seen), *comes)]


def _home_now(seen: Outlook) -> Iterator[str]:
    for each in seen.standing:
        if each.window.kind is WindowKind.DENY:
            why = ", ".join(filter(None, (_whose(each.window, seen), _short(each.window.name))))
            yield f"{each.window.scope} frozen {seen.until(each.span.end)} ({why})"
    for shut in seen.shut:
        places = _few(shut.places)
        yield f"{places} frozen {seen.until(shut.denial.until)} ({_short(shut.denial.name)})"


def _now(seen: Outlook) -> Iterator[str]:
    for each in seen.standing:
        does = "is frozen" if each.window.kind is WindowKind.DENY else "may move"
        yield f"{each.window.scope} {does} {seen.until(each.span.end)}: {_why(each.window, seen)}"
    for shut in seen.shut:
        verb = "is" if len(shut.places) == 1 else "are"
        until = seen.until(shut.denial.until) if shut.denial.until else "and nothing ahead opens it"
        yield f"{_few(shut.places)} {verb} frozen {until}: {_short(shut.denial.name)}"


def _ahead(each: WindowTime, seen: Outlook) -> str:
    does = "frozen" if each.window.kind is WindowKind.DENY else "may move"
    when = _when(each.span, seen)
    again = f"; {each.more} more times {seen.period}" if each.more > 1 else ""
    again = f"; once more {seen.period}" if each.more == 1 else again
    return f"{when} · {each.window.scope} {does}: {_why(each.window, seen)}{again}"


def _when(span: ClockSpan, seen: Outlook) -> str:
    if span.end is None:
        return f"from {seen.moment(span.begin)} until it is lifted"
    return spell_span(span.begin, span.end, seen.zone, seen.now)


def _why(window: CalendarWindow, seen: Outlook) -> str:
    """`weekend, few people are here (release-leads)`"""
    why = ", ".join(filter(None, (_short(window.name), _short(window.because))))
    whose = _whose(window, seen)
    return f"{why} ({f'set by {whose}' if window.declared else whose})" if whose else why


def _whose(window: CalendarWindow, seen: Outlook) -> str:
    return name_of(window.owner, seen.names) if window.owner else ""


def _short(text: str) -> str:
    return cut_plain(one_line(text), SHORT)


def _few(places: Sequence[str]) -> str:
    left = len(places) - NAMED
    return f"{', '.join(places[:NAMED])}{f' and {left} more' if left > 0 else ''}"


def _open(seen: Outlook) -> str:
    about = f" for {seen.about}" if seen.about else ""
    return f"The calendar is open{about}: nothing is frozen {seen.period}."


def _part(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    left = len(lines) - LISTED
    shown = [*lines[:LISTED], *([f"… and {left} more"] if left > 0 else [])]
    return [section(f"*{title}*\n" + "\n".join(f"• {escape(line)}" for line in shown))]


def _lifting(seen: Outlook) -> Block | None:
    """One for each scope: what is lifted there is all that people set there."""
    scopes = {each.lifts: each.window.scope for each in seen.standing if each.lifts}
    return actions([_unfreeze(request, scope) for request, scope in scopes.items()])


def _unfreeze(request: str, scope: str) -> Button:
    asked = Confirm(
        title="Lift the freeze?",
        text=f"What waits in {scope} goes on by itself.",
        yes="Unfreeze",
    )
    return Button(
        label=f"Unfreeze {scope}", verb="unfreeze", value=button_value("", request), confirm=asked
    )


def _small(seen: Outlook) -> Block:
    looked = f"Now and {seen.period}." if seen.standing or seen.shut or seen.ahead else ""
    told = (looked, f"Times are those of {seen.zone}.", "A way back is always open.")
    return context(escape(" ".join(filter(None, told))))
