"""Where things stand: how full folders are, and which words files may be named by. Pure.

A folder says what a file may import, a file's name says what it is about. A file is named by a
subject, by a role word of its folder, or by both (`learn_vote`). See docs/map.md.
"""

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

from tests.house.names import words
from tests.house.rules import nodes_of, top_of

FULLEST = 20
ROOMS = ("bot/domain", "bot/engine", "bot/render")

# A new subject is a decision: it gets a row in docs/map.md too.
SUBJECTS = words(
    "release condition gate vote calendar override people advance advice flag risk bundle train "
    "postmortem report"
)
# What else a file of a folder may be called. A word that no file uses any more goes.
ROLES: Mapping[str, frozenset[str]] = {
    folder: words(said)
    for folder, said in {
        "bot/domain": "",
        "bot/domain/judge": "eprocess judge reading samples weigh words",
        "bot/domain/terms": "changes clock emergency place refusal rules strategy traffic units "
        "when",
        "bot/domain/facts": "bot fact",
        "bot/domain/intents": "bot",
        "bot/domain/state": "evolve learn moves service",
        "bot/domain/decide": "alarm back bot emergency hold known start use watch",
        "bot/domain/decide/vote": "cast open seat time who",
        "bot/engine": "clock parts registry runtime waker",
        "bot/engine/door": "door doubt forms grammar help home plan seats spec visibility "
        "why_not wordbook",
        "bot/engine/door/typed": "names place readings text unclear verbs vocabulary words",
        "bot/engine/lanes": "anchor changes chat delivery notice outbox oversight page preflight "
        "refresher timer world",
        "bot/engine/watch": "follow measure memory points pulse sources views watcher",
        "bot/engine/record": "answers codec draft effects engine evidence history load "
        "oversight turns voters",
        "bot/engine/people": "admission contradictions roles rulebook",
        "bot/render": "answers home why_not",
        "bot/render/release": "alerts buttons card evidence holds log onward page plan start_form "
        "timeline truth why",
        "bot/render/vote": "question seats sentences",
        "bot/render/calendar": "feed outlook sentences",
        "bot/render/override": "messages sentences",
        "bot/render/kit": "blocks charts forms numbers shell verbs view voice",
    }.items()
}


def modules(paths: Iterable[str], rooms: tuple[str, ...] = ROOMS) -> list[PurePosixPath]:
    """The files of these rooms that have a name of their own."""
    files = map(PurePosixPath, sorted(paths))
    inside = tuple(f"{room}/" for room in rooms)
    return [file for file in files if str(file).startswith(inside) and file.stem != "__init__"]


def too_full(paths: Iterable[str]) -> list[str]:
    """The folders in which nothing can be found any more."""
    counted = Counter(str(file.parent) for file in modules(paths))
    return [
        f"{folder} holds {count} files, {FULLEST} may be: part it by subject"
        for folder, count in counted.items()
        if count > FULLEST
    ]


def strangers(paths: Iterable[str]) -> list[str]:
    """Files named by no subject and no role word, and folders that are no floor or room."""
    return [complaint for file in modules(paths) for complaint in _strange(file)]


def _strange(file: PurePosixPath) -> Iterator[str]:
    folder = str(file.parent)
    if folder not in ROLES:
        yield f"{file}: {folder} is no floor or room; say so in ROLES, and in docs/map.md"
        return
    unknown = [word for word in words_of(file) if word not in SUBJECTS | ROLES[folder]]
    if unknown:
        yield f"{file}: {' and '.join(unknown)} is neither a subject nor a role word of {folder}"


def words_of(file: PurePosixPath) -> list[str]:
    """The words a file is named by; a role of two words is one."""
    folder = str(file.parent)
    return [file.stem] if file.stem in ROLES.get(folder, ()) else file.stem.split("_")


def unused(paths: Iterable[str]) -> list[str]:
    """Role words that name nothing."""
    used = {(str(file.parent), word) for file in modules(paths) for word in words_of(file)}
    return [
        f"{folder}: no file is called {word} any more; take it out of ROLES"
        for folder, words in ROLES.items()
        for word in sorted(words)
        if (folder, word) not in used
    ]


# ---------------------------------------------------------------- lanes


def texts(source: str) -> dict[str, str]:
    """The constants of a module that are strings."""
    return {
        target.id: node.value.value
        for node in top_of(source)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def lanes_in(source: str, constants: Mapping[str, str]) -> set[str]:
    """The lanes that a module writes rows for, or sets a performer over."""
    said = [each for node in nodes_of(source) for each in _lanes_at(node)]
    names = (node.id for node in said if isinstance(node, ast.Name))
    written = (node.value for node in said if isinstance(node, ast.Constant))
    return {constants.get(name, name) for name in names} | {str(text) for text in written}


def _lanes_at(node: ast.AST) -> Iterator[ast.expr | None]:
    if isinstance(node, ast.keyword) and node.arg == "lane":
        yield node.value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        yield from node.args[:1] if node.func.id == "EffectRow" else ()
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        yield from (key for key, value in pairs if getattr(value, "attr", "") == "perform")


def lane_complaints(sources: Mapping[str, str]) -> list[str]:
    """Lanes without their file and class, and files and classes without their lane."""
    shared = {name: text for source in sources.values() for name, text in texts(source).items()}
    lanes = {
        lane for source in sources.values() for lane in lanes_in(source, shared | texts(source))
    }
    classes = dict(lane_classes(sources))
    missing = [
        f"lane {lane}: no class {lane.title()}Lane in bot/engine/lanes/{lane}.py"
        for lane in sorted(lanes)
        if classes.get(f"{lane.title()}Lane") != lane
    ]
    idle = [
        f"bot/engine/lanes/{stem}.py: {name}, and no lane {stem}"
        for name, stem in sorted(classes.items())
        if stem not in lanes or name != f"{stem.title()}Lane"
    ]
    return missing + idle


def lane_classes(sources: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each class that performs a lane, with the stem of its file."""
    for where, source in sources.items():
        file = PurePosixPath(where)
        if str(file.parent) != "bot/engine/lanes":
            continue
        names = (node.name for node in nodes_of(source) if isinstance(node, ast.ClassDef))
        yield from ((name, file.stem) for name in names if name.endswith("Lane"))
