"""A chat in memory: keeps messages, finds them by key, and fails in every way its port names."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from bot.ports.chat import Delivered, Delivery, Gone, Message, Posted, Refused, SendLater, Unsure


class Slip(StrEnum):
    """What can go wrong with one call."""

    LATER = "later"
    UNSURE_BEFORE = "unsure-before"
    UNSURE_AFTER = "unsure-after"
    GONE = "gone"
    REFUSED = "refused"


@dataclass(slots=True)
class Post:
    place: Posted
    key: str
    message: Message
    thread: str | None
    broadcast: bool
    edits: int = 0


class FakeChat:
    """`posts` are the messages that stand, in order; `script` is asked before each call."""

    def __init__(self, script: Callable[[str], Slip | None] = lambda key: None) -> None:
        self.posts: list[Post] = []
        self.urgent_edits: list[str] = []
        self._script = script

    async def post(
        self,
        channel: str,
        message: Message,
        *,
        key: str,
        thread: str | None = None,
        broadcast: bool = False,
        urgent: bool = False,
    ) -> Delivery:
        slip = self._script(key)
        if refusal := before(slip):
            return refusal
        place = Posted(channel=channel, ts=f"{len(self.posts) + 1}.0")
        self.posts.append(Post(place, key, message, thread, broadcast))
        return after(slip, place)

    async def edit(
        self, place: Posted, message: Message, *, key: str, urgent: bool = False
    ) -> Delivery:
        slip = self._script(key)
        if refusal := before(slip):
            return refusal
        post = next((post for post in self.posts if post.place == place), None)
        if post is None or slip is Slip.GONE:
            return Gone("the message is not there")
        post.message, post.edits = message, post.edits + 1
        self.urgent_edits += [key] if urgent else []
        return after(slip, place)

    async def direct(self, person: str, message: Message, *, key: str) -> Delivery:
        return await self.post(f"D-{person}", message, key=key)

    async def find(self, channel: str, key: str, thread: str | None = None) -> Posted | None:
        wanted = {(channel, key), (f"D-{channel}", key)}
        return next(
            (post.place for post in self.posts if (post.place.channel, post.key) in wanted), None
        )


def before(slip: Slip | None) -> Delivery | None:
    """Slips by which nothing was sent, or is not known to have been."""
    if slip is Slip.LATER:
        return SendLater(1.0, "chat.postMessage", "too many messages")
    if slip is Slip.UNSURE_BEFORE:
        return Unsure("no answer")
    if slip is Slip.REFUSED:
        return Refused("the channel is archived", "Unarchive it.")
    return None


def after(slip: Slip | None, place: Posted) -> Delivery:
    return Unsure("no answer") if slip is Slip.UNSURE_AFTER else Delivered(place)
