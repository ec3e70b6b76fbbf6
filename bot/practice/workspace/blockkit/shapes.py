"""The vocabulary in which Block Kit is written down as data."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.practice.workspace.state import Json

Rule: TypeAlias = Callable[[Json], Iterator[tuple[str, str]]]
"""Looks at one object as a whole; yields (pointer below it, what is wrong)."""

MESSAGE = "message"
MODAL = "modal"
HOME = "home"
EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})


@dataclass(frozen=True, slots=True, kw_only=True)
class Str:
    """A string of `least` to `most` characters; `among` closes the set; `like` is a pattern.

    Without `blank`, spaces alone count as nothing.
    """

    most: int = 3000
    least: int = 1
    blank: bool = False
    among: tuple[str, ...] = ()
    like: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Num:
    """A number from `low` to `high`; `above` is a bound that itself is too low."""

    low: float | None = None
    high: float | None = None
    above: float | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Flag:
    """true or false."""


@dataclass(frozen=True, slots=True)
class Free:
    """An object that is not looked into."""


@dataclass(frozen=True, slots=True)
class Many:
    """A list of `least` to `most` items of one shape."""

    of: "Shape"
    most: int
    least: int = 1


@dataclass(frozen=True, slots=True)
class OneOf:
    """An object whose `type` picks its shape."""

    shapes: "Mapping[str, Fields]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """An object and nothing but these fields.

    `any_of` names fields of which at least one must stand, `only_one` fields that exclude each
    other.
    """

    needs: "Mapping[str, Shape]" = field(default_factory=dict)
    may: "Mapping[str, Shape]" = field(default_factory=dict)
    any_of: tuple[str, ...] = ()
    only_one: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()


Shape: TypeAlias = Str | Num | Flag | Free | Many | OneOf | Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockShape:
    """A block's shape, where it may stand, and the scopes its sender needs."""

    shape: Fields
    surfaces: frozenset[str] = EVERYWHERE
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BlockProblem:
    """What is wrong, and the JSON pointer of where."""

    at: str
    says: str

    def __str__(self) -> str:
        return f"[ERROR] {self.says} [json-pointer:{self.at}]"


def plain(most: int, least: int = 1) -> OneOf:
    """A plain_text object."""
    return OneOf({"plain_text": text_fields(most, least, emoji=Flag())})


def text(most: int) -> OneOf:
    """A text object: plain_text or mrkdwn."""
    return OneOf(
        {
            "plain_text": text_fields(most, 1, emoji=Flag()),
            "mrkdwn": text_fields(most, 1, verbatim=Flag()),
        }
    )


def mrkdwn(most: int) -> OneOf:
    """A text object that must be mrkdwn."""
    return OneOf({"mrkdwn": text_fields(most, 1, verbatim=Flag())})


def text_fields(most: int, least: int, **may: Shape) -> Fields:
    """What stands in a text object."""
    return Fields(needs={"type": Str(), "text": Str(most=most, least=least)}, may=may)
