"""What every deployer must do, as test classes to inherit.

An adapter's test class inherits DeployerContract, and beside it the classes of what else its
vendor can do: SplitsContract, MirrorsContract, WarmContract, RemovesContract, FindsContract,
VersionsContract, ThrottlesContract. It supplies one fixture, `world`.
"""

import contextlib
from collections.abc import Sequence
from typing import Protocol

import pytest

from bot.domain.terms.strategy import Desired, Observed, has_reached
from bot.domain.terms.units import EVERYBODY, NOBODY, Share
from bot.ports.deployer import Deployer, Target
from bot.ports.outcomes import (
    Accepted,
    AlreadyDone,
    Ambiguous,
    Conflict,
    Done,
    Nonsense,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
    Unsupported,
)
from tests.fakes.deployer import Fault

TAKEN = (Done, Accepted)
HARMLESS = (Done, Accepted, AlreadyDone)
KEY = "R-142/7/move"


class World(Protocol):
    """A deployer and the vendor behind it, with everybody on `v1.4.1`.

    The vendor knows `v1.4.1` and `v1.4.2` and no other version.
    """

    @property
    def deployer(self) -> Deployer: ...

    @property
    def target(self) -> Target: ...

    def effects(self) -> Sequence[str]:
        """The keys of what the vendor really carried out, in order, repeats included."""
        ...

    def fail(self, fault: Fault) -> None:
        """The vendor meets whatever it is asked next in this way, once or until it is healed."""
        ...

    def heal(self) -> None: ...

    async def settle(self) -> None:
        """Waits until a change has arrived."""
        ...


def everybody_on(revision: str, stable: str | None = "v1.4.1") -> Desired:
    return Desired(revision=revision, stable=stable, weight=EVERYBODY)


def back_to(stable: str | None) -> Desired:
    return Desired(revision="v1.4.2", stable=stable, weight=NOBODY)


AT_START = Observed(revisions={"v1.4.1": 100.0})
NEW = everybody_on("v1.4.2")


async def stands(world: World, desired: Desired) -> bool:
    await world.settle()
    return has_reached(await world.deployer.observe(world.target), desired)


async def unmoved(world: World) -> bool:
    return not world.effects() and await stands(world, everybody_on("v1.4.1"))


