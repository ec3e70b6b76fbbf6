"""Who may freeze a place, and who may end a freeze.

Whoever may pause may freeze, for stopping is safe; for going on it takes whoever set it, or
somebody who may promote everything that it stops.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.domain.decide.known import Decided, Decision, HouseKnown
from bot.domain.facts.calendar import CALENDAR, FreezeDeclared, FreezeLifted
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.state.calendar import scope
from bot.domain.terms.clock import spell_moment
from bot.domain.terms.refusal import Code, Refusal


def freeze(intent: Freeze, known: HouseKnown, now: datetime) -> Decision:
    """Whoever may pause anything there may freeze all of it."""
    what, zone = scope(intent.service, intent.environment), known.zone
    if intent.right not in known.rights:
        return Refusal(
            Code.NO_RIGHT,
            f"Not frozen: you do not have the right to {intent.right} {what}.",
            asking(intent, known),
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
        freeze=f"F-{known.declared.version + 1}",
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


def asking(intent: Freeze | Unfreeze, known: HouseKnown) -> str:
    who = whom(intent, known)
    return f"Ask {who}." if who else "Nobody has it: add it to may in a service's config."


def whom(intent: Freeze | Unfreeze, known: HouseKnown) -> str:
    return known.who_may.get(intent.right, "") if intent.right else ""


def unfreeze(intent: Unfreeze, known: HouseKnown, now: datetime) -> Decision:
    """What somebody else set takes the right; one's own is always one's own to lift."""
    what, found = scope(intent.service, intent.environment), known.declared.of(intent, now)
    others = [each for each in found if each.by != intent.by]
    if intent.right not in known.rights and (others or not found):
        return _not_ones_own(intent, others, known)
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


def _not_ones_own(intent: Unfreeze, others: Sequence[FreezeDeclared], known: HouseKnown) -> Refusal:
    what, who = scope(intent.service, intent.environment), whom(intent, known)
    lacks = f"you do not have the right to {intent.right} all that waits there"
    if not others:
        sentence = f"Not unfrozen: you did not freeze {what}, and {lacks}."
        return Refusal(Code.NO_RIGHT, sentence, asking(intent, known))
    whose = known.names.get(others[0].by, others[0].by)
    because = f" because {others[0].because}" if others[0].because else ""
    ask = f"Ask {whose}, or {who}." if who else f"Ask {whose}."
    return Refusal(Code.NO_RIGHT, f"Not unfrozen: {whose} froze {what}{because}, and {lacks}.", ask)
