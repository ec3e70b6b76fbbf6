"""On which line a key stands: a quick reading of headers and `key =`, good enough for errors."""

import re
from itertools import islice

from bot.config.errors import KeyPath

DEEPEST = 30
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"\n]*"|'[^'\n]*')"""
_KEY = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*\[+[ \t]*({_KEY})[ \t]*\]")
_ENTRY = re.compile(rf"[ \t]*({_KEY})[ \t]*=")
_QUOTES = re.compile(r'"""|' + "'''")


class Lines:
    """Answers a line for a key path, or for its nearest known parent."""

    def __init__(self, text: str) -> None:
        self._found: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for number, line in _outside_of_texts(text):
            if header := _HEADER.match(line):
                table = _parts(header[1])
                self._note(table, number)
            elif entry := _ENTRY.match(line):
                self._note((*table, *_parts(entry[1])), number)

    def find(self, keys: KeyPath) -> int | None:
        """The line of the key itself, else of the table that it is missing from."""
        named = [str(key) for key in keys]
        prefixes = (tuple(named[:size]) for size in range(len(named), 0, -1))
        return next((self._found[each] for each in prefixes if each in self._found), None)

    def below(self, keys: tuple[str, ...]) -> list[str]:
        """The names that stand directly under a key path, as far as headers and keys show."""
        size = len(keys)
        inner = (each[size] for each in self._found if len(each) > size and each[:size] == keys)
        return list(dict.fromkeys(inner))

    def _note(self, keys: tuple[str, ...], number: int) -> None:
        for size in range(1, len(keys) + 1):
            self._found.setdefault(keys[:size], number)


def _outside_of_texts(text: str) -> list[tuple[int, str]]:
    """Numbered lines, without those that continue a text of several lines."""
    kept, inside = [], False
    for number, line in enumerate(text.split("\n"), start=1):
        if not inside:
            kept.append((number, line))
        inside ^= len(_QUOTES.findall(line)) % 2 == 1
    return kept


def _parts(key: str) -> tuple[str, ...]:
    """At most DEEPEST: a text that is no TOML may hold a key of very many."""
    found = islice(re.finditer(_PART, key), DEEPEST)
    return tuple(part[0].strip("\"'") for part in found)