class DeployerContract:
    async def test_it_says_where_the_target_stands(self, world: World) -> None:
        seen = await world.deployer.observe(world.target)
        assert (seen.revisions, seen.settled) == ({"v1.4.1": 100.0}, True)

    async def test_it_brings_the_target_to_where_it_is_told(self, world: World) -> None:
        outcome = await world.deployer.apply(world.target, NEW, key=KEY)
        assert isinstance(outcome, TAKEN)
        assert await stands(world, NEW)

    async def test_it_brings_the_target_back(self, world: World) -> None:
        await world.deployer.apply(world.target, NEW, key=KEY)
        await world.settle()
        outcome = await world.deployer.apply(world.target, back_to("v1.4.1"), key="R-142/9/move")
        assert isinstance(outcome, TAKEN)
        assert await stands(world, back_to("v1.4.1"))

    async def test_the_same_key_twice_is_one_deploy(self, world: World) -> None:
        await world.deployer.apply(world.target, NEW, key=KEY)
        await world.settle()
        again = await world.deployer.apply(world.target, NEW, key=KEY)
        assert isinstance(again, HARMLESS)
        assert list(world.effects()) == [KEY]

    async def test_an_expectation_that_holds_lets_it_move(self, world: World) -> None:
        outcome = await world.deployer.apply(world.target, NEW, key=KEY, expect=AT_START)
        assert isinstance(outcome, TAKEN)

    async def test_an_expectation_that_does_not_hold_stops_it(self, world: World) -> None:
        elsewhere = Observed(revisions={"v1.4.2": 100.0})
        outcome = await world.deployer.apply(world.target, NEW, key=KEY, expect=elsewhere)
        assert isinstance(outcome, Conflict)
        assert "v1.4.1" in outcome.current
        assert await unmoved(world)

    async def test_a_refusal_says_why_and_changes_nothing(self, world: World) -> None:
        world.fail(Fault.REFUSE)
        outcome = await world.deployer.apply(world.target, NEW, key=KEY)
        world.heal()
        assert isinstance(outcome, Rejected)
        assert outcome.reason
        assert await unmoved(world)

    async def test_a_deploy_that_hangs_is_not_known_to_have_failed(self, world: World) -> None:
        world.fail(Fault.HANG)
        outcome = await world.deployer.apply(world.target, NEW, key=KEY)
        assert isinstance(outcome, Ambiguous)

    @pytest.mark.parametrize("fault", [Fault.AMBIGUOUS_AFTER, Fault.AMBIGUOUS_BEFORE])
    async def test_a_lost_answer_can_be_repeated_without_a_second_deploy(
        self, world: World, fault: Fault
    ) -> None:
        world.fail(fault)
        outcome = await world.deployer.apply(world.target, NEW, key=KEY)
        world.heal()
        assert isinstance(outcome, Ambiguous)
        assert isinstance(await world.deployer.apply(world.target, NEW, key=KEY), HARMLESS)
        assert await stands(world, NEW)
        assert list(world.effects()) == [KEY]

    async def test_what_was_never_taken_is_said_to_be_so(self, world: World) -> None:
        world.fail(Fault.UNAVAILABLE)
        with contextlib.suppress(Unavailable):
            outcome = await world.deployer.apply(world.target, NEW, key=KEY)
            assert isinstance(outcome, Rejected | Throttled)
        world.heal()
        assert await unmoved(world)

    async def test_a_partial_deploy_is_seen_to_be_one(self, world: World) -> None:
        world.fail(Fault.PARTIAL)
        await world.deployer.apply(world.target, NEW, key=KEY)
        world.heal()
        assert not await stands(world, NEW)

    async def test_what_never_settles_is_never_called_reached(self, world: World) -> None:
        world.fail(Fault.NEVER_SETTLE)
        await world.deployer.apply(world.target, NEW, key=KEY)
        assert not has_reached(await world.deployer.observe(world.target), NEW)

    @pytest.mark.parametrize("fault", [Fault.UNAVAILABLE, Fault.HANG])
    async def test_no_answer_is_not_an_observation(self, world: World, fault: Fault) -> None:
        world.fail(fault)
        with pytest.raises(Unavailable):
            await world.deployer.observe(world.target)

    async def test_nonsense_is_not_an_observation(self, world: World) -> None:
        world.fail(Fault.NONSENSE)
        with pytest.raises(Nonsense):
            await world.deployer.observe(world.target)

    async def test_the_way_back_is_proven_without_moving_anything(self, world: World) -> None:
        plan = await world.deployer.plan_rollback(world.target, "v1.4.1")
        assert plan.to == "v1.4.1"
        assert plan.mechanism
        assert plan.proof
        assert await unmoved(world)

    async def test_a_way_back_to_what_is_gone_is_refused(self, world: World) -> None:
        with pytest.raises(NotFound):
            await world.deployer.plan_rollback(world.target, "v9.9.9")

    async def test_no_way_back_is_proven_while_nothing_can_be_seen(self, world: World) -> None:
        world.fail(Fault.UNAVAILABLE)
        with pytest.raises(Unavailable):
            await world.deployer.plan_rollback(world.target, "v1.4.1")

    async def test_a_version_is_resolved(self, world: World) -> None:
        assert await world.deployer.resolve(world.target, "v1.4.2")

    async def test_what_it_cannot_do_is_refused_with_an_alternative(self, world: World) -> None:
        can = world.deployer.capabilities
        beyond = [
            (can.weights, Desired(revision="v1.4.2", stable="v1.4.1", weight=Share(10))),
            (can.mirrors, Desired(revision="v1.4.2", stable="v1.4.1", weight=NOBODY, mirror=TEN)),
            (can.keeps_warm, Desired(revision="v1.4.2", stable="v1.4.1", weight=TEN, keep=True)),
            (can.removes, back_to(None)),
        ]
        asked = [desired for able, desired in beyond if not able]
        for desired in asked:
            outcome = await world.deployer.apply(world.target, desired, key=KEY)
            assert isinstance(outcome, Unsupported)
            assert outcome.alternative
        assert await unmoved(world)


