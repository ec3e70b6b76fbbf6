"""Argument lists with placeholders, and the values that may stand for them. Pure.

No shell ever sees these words, and no value can be taken for an option: each is checked against
an allow-list of characters and never begins with a dash.
"""

import re
from collections.abc import Mapping, Sequence

PLACE = ("service", "environment")
POSITION = (*PLACE, "revision", "weight", "stable", "mirror")

_VALUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:/@+-]{0,199}")


class WordError(ValueError):
    """A word or value that is not passed on; the sentence says what to do."""


def check_words(words: Sequence[str], known: Sequence[str]) -> None:
    """Raises WordError unless the first word is a program and every `$` a known placeholder."""
    if not words or not words[0]:
        raise WordError('there is no program; write a list like ["./apply.sh", "$service"]')
    if "$" in words[0]:
        raise WordError(f"the program {words[0]!r} has a $ in it; name it as it is")
    for word in words:
        _check_word(word, known)


def _check_word(word: str, known: Sequence[str]) -> None:
    if "\0" in word:
        raise WordError(f"{word!r} has a NUL in it; take it out")
    if "$" not in word or (word[1:] in known and word[0] == "$"):
        return
    there = ", ".join(f"${name}" for name in known)
    inside = next((name for name in known if f"${name}" in word), None)
    if inside is None:
        raise WordError(f"{word!r} is no placeholder; use one of {there}")
    raise WordError(
        f"{word!r} has a placeholder inside a word; make it a word of its own, "
        f'as in "--{inside}", "${inside}"'
    )


def fill(words: Sequence[str], values: Mapping[str, str]) -> tuple[str, ...]:
    """The words with every placeholder replaced; the values are taken as checked."""
    return tuple(values[word[1:]] if word.startswith("$") else word for word in words)


def check_values(values: Mapping[str, str]) -> None:
    """Raises WordError for a value that a program could take for something else."""
    for name, value in values.items():
        if not is_safe(value) and not (name == "stable" and value == ""):
            raise WordError(
                f"the {name} {value[:60]!r} is not passed to a program; it may have letters, "
                "digits and . _ : / @ + - in it, up to 200, and begins with a letter or digit"
            )


def is_safe(value: str) -> bool:
    """Whether a value may become a word: nothing like an option, a path upwards, or two words."""
    return _VALUE.fullmatch(value) is not None and ".." not in value
