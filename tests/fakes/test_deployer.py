"""The fake deployer obeys what the adapters obey, and fails as it is told."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from bot.domain.terms.strategy import Desired
from bot.domain.terms.units import Share
from bot.ports.deployer import Capabilities, Deployer, Target
from bot.ports.outcomes import AccessDenied, Ambiguous, Unavailable
from tests.contracts.deployer import (
    KEY,
    NEW,
    DeployerContract,
    FindsContract,
    MirrorsContract,
    RemovesContract,
    SplitsContract,
    ThrottlesContract,
    VersionsContract,
    WarmContract,
)
from tests.fakes.clock import FakeClock
from tests.fakes.deployer import EVERYTHING, Call, FakeDeployer, Fault

TARGET = Target(service="checkout", environment="prod", settings={})
SETTLES_IN = timedelta(seconds=3)


class FakeWorld:
    """A fake deployer whose script is one fault for every call, until it is healed."""

    def __init__(self, capabilities: Capabilities = EVERYTHING) -> None:
        self.clock = FakeClock()
        self.target = TARGET
        self._fault: Fault | None = None
        self._fake = FakeDeployer(
            self.clock,
            versions=("v1.4.1", "v1.4.2"),
            settles_in=SETTLES_IN,
            faults=lambda call, key: self._fault,
            capabilities=capabilities,
        )

    @property
    def deployer(self) -> Deployer:
        return self._fake

    def effects(self) -> Sequence[str]:
        return [key for key, _ in self._fake.effects]

    def fail(self, fault: Fault) -> None:
        self._fault = fault

    def heal(self) -> None:
        self._fault = None

    async def settle(self) -> None:
        self.clock.advance(SETTLES_IN)


class TestFakeDeployer(
    DeployerContract,
    VersionsContract,
    FindsContract,
    SplitsContract,
    MirrorsContract,
    WarmContract,
    RemovesContract,
    ThrottlesContract,
):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()


class TestFakeDeployerThatCanDoLittle(DeployerContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld(Capabilities())


async def test_a_queued_fault_is_met_once_and_by_its_own_call() -> None:
    fake = FakeDeployer(FakeClock()).fail_next(Fault.REFUSE, on=Call.OBSERVE)
    assert await fake.resolve(TARGET, "v1.4.2") == "v1.4.2"
    with pytest.raises(AccessDenied):
        await fake.observe(TARGET)
    assert (await fake.observe(TARGET)).settled


async def test_a_change_is_under_way_until_it_settles() -> None:
    clock = FakeClock()
    fake = FakeDeployer(clock, settles_in=SETTLES_IN)
    await fake.apply(TARGET, NEW, key=KEY)
    on_the_way = await fake.observe(TARGET)
    clock.advance(SETTLES_IN)
    assert (on_the_way.settled, on_the_way.share_of("v1.4.1")) == (False, 100.0)
    assert (await fake.observe(TARGET)).share_of("v1.4.2") == 100.0


async def test_a_hang_lasts_as_long_as_the_callers_patience() -> None:
    clock = FakeClock()
    fake = FakeDeployer(clock, patience=timedelta(seconds=30)).fail_next(Fault.HANG)
    assert isinstance(await fake.apply(TARGET, NEW, key=KEY), Ambiguous)
    assert clock.monotonic() == 30


async def test_drift_shows() -> None:
    fake = FakeDeployer(FakeClock())
    fake.drift(TARGET, **{"v1.4.0": 100.0})
    assert (await fake.observe(TARGET)).revisions == {"v1.4.0": 100.0}


async def test_targets_do_not_share_their_state() -> None:
    fake = FakeDeployer(FakeClock())
    other = Target(service="search", environment="prod", settings={})
    await fake.apply(TARGET, NEW, key=KEY)
    assert (await fake.observe(other)).revisions == {"v1.4.1": 100.0}


async def test_the_effect_log_holds_what_was_carried_out() -> None:
    fake = FakeDeployer(FakeClock()).fail_next(Fault.AMBIGUOUS_BEFORE, Fault.AMBIGUOUS_AFTER)
    canary = Desired(revision="v1.4.2", stable="v1.4.1", weight=Share(10))
    await fake.apply(TARGET, canary, key="R-1/1/move")
    await fake.apply(TARGET, canary, key="R-1/2/move")
    assert fake.effects == [("R-1/2/move", canary)]
    assert fake.carried_out("R-1/1/move") == 0


async def test_each_error_is_a_new_one() -> None:
    fake = FakeDeployer(FakeClock(), faults=lambda call, key: Fault.UNAVAILABLE)
    errors = [await failing(fake), await failing(fake)]
    assert errors[0] is not errors[1]


async def failing(fake: FakeDeployer) -> Unavailable:
    with pytest.raises(Unavailable) as caught:
        await fake.observe(TARGET)
    return caught.value
