"""How people are told: messages in channels, threads, to one person, and edits of them."""

from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

Block: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """`text` is a full sentence that stands alone (lock screen, screen reader); blocks say more."""

    text: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Where a message stands: `ts` is its id in the channel."""

    channel: str
    ts: str


@dataclass(frozen=True, slots=True)
class Delivered:
    """It stands there now."""

    place: Posted


@dataclass(frozen=True, slots=True)
class SendLater:
    """Not sent; come back after `seconds`. `bucket` names the limit that was hit."""

    seconds: float
    bucket: str
    why: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """Sent, not answered: it may stand there. `find` before sending again."""

    why: str


@dataclass(frozen=True, slots=True)
class Gone:
    """The message to edit is no longer there, or no longer editable: post anew."""

    why: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be taken as it is; `remedy` tells the owner what to change."""

    why: str
    remedy: str


Delivery: TypeAlias = Delivered | SendLater | Unsure | Gone | Refused


class Chat(Protocol):
    """`key` travels with each message, so that it can be found again after a crash.

    `urgent` messages have a reserved share of every limit.
    """

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        urgent: bool = False,
    ) -> Delivery: ...

    async def edit(
        self, place: Posted, message: Message, *, key: str, urgent: bool = False
    ) -> Delivery: ...

    async def direct(self, person: str, message: Message, *, key: str) -> Delivery:
        """To one person, in the bot's conversation with them."""
        ...

    async def find(self, channel: str, key: str, thread: str | None = None) -> Posted | None:
        """The message that carries `key`; None where there is none or it cannot be known.

        `channel` may be a person's id: the bot's conversation with them.
        """
        ...
