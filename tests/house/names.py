"""What the product calls its things: files, types, functions. Pure, from text to names."""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping

from tests.house.rules import nodes_of, top_of
from tests.house.sizes import Function


def words(text: str) -> frozenset[str]:
    """A closed list, as one writes it."""
    return frozenset(text.split())


# Participles that do not end in -ed, and words in -ed that are none.
IRREGULAR = words(
    "begun born bought bound broken brought built caught chosen done drawn driven felt forgotten "
    "found frozen given gone grown heard held hidden kept known laid led left lent lit lost made "
    "meant met paid risen said seen sent shown sold spent spoken stood taken taught thought "
    "thrown told understood won worn written"
)
REGULAR_NOT = words("bed embed exceed feed indeed need proceed seed shed speed succeed")
# What ends in -ing and is the name of a thing.
NOUNS_IN_ING = frozenset({"ping", "ring", "string", "thing"})


def public_types(source: str) -> set[str]:
    """The public classes at the top of a module."""
    return {
        node.name
        for node in top_of(source)
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    }


def assigned(top: Iterable[ast.stmt]) -> list[str]:
    """The names that a module binds at its top."""
    targets = [
        target
        for node in top
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
    ]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def homes(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Each public type by name, with the files that declare one of that name."""
    found: dict[str, list[str]] = {}
    for where, source in sorted(sources.items()):
        for name in public_types(source):
            found.setdefault(name, []).append(where)
    return found


def doubles(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """The names that more than one file gives to a public type."""
    return {name: where for name, where in homes(sources).items() if len(where) > 1}


def is_gerund(stem: str) -> bool:
    """Whether a file is named by a verb in -ing."""
    last = stem.rpartition("_")[2]
    return last.endswith("ing") and last not in NOUNS_IN_ING


def is_one_word(name: str) -> bool:
    """`told`, `Release`, `MOST`; not `who_may` nor `PlacePolicy`."""
    return not re.search(r"_|(?<=[a-z0-9])[A-Z]", name)


def is_participle(name: str) -> bool:
    """Whether a function is called `told`, `named`, `frozen` and nothing more."""
    word = name.strip("_")
    if not is_one_word(word) or word != word.lower():
        return False
    return word in IRREGULAR or (word.endswith("ed") and word not in REGULAR_NOT)


def participles(source: str) -> set[str]:
    """Public functions of a module named by a bare participle; a predicate may be."""
    return {
        node.name
        for node in top_of(source)
        if isinstance(node, Function) and is_participle(node.name) and not is_predicate(node)
    }


def is_predicate(function: Function) -> bool:
    """Whether it answers yes or no, so that `if frozen(…)` reads as a statement."""
    return isinstance(function.returns, ast.Name) and function.returns.id == "bool"


def imported_names(source: str) -> Iterator[tuple[str, str]]:
    """Each (module, name) that `from module import name` takes."""
    for node in nodes_of(source):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.module, alias.name) for alias in node.names)


def shared_participles(sources: Mapping[str, str]) -> set[str]:
    """`file:name` of each bare participle that another file imports."""
    taken = {each for source in sources.values() for each in imported_names(source)}
    return {
        f"{where}:{name}"
        for where, source in sources.items()
        for name in participles(source)
        if (module_of(where), name) in taken or is_reached(module_of(where), name, sources, taken)
    }


def is_reached(
    module: str, name: str, sources: Mapping[str, str], taken: Iterable[tuple[str, str]]
) -> bool:
    """Whether a file that imports the module itself says `module.name`."""
    package, _, stem = module.rpartition(".")
    if (package, stem) not in taken:
        return False
    says = re.compile(rf"(?<![\w.]){stem}\.{name}\b")
    return any(
        says.search(source)
        for source in sources.values()
        if (package, stem) in imported_names(source)
    )


def module_of(where: str) -> str:
    """`bot/net/core.py` as imports say it."""
    return where.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
