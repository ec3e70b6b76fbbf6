"""Characters: from raw text to one line of tokens, its reason cut off and kept as typed.

`shown` is the text as a person reads it: Slack's escapes undone, one line, nothing hidden in it.
Tokens are cut from `plain`, which has the same length but one kind of quote and dash, so that
positions agree and the reason can be taken from what was shown.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from bot.engine.door.spec import Word
from bot.engine.door.typed.unclear import NotClear, empty_reason

WordKey: TypeAlias = Word | Literal["service", "release", "version"]

KEYS: Final[Mapping[str, WordKey]] = {
    "to": "to",
    "in": "to",
    "into": "to",
    "env": "to",
    "environment": "to",
    "for": "for",
    "until": "until",
    "till": "until",
    "since": "since",
    "because": "because",
    "reason": "because",
    "early": "early",
    "hotfix": "hotfix",
    "service": "service",
    "release": "release",
    "version": "version",
}

_ESCAPE = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>|&(amp|lt|gt);")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">"}
# Marks that turn the direction of writing could show another text than the one recorded.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_SAME = str.maketrans(
    dict.fromkeys("“”„‟«»″＂`", '"')
    | dict.fromkeys("‘’‚‛′＇", "'")
    | dict.fromkeys("‐‑‒–—―−﹣－", "-")
    | {"？": "?", "＝": "="}
)
_QUOTES = "\"'"
_TRAILING = ".,;:!?…。、" + _QUOTES
_QUOTED = r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')(?=[\s.,;:!?…。、]|$)"""
_TOKEN = re.compile(rf"(?P<key>[^\s\"'=]*=)?{_QUOTED}|\S+")
_QUOTATION = re.compile(rf"\s*{_QUOTED}[.,;:!?…。、]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """The word at place `at`: `raw` in its own case, `text` in lower case, `key` of a keyword."""

    at: int
    raw: str
    key: WordKey | None = None
    option: bool = False
    quoted: bool = False

    @property
    def text(self) -> str:
        return self.raw.lower()

    def again(self) -> str:
        """The same word, spelled so that it reads the same."""
        if self.key is not None:
            return f"--{self.raw.lstrip('-')}" if self.option else self.raw
        mark = "'" if '"' in self.raw else '"'
        return f"{mark}{self.raw}{mark}" if self.quoted else self.raw


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedLine:
    """The words of a request; `asked` when one of them ends in a question mark."""

    tokens: tuple[Token, ...] = ()
    reason: str | None = None
    asked: bool = False

    def after(self, words: int) -> "TypedLine":
        """The line without its first words."""
        left = self.tokens[words:]
        return replace(self, tokens=tuple(replace(token, at=i) for i, token in enumerate(left)))

    def again(
        self, verb: str = "", *, instead: Mapping[int, str] | None = None, plus: str = ""
    ) -> str:
        """The request as text: `instead` replaces tokens ("" drops one), `plus` adds words."""
        swaps = instead or {}
        words = [swaps.get(token.at, token.again()) for token in self.tokens]
        because = f"because {self.reason}" if self.reason else ""
        return " ".join(filter(None, (verb, *words, plus, because)))


def sound(text: str) -> str:
    """`text` with what no database takes (NUL, lone surrogates) made visible."""
    return re.sub("[\x00\ud800-\udfff]", "\ufffd", text)


def show_typed(text: str, bot: str | None = None) -> str:
    """What a person reads in `text`: escapes undone, one line, no turning or control marks."""
    unescaped = _ESCAPE.sub(lambda found: _unescape(found, bot), text)
    return "".join(map(_visible, unescaped)).strip()


def read_line(said: str, names: frozenset[str]) -> TypedLine:
    """Cut `said` (from `shown`) into tokens; a name in `names` is no keyword unless dashed."""
    cut = _Cut(said, names)
    line = cut.run()
    if not cut.is_one_quotation:
        return line
    inner = read_line(line.tokens[0].raw, names)
    return replace(inner, asked=inner.asked or line.asked)


def bare(text: str) -> str:
    """`text` without characters that take no room: zero-width ones, soft hyphens, selectors."""
    return text if text.isascii() else "".join(c for c in text if not _takes_no_room(c))


class _Cut:
    """One pass over a line; what follows `because` is never looked at."""

    def __init__(self, said: str, names: frozenset[str]) -> None:
        self.said = said
        self.plain = said.translate(_SAME)
        self.names = names
        self.tokens: list[Token] = []
        self.reason: str | None = None
        self.asked = False

    def run(self) -> TypedLine:
        at = 0
        while found := _TOKEN.search(self.plain, at):
            at = self._quoted(found) if found.lastgroup else self._unquoted(found)
        return TypedLine(tokens=tuple(self.tokens), reason=self.reason, asked=self.asked)

    @property
    def is_one_quotation(self) -> bool:
        """Whether somebody copied a whole request with the quotes around it."""
        whole = len(self.tokens) == 1 and self.reason is None
        return whole and self.tokens[0].quoted and " " in self.tokens[0].raw

    def _quoted(self, found: re.Match[str]) -> int:
        value = bare(_inside(found, self.plain)).strip()
        if found["key"]:
            return self._keyed(found, found["key"][:-1], value, quoted=True)
        self._add(value, quoted=True)
        return found.end()

    def _unquoted(self, found: re.Match[str]) -> int:
        word = bare(found[0])
        core = word.rstrip(_TRAILING)
        self.asked |= "?" in word[len(core) :] and _key(core) != "because"
        head, equals, rest = core.lstrip(_QUOTES).partition("=")
        if equals and _key(head) is not None:
            return self._keyed(found, head, rest, quoted=False)
        return self._word(found, core.lstrip(_QUOTES + "="))

    def _word(self, found: re.Match[str], word: str) -> int:
        key = None if word.lower() in self.names else _key(word)
        option = word.startswith("-")
        if key == "because":
            return self._because(found.end(), closes=option)
        if word.strip("-"):
            self._add(word, key=key, option=option)
        return found.end()

    def _keyed(self, found: re.Match[str], head: str, value: str, *, quoted: bool) -> int:
        key = _key(bare(head))
        if key == "because":
            return self._because(found.start() + found[0].index("=") + 1, closes=True)
        if key is None:
            self._add(bare(found[0]))
            return found.end()
        self._add(head, key=key, option=True)
        if value or quoted:
            self._add(value, quoted=quoted)
        return found.end()

    def _add(
        self, raw: str, *, key: WordKey | None = None, option: bool = False, quoted: bool = False
    ) -> None:
        token = Token(at=len(self.tokens), raw=raw, key=key, option=option, quoted=quoted)
        self.tokens.append(token)

    def _because(self, at: int, *, closes: bool) -> int:
        """The rest of the line; the quoted value of an option `closes` with its quote."""
        quotation = _QUOTATION.match(self.plain, at) if closes else None
        end = quotation.end() if quotation else len(self.said)
        self.reason = _without_quotes(self.said[at:end])
        if not self.reason:
            raise NotClear(empty_reason())
        return end


def _without_quotes(reason: str) -> str:
    reason = reason.strip()
    while found := _QUOTATION.fullmatch(reason.translate(_SAME)):
        reason = _inside(found, reason).strip()
    return reason


def _inside(found: re.Match[str], text: str) -> str:
    kind = "single" if found["double"] is None else "double"
    return text[slice(*found.span(kind))]


def _key(word: str) -> WordKey | None:
    return KEYS.get(word.lstrip("-").lower())


def _unescape(found: re.Match[str], bot: str | None) -> str:
    target, label, entity = found.groups()
    if entity:
        return _ENTITIES[entity]
    if target == f"@{bot}":
        return " "
    if target[:1] in ("@", "#", "!"):
        return _mention(target, label)
    if re.match(r"[a-zA-Z][a-zA-Z+.-]*:", target):
        return label or str(target).removeprefix("mailto:")
    return found[0]


def _mention(target: str, label: str | None) -> str:
    """`@U1|rui` -> @rui, `#C1|ops` -> #ops, `!subteam^S1` -> @S1, `!here` -> @here."""
    if target.startswith("!date^") and label:
        return label
    mark = "#" if target.startswith("#") else "@"
    return mark + (label or target[1:].rpartition("^")[2]).lstrip("@#")


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    if character in _TURNING or "\U000e0000" <= character <= "\U000e007f":
        return ""
    return "\ufffd" if unicodedata.category(character) in ("Cc", "Cs") else character


def _takes_no_room(character: str) -> bool:
    if unicodedata.category(character) == "Cf":
        return True
    return "\ufe00" <= character <= "\ufe0f" or character in "\u034f\u115f\u1160\u180b\u180c\u180d"
