"""What docs/map.md and docs/promises.md say, as data to compare with the tree. Pure."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import PurePosixPath

from tests.house.names import assigned
from tests.house.rules import nodes_of, top_of
from tests.house.sizes import Function

ROOTS = ("bot", "commands", "integrations", "tests", "docs")
PATH = re.compile(rf"(?<![\w/.])(?:{'|'.join(ROOTS)})/[\w./<>]*[\w/>]")
MEMBER = re.compile(r"`(?P<file>[\w/]+\.py)` `(?P<name>[\w.]+)`")
MEMBER_OF = re.compile(r"`(?P<name>[\w.]+)` (?:of|in) `(?P<file>[\w/]+\.py)`")
ID = re.compile(r"(?<![\w/.#&=<@])([A-Z]\d{1,2}(?:\.\d{1,2})?)(?![\w|])")
SPAN = re.compile(r"([A-Z])(\d{1,2})-\1?(\d{1,2})\b")
NOTHING = "·"
Rows = Mapping[str, Mapping[str, Sequence[str]]]


# ---------------------------------------------------------------- paths


def named_paths(page: str) -> set[str]:
    """Every path that a page names; `<vendor>` stands for any name."""
    return {path.rstrip("./") for path in PATH.findall(page)}


def matches(named: str, path: str) -> bool:
    """Whether a path is the one that is named, or one of those."""
    pattern = re.sub(r"<\w+>", "[^/]+", re.escape(named))
    return re.fullmatch(pattern, path) is not None


def missing(page: str, paths: Iterable[str]) -> list[str]:
    """What a page names and the tree does not hold."""
    there = with_folders(paths)
    return [
        f"{named} is named, and is not there"
        for named in sorted(named_paths(page))
        if not any(matches(named, path) for path in there)
    ]


def with_folders(paths: Iterable[str]) -> set[str]:
    """Files, and every folder above them."""
    files = set(paths)
    return files | {str(parent) for file in files for parent in PurePosixPath(file).parents}


def unnamed(page: str, folders: Iterable[str]) -> list[str]:
    """Folders that a page forgot."""
    named = named_paths(page) | {name for name in ROOTS if f"`{name}`" in page}
    return [
        f"{folder} is there, and is not named"
        for folder in sorted(folders)
        if not any(matches(each, folder) for each in named)
    ]


def absent_members(page: str, sources: Mapping[str, str]) -> list[str]:
    """What a page says is in a file and is not: `file.py` `Class.method`, `NAME` of `file.py`."""
    return [
        f"{match['file']} has no {match['name']}"
        for match in (*MEMBER.finditer(page), *MEMBER_OF.finditer(page))
        if match["name"] not in members(sources.get(match["file"], ""))
    ]


def members(source: str) -> set[str]:
    """`function`, `CONSTANT`, `Class` and `Class.method` of a module."""
    classes = [node for node in nodes_of(source) if isinstance(node, ast.ClassDef)]
    return {
        *(node.name for node in top_of(source) if isinstance(node, Function)),
        *assigned(top_of(source)),
        *(each.name for each in classes),
        *(
            f"{c.name}.{node.name}"
            for c in classes
            for node in c.body
            if isinstance(node, Function)
        ),
    }


# ---------------------------------------------------------------- layers and subjects


def drawn_rooms(page: str) -> list[set[str]]:
    """The rooms of the first drawing, line by line, as modules."""
    drawing = page.partition("```text\n")[2].partition("```")[0]
    lines = (re.split(r"\s{2,}", line)[0] for line in drawing.splitlines())
    return [{module(path) for path in line.split(" | ")} for line in lines]


def module(path: str) -> str:
    """`bot/__main__.py` as a contract calls it."""
    return path.removesuffix(".py").replace("/", ".")


def contracted(layers: Iterable[str]) -> list[set[str]]:
    """The layers of an import contract, with or without the brackets of what may be missing."""
    return [{name.strip(" ()") for name in re.split(r"[|:]", layer)} for layer in layers]


def subject_rows(page: str) -> Rows:
    """The table of subjects: the files of each, by the folder at the head of its column."""
    rows = [cells(line) for line in page.splitlines() if line.startswith("| ")]
    head = next((row for row in rows if row[0] == "subject"), ["subject"])
    folders = [cell.strip("`") for cell in head[1:]]
    width = len(head)
    start = rows.index(head) + 1 if head in rows else len(rows)
    table = [row for row in rows[start:] if len(row) == width]
    return {row[0]: dict(zip(folders, map(files_in, row[1:]), strict=True)) for row in table}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def files_in(cell: str) -> list[str]:
    return [] if cell == NOTHING else cell.split()


def wanted_rows(subjects: Iterable[str], folders: Iterable[str], paths: Iterable[str]) -> Rows:
    """The table as the tree would have it."""
    files = sorted(path for path in paths if not path.endswith("__init__.py"))
    columns = list(folders)
    return {
        subject: {folder: list(files_about(subject, folder, files)) for folder in columns}
        for subject in subjects
    }


def differing(said: Rows, wanted: Rows) -> list[str]:
    """Where the table of subjects and the tree are not one."""
    return [
        f"{subject}, {folder}: the map says {' '.join(said[subject][folder]) or 'nothing'}, "
        f"the tree has {' '.join(files) or 'nothing'}"
        for subject, row in wanted.items()
        for folder, files in row.items()
        if list(said[subject][folder]) != list(files)
    ]


def files_about(subject: str, folder: str, files: Iterable[str]) -> Iterator[str]:
    """What is named by a subject in a folder: files by their stem, or a whole folder."""
    seen: set[str] = set()
    for file in map(PurePosixPath, files):
        if not file.is_relative_to(folder):
            continue
        inside = file.relative_to(folder)
        above = inside.parts[:-1]
        deep = above.index(subject) + 1 if subject in above else 0
        name = "/".join(above[:deep]) + "/" if deep else str(inside.with_suffix(""))
        if name not in seen and (deep or subject in inside.stem.split("_")):
            seen.add(name)
            yield name


# ---------------------------------------------------------------- ids


@cache
def cited_ids(source: str) -> frozenset[str]:
    """The ids of promises in docstrings, comments and names of tests; `I11-I16` is six of them."""
    if not re.search(r"[A-Z]\d", source):
        return frozenset()
    text = "\n".join([*docstrings(source), *comments(source), *test_ids(source)])
    plain = re.sub(r"`[^`]*`", "", text)
    spans = {f"{a}{n}" for a, b, c in SPAN.findall(plain) for n in range(int(b), int(c) + 1)}
    return frozenset(spans | set(ID.findall(plain)))


def docstrings(source: str) -> Iterator[str]:
    kinds = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    nodes = (node for node in nodes_of(source) if isinstance(node, kinds))
    yield from (told for node in nodes if (told := ast.get_docstring(node)))


def comments(source: str) -> Iterator[str]:
    """Those of a file in which any could say an id; to read all of them takes seconds."""
    if not re.search(r"#.*[A-Z]\d", source):
        return
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    yield from (token.string for token in tokens if token.type == tokenize.COMMENT)


def test_ids(source: str) -> Iterator[str]:
    """`G6` of `test_G6_a_rollback_is_accepted`."""
    for node in nodes_of(source):
        name = node.name if isinstance(node, Function) else ""
        if found := re.match(r"test_([A-Z]\d{1,2})_", name):
            yield found[1]


def promised_ids(page: str) -> list[str]:
    """The ids at the head of the rows of docs/promises.md."""
    return re.findall(r"^\| ([A-Z]\d[\d.]*) \| \S", page, re.MULTILINE)
