"""What the calendar looks like to people: open, frozen by somebody, shut outside of its hours."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.domain.terms.calendar import CalendarWindow, Denial, WindowKind
from bot.domain.terms.when import ClockSpan, Once
from bot.ports.chat import Message
from bot.render.calendar.outlook import Outlook, Shut, WindowTime, calendar_answer, home_lines
from tests.render.builders import TWO
from tests.render.shown import shown

HOUR = timedelta(hours=1)
ONCE = (Once(begin=TWO.replace(tzinfo=None), lasts=HOUR),)
WEEKEND = CalendarWindow(
    name="weekend",
    when=ONCE,
    environments=("prod",),
    because="few people are here",
    owner="release-leads",
)
BY_SAM = CalendarWindow(
    name="INC-77", when=ONCE, services=("payments",), owner="U0SAM", declared="F-1"
)
HOURS = CalendarWindow(name="office hours", when=ONCE, kind=WindowKind.ALLOW, tiers=(1,))
SHUT = Denial(name="outside of office hours", because="", by="", until=TWO + 18 * HOUR)
OPEN = Outlook(now=TWO, zone="Europe/Lisbon", period="in the next 14 d")
FULL = replace(
    OPEN,
    standing=(
        WindowTime(
            window=BY_SAM, span=ClockSpan(TWO - HOUR, TWO + 3 * HOUR), lifts="unfreeze payments"
        ),
        WindowTime(window=replace(WEEKEND, name="quarter end"), span=ClockSpan(TWO - HOUR, None)),
    ),
    shut=(Shut(denial=SHUT, places=tuple(f"s{nth} in prod" for nth in range(7))),),
    ahead=(
        WindowTime(window=HOURS, span=ClockSpan(TWO + 18 * HOUR, TWO + 26 * HOUR)),
        WindowTime(window=WEEKEND, span=ClockSpan(TWO + 50 * HOUR, TWO + 114 * HOUR)),
        WindowTime(
            window=CalendarWindow(name="holidays", when=ONCE),
            span=ClockSpan(TWO + 34 * 24 * HOUR - 14 * HOUR, TWO + 35 * 24 * HOUR - 14 * HOUR),
        ),
    ),
    names={"U0SAM": "sam"},
)
OUTLOOKS: Mapping[str, Outlook] = {
    "open": replace(OPEN, about="checkout in prod"),
    "frozen": FULL,
    "ahead": replace(FULL, standing=(), shut=(), period="next week"),
}


def drawn(name: str) -> str:
    seen = OUTLOOKS[name]
    home = "".join(f"{line}\n" for line in home_lines(seen))
    return f"{shown(calendar_answer(seen))}On the Home tab\n{home}"


def wild(words: str) -> Message:
    """A calendar in which everything that has a name has this one, and there is too much of it."""
    window = replace(WEEKEND, name=words, because=words, owner="U0SAM", services=(words,) * 3)
    meant = WindowTime(window=replace(window, declared="F-1"), span=ClockSpan(TWO, None))
    standing = tuple(replace(meant, lifts=f"unfreeze {words} {nth}") for nth in range(40))
    shut = (Shut(denial=replace(SHUT, name=words, until=None), places=(words,) * 40),) * 40
    names = {"U0SAM": words}
    seen = replace(FULL, standing=standing, shut=shut, ahead=(meant,) * 40, names=names)
    return calendar_answer(replace(seen, about=words))
