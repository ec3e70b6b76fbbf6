"""How keys, names and values are shown in an error: short, quoted, and never a secret."""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

LONGEST_SHOWN = 60
TOKEN_SHAPES = re.compile(r"xox[a-z](?:\.xox[a-z])?-|xapp-|gh[pousr]_\w|github_pat_|-----BEGIN ")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def spelled_path(keys: Iterable[str | int]) -> str:
    """`("a", "b c", "steps", 0)` -> `a."b c".steps#1`."""
    parts = [f"#{key + 1}" if isinstance(key, int) else f".{_spelled_key(key)}" for key in keys]
    return "".join(parts).removeprefix(".")


def _spelled_key(key: str) -> str:
    if _BARE.fullmatch(key) and len(key) <= LONGEST_SHOWN:
        return key
    return show_value(key)


def show_value(value: Any) -> str:
    """A value as a TOML file has it: cut where long, hidden where it looks like a secret."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "a list"
    text = str(value) if not isinstance(value, int) or abs(value) < 10**18 else "a huge number"
    if TOKEN_SHAPES.search(text):
        return "a secret (hidden)"
    cut = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    printable = "".join(letter if letter.isprintable() else "?" for letter in cut)
    return f'"{printable}"' if isinstance(value, str) else printable


def list_some(names: Iterable[str], most: int = 12) -> str:
    """`a, b, c`; a long list is cut."""
    every = sorted(names)
    rest = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(every[:most]) + rest


def suggestion(name: str, names: Iterable[str]) -> str:
    """`did you mean strategy?`, else what there is; for the end of a sentence."""
    every = list(names)
    folded = {each.casefold(): each for each in every}
    close = get_close_matches(name.casefold()[:200], folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean {folded[close[0]]}?"
    return f"there are: {list_some(every)}"


def absent(what: str, name: str, names: Iterable[str], table: str) -> tuple[str, str]:
    """Sentence and remedy for a name that nothing in the file has."""
    every = list(names)
    sentence = f"there is no {what} named {show_value(name)}"
    if not every:
        return sentence, f"there are none yet: add one as {table}"
    return sentence, suggestion(name, every)
