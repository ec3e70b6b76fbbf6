"""A metric source in memory: says what a function of query and window says, and can fail."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import StrEnum
from math import nan

from bot.domain.judge.samples import Window
from bot.ports.clock import Clock
from bot.ports.metrics import Point, Samples
from bot.ports.outcomes import AccessDenied, IntegrationError, Nonsense, NotFound, Unavailable


class Gap(StrEnum):
    """What can go wrong; EMPTY is no points, NO_NUMBER a NaN among them, every other one raises."""

    UNAVAILABLE = "unavailable"
    HANG = "hang"
    DENIED = "denied"
    NOT_FOUND = "not-found"
    NONSENSE = "nonsense"
    EMPTY = "empty"
    NO_NUMBER = "no-number"


RAISES: dict[Gap, type[IntegrationError]] = {
    Gap.UNAVAILABLE: Unavailable,
    Gap.HANG: Unavailable,
    Gap.DENIED: AccessDenied,
    Gap.NOT_FOUND: NotFound,
    Gap.NONSENSE: Nonsense,
}


class FakeMetrics:
    """`asked` is every (query, window) in order. A hang lasts `patience` of the given clock.

    It sees all that it is asked about: an answer without points is zero, unless a gap made it so.
    """

    def __init__(
        self,
        clock: Clock,
        answers: Callable[[str, Window], Sequence[Point]],
        *,
        patience: timedelta = timedelta(seconds=10),
        gaps: Callable[[str, Window], Gap | None] | None = None,
    ) -> None:
        self.asked: list[tuple[str, Window]] = []
        self._clock = clock
        self._answers = answers
        self._patience = patience
        self._script = gaps
        self._queued: deque[Gap] = deque()
        self._down = False

    def fail_next(self, *gaps: Gap) -> "FakeMetrics":
        """The next calls of measure meet these, one each, before the script is asked."""
        self._queued.extend(gaps)
        return self

    def go(self, *, down: bool) -> None:
        """While down, every call raises Unavailable."""
        self._down = down

    async def measure(self, query: str, window: Window) -> Samples:
        self.asked.append((query, window))
        gap = await self._meet(query, window)
        if gap in RAISES:
            raise RAISES[gap](f"The fake has no numbers: {gap}. Try again later.")
        points = () if gap is Gap.EMPTY else tuple(self._answers(query, window))
        if gap is Gap.NO_NUMBER:
            points = (*points, Point(value=nan))
        return Samples(
            query=query,
            window=window,
            points=points,
            at=self._clock.now(),
            proves_zero=gap is None and not points,
        )

    async def ping(self) -> None:
        if self._down:
            raise Unavailable("The fake does not answer. Try again later.")

    async def _meet(self, query: str, window: Window) -> Gap | None:
        await self.ping()
        gap = self._queued.popleft() if self._queued else None
        gap = gap or (self._script and self._script(query, window))
        if gap is Gap.HANG:
            await self._clock.sleep(self._patience)
        return gap
