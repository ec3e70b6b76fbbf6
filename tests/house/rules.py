"""House rules a machine can check, each a pure function from text to complaints."""

import ast
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache

# Put together here, or this file would break its own rules.
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "yarn" + "pkg.com")
DEBIAN_HOST = r"deb\." + r"debian\.org"
ROOTS = "|".join(("wo" + "rk", "ro" + "ot", "tm" + "p"))
UNFINISHED = ("TO" + "DO", "FIX" + "ME", "XX" + "X")

FORBIDDEN_TEXT = {
    "a registry's host": re.compile("|".join([*map(re.escape, HOSTS), DEBIAN_HOST])),
    "a path of one machine": re.compile(
        rf"(?<![\w.$)}}/*-])/(?:(?:{ROOTS})(?=[/\"'\s]|$)|(?:home|Users)/\w)"
    ),
    "unfinished work": re.compile(rf"\b(?:{'|'.join(UNFINISHED)})\b"),
}

BROAD = {"Exception", "BaseException"}


def text_complaints(text: str) -> list[str]:
    """Lines that hold what no file of ours may hold."""
    return [
        f"line {number}: {what}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN_TEXT.items()
        if pattern.search(line)
    ]


@cache
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """Every syntax node of a file, which is read once for all the rules."""
    return tuple(ast.walk(ast.parse(source)))


def top_of(source: str) -> list[ast.stmt]:
    """What stands at the top of a module."""
    module = nodes_of(source)[0]
    return module.body if isinstance(module, ast.Module) else []


def lines_where(holds: Callable[[ast.AST], bool], source: str) -> list[int]:
    """The lines of the syntax nodes for which something holds."""
    return [getattr(node, "lineno", 0) for node in nodes_of(source) if holds(node)]


def swallowed_errors(source: str) -> list[int]:
    """Lines where any error at all is caught (or suppressed) and nothing is done about it."""
    return lines_where(swallows, source)


def swallows(node: ast.AST) -> bool:
    """Whether this node makes every error vanish."""
    if isinstance(node, ast.ExceptHandler):
        return is_broad(node.type) and all(map(does_nothing, node.body))
    return (
        isinstance(node, ast.Call)
        and dotted(node.func).endswith("suppress")
        and any(map(is_broad, node.args))
    )


def is_broad(caught: ast.expr | None) -> bool:
    """Whether this `except` clause catches everything."""
    if isinstance(caught, ast.Tuple):
        return any(map(is_broad, caught.elts))
    return caught is None or dotted(caught).rpartition(".")[2] in BROAD


def does_nothing(line: ast.stmt) -> bool:
    """`pass`, `continue`, `...` or a string standing alone."""
    bare = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant)
    return bare or isinstance(line, ast.Pass | ast.Continue)


def dotted(node: ast.expr) -> str:
    """`a.b.c` as written; empty for anything that is not a dotted name."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def mocks(source: str) -> list[int]:
    """Lines that import a mock library or patch a name in place."""
    return lines_where(is_mock, source)


def is_mock(node: ast.AST) -> bool:
    """Whether this node replaces code of ours behind its back."""
    if isinstance(node, ast.Import | ast.ImportFrom):
        return any(is_mock_module(name) for name in imported(node))
    return isinstance(node, ast.Call) and bool(
        re.search(r"(monkeypatch|mp|patcher)\.(setattr|delattr)$", dotted(node.func))
    )


def is_mock_module(name: str) -> bool:
    """Whether a module of this name is made for mocking."""
    return name.startswith("unittest.mock") or name.partition(".")[0] in {"mock", "pytest_mock"}


def imported(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    """The dotted names that an import statement may load."""
    prefix = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
    return (prefix + alias.name for alias in node.names)


def third_parties(source: str, ours: frozenset[str], standard: frozenset[str]) -> set[str]:
    """Top-level modules a file imports from neither us nor the standard library."""
    nodes = (n for n in nodes_of(source) if isinstance(n, ast.Import | ast.ImportFrom))
    names = {name.partition(".")[0] for node in nodes for name in imported(node)}
    return names - ours - standard


def requirements(pyproject: str) -> list[str]:
    """Everything pyproject.toml requires: to build, to run, and for each extra."""
    parsed = tomllib.loads(pyproject)
    extras = parsed["project"].get("optional-dependencies", {})
    return [
        *parsed["build-system"]["requires"],
        *parsed["project"]["dependencies"],
        *(requirement for extra in extras.values() for requirement in extra),
    ]


def unexplained(pyproject: str) -> list[str]:
    """The requirements whose line does not say why in a comment; to build is reason enough."""
    wanted = requirements(pyproject)[len(tomllib.loads(pyproject)["build-system"]["requires"]) :]
    explained = re.compile(r'^\s*"(?P<what>[^"]+)",\s*#\s*\w.*$', re.M)
    given = {match["what"] for match in explained.finditer(pyproject)}
    return [requirement for requirement in wanted if requirement not in given]
