"""Who is meant by what a person typed: an id, or a name as Slack shows it. For `slipway check`."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot.ports.directory import Person
from bot.slack.calls import CallAnswer, Failed, WebApi
from bot.slack.identity import is_slack_id, person_of
from bot.slack.remedies import remedy_of

PAGE: Final = 1000
PAGES: Final = 10
"""More people than these are not looked through: their ids still work."""
BY_ID: Final = "give an id instead (in Slack: a profile, ⋯, Copy member ID)"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPerson:
    """The id of the one who is meant; where it is empty, why, with the remedy."""

    person: str = ""
    why: str = ""


async def find_person(api: WebApi, typed: str) -> FoundPerson:
    """One full member by id or by any of their names; two of one name are never guessed at."""
    name = typed.strip().removeprefix("@")
    if is_slack_id(name):
        return FoundPerson(person=name)
    found: dict[str, str] = {}
    cursor = ""
    for _ in range(PAGES):
        page = await api.read("users.list", {"limit": PAGE, "cursor": cursor})
        if not isinstance(page, CallAnswer):
            return FoundPerson(why=_unread(page))
        found |= _called(name, page.body)
        cursor = str((page.body.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            break
    return _one_of(name, found)


def _called(name: str, body: Mapping[str, Any]) -> dict[str, str]:
    """The full members of a page who go by this name, by id."""
    users = [(user, _person(user)) for user in body.get("members", [])]
    return {
        person.id: person.name
        for user, person in users
        if person.is_member and name.casefold() in _names(user, person)
    }


def _person(user: dict[str, Any]) -> Person:
    # The team is not compared: who is of another one has the flag of a stranger in this list.
    return person_of(user, str(user["id"]), str(user.get("team_id") or ""))


def _names(user: Mapping[str, Any], person: Person) -> set[str]:
    profile = user.get("profile") or {}
    every = (person.name, user.get("name"), user.get("real_name"), profile.get("real_name"))
    return {str(each).casefold() for each in every if each}


def _one_of(name: str, found: dict[str, str]) -> FoundPerson:
    if not found:
        return FoundPerson(why=f"nobody here is called {name}. Remedy: {BY_ID}")
    if len(found) > 1:
        return FoundPerson(why=f"{', '.join(sorted(found))} are all called {name}. Remedy: {BY_ID}")
    return FoundPerson(person=next(iter(found)))


def _unread(page: object) -> str:
    if isinstance(page, Failed):
        why, remedy = remedy_of(page.code, page.body)
        return f"the people cannot be read: {why}. Remedy: {remedy}"
    return f"Slack does not say who is here. Remedy: run this again, or {BY_ID}"
