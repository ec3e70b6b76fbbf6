"""How long functions and files are, and which are too long."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.house.rules import nodes_of

MEDIAN, NINE_IN_TEN, LONGEST = 10, 25, 60
FILE, TEST_FILE = 400, 600

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Sized:
    """A function or file by name, and its lines."""

    name: str
    lines: int

    def __str__(self) -> str:
        return f"{self.name} ({self.lines} lines)"


def functions(source: str, where: str) -> Iterator[Sized]:
    """Every function of a module with its lines, docstring included, decorators not.

    Bodies of `...` alone (protocols, overloads) are left out: they would flatter the median.
    """
    for node in nodes_of(source):
        if isinstance(node, Function) and not is_stub(node):
            yield Sized(f"{where}:{node.lineno} {node.name}", lines_of(node))


def lines_of(node: Function) -> int:
    """From `def` to the last line."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_stub(node: Function) -> bool:
    """Whether nothing is in it but a docstring and `...`."""
    return all(
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and (line.value.value is ... or isinstance(line.value.value, str))
        for line in node.body
    )


def long_functions(sized: Sequence[Sized]) -> list[str]:
    """What is wrong with these functions' sizes, by name; empty when all is well."""
    if not sized:
        return ["no functions found: is this the right folder?"]
    return [*too_long(sized), *too_many_long(sized), *too_long_in_the_middle(sized)]


def too_long(sized: Sequence[Sized]) -> list[str]:
    """Functions above the hard limit."""
    return [f"over {LONGEST}: {each}" for each in sized if each.lines > LONGEST]


def too_many_long(sized: Sequence[Sized]) -> list[str]:
    """The long ones, if they are more than one in ten."""
    long = sorted((each for each in sized if each.lines > NINE_IN_TEN), key=by_lines, reverse=True)
    if len(long) * 10 <= len(sized):
        return []
    head = f"{len(long)} of {len(sized)} functions are over {NINE_IN_TEN} lines, a tenth may be"
    return [head, *map(str, long)]


def too_long_in_the_middle(sized: Sequence[Sized]) -> list[str]:
    """The median, if it is over the limit."""
    middle = median(each.lines for each in sized)
    return [f"the median is {middle} lines, over {MEDIAN}"] if middle > MEDIAN else []


def long_files(sized: Sequence[Sized], limit: int) -> list[str]:
    """Files above their limit, by name."""
    return [f"over {limit}: {each}" for each in sized if each.lines > limit]


def by_lines(each: Sized) -> int:
    """Sort key."""
    return each.lines
