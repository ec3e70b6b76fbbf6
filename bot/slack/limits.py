"""How often each method may be called: Slack's tiers, of which we use four fifths."""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

USED: Final = 0.8
"""The part of each limit that we use; the rest is for clocks that differ and for other hands."""
RESERVED: Final = 0.2
"""The part of what we use that only urgent messages get."""


MISSED: Final = 3.0
"""Seconds after which a turn is lost."""


@dataclass(frozen=True, slots=True)
class RateWindow:
    """At most `calls` in any span of `seconds`, as Slack says it."""

    calls: int
    seconds: float


TIER_2 = (RateWindow(20, 60),)
TIER_3 = (RateWindow(50, 60),)
TIER_4 = (RateWindow(100, 60),)
OFTEN = (RateWindow(600, 60),)

METHODS: Mapping[str, tuple[RateWindow, ...]] = {
    "auth.test": OFTEN,
    "chat.postEphemeral": TIER_4,
    "chat.postMessage": (RateWindow(300, 60),),
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.list": TIER_2,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "usergroups.users.list": TIER_2,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}
CHANNELS: Mapping[str, tuple[RateWindow, ...]] = {
    "chat.postMessage": (RateWindow(60, 60), RateWindow(10, 3)),
}
"""Beside that, limits of one method in one channel."""


@dataclass(slots=True)
class MethodBucket:
    """One limit. Times are seconds of a monotonic clock.

    `line` holds who was told to come back when: first come, first served, and who asks again
    keeps the place in it. Urgent calls do not stand in line.
    """

    name: str
    windows: Sequence[RateWindow]
    calls: deque[float] = field(default_factory=deque)
    line: dict[str, float] = field(default_factory=dict)
    paused_until: float = 0.0

    def wait(self, now: float, who: str, urgent: bool) -> float:
        """Seconds until `who` may make a call; 0 if at once."""
        self._forget(now)
        free = max((self._free_at(window, now, urgent) for window in self.windows), default=now)
        wait = max(0.0, self.paused_until - now, free - now)
        return wait if urgent else max(wait, self._in_line(now, who))

    def enqueue(self, now: float, who: str, wait: float) -> float:
        """Seconds until it is the turn of `who`: the place they have, or one at the end."""
        known = self.line.get(who, 0.0)
        after = max(self.line.values(), default=-self._gap()) + self._gap()
        turn = known if known > now else max(now + wait, after)
        self.line[who] = turn
        return max(wait, turn - now)

    def count(self, now: float, who: str) -> None:
        self.calls.append(now)
        self.line.pop(who, None)

    def pause(self, until: float) -> None:
        self.paused_until = max(self.paused_until, until)

    def _in_line(self, now: float, who: str) -> float:
        """Nothing for whose turn it is, or where nobody waits."""
        turn = self.line.get(who)
        if turn is not None:
            return max(0.0, turn - now)
        return self._gap() if self.line else 0.0

    def _gap(self) -> float:
        """Seconds between two turns."""
        return max(
            (window.seconds / allowed(window, urgent=False) for window in self.windows),
            default=0.0,
        )

    def _free_at(self, window: RateWindow, now: float, urgent: bool) -> float:
        """When the window has room.

        Half of it may go at once; the other half is spread over what is left of its time, or a
        burst would leave nothing for what matters at its end.
        """
        most = allowed(window, urgent)
        recent = [at for at in self.calls if at > now - window.seconds]
        if len(recent) >= most:
            return recent[-most] + window.seconds
        if urgent or 2 * len(recent) < most:
            return now
        left = recent[0] + window.seconds - recent[-1]
        return recent[-1] + left / (most - len(recent) + 1)

    def _forget(self, now: float) -> None:
        """Calls that count no more, and turns that nobody took."""
        longest = max((window.seconds for window in self.windows), default=0.0)
        while self.calls and self.calls[0] <= now - longest:
            self.calls.popleft()
        missed = [who for who, turn in self.line.items() if turn < now - MISSED]
        for who in missed:
            del self.line[who]


def allowed(window: RateWindow, urgent: bool) -> int:
    """How many calls we make in a window."""
    share = USED if urgent else USED * (1 - RESERVED)
    return max(1, int(window.calls * share))


@dataclass(frozen=True, slots=True)
class RateWait:
    """A limit is reached: come back after `seconds`."""

    seconds: float
    bucket: str


class MethodLimits:
    """The buckets of every method, and of every method in every channel where that counts."""

    def __init__(
        self,
        monotonic: Callable[[], float],
        methods: Mapping[str, tuple[RateWindow, ...]] = METHODS,
        channels: Mapping[str, tuple[RateWindow, ...]] = CHANNELS,
    ) -> None:
        self._monotonic = monotonic
        self._methods = methods
        self._channels = channels
        self._buckets: dict[tuple[str, str], MethodBucket] = {}

    def take(
        self, method: str, channel: str = "", *, who: str = "", urgent: bool = False
    ) -> RateWait | None:
        """Count one call, or say when to come back; then nothing is counted.

        `who` is the same each time the same thing is tried, so that it keeps its place in line.
        """
        now = self._monotonic()
        buckets = self._of(method, channel)
        waits = [(bucket.wait(now, who, urgent), bucket) for bucket in buckets]
        longest, slowest = max(waits, key=lambda each: each[0])
        if longest > 0:
            turn = longest if urgent else slowest.enqueue(now, who, longest)
            return RateWait(turn, slowest.name)
        for bucket in buckets:
            bucket.count(now, who)
        return None

    def pause(self, method: str, channel: str, seconds: float) -> str:
        """Slack said 429: the narrowest bucket rests. Answers its name."""
        bucket = self._of(method, channel)[-1]
        bucket.pause(self._monotonic() + seconds)
        return bucket.name

    def rename(self, name: str, channel: str) -> None:
        """A channel called by name turned out to have this id: one channel, one bucket."""
        for method in self._channels:
            known = self._buckets.pop((method, name), None)
            if known is not None and (method, channel) not in self._buckets:
                self._buckets[(method, channel)] = known

    def _of(self, method: str, channel: str) -> list[MethodBucket]:
        """The bucket of the method, then that of the channel."""
        whole = self._bucket((method, ""), method, self._methods.get(method, TIER_3))
        if method not in self._channels or not channel:
            return [whole]
        name = f"{method} in {channel}"
        return [whole, self._bucket((method, channel), name, self._channels[method])]

    def _bucket(
        self, key: tuple[str, str], name: str, windows: tuple[RateWindow, ...]
    ) -> MethodBucket:
        return self._buckets.setdefault(key, MethodBucket(name, windows))
