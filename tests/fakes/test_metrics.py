"""The fake metric source obeys what the adapters obey, and fails as it is told."""

from collections.abc import Sequence

import pytest

from bot.domain.judge.samples import Window
from bot.ports.metrics import MetricSource, Point
from bot.ports.outcomes import AccessDenied
from tests.contracts.metrics import MINUTE, CountsContract, MetricsContract
from tests.fakes.clock import NOON, FakeClock
from tests.fakes.metrics import FakeMetrics, Gap


class FakeWorld:
    query = "requests"
    stranger = "no such query"

    def __init__(self) -> None:
        self.clock = FakeClock()
        self._counts: dict[Window, int] = {}
        self._gap: Gap | None = None
        self._fake = FakeMetrics(self.clock, self._answer, gaps=lambda query, window: self._gap)

    @property
    def source(self) -> MetricSource:
        return self._fake

    def fail(self, gap: Gap) -> None:
        self._gap = gap
        self._fake.go(down=gap is Gap.UNAVAILABLE)

    async def tick(self, requests: int) -> Window:
        start = self.clock.now()
        self.clock.advance(MINUTE)
        window = Window(start=start, end=self.clock.now())
        self._counts[window] = requests
        return window

    def _answer(self, query: str, window: Window) -> Sequence[Point]:
        return [Point(value=self._counts[window])] if query == self.query else []


class TestFakeMetrics(MetricsContract, CountsContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()


async def test_a_queued_gap_is_met_once_and_every_question_is_kept() -> None:
    window = Window(start=NOON - MINUTE, end=NOON)
    fake = FakeMetrics(FakeClock(), lambda query, window: [Point(value=1)]).fail_next(Gap.DENIED)
    with pytest.raises(AccessDenied):
        await fake.measure("requests", window)
    assert (await fake.measure("requests", window)).points == (Point(value=1),)
    assert fake.asked == [("requests", window)] * 2
