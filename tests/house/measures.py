"""The figures of the house, so that a change of shape can be seen.

`python -m tests.house.measures [CHECKOUT ...]` prints one column for each. Counted is the
product without the practice room. Files of five lines or less are left out.
"""

import ast
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

from tests.house import tree
from tests.house.names import assigned, is_one_word, is_participle
from tests.house.rules import nodes_of, top_of
from tests.house.sizes import FILE, NINE_IN_TEN, Function, lines_of

PRACTICE = ("bot/practice/", "practice/")
SMALLEST = 5
TINY = 4


@dataclass(frozen=True)
class Module:
    """One file of the product."""

    where: str
    source: str

    @cached_property
    def lines(self) -> list[str]:
        return self.source.splitlines()

    @cached_property
    def top(self) -> list[ast.stmt]:
        return top_of(self.source)

    @property
    def is_told(self) -> bool:
        """Whether a docstring says what it is."""
        return isinstance(found := nodes_of(self.source)[0], ast.Module) and bool(
            ast.get_docstring(found)
        )

    @cached_property
    def functions(self) -> list[Function]:
        """All of them, those inside classes and functions too."""
        return [node for node in nodes_of(self.source) if isinstance(node, Function)]

    @cached_property
    def definitions(self) -> list[str]:
        """Public functions and classes at the top."""
        kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        return [node.name for node in self.top if isinstance(node, kinds) and is_public(node.name)]

    @cached_property
    def public(self) -> list[str]:
        """Definitions, constants and aliases at the top."""
        return [*self.definitions, *filter(is_public, assigned(self.top))]

    @cached_property
    def helpers(self) -> list[Function]:
        """Private functions at the top."""
        return [n for n in self.top if isinstance(n, Function) and not is_public(n.name)]

    def uses(self, name: str) -> int:
        """How often a name is written here, where it is defined left out."""
        return len(re.findall(rf"\b{name}\b", self.source)) - 1


def is_public(name: str) -> bool:
    """Whether others may use it."""
    return not name.startswith("_")


def is_private(name: str) -> bool:
    """Whether it is a helper; `__init__` and its like are neither."""
    return name.startswith("_") and not name.startswith("__")


def modules_of(root: Path) -> list[Module]:
    """The files that are measured."""
    paths = (path for name in tree.PRODUCT for path in sorted((root / name).rglob("*.py")))
    shown = ((tree.shown(path, root), path) for path in paths)
    read = [Module(where, p.read_text()) for where, p in shown if not where.startswith(PRACTICE)]
    return [module for module in read if len(module.lines) > SMALLEST]


def spread(numbers: Sequence[int]) -> str:
    """Median, the ninth of ten, and the largest."""
    ordered = sorted(numbers)
    return f"{median(ordered):g} / {ordered[len(ordered) * 9 // 10]} / {ordered[-1]}"


def share(part: int, whole: int, digits: int = 0) -> str:
    """A part in percent."""
    return f"{part / whole:.{digits}%}".replace("%", " %")


def functions_of(modules: Iterable[Module]) -> list[Function]:
    return [function for module in modules for function in module.functions]


def files(modules: Sequence[Module]) -> str:
    return f"{len(modules)} / {lines(modules):,}"


def lines(modules: Iterable[Module]) -> int:
    return sum(len(module.lines) for module in modules)


def file_lengths(modules: Sequence[Module]) -> str:
    return spread([len(module.lines) for module in modules])


def long_files(modules: Sequence[Module]) -> str:
    return str(sum(len(module.lines) > FILE for module in modules))


def function_lengths(modules: Sequence[Module]) -> str:
    return spread([lines_of(function) for function in functions_of(modules)])


def long_functions(modules: Sequence[Module]) -> str:
    lengths = [lines_of(function) for function in functions_of(modules)]
    return f"{sum(length > NINE_IN_TEN for length in lengths)} of {len(lengths):,}"


def per_kloc(modules: Sequence[Module]) -> str:
    return f"{1000 * len(functions_of(modules)) / lines(modules):.0f}"


def typed(modules: Sequence[Module]) -> str:
    functions = functions_of(modules)
    return share(sum(function.returns is not None for function in functions), len(functions))


def told_modules(modules: Sequence[Module]) -> str:
    return share(sum(module.is_told for module in modules), len(modules))


def told_functions(modules: Sequence[Module]) -> str:
    functions = functions_of(modules)
    return share(sum(bool(ast.get_docstring(each)) for each in functions), len(functions))


def comments(modules: Sequence[Module]) -> str:
    found = sum(line.lstrip().startswith("#") for module in modules for line in module.lines)
    return share(found, lines(modules), 1)


def flat_folders(modules: Sequence[Module]) -> str:
    counted = Counter(module.where.rpartition("/")[0] for module in modules)
    return ", ".join(f"{folder} {count}" for folder, count in counted.most_common(6))


def private_helpers(modules: Sequence[Module]) -> str:
    functions = functions_of(modules)
    return share(sum(is_private(function.name) for function in functions), len(functions))


def used_once(modules: Sequence[Module]) -> str:
    helpers = [(module, helper) for module in modules for helper in module.helpers]
    once = [helper for module, helper in helpers if module.uses(helper.name) == 1]
    tiny = sum(lines_of(helper) <= TINY for helper in once)
    return f"{share(len(once), len(helpers))} ({len(once)}, of them {tiny} up to {TINY} lines)"


def one_word(modules: Sequence[Module]) -> str:
    names = [name for module in modules for name in module.definitions]
    return share(sum(map(is_one_word, names)), len(names))


def twice(modules: Sequence[Module]) -> str:
    count = Counter(name for module in modules for name in set(module.definitions))
    names = [name for module in modules for name in module.definitions]
    return share(sum(count[name] > 1 for name in names), len(names))


def participles(modules: Sequence[Module]) -> str:
    functions = functions_of(modules)
    found = sum(is_participle(function.name) for function in functions)
    return f"{share(found, len(functions))} ({found})"


def public_names(modules: Sequence[Module]) -> str:
    return spread([len(module.public) for module in modules])


MEASURES: tuple[tuple[str, Callable[[Sequence[Module]], str]], ...] = (
    ("files / lines", files),
    ("file median / p90 / max", file_lengths),
    (f"files over {FILE}", long_files),
    ("function median / p90 / max", function_lengths),
    (f"functions over {NINE_IN_TEN} lines", long_functions),
    ("functions per kloc", per_kloc),
    ("typed returns", typed),
    ("module docstrings", told_modules),
    ("function docstrings", told_functions),
    ("comment lines", comments),
    ("largest flat folders", flat_folders),
    ("private helpers (share of functions)", private_helpers),
    ("module-level ones used exactly once", used_once),
    ("public definitions of one word", one_word),
    ("public definitions named in more than one file", twice),
    ("functions named by a bare participle", participles),
    ("public names per module median / p90 / max", public_names),
)


def table(*roots: Path) -> str:
    """Every measure, one column a checkout."""
    measured = [modules_of(root) for root in roots]
    rows = [[name, *(measure(each) for each in measured)] for name, measure in MEASURES]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


if __name__ == "__main__":
    print(table(*(Path(root) for root in sys.argv[1:] or [str(tree.ROOT)])))
