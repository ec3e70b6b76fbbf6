"""What a command is, and what came of reading one. Data only.

A file in commands/ declares one CommandSpec; `bot.engine.door.grammar.parse` reads a person's
text against all of them and its surroundings, and answers Parsed or Unclear.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Literal, TypeAlias

from bot.domain.intents.release import Intent
from bot.domain.terms.rules import Right

What: TypeAlias = Literal["none", "optional", "required"]
Named: TypeAlias = Literal["service", "release"]
Word: TypeAlias = Literal["to", "for", "until", "since", "because", "early", "hotfix"]
WordValue: TypeAlias = str | bool | timedelta
Slot: TypeAlias = Literal[
    "service",
    "release",
    "environment",
    "version",
    "choice",
    "topic",
    "account",
    "seat",
    "person",
]
UnclearCode: TypeAlias = Literal[
    "too_long",
    "unknown_verb",
    "which_verb",
    "verb_first",
    "unknown_word",
    "word_not_here",
    "word_without_value",
    "said_twice",
    "bad_duration",
    "bad_time",
    "empty_reason",
    "needs_what",
    "two_whats",
    "two_ways",
    "everything",
    "a_question",
    "unknown_service",
    "unknown_environment",
    "which_environment",
    "other_place",
    "which_release",
    "bad_release",
    "bad_version",
    "which_version",
]


class Effectful(StrEnum):
    """An ask reads and answers; an act asks for something to happen."""

    ASK = "ask"
    ACT = "act"


class VerbGroup(StrEnum):
    """What a verb is about; help shows the groups in this order."""

    RELEASE = "release"
    VOTE = "vote"
    OVERRIDE = "override"
    SERVICE = "service"
    CALENDAR = "calendar"
    CONFIG = "config"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandSpec:
    """One verb of `/release`, declared once.

    `group` and `order` say where help shows it; orders have gaps, so that a new verb moves none.
    `usage` begins with the verb and has no `/release`. `aliases` may hold a phrase ("why not");
    it is also understood hyphenated and in one word.
    `what` and `names` say whether a <what> follows and what it may be.
    `words` lists the words understood beyond <what>; "to" admits an environment, also a bare one.
    `crosses`: the environment is where to go (promote … to prod), not where the release is.
    `wide`: an environment left out means all of them.
    `choices` is a closed set of bare words (go, no-go); an alias in `implies` says one (approve:
    go). `takes_verb` admits the name of a verb, `takes_account` what somebody is called in
    version control, `takes_seat` the name of a seat, and `takes_person` a person after "to".
    `intent` is what an act makes of it, which says what right it needs; `run` is typed by those
    who call it.
    """

    name: str
    usage: str
    summary: str
    examples: tuple[str, ...]
    does: Effectful
    group: VerbGroup
    order: int
    run: Callable[..., Any]
    aliases: tuple[str, ...] = ()
    what: What = "none"
    names: frozenset[Named] = frozenset({"service", "release"})
    takes_version: bool = False
    takes_verb: bool = False
    takes_account: bool = False
    takes_seat: bool = False
    takes_person: bool = False
    crosses: bool = False
    wide: bool = False
    choices: tuple[str, ...] = ()
    implies: Mapping[str, str] = field(default_factory=dict)
    words: frozenset[Word] = frozenset()
    intent: type[Intent] | None = None

    @property
    def right(self) -> Right | None:
        return self.intent.right if self.intent else None

    @property
    def is_act(self) -> bool:
        return self.does is Effectful.ACT

    @property
    def opens(self) -> bool:
        """Whether it makes a release of a service instead of acting on one that lives."""
        return self.is_act and "release" not in self.names


_GROUPS: Final = tuple(VerbGroup)


def in_order(specs: Iterable[CommandSpec]) -> tuple[CommandSpec, ...]:
    """As help and every list shows them."""
    return tuple(sorted(specs, key=lambda spec: (_GROUPS.index(spec.group), spec.order)))


@dataclass(frozen=True, slots=True)
class Ref:
    """One release and where it is: `Ref("R-142", "checkout", "prod")`."""

    release: str
    service: str
    environment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """A request that can be read in one way only.

    `said` names the slots that the person typed; the others were filled in from the thread, the
    only live release or the only environment. `release` is filled where one is live at (service,
    environment). A typed release that is not live leaves `service` and `environment` as typed:
    the caller loads it and compares. `line` says the same again, in words that read the same.
    """

    verb: str
    does: Effectful
    service: str | None = None
    release: str | None = None
    environment: str | None = None
    version: str | None = None
    choice: str | None = None
    topic: str | None = None
    account: str | None = None
    seat: str | None = None
    person: str | None = None
    words: Mapping[Word, WordValue] = field(default_factory=dict)
    said: frozenset[Slot] = frozenset()
    raw: str = ""
    line: str = ""

    @property
    def span(self) -> timedelta | None:
        """`for <duration>`"""
        value = self.words.get("for")
        return value if isinstance(value, timedelta) else None

    @property
    def early(self) -> bool:
        return self.words.get("early") is True

    def word(self, word: Word) -> str | None:
        """The text of `until`, `since`, `because` or `hotfix`."""
        value = self.words.get(word)
        return value if isinstance(value, str) else None


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: `text` is a whole request without the command's name, for `parse`."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """Nothing happened. All texts are plain and unescaped; `echo` repeats the input."""

    code: UnclearCode
    sentence: str
    remedy: str
    offers: tuple[Offer, ...] = ()
    echo: str = ""
