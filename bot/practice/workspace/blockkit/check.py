"""The checker: a shape, a value, a JSON pointer; out come the problems."""

import re
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, TypeAlias

from bot.practice.workspace.blockkit.shapes import (
    BlockProblem,
    Fields,
    Flag,
    Free,
    Many,
    Num,
    OneOf,
    Shape,
    Str,
)

Check: TypeAlias = Callable[[Any, Any, str], Iterator[BlockProblem]]


def problems(shape: Shape, value: Any, at: str) -> Iterator[BlockProblem]:
    """All that is wrong with `value`, found at pointer `at`."""
    yield from CHECKS[type(shape)](shape, value, at)


def check_string(shape: Str, value: Any, at: str) -> Iterator[BlockProblem]:
    """Kind, choices, length and pattern."""
    if not isinstance(value, str):
        yield BlockProblem(at, "must be a string")
    elif shape.among and value not in shape.among:
        yield BlockProblem(at, "must be a valid enum value: " + ", ".join(shape.among))
    elif len(value if shape.blank else value.strip()) < shape.least:
        yield BlockProblem(at, f"must be more than {shape.least - 1} characters")
    elif len(value) > shape.most:
        yield BlockProblem(at, f"must be less than {shape.most + 1} characters")
    elif shape.like and not re.fullmatch(shape.like, value):
        yield BlockProblem(at, "does not have the form it must have")


def check_number(shape: Num, value: Any, at: str) -> Iterator[BlockProblem]:
    """Kind and bounds; true and false are no numbers, and neither are NaN and infinity."""
    kinds = (int,) if shape.whole else (int, float)
    if isinstance(value, bool) or not isinstance(value, kinds):
        yield BlockProblem(at, "must be an integer" if shape.whole else "must be a number")
    elif not isfinite(value):
        yield BlockProblem(at, "must be a finite number")
    elif shape.low is not None and value < shape.low:
        yield BlockProblem(at, f"must be greater than or equal to {shape.low:g}")
    elif shape.high is not None and value > shape.high:
        yield BlockProblem(at, f"must be less than or equal to {shape.high:g}")
    elif shape.above is not None and value <= shape.above:
        yield BlockProblem(at, f"must be greater than {shape.above:g}")


def check_flag(shape: Flag, value: Any, at: str) -> Iterator[BlockProblem]:
    """true or false, and nothing that merely looks like it."""
    if not isinstance(value, bool):
        yield BlockProblem(at, "must be a boolean")


def check_free(shape: Free, value: Any, at: str) -> Iterator[BlockProblem]:
    """Any object."""
    if not isinstance(value, dict):
        yield BlockProblem(at, "must provide an object")


def check_many(shape: Many, value: Any, at: str) -> Iterator[BlockProblem]:
    """The number of items, then each."""
    if not isinstance(value, list):
        yield BlockProblem(at, "must provide an array")
        return
    if len(value) < shape.least:
        yield BlockProblem(at, f"no fewer than {shape.least} items allowed")
    if len(value) > shape.most:
        yield BlockProblem(at, f"no more than {shape.most} items allowed")
    for number, item in enumerate(value[: shape.most]):
        yield from problems(shape.of, item, f"{at}/{number}")


def check_one_of(shape: OneOf, value: Any, at: str) -> Iterator[BlockProblem]:
    """`type` picks the shape; another type is not supported here."""
    if not isinstance(value, dict):
        yield BlockProblem(at, "must provide an object")
    elif not isinstance(value.get("type"), str):
        yield BlockProblem(at, "missing required field: type")
    elif value["type"] not in shape.shapes:
        yield BlockProblem(f"{at}/type", f"unsupported type: {value['type']}")
    else:
        yield from problems(shape.shapes[value["type"]], value, at)


def check_fields(shape: Fields, value: Any, at: str) -> Iterator[BlockProblem]:
    """Required, known and excluding fields, each field's own shape, then the object's rules."""
    if not isinstance(value, dict):
        yield BlockProblem(at, "must provide an object")
        return
    found = [*check_names(shape, value, at), *check_each(shape, value, at)]
    yield from found
    # A rule reads several fields at once and may rely on each being there and sound.
    for rule in () if found else shape.rules:
        yield from (BlockProblem(at + below, says) for below, says in rule(value))


def check_each(shape: Fields, value: dict[str, Any], at: str) -> Iterator[BlockProblem]:
    """Every field that stands there, by its own shape."""
    for name, inner in (*shape.needs.items(), *shape.may.items()):
        if name in value:
            yield from problems(inner, value[name], f"{at}/{name}")


def check_names(shape: Fields, value: dict[str, Any], at: str) -> Iterator[BlockProblem]:
    """Which fields stand there, whatever is in them."""
    for name in shape.needs:
        if name not in value:
            yield BlockProblem(at, f"missing required field: {name}")
    for name in value:
        if name not in shape.needs and name not in shape.may:
            yield BlockProblem(at, f"invalid additional property: {name}")
    if shape.any_of and not any(name in value for name in shape.any_of):
        yield BlockProblem(at, f"must provide one of: {', '.join(shape.any_of)}")
    if sum(name in value for name in shape.only_one) > 1:
        yield BlockProblem(at, f"must provide only one of: {', '.join(shape.only_one)}")


CHECKS: dict[type, Check] = {
    Str: check_string,
    Num: check_number,
    Flag: check_flag,
    Free: check_free,
    Many: check_many,
    OneOf: check_one_of,
    Fields: check_fields,
}
