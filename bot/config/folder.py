"""A config as a folder: one file holds the house, the others what belongs to their teams."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from bot.config.errors import ConfigError, KeyPath, Problem, Spot, locate_problems, wrong
from bot.config.files import read, tree_of
from bot.config.house import Spread
from bot.config.lines import Lines
from bot.config.words import show_value

TEAM = ("services", "checks", "templates", "people")
"""Sections that the file of a team may hold."""
HOUSE = "slack"
"""The section by which the file of the house is known."""
Name: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """All that was read: one tree, who owns what of it, and where each key stands."""

    tree: dict[str, Any]
    find: Callable[[KeyPath], Spot]
    digest: str
    spread: Spread = field(default_factory=Spread)


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file. `tree` is None where its text is no TOML; `problems` say why it is unusable."""

    name: str
    text: str
    lines: Lines
    tree: dict[str, Any] | None
    problems: tuple[Problem, ...] = ()

    def find(self, keys: KeyPath) -> Spot:
        return self.name, self.lines.find(keys)

    def names(self, section: str) -> list[str]:
        """What it defines; of a text that is no TOML, what its headers and keys show."""
        if self.tree is None:
            return self.lines.below((section,))
        table = self.tree.get(section)
        return list(table) if isinstance(table, dict) else []

    @property
    def holds_house(self) -> bool:
        return HOUSE in (self.lines.below(()) if self.tree is None else self.tree)


def of_text(text: str) -> Gathered:
    """The same shape for a single file, which owns everything. Raises ConfigError."""
    tree = tree_of(text)
    lines = Lines(text)
    return Gathered(tree=tree, find=lambda keys: (None, lines.find(keys)), digest=_digest([text]))


def of_folder(folder: Path) -> Gathered:
    """Every `*.toml` of a folder. Raises ConfigError where no file, or more than one, is the
    house's, or where that one cannot be read."""
    files = [_file(path) for path in _paths(folder)]
    house = _house_of(files)
    return _Gathering(house, {}).all([each for each in files if each is not house])


def _paths(folder: Path) -> list[Path]:
    try:
        found = [each for each in folder.iterdir() if each.suffix == ".toml"]
    except OSError as error:
        why = error.strerror or "its path cannot be used"
        raise wrong((), f"it cannot be read: {why}", "check the path and its rights") from None
    return sorted((each for each in found if not each.name.startswith(".")), key=lambda p: p.name)


def _file(path: Path) -> File:
    text = ""
    try:
        text = read(path)
        return File(name=path.name, text=text, lines=Lines(text), tree=tree_of(text))
    except ConfigError as error:
        problems = tuple(locate_problems(error.problems, lambda _: (path.name, None)))
    return File(name=path.name, text=text, lines=Lines(text), tree=None, problems=problems)


def _house_of(files: list[File]) -> File:
    holders = [each for each in files if each.holds_house]
    broken = [problem for each in files for problem in each.problems]
    if not holders:
        sentence = f"no file in it holds [{HOUSE}]"
        remedy = f"put version, [{HOUSE}] and all that is not a team's into one file, house.toml"
        raise ConfigError([Problem(sentence=sentence, remedy=remedy), *broken])
    first, *others = holders
    if others or first.problems:
        raise ConfigError([*broken, *(_second(first, each) for each in others)])
    return first


def _second(first: File, other: File) -> Problem:
    file, line = other.find((HOUSE,))
    return Problem(
        keys=(HOUSE,),
        sentence=f"{_spelled(first, (HOUSE,))} holds the house already",
        remedy=f"a team's file holds only {', '.join(TEAM)}",
        line=line,
        file=file,
    )


def _spelled(file: File, keys: KeyPath) -> str:
    line = file.lines.find(keys)
    return f"{file.name}, line {line}," if line else file.name


