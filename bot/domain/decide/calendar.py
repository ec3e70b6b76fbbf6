"""Who may freeze a place, and who may end a freeze.

Whoever may pause may freeze, for stopping is safe; for going on it takes whoever set it, or
somebody who may promote everything that it stops.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.domain.decide.known import Decided, Decision
from bot.domain.facts.calendar import CALENDAR, FreezeDeclared, FreezeLifted
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.state.calendar import NOBODY_NAMED, Declared, scope
from bot.domain.terms.clock import spell_moment
from bot.domain.terms.refusal import Code, Refusal


def freeze(
    intent: Freeze, state: Declared, may: bool, zone: str, now: datetime, who: str = ""
) -> Decision:
    """`who` are those who may, to be asked where the actor may not."""
    what = scope(intent.service, intent.environment)
    if not may:
        return Refusal(
            Code.NO_RIGHT,
            f"Not frozen: you do not have the right to pause {what}.",
            asking(who),
        )
    if intent.until is not None and intent.until <= now:
        return Refusal(
            Code.TIME_IS_OVER,
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
    return Decided(
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
            Code.NOT_FROZEN,
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
    return Decided(also=[(CALENDAR, lifted)], note=note)


def _not_ones_own(
    what: str, others: Sequence[FreezeDeclared], who: str, names: Mapping[str, str]
) -> Refusal:
    lacks = "you do not have the right to promote all that waits there"
    if not others:
        return Refusal(
            Code.NO_RIGHT, f"Not unfrozen: you did not freeze {what}, and {lacks}.", asking(who)
        )
    whose = names.get(others[0].by, others[0].by)
    because = f" because {others[0].because}" if others[0].because else ""
    ask = f"Ask {whose}, or {who}." if who else f"Ask {whose}."
    return Refusal(Code.NO_RIGHT, f"Not unfrozen: {whose} froze {what}{because}, and {lacks}.", ask)
