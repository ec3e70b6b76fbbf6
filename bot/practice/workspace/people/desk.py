"""Where a person sits while acting: the workspace, the way to the app, and what came of it."""

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.practice.workspace import board
from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.seed import PRIVATE, Member
from bot.practice.workspace.state import Interaction, Json, SlackChannel
from bot.practice.workspace.wire.courier import ACKED, Courier, DeliveryOutcome
from bot.practice.workspace.workspace import Workspace


@dataclass(slots=True)
class Deed:
    """One deed as the control API asks for it; every wrong word in it is a ControlError."""

    values: Json

    def text(self, name: str, default: str | None = None) -> str:
        """A string that must be there unless there is a default."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise ControlError(f"Nothing was done: {name!r} must be a string. Add it to the deed.")
        return value

    def maybe(self, name: str) -> str | None:
        """A string, or None where there is none."""
        return self.text(name) if self.values.get(name) is not None else None

    def number(self, name: str, default: float) -> float:
        """A number."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ControlError(f"Nothing was done: {name!r} must be a number.")
        return float(value)

    def value(self, name: str) -> Any:
        """Whatever stands there."""
        return self.values.get(name)


@dataclass(slots=True)
class PersonDesk:
    """One person about to do one thing."""

    space: Workspace
    courier: Courier
    base_url: str
    person: Member
    deed: Deed
    interaction: Interaction

    def room(self) -> SlackChannel:
        """The channel of the deed, by id or name, as this person can see it."""
        asked = self.deed.text("channel")
        state = self.space.state
        found = state.channels.get(asked) or state.named(asked)
        if asked in (self.space.app.user, f"@{state.people[self.space.app.user].name}"):
            found = board.direct(self.space, self.person.id)
        if found is None or (found.kind == PRIVATE and self.person.id not in found.members):
            raise ControlError(f"Nothing was done: {self.person.name} sees no channel {asked!r}.")
        return found

    def own_room(self) -> SlackChannel:
        """The same channel, if this person is in it."""
        room = self.room()
        if self.person.id not in room.members:
            raise ControlError(
                f"Nothing was done: {self.person.name} is not in {room.name}. Join it first."
            )
        return room

    def saw(self, **more: Any) -> Json:
        """What the deed answers: what the person has seen come of it so far."""
        return {"ok": True, "saw": list(self.interaction.saw), **more}

    async def ask(self, kind: str, payload: Json) -> DeliveryOutcome:
        """Send the app a payload and wait for its answer."""
        return await self.courier.deliver(kind, payload)

    def failed(self, what: str, room: SlackChannel | None, how: str) -> None:
        """Show what Slack shows when an app does not answer: in the channel, or in the modal."""
        text = f"{what} failed with the error {how}"
        if room:
            board.slackbot(self.space, self.person.id, room, text)
        self.interaction.show("error", error=how, text=text)

    async def wait(self) -> None:
        """Wait as long as the deed says for something to come of it that was not there yet."""
        limit = self.deed.number("wait", 0.0)
        if limit <= 0 or self.interaction.saw:
            return
        seen = asyncio.Event()
        self.interaction.on_saw = seen.set
        try:
            await asyncio.wait_for(seen.wait(), limit)
        except TimeoutError:
            self.space.journal.write("waited_in_vain", user=self.person.id, seconds=limit)


def was_acked(outcome: DeliveryOutcome) -> bool:
    """Whether the app acknowledged in time."""
    return outcome.how == ACKED
