"""Who is asked before a version reaches users: seats, whose they are, and what a no of them does.

Only plain field types: it is a part of the rules that a release is held to.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class SeatKind(StrEnum):
    """`needed`: no go without it. `veto`: needed too, and its no-go ends the poll at once.

    `advice`: its no-go stops nothing, but is answered in words before it goes.
    """

    NEEDED = "needed"
    VETO = "veto"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """`people` are names of the config; who they are is read at the moment of the vote."""

    name: str
    people: tuple[str, ...]
    kind: SeatKind = SeatKind.NEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class PollRules:
    """`quorum` counts seats that different people filled with a go, advice included.

    `caller` names those who have the final word once every needed seat said go; empty: it then
    goes by itself. `valid_for` is how long a go, or what was checked before it, may be acted on.
    """

    seats: tuple[Seat, ...]
    quorum: int
    caller: tuple[str, ...] = ()
    closes_after: timedelta = timedelta(hours=1)
    valid_for: timedelta = timedelta(hours=4)
