"""Seats of a poll before it is asked: who could fill each, and what nobody can."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.render.kit.voice import full_stop

SHOWN = 6
NOT_COUNTED = "Not counted: "
KINDS = {"veto": " (can veto)", "advice": " (advice)", "needed": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatShown:
    """`groups` are the config's names, `able` names of people, `barred` (name, sentence)."""

    seat: str
    kind: str
    groups: Sequence[str]
    able: Sequence[str]
    barred: Sequence[tuple[str, str]]
    unknown: bool
    stops_it: bool


def seat_lines(seats: Sequence[SeatShown]) -> list[str]:
    """One line a seat, and at last whether a go can come about."""
    if not seats:
        return []
    open_seats = [each.seat for each in seats if each.stops_it]
    if not open_seats:
        return [*map(seat_line, seats), "every seat that is needed can be filled."]
    few = "seat" if len(open_seats) == 1 else "seats"
    last = (
        f"no go can come about: nobody is left for the {few} {', '.join(open_seats)}. "
        f"Add people to it in the config, or let somebody else start."
    )
    return [*map(seat_line, seats), last]


def seat_line(shown: SeatShown) -> str:
    """`release (can veto): ana. Not mei: you wrote part of this change (#812).`"""
    who = ", ".join(shown.able[:SHOWN]) + _more(shown.able)
    if shown.unknown:
        who = f"it cannot be looked up just now who is in {', '.join(shown.groups)}"
    elif not shown.able:
        who = f"nobody of {', '.join(shown.groups)} can fill it"
    not_them = [
        f"{name} ({why.removeprefix(NOT_COUNTED).rstrip('.')})" for name, why in barred_lines(shown)
    ]
    without = f" Not {'; '.join(not_them)}." if not_them else ""
    return f"{shown.seat}{KINDS.get(shown.kind, '')}: {full_stop(who)}{without}"


def barred_lines(shown: SeatShown) -> Sequence[tuple[str, str]]:
    return shown.barred[:SHOWN]


def _more(names: Sequence[str]) -> str:
    return f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
