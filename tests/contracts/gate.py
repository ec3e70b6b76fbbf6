"""What every gatekeeper must do, as a test class to inherit; supply the fixture `world`."""

from typing import Protocol

import pytest

from bot.ports.gate import Answered, Gatekeeper, Pending, Question
from bot.ports.outcomes import IntegrationError

QUESTION = Question(
    release="R-142",
    service="checkout",
    environment="prod",
    version="v1.4.2",
    revision="sha256:9f2c",
    step="50 %",
)


class World(Protocol):
    """A gatekeeper and whoever decides behind it."""

    @property
    def keeper(self) -> Gatekeeper: ...

    @property
    def keys(self) -> list[str]:
        """The keys under which it was asked, in order."""
        ...

    def says(self, go: bool | None, because: str = "") -> None:
        """What it answers from now on; None: it needs time."""
        ...

    def breaks(self) -> None:
        """From now on it answers nothing that can be believed."""
        ...


class GatekeeperContract:
    @pytest.mark.parametrize("go", [True, False])
    async def test_what_was_decided_is_what_is_answered(self, world: World, go: bool) -> None:
        world.says(go, "CHG-12")
        reply = await world.keeper.ask(QUESTION, key="R-142/7/ask-gate")
        assert isinstance(reply, Answered)
        assert (reply.go, reply.because) == (go, "CHG-12")

    async def test_who_needs_time_is_asked_again_under_the_same_key(self, world: World) -> None:
        world.says(None)
        reply = await world.keeper.ask(QUESTION, key="R-142/7/ask-gate")
        assert isinstance(reply, Pending)
        world.says(True)
        assert isinstance(await world.keeper.ask(QUESTION, key="R-142/7/ask-gate"), Answered)
        assert world.keys == ["R-142/7/ask-gate"] * 2

    async def test_what_cannot_be_believed_is_never_a_yes(self, world: World) -> None:
        world.breaks()
        with pytest.raises(IntegrationError):
            await world.keeper.ask(QUESTION, key="R-142/7/ask-gate")
