"""The one entrance for deeds, and the table of what people can do."""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.people import clicks, messages, modals
from bot.practice.workspace.people.desk import Deed, PersonDesk
from bot.practice.workspace.state import Interaction, Json
from bot.practice.workspace.wire.courier import Courier
from bot.practice.workspace.workspace import Workspace

DoesDeed: TypeAlias = Callable[[PersonDesk], Awaitable[Json]]

DEEDS: Mapping[str, DoesDeed] = {
    "archive": messages.archive,
    "click": clicks.click,
    "close": modals.close,
    "command": messages.command,
    "delete": messages.remove,
    "edit": messages.edit,
    "home": modals.home,
    "join": messages.join,
    "leave": messages.leave,
    "message": messages.message,
    "options": clicks.options,
    "select": clicks.click,
    "submit": modals.submit,
}


async def act(space: Workspace, courier: Courier, base_url: str, asked: Json) -> Json:
    """A person does something; answers what they saw come of it.

    `asked` has `as` (a user id or handle), `do` (a key of DEEDS), and what that deed takes.
    """
    deed = Deed(asked)
    state, who = space.state, deed.text("as")
    person = state.people.get(who) or state.handle(who)
    if person is None or person.is_bot or person.deleted:
        raise ControlError(f"Nothing was done: {who!r} is nobody who can act here.")
    do = DEEDS.get(deed.text("do"))
    if do is None:
        raise ControlError(f"Nothing was done: `do` must be one of {', '.join(DEEDS)}.")
    space.journal.write("act", deed=asked)
    return await do(PersonDesk(space, courier, base_url, person, deed, Interaction(person.id)))
