"""What the fleet says when it does not do as it is asked."""

from collections.abc import Mapping
from typing import Any


class FleetRefusal(Exception):
    """What did not happen and why (`sentence`), what to do (`remedy`), a `code` from a closed set.

    `status` is the HTTP status it travels with, `more` what else the answer carries.
    """

    def __init__(self, status: int, code: str, sentence: str, remedy: str, **more: Any) -> None:
        super().__init__(f"{sentence} {remedy}")
        self.status = status
        self.code = code
        self.sentence = sentence
        self.remedy = remedy
        self.more = more

    def as_json(self) -> dict[str, Any]:
        words = {"error": self.code, "sentence": self.sentence, "remedy": self.remedy}
        return words | self.more


def unreadable(sentence: str, remedy: str) -> FleetRefusal:
    return FleetRefusal(400, "unreadable", sentence, remedy)


def as_object(body: object) -> Mapping[str, Any]:
    if not isinstance(body, dict):
        raise unreadable("Nothing was done: the body is no JSON object.", "Send one, like {}.")
    return body


def only(body: Mapping[str, Any], known: tuple[str, ...]) -> None:
    """Refuses a word that nobody would act on, before it is taken for one that works."""
    strange = sorted(set(body) - set(known))
    if strange:
        raise unreadable(
            f"Nothing was done: {', '.join(map(repr, strange))} is not known here.",
            f"Use {', '.join(known)}.",
        )


def number(body: Mapping[str, Any], name: str, least: float, most: float) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise unreadable(
            f"Nothing was done: {name!r} is {value!r}.",
            f"Give a number from {least:g} to {most:g}.",
        )
    return value


def flag(body: Mapping[str, Any], name: str) -> bool:
    value = body[name]
    if not isinstance(value, bool):
        raise unreadable(f"Nothing was done: {name!r} is {value!r}.", "Give true or false.")
    return value


def word(body: Mapping[str, Any], name: str, known: tuple[str, ...] = ()) -> str:
    """A text of 1 to 200 characters, one of `known` where there are any."""
    value = body.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise unreadable(f"Nothing was done: {name!r} is {value!r}.", "Give a short text.")
    if known and value not in known:
        raise unreadable(f"Nothing was done: {name!r} is {value!r}.", f"Use {', '.join(known)}.")
    return value
