"""What is wrong with a config: all of it at once, each with its key, a sentence and a remedy.

ConfigError   the file cannot be used; carries every Problem that was found
Wrong         one value is not what its key takes; becomes a Problem where the key is known
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeAlias, TypeVar

from bot.config.words import spelled_path

KeyPath: TypeAlias = tuple[str | int, ...]
Spot: TypeAlias = tuple[str | None, int | None]
"""A file, None where there is one only, and a line of it, None where it is not known."""
T = TypeVar("T")


class Wrong(ValueError):
    """A value that its key does not take: why, and what to do."""

    def __init__(self, sentence: str, remedy: str) -> None:
        super().__init__(f"{sentence}; {remedy}")
        self.sentence = sentence
        self.remedy = remedy


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake. `keys` is empty where the whole file is meant; `line` counts from 1.

    `file` is named where the config is a folder of files.
    """

    keys: KeyPath = ()
    sentence: str
    remedy: str
    line: int | None = None
    file: str | None = None

    @property
    def path(self) -> str:
        """`services.checkout.environments.prod.checks`; entries of lists count from 1."""
        return spelled_path(self.keys)

    def __str__(self) -> str:
        spot = ", ".join(
            [*filter(None, [self.file]), *([f"line {self.line}"] if self.line else [])]
        )
        where = f"{spot}: " if spot else ""
        what = f"{self.path}: " if self.keys else ""
        return f"{where}{what}{self.sentence}; {self.remedy}"


class ConfigError(Exception):
    """Every problem that makes a config unusable, in the order of its lines."""

    def __init__(self, problems: Iterable[Problem], source: str = "the config") -> None:
        self.problems = sort_problems(problems)
        self.source = source
        super().__init__(str(self))

    def __str__(self) -> str:
        count = len(self.problems)
        head = f"{self.source} cannot be used: {count} mistake{'s' if count != 1 else ''}."
        return "\n".join([head, *(f"  {problem}" for problem in self.problems)])


def sort_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Each once, by file and line; those without a line first."""
    every = dict.fromkeys(problems)
    return tuple(sorted(every, key=lambda each: (each.file or "", each.line or 0)))


def wrong(keys: KeyPath, sentence: str, remedy: str) -> ConfigError:
    """One problem as an error."""
    return ConfigError([Problem(keys=keys, sentence=sentence, remedy=remedy)])


def demand(problems: Iterable[Problem]) -> None:
    """Raises ConfigError where there is any problem."""
    if found := tuple(problems):
        raise ConfigError(found)


@dataclass(slots=True)
class Findings:
    """Collects the problems of several attempts, so that one run lists them all."""

    problems: list[Problem] = field(default_factory=list)

    def attempt(self, build: Callable[[], T]) -> T | None:
        """What was built, or None with its problems kept."""
        try:
            return build()
        except ConfigError as error:
            self.problems.extend(error.problems)
            return None


def locate_problems(problems: Iterable[Problem], find: Callable[[KeyPath], Spot]) -> list[Problem]:
    """The same problems with their files and line numbers."""
    return [_placed(each, *find(each.keys)) for each in problems]


def _placed(problem: Problem, file: str | None, line: int | None) -> Problem:
    if problem.file or (problem.line and not file):
        return problem
    return replace(problem, file=file, line=problem.line or line)
