"""What every pager must do, as a test class to inherit; supply the fixture `world`."""

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Protocol

import pytest

from bot.ports.outcomes import (
    Accepted,
    AlreadyDone,
    Ambiguous,
    Done,
    IntegrationError,
    Rejected,
    Throttled,
    WriteOutcome,
)
from bot.ports.pager import Page, Pager, Urgency

PAGE = Page(
    dedup="R-142",
    summary="NOT OVER checkout, production: rollback stuck",
    details="3 of 8 pods are still on v1.4.2.",
    urgency=Urgency.HIGH,
)
TAKEN = Done | Accepted | AlreadyDone


class Trouble(StrEnum):
    """How the next call fails."""

    AWAY = "away"
    REFUSES = "refuses"
    LOST_ANSWER = "lost-answer"


class World(Protocol):
    """A pager, and the phones behind it."""

    @property
    def pager(self) -> Pager: ...

    @property
    def open(self) -> Mapping[str, Page]:
        """What rings now, by its cause."""
        ...

    @property
    def woken(self) -> int:
        """How often somebody was woken."""
        ...

    def fail_next(self, trouble: Trouble) -> None: ...


class PagerContract:
    async def test_a_page_rings_as_it_was_said(self, world: World) -> None:
        assert isinstance(await world.pager.page(PAGE, key="k1"), TAKEN)
        assert world.open == {PAGE.dedup: PAGE}
        assert world.woken == 1

    async def test_the_same_key_wakes_nobody_twice(self, world: World) -> None:
        for _ in range(2):
            assert isinstance(await world.pager.page(PAGE, key="k1"), TAKEN)
        assert (len(world.open), world.woken) == (1, 1)

    async def test_one_cause_is_one_page_and_the_newest_words_stand(self, world: World) -> None:
        await world.pager.page(PAGE, key="k1")
        newer = replace(PAGE, details="8 of 8 pods are still on v1.4.2.")
        assert isinstance(await world.pager.page(newer, key="k2"), TAKEN)
        assert world.open == {PAGE.dedup: newer}

    async def test_what_was_told_quietly_may_ring_later(self, world: World) -> None:
        await world.pager.page(replace(PAGE, urgency=Urgency.LOW), key="k1")
        await world.pager.page(PAGE, key="k2")
        assert world.open[PAGE.dedup].urgency is Urgency.HIGH

    async def test_what_is_over_rings_no_longer_however_often_that_is_said(
        self, world: World
    ) -> None:
        await world.pager.page(PAGE, key="k1")
        for key in ("k2", "k2", "k3"):
            assert isinstance(await world.pager.resolve(PAGE.dedup, key=key), TAKEN)
        assert world.open == {}

    async def test_what_never_rang_may_be_over_too(self, world: World) -> None:
        assert isinstance(await world.pager.resolve("R-7", key="k1"), TAKEN)
        assert world.open == {}

    async def test_a_lost_answer_is_not_known_and_asking_again_wakes_nobody_twice(
        self, world: World
    ) -> None:
        world.fail_next(Trouble.LOST_ANSWER)
        assert isinstance(await world.pager.page(PAGE, key="k1"), Ambiguous)
        assert isinstance(await world.pager.page(PAGE, key="k1"), TAKEN)
        assert (len(world.open), world.woken) == (1, 1)

    async def test_a_refusal_says_why(self, world: World) -> None:
        world.fail_next(Trouble.REFUSES)
        outcome = await world.pager.page(PAGE, key="k1")
        assert isinstance(outcome, Rejected)
        assert outcome.reason
        assert world.open == {}

    async def test_a_pager_that_is_away_is_never_said_to_have_rung(self, world: World) -> None:
        world.fail_next(Trouble.AWAY)
        outcome: WriteOutcome | IntegrationError
        try:
            outcome = await world.pager.page(PAGE, key="k1")
        except IntegrationError as error:
            outcome = error
        assert isinstance(outcome, IntegrationError | Ambiguous | Throttled)
        assert world.open == {}

    @pytest.mark.parametrize("dedup", ["R-1", "R-2"])
    async def test_the_end_of_one_cause_leaves_another_ringing(
        self, world: World, dedup: str
    ) -> None:
        for each in ("R-1", "R-2"):
            await world.pager.page(replace(PAGE, dedup=each), key=f"{each}/page")
        await world.pager.resolve(dedup, key=f"{dedup}/resolve")
        assert set(world.open) == {"R-1", "R-2"} - {dedup}