TEN = Share(10)


class VersionsContract:
    """The vendor can list what there is to deploy."""

    async def test_an_unknown_version_is_named_beside_those_there_are(self, world: World) -> None:
        with pytest.raises(NotFound, match=r"v1\.4\.2"):
            await world.deployer.resolve(world.target, "v9.9.9")

    async def test_an_unknown_revision_is_never_deployed(self, world: World) -> None:
        gone = everybody_on("v9.9.9")
        outcome = await world.deployer.apply(world.target, gone, key=KEY)
        assert isinstance(outcome, Rejected)
        assert await unmoved(world)


class FindsContract:
    """The vendor remembers keys."""

    async def test_a_key_is_found_once_it_was_carried_out(self, world: World) -> None:
        assert await world.deployer.find(world.target, KEY) is False
        await world.deployer.apply(world.target, NEW, key=KEY)
        assert await world.deployer.find(world.target, KEY) is True

    async def test_a_key_whose_answer_was_lost_is_found(self, world: World) -> None:
        world.fail(Fault.AMBIGUOUS_AFTER)
        await world.deployer.apply(world.target, NEW, key=KEY)
        world.heal()
        assert await world.deployer.find(world.target, KEY) is True

    async def test_a_search_that_fails_does_not_say_no(self, world: World) -> None:
        world.fail(Fault.UNAVAILABLE)
        with pytest.raises(Unavailable):
            await world.deployer.find(world.target, KEY)


class SplitsContract:
    async def test_it_gives_a_share_of_the_traffic(self, world: World) -> None:
        canary = Desired(revision="v1.4.2", stable="v1.4.1", weight=TEN)
        assert isinstance(await world.deployer.apply(world.target, canary, key=KEY), TAKEN)
        assert await stands(world, canary)


class MirrorsContract:
    async def test_it_copies_a_share_of_the_traffic(self, world: World) -> None:
        shadow = Desired(revision="v1.4.2", stable="v1.4.1", weight=NOBODY, mirror=TEN)
        assert isinstance(await world.deployer.apply(world.target, shadow, key=KEY), TAKEN)
        assert await stands(world, shadow)


class WarmContract:
    async def test_it_keeps_the_old_version_warm(self, world: World) -> None:
        switched = Desired(revision="v1.4.2", stable="v1.4.1", weight=EVERYBODY, keep=True)
        assert isinstance(await world.deployer.apply(world.target, switched, key=KEY), TAKEN)
        assert await stands(world, switched)
        assert "v1.4.1" in (await world.deployer.observe(world.target)).revisions


class RemovesContract:
    async def test_it_goes_back_to_nothing(self, world: World) -> None:
        await world.deployer.apply(world.target, NEW, key=KEY)
        await world.settle()
        outcome = await world.deployer.apply(world.target, back_to(None), key="R-142/9/move")
        assert isinstance(outcome, TAKEN)
        assert await stands(world, back_to(None))

    async def test_the_way_back_to_nothing_is_proven(self, world: World) -> None:
        assert (await world.deployer.plan_rollback(world.target, None)).to is None


class ThrottlesContract:
    async def test_a_vendor_that_is_asked_too_often_says_when(self, world: World) -> None:
        world.fail(Fault.THROTTLE)
        outcome = await world.deployer.apply(world.target, NEW, key=KEY)
        world.heal()
        assert isinstance(outcome, Throttled)
        assert outcome.after.total_seconds() > 0
        assert await unmoved(world)
