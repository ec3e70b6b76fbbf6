"""What every metric source must do, as test classes to inherit.

An adapter's test class inherits MetricsContract, and CountsContract where the source counts
traffic that a test can make. It supplies one fixture, `world`.
"""

import math
from datetime import timedelta
from typing import Protocol

import pytest

from bot.domain.judge.samples import Window
from bot.ports.metrics import MetricSource
from bot.ports.outcomes import IntegrationError, Nonsense, NotFound, Unavailable
from tests.fakes.metrics import Gap

MINUTE = timedelta(minutes=1)


class World(Protocol):
    """A source and the vendor behind it."""

    @property
    def source(self) -> MetricSource: ...

    @property
    def query(self) -> str:
        """One that the source has an answer to: how many requests there were."""
        ...

    @property
    def stranger(self) -> str:
        """A well-formed query that nothing answers to."""
        ...

    def fail(self, gap: Gap) -> None:
        """The vendor meets what it is asked from now on in this way."""
        ...

    async def tick(self, requests: int) -> Window:
        """One window passes, with so many requests in it."""
        ...


class MetricsContract:
    async def test_an_answer_says_what_was_asked(self, world: World) -> None:
        window = await world.tick(5)
        samples = await world.source.measure(world.query, window)
        assert (samples.query, samples.window) == (world.query, window)
        assert samples.at.tzinfo is not None

    async def test_what_nothing_answers_to_is_no_data_and_no_zero(self, world: World) -> None:
        await world.source.measure(world.query, await world.tick(5))
        window = await world.tick(5)
        try:
            points = (await world.source.measure(world.stranger, window)).points
        except NotFound:
            points = ()
        assert points == ()

    async def test_a_failed_look_is_no_zero(self, world: World) -> None:
        """D1: what was not seen is unknown, and says so by raising."""
        await world.source.measure(world.query, await world.tick(5))
        window = await world.tick(5)
        world.fail(Gap.UNAVAILABLE)
        with pytest.raises(IntegrationError):
            await world.source.measure(world.stranger, window)

    async def test_a_source_that_cannot_be_asked_is_a_gap(self, world: World) -> None:
        window = await world.tick(5)
        world.fail(Gap.UNAVAILABLE)
        with pytest.raises(Unavailable):
            await world.source.measure(world.query, window)

    async def test_a_ping_of_a_source_that_is_there_is_quiet(self, world: World) -> None:
        await world.source.ping()

    async def test_a_ping_of_a_source_that_is_away_is_not(self, world: World) -> None:
        world.fail(Gap.UNAVAILABLE)
        with pytest.raises(IntegrationError, match=r"\w\.$"):
            await world.source.ping()


class CountsContract:
    async def test_it_counts_what_happened_in_the_window(self, world: World) -> None:
        await world.source.measure(world.query, await world.tick(3))
        samples = await world.source.measure(world.query, await world.tick(40))
        assert sum(point.value for point in samples.points) == pytest.approx(40, rel=0.1)

    async def test_a_quiet_window_counts_zero(self, world: World) -> None:
        await world.source.measure(world.query, await world.tick(3))
        samples = await world.source.measure(world.query, await world.tick(0))
        assert [point.value for point in samples.points] == [0]

    async def test_a_source_that_hangs_is_a_gap(self, world: World) -> None:
        window = await world.tick(5)
        world.fail(Gap.HANG)
        with pytest.raises(Unavailable):
            await world.source.measure(world.query, window)

    async def test_nonsense_is_a_gap(self, world: World) -> None:
        window = await world.tick(5)
        world.fail(Gap.NONSENSE)
        with pytest.raises(Nonsense):
            await world.source.measure(world.query, window)

    async def test_an_empty_answer_has_no_points(self, world: World) -> None:
        await world.source.measure(world.query, await world.tick(3))
        window = await world.tick(5)
        world.fail(Gap.EMPTY)
        assert (await world.source.measure(world.query, window)).points == ()

    async def test_an_empty_answer_proves_no_zero(self, world: World) -> None:
        """D1: a vendor that has nothing at all does not see the metric."""
        await world.source.measure(world.query, await world.tick(3))
        window = await world.tick(5)
        world.fail(Gap.EMPTY)
        assert not (await world.source.measure(world.query, window)).proves_zero

    async def test_a_number_that_is_none_is_a_gap(self, world: World) -> None:
        """D1: NaN is refused, leaves no points, or can be seen to be no count; never is it zero."""
        await world.source.measure(world.query, await world.tick(3))
        window = await world.tick(5)
        world.fail(Gap.NO_NUMBER)
        try:
            samples = await world.source.measure(world.query, window)
        except Nonsense:
            return
        assert not samples.proves_zero
        assert not (samples.points and samples.are_counts)

    async def test_every_number_is_one(self, world: World) -> None:
        await world.source.measure(world.query, await world.tick(3))
        samples = await world.source.measure(world.query, await world.tick(7))
        assert all(math.isfinite(point.value) and point.value >= 0 for point in samples.points)
