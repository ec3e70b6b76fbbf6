"""The freezes that people set while the bot runs: declared, standing, lifted. Pure.

Whoever may pause may freeze, for stopping is safe; for going on it takes whoever set it, or
somebody who may promote everything that it stops.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.domain import facts as f
from bot.domain.calendar import Window
from bot.domain.calendar_facts import CALENDAR, FreezeDeclared, FreezeLifted
from bot.domain.clockwords import spell_moment
from bot.domain.intents import Intent
from bot.domain.known import Accepted, Decision
from bot.domain.moves import Refusal
from bot.domain.when import Once

NO_WORDS = "stopped by hand"
NOBODY_NAMED: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Freeze(Intent):
    """`service` and `environment` both empty: everything. `until` None: until it is lifted."""

    service: str = ""
    environment: str = ""
    until: datetime | None = None
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfreeze(Intent):
    service: str = ""
    environment: str = ""
    because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the stream `calendar` tells; `standing` may hold some whose time is over."""

    version: int = 0
    standing: tuple[FreezeDeclared, ...] = field(default=())

    def windows(self) -> tuple[Window, ...]:
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


def window_of(freeze: FreezeDeclared) -> Window:
    begin = freeze.at.astimezone(UTC).replace(tzinfo=None)
    when = Once(begin=begin, lasts=freeze.until - freeze.at if freeze.until else None)
    return Window(
        name=freeze.because or NO_WORDS,
        when=(when,),
        services=(freeze.service,) if freeze.service else (),
        environments=(freeze.environment,) if freeze.environment else (),
        owner=freeze.by,
        declared=freeze.freeze,
    )


def evolve_declared(state: Declared, fact: f.Fact) -> Declared:
    after = replace(state, version=state.version + 1)
    left = tuple(each for each in state.standing if not is_over(each, fact.at))
    if isinstance(fact, FreezeDeclared):
        return replace(after, standing=(*left, fact))
    if isinstance(fact, FreezeLifted):
        kept = tuple(each for each in left if each.freeze not in fact.freezes)
        return replace(after, standing=kept)
    return after


def fold_declared(facts: Iterable[f.Fact]) -> Declared:
    state = Declared()
    for fact in facts:
        state = evolve_declared(state, fact)
    return state


def windows_ever(facts: Iterable[f.Fact]) -> tuple[Window, ...]:
    """Every freeze that was ever set, each for as long as it stood."""
    found: dict[str, Window] = {}
    for fact in facts:
        if isinstance(fact, FreezeDeclared):
            found[fact.freeze] = window_of(fact)
        if isinstance(fact, FreezeLifted):
            found |= {
                name: lifted_at(found[name], fact.at) for name in fact.freezes if name in found
            }
    return tuple(found.values())


def lifted_at(window: Window, end: datetime) -> Window:
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


def freeze(
    intent: Freeze, state: Declared, may: bool, zone: str, now: datetime, who: str = ""
) -> Decision:
    """`who` are those who may, to be asked where the actor may not."""
    what = scope(intent.service, intent.environment)
    if not may:
        return Refusal(
            "NO_RIGHT",
            f"Not frozen: you do not have the right to pause {what}.",
            asking(who),
        )
    if intent.until is not None and intent.until <= now:
        return Refusal(
            "TIME_IS_OVER",
            f"Not frozen: {spell_moment(intent.until, zone, now)} is over.",
            "Name a time to come, or how long: for 2h.",
        )
    declared = FreezeDeclared(
        at=now,
        by=intent.by,
        freeze=f"F-{state.version + 1}",
        service=intent.service,
        environment=intent.environment,
        because=intent.because,
        until=intent.until,
    )
    ends = (
        f"until {spell_moment(intent.until, zone, now)}" if intent.until else "until it is lifted"
    )
    return Accepted(
        also=[(CALENDAR, declared)],
        note=f"Frozen {ends}: {what}. Nothing starts there and nothing goes forward; what is "
        "under way stays where it is, watched, and every way back is open. "
        f"To lift it: /release unfreeze {' '.join(_words(intent))}.",
    )


def _words(intent: Freeze | Unfreeze) -> list[str]:
    return [each for each in (intent.service, intent.environment) if each] or ["all"]


def asking(who: str) -> str:
    return f"Ask {who}." if who else "Nobody has it: add it to may in a service's config."


def unfreeze(
    intent: Unfreeze,
    state: Declared,
    may: bool,
    now: datetime,
    who: str = "",
    names: Mapping[str, str] = NOBODY_NAMED,
) -> Decision:
    """`may`: lift what somebody else set; one's own is always one's own to lift.

    `names` are what to call those who set it.
    """
    what, found = scope(intent.service, intent.environment), state.of(intent, now)
    others = [each for each in found if each.by != intent.by]
    if not may and (others or not found):
        return _not_ones_own(what, others, who, names)
    if not found:
        return Refusal(
            "NOT_FROZEN",
            f"Not unfrozen: nobody froze {what} by hand.",
            "Look at /release calendar; what stands in the config ends by its own time.",
        )
    lifted = FreezeLifted(
        at=now,
        by=intent.by,
        freezes=tuple(each.freeze for each in found),
        because=intent.because,
    )
    note = f"Unfrozen: {what}. What waited there goes on by itself, unless something else holds it."
    return Accepted(also=[(CALENDAR, lifted)], note=note)


def _not_ones_own(
    what: str, others: Sequence[FreezeDeclared], who: str, names: Mapping[str, str]
) -> Refusal:
    lacks = "you do not have the right to promote all that waits there"
    if not others:
        return Refusal(
            "NO_RIGHT", f"Not unfrozen: you did not freeze {what}, and {lacks}.", asking(who)
        )
    whose = names.get(others[0].by, others[0].by)
    because = f" because {others[0].because}" if others[0].because else ""
    ask = f"Ask {whose}, or {who}." if who else f"Ask {whose}."
    return Refusal("NO_RIGHT", f"Not unfrozen: {whose} froze {what}{because}, and {lacks}.", ask)
