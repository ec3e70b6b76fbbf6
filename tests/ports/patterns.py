"""Every pattern of the product, how it is used, and texts that are hostile to it."""

import ast
import importlib
import pkgutil
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import bot
import commands
import integrations

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import sre_parse

WHOLE = frozenset({"fullmatch", "match"})
SCANS = frozenset({"search", "sub", "subn", "split", "findall", "finditer"})
ANYWHERE = ("a", "0", " ", "-", "-x", "a-", "\t", '"', "\\", "<", ":", "=")
ENDS = ("", "\x00")


@dataclass(frozen=True)
class Used:
    """`scans`: it is looked for at every place of a text, not only at the beginning."""

    where: str
    pattern: re.Pattern[str]
    scans: bool


def every_pattern() -> list[Used]:
    """Those that modules hold by name, in functions they made, and those written in a call."""
    modules = list(_modules())
    found = {
        use
        for module in modules
        for use in (*_held(module, set(_scanned(module))), *_written(module))
    }
    return sorted(found, key=lambda use: (use.where, use.pattern.pattern))


def _modules() -> Iterator[ModuleType]:
    for package in (bot, commands, integrations):
        for each in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not each.name.endswith("__main__"):
                yield importlib.import_module(each.name)


def _tree(module: ModuleType) -> ast.AST:
    return ast.parse(Path(str(module.__file__)).read_text())


def _scanned(module: ModuleType) -> Iterator[str]:
    """Names on which a scanning method is called."""
    for node in ast.walk(_tree(module)):
        if isinstance(node, ast.Attribute) and node.attr in SCANS:
            yield getattr(node.value, "id", getattr(node.value, "attr", ""))


def _held(module: ModuleType, scanned: set[str]) -> Iterator[Used]:
    for name, value in vars(module).items():
        for pattern in _inside(value):
            if isinstance(pattern.pattern, str):
                yield Used(f"{module.__name__}.{name}", pattern, name in scanned)


def _inside(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        yield value
    for cell in getattr(value, "__closure__", None) or ():
        if isinstance(cell.cell_contents, re.Pattern):
            yield cell.cell_contents


def _written(module: ModuleType) -> Iterator[Used]:
    """`re.sub("…", …)`; a pattern made on the way is refused, for nobody would find it."""
    for node in ast.walk(_tree(module)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        if getattr(node.func.value, "id", "") != "re" or node.func.attr not in WHOLE | SCANS:
            continue
        said = node.args[0]
        if isinstance(said, ast.Constant) and isinstance(said.value, str):
            where = f"{module.__name__}:{node.lineno}"
            yield Used(where, re.compile(said.value), node.func.attr in SCANS)


def hostile(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """Beginnings, what is repeated, and ends, made from texts that nearly fit the pattern."""
    samples = list(dict.fromkeys(_samples(pattern)))
    heads = {sample[:cut] for sample in samples for cut in range(min(len(sample), 6) + 1)}
    pumps = {
        sample[at : at + long]
        for sample in samples
        for at in range(min(len(sample), 8))
        for long in (1, 2, len(sample))
    }
    for pump in sorted({*pumps, *ANYWHERE} - {""}):
        for head in sorted({"", *(each for each in heads if each.endswith(pump[:1]))}):
            for end in ENDS:
                yield head, pump, end


def _samples(pattern: re.Pattern[str]) -> Iterator[str]:
    tree = sre_parse.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    for turn in range(2):
        yield _sample(tree, turn)


def _sample(tree: Any, turn: int) -> str:
    return "".join(_piece(str(code), value, turn) for code, value in tree)


def _piece(code: str, value: Any, turn: int) -> str:
    make = PIECES.get(code)
    return make(value, turn) if make is not None else ""


def _one_of(choices: Any, turn: int) -> str:
    code, value = choices[turn % len(choices)]
    match str(code):
        case "LITERAL":
            return chr(value)
        case "RANGE":
            return chr(value[0])
        case "CATEGORY":
            return {"CATEGORY_SPACE": " ", "CATEGORY_DIGIT": "0"}.get(str(value), "x")
    return "a"


PIECES: Mapping[str, Callable[[Any, int], str]] = {
    "LITERAL": lambda value, turn: chr(value),
    "NOT_LITERAL": lambda value, turn: "a" if value != ord("a") else "b",
    "ANY": lambda value, turn: "a",
    "IN": _one_of,
    "BRANCH": lambda value, turn: _sample(value[1][turn % len(value[1])], turn),
    "SUBPATTERN": lambda value, turn: _sample(value[-1], turn),
    "ATOMIC_GROUP": _sample,
    "MAX_REPEAT": lambda value, turn: _sample(value[2], turn) * max(value[0], 1),
    "MIN_REPEAT": lambda value, turn: _sample(value[2], turn) * max(value[0], 1),
    "POSSESSIVE_REPEAT": lambda value, turn: _sample(value[2], turn) * max(value[0], 1),
    "ASSERT": lambda value, turn: _sample(value[1], turn),
}
