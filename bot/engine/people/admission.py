"""Who is let in: full members, and those remembered as such while the directory says nothing.

Unknown is refused, or a flood of look-ups would open the door to everybody.
"""

from enum import Enum, auto
from typing import Final

from bot.ports.directory import Directory

STRANGER: Final = (
    "Nothing happened: only full members of the workspace that owns this bot may use it. "
    "Ask one of them."
)
UNPLACED: Final = (
    "Nothing happened: I cannot find out just now whether you are a full member of this "
    "workspace, and I have never seen you as one. Try again in a minute. If it is urgent, ask "
    "somebody who has used me before: they may read and roll back even now."
)
ONLY_BACK: Final = (
    "Nothing happened: I cannot find out just now whether you are still a full member. "
    "Until I can, you may read and roll back, and nothing else."
)


class Standing(Enum):
    """How somebody stands at the door."""

    MEMBER = auto()
    REMEMBERED = auto()
    STRANGER = auto()
    UNPLACED = auto()

    @property
    def refusal(self) -> str:
        """Why somebody is not let in at all; empty for who is."""
        return {Standing.STRANGER: STRANGER, Standing.UNPLACED: UNPLACED}.get(self, "")


async def standing_of(person: str, directory: Directory) -> Standing:
    """What the directory says now decides; only where it says nothing, what it said last."""
    known = await directory.person(person)
    if known is not None:
        return Standing.MEMBER if known.is_member else Standing.STRANGER
    was_member = await directory.was_member(person)
    if was_member is None:
        return Standing.UNPLACED
    return Standing.REMEMBERED if was_member else Standing.STRANGER
