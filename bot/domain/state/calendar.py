"""The freezes that people set while the bot runs: declared, standing, lifted. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain.facts.calendar import FreezeDeclared, FreezeLifted
from bot.domain.facts.fact import Fact
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.terms.calendar import CalendarWindow
from bot.domain.terms.when import Once

NO_WORDS = "stopped by hand"
NOBODY_NAMED: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the stream `calendar` tells; `standing` may hold some whose time is over."""

    version: int = 0
    standing: tuple[FreezeDeclared, ...] = field(default=())

    def windows(self) -> tuple[CalendarWindow, ...]:
        return tuple(window_of(each) for each in self.standing)

    def of(self, intent: Freeze | Unfreeze, now: datetime) -> tuple[FreezeDeclared, ...]:
        """Those that stand now for exactly this scope."""
        return tuple(
            each
            for each in self.standing
            if (each.service, each.environment) == (intent.service, intent.environment)
            and not is_over(each, now)
        )


def is_over(freeze: FreezeDeclared, now: datetime) -> bool:
    return freeze.until is not None and freeze.until <= now


def window_of(freeze: FreezeDeclared) -> CalendarWindow:
    begin = freeze.at.astimezone(UTC).replace(tzinfo=None)
    when = Once(begin=begin, lasts=freeze.until - freeze.at if freeze.until else None)
    return CalendarWindow(
        name=freeze.because or NO_WORDS,
        when=(when,),
        services=(freeze.service,) if freeze.service else (),
        environments=(freeze.environment,) if freeze.environment else (),
        owner=freeze.by,
        declared=freeze.freeze,
    )


def evolve_declared(state: Declared, fact: Fact) -> Declared:
    after = replace(state, version=state.version + 1)
    left = tuple(each for each in state.standing if not is_over(each, fact.at))
    if isinstance(fact, FreezeDeclared):
        return replace(after, standing=(*left, fact))
    if isinstance(fact, FreezeLifted):
        kept = tuple(each for each in left if each.freeze not in fact.freezes)
        return replace(after, standing=kept)
    return after


def fold_declared(facts: Iterable[Fact]) -> Declared:
    state = Declared()
    for fact in facts:
        state = evolve_declared(state, fact)
    return state


def windows_ever(facts: Iterable[Fact]) -> tuple[CalendarWindow, ...]:
    """Every freeze that was ever set, each for as long as it stood."""
    found: dict[str, CalendarWindow] = {}
    for fact in facts:
        if isinstance(fact, FreezeDeclared):
            found[fact.freeze] = window_of(fact)
        if isinstance(fact, FreezeLifted):
            found |= {
                name: lifted_at(found[name], fact.at) for name in fact.freezes if name in found
            }
    return tuple(found.values())


def lifted_at(window: CalendarWindow, end: datetime) -> CalendarWindow:
    """A window that people set, as it was when somebody lifted it."""
    ends = end.astimezone(UTC).replace(tzinfo=None)
    ended = (
        replace(when, lasts=max(ends - when.begin, timedelta(0)))
        for when in window.when
        if isinstance(when, Once)
    )
    return replace(window, when=tuple(ended))


def scope(service: str, environment: str) -> str:
    """`checkout in prod`, `prod`, `checkout` or `everything`."""
    return " in ".join(filter(None, (service, environment))) or "everything"
