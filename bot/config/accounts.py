"""[accounts]: what people are called in version control, by their ids."""

from collections.abc import Mapping
from typing import Any

from bot.config import fields
from bot.config.errors import ConfigError, KeyPath, Problem, Wrong
from bot.domain.state.people import key_of


def accounts(raw: Mapping[str, Any]) -> dict[str, str]:
    """The person of each account and e-mail. Raises ConfigError with every mistake."""
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for person, listed in raw.items():
        keys: KeyPath = ("accounts", person)
        try:
            for account in _of_one(person, listed):
                _demand_one_person(found, account, person)
                found[key_of(account)] = person
        except Wrong as error:
            problems.append(Problem(keys=keys, sentence=error.sentence, remedy=error.remedy))
    if problems:
        raise ConfigError(problems)
    return found


def _of_one(person: str, listed: object) -> tuple[str, ...]:
    fields.person(person)
    many = listed if isinstance(listed, list) else [listed]
    if not many:
        raise Wrong("the list is empty", "name at least one, or take the key out")
    return tuple(fields.account(each) for each in many)


def _demand_one_person(found: Mapping[str, str], account: str, person: str) -> None:
    other = found.get(key_of(account), person)
    if other != person:
        raise Wrong(f"{account} is {other} already", "an account is one person's; keep one of them")