@dataclass(slots=True)
class _Gathering:
    """The tree of the house, to which the teams' files are added one by one."""

    house: File
    owners: dict[Name, File]
    contained: dict[Name, tuple[Problem, ...]] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    mistakes: list[Problem] = field(default_factory=list)

    def all(self, teams: Iterable[File]) -> Gathered:
        teams = list(teams)
        tree = dict(self.house.tree or {})
        self.owners |= dict.fromkeys(map(_ident, _defined(self.house)), self.house)
        for file in teams:
            self._add(file, tree)
        theirs = {name for file in teams for name in _defined(file)}
        owned = frozenset(name for name in theirs if self.owners[_ident(name)] is not self.house)
        return Gathered(
            tree=tree,
            find=self._find,
            digest=_digest(
                text for each in (self.house, *teams) for text in (each.name, each.text)
            ),
            spread=Spread(
                teams=owned,
                contained=self.contained,
                unread=frozenset(self.unread),
                mistakes=tuple(self.mistakes),
            ),
        )

    def _add(self, file: File, tree: dict[str, Any]) -> None:
        """A file with a mistake of its own stops what it defines; a second service stops none."""
        twice = {name: self._twice(name, file) for name in _defined(file) if self._taken(name)}
        shared = [why for (section, _), why in twice.items() if section != "services"]
        broken = (*file.problems, *self._strays(file), *shared)
        self.mistakes += dict.fromkeys([*broken, *twice.values()])
        for name in _defined(file):
            if name not in twice:
                self._own(name, file, tree, broken)

    def _own(
        self, name: Name, file: File, tree: dict[str, Any], broken: tuple[Problem, ...]
    ) -> None:
        section, key = name
        self.owners[_ident(name)] = file
        if broken:
            self.contained[name] = broken
        if file.tree is not None:
            tree[section] = {**_table(tree, section), key: file.tree[section][key]}
        elif section == "services":
            self.unread.add(key)
            seen = file.lines.below((section, key, "environments"))
            service: dict[str, Any] = {"environments": {each: {} for each in seen}}
            tree[section] = {**_table(tree, section), key: service}

    def _taken(self, name: Name) -> bool:
        return _ident(name) in self.owners

    def _twice(self, name: Name, file: File) -> Problem:
        first = self.owners[_ident(name)]
        where, line = file.find(name)
        return Problem(
            keys=name,
            sentence=(
                f"{_spelled(first, name)} defines {show_value(name[1])} already, and that holds"
            ),
            remedy="rename one of them, or take it out",
            line=line,
            file=where,
        )

    def _strays(self, file: File) -> Iterator[Problem]:
        for key, value in (file.tree or {}).items():
            where, line = file.find((key,))
            if key not in TEAM:
                sentence = "a team's file does not hold this"
                remedy = f"move it to {self.house.name}, or take it out"
                yield Problem(keys=(key,), sentence=sentence, remedy=remedy, line=line, file=where)
            elif not isinstance(value, dict):
                words = ("this is not a table", f"begin a table with [{key}.name]")
                yield Problem(
                    keys=(key,), sentence=words[0], remedy=words[1], line=line, file=where
                )

    def _find(self, keys: KeyPath) -> Spot:
        named = (str(keys[0]), str(keys[1])) if len(keys) > 1 and keys[0] in TEAM else None
        file = self.owners.get(_ident(named), self.house) if named else self.house
        return file.find(keys)


def _defined(file: File) -> list[Name]:
    return [(section, name) for section in TEAM for name in file.names(section)]


def _ident(name: Name) -> Name:
    """Services are typed by people, and told apart by more than capitals."""
    section, key = name
    return (section, key.casefold() if section == "services" else key)


def _table(tree: Mapping[str, Any], section: str) -> dict[str, Any]:
    found = tree.get(section)
    return found if isinstance(found, dict) else {}


def _digest(texts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for text in texts:
        digest.update(text.encode("utf-8", "surrogatepass") + b"\0")
    return digest.hexdigest()
