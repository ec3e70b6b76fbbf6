"""A pytest plugin: which tests run alone, and which begin first where several run at once.

A test that reads a real clock, kills a process or drives a browser is marked `alone` by what its
code names, so that a new one cannot be forgotten; any other is marked by hand.
"""

from collections.abc import Iterable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Final, TypeGuard

import pytest

CLOCKS: Final = frozenset({"perf_counter", "process_time", "monotonic", "time"})
"""Named by the test itself: helpers have clocks of their own that are not real."""
KILLS: Final = frozenset({"kill", "kill_bot", "SIGKILL", "send_signal"})
BROWSERS: Final = frozenset({"async_playwright"})
SLOW: Final = frozenset({"opened", "create_subprocess_exec", "subprocess", "mypy"})
"""What starts processes takes long, so it is not left for the end."""

Code = FunctionType | type


class Reader:
    """Reads which names a test's code names, through the helpers and fixtures of tests/."""

    def __init__(self) -> None:
        self.known: dict[Code, frozenset[str]] = {}

    def of_test(self, item: pytest.Item) -> frozenset[str]:
        """Every name that the test, its fixtures and their helpers name."""
        return frozenset().union(*(self.reached(code) for code in roots(item)))

    def reached(self, code: Code) -> frozenset[str]:
        """Every name from here on, however often helpers call each other."""
        if code not in self.known:
            seen: set[Code] = set()
            self.known[code] = frozenset(all_names(code, seen))
        return self.known[code]


def roots(item: pytest.Item) -> Iterator[Code]:
    """The test itself, its class when it has one, and the fixtures it takes."""
    function = getattr(item, "function", None)
    if isinstance(function, FunctionType):
        yield function
    info = getattr(item, "_fixtureinfo", None)
    for found in info.name2fixturedefs.values() if info else ():
        if is_ours(found[-1].func):
            yield found[-1].func


def is_ours(value: object) -> TypeGuard[Code]:
    """Whether this is code of tests/, which may be read."""
    module = str(getattr(value, "__module__", ""))
    return isinstance(value, FunctionType | type) and module.partition(".")[0] == "tests"


def all_names(code: Code, seen: set[Code]) -> Iterator[str]:
    """The names in this code, and in each helper of tests/ that it names."""
    if code in seen:
        return
    seen.add(code)
    for function in functions_of(code):
        named = names_of(function.__code__)
        yield from named
        for helper in helpers(function, named):
            yield from all_names(helper, seen)


def functions_of(code: Code) -> Iterator[FunctionType]:
    """A function as it was written, or the methods of a class."""
    values = vars(code).values() if isinstance(code, type) else (code,)
    for value in values:
        while hasattr(value, "__wrapped__"):
            value = value.__wrapped__  # noqa: PLW2901
        if isinstance(value, FunctionType):
            yield value


def names_of(code: CodeType) -> set[str]:
    """What it and the functions inside it name."""
    inner = (const for const in code.co_consts if isinstance(const, CodeType))
    return {*code.co_names, *code.co_freevars}.union(*map(names_of, inner))


def helpers(function: FunctionType, named: Iterable[str]) -> Iterator[Code]:
    """The functions and classes of tests/ behind these names."""
    known = function.__globals__
    for name in named:
        value = known.get(name)
        for each in members(value, named) if isinstance(value, ModuleType) else (value,):
            if is_ours(each):
                yield each


def members(module: ModuleType, named: Iterable[str]) -> Iterator[object]:
    """What may be meant of a module of helpers."""
    return (vars(module)[name] for name in named if name in vars(module))


def is_alone(item: pytest.Item, reader: Reader) -> bool:
    """Whether other tests beside it could make this one fail, or it them."""
    if any(mark.args == ("chromium",) for mark in item.iter_markers("server")):
        return True
    function = getattr(item, "function", None)
    own = names_of(function.__code__) if isinstance(function, FunctionType) else set()
    return bool(own & CLOCKS or reader.of_test(item) & (KILLS | BROWSERS))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark before `-m` chooses; workers that share the tests begin with the slow files."""
    reader = Reader()
    for item in items:
        if is_alone(item, reader):
            item.add_marker("alone")
    if hasattr(config, "workerinput"):
        slow = {item.path for item in items if reader.of_test(item) & SLOW}
        items.sort(key=lambda item: item.path not in slow)
