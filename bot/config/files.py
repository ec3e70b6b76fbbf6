"""From a path to a tree of plain values: size, encoding, syntax and depth are refused by name."""

import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from bot.config.errors import ConfigError, Problem, wrong

LARGEST = 1_000_000
DEEPEST = 30
_LOCATION = re.compile(r"(?<!\s)\s*+\(at (?:line (\d+), column (\d+)|end of document)\)$")
# The parser of TOML takes quadratic time for a key of very many parts; such keys mean nothing here.
_PART = r"""(?:(?<![A-Za-z0-9_-])[A-Za-z0-9_-]++|"[^"\n]*+"|'[^'\n]*+')"""
_MANY_PARTS = re.compile(rf"(?:{_PART}[ \t]*+\.[ \t]*+){{{DEEPEST * 2}}}")


def read(path: Path) -> str:
    """The text of a config file. Raises ConfigError for what is no readable UTF-8 file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            kind = "a folder" if path.is_dir() else "not a regular file"
            raise wrong((), f"it is {kind}", "name a TOML file")
        with path.open("rb") as file:
            return decoded(file.read(LARGEST + 1))
    except FileNotFoundError:
        raise wrong((), "there is no such file", "name one with --config, or write it") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its path cannot be used"
        raise wrong((), f"it cannot be read: {why}", "check the path and its rights") from None


def decoded(raw: bytes) -> str:
    """UTF-8 bytes as text; a byte order mark is dropped."""
    if len(raw) > LARGEST:
        raise wrong((), f"it is larger than {LARGEST:,} bytes", "is it the right file?")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        found = Problem(
            sentence=f"byte {error.start} is not UTF-8 text",
            remedy="save the file as UTF-8",
            line=raw.count(b"\n", 0, error.start) + 1,
        )
    raise ConfigError([found])


def tree_of(text: str) -> dict[str, Any]:
    """The tables of a TOML text. Raises ConfigError with line and column where it is not TOML."""
    too_deep = wrong((), f"its tables are nested deeper than {DEEPEST}", "flatten them")
    if _MANY_PARTS.search(text):
        raise too_deep
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _syntax(str(error)) from None
    except RecursionError:
        raise too_deep from None
    except ValueError:
        raise wrong((), "it holds a number that is too long", "write a shorter one") from None
    if _deeper_than(tree, DEEPEST):
        raise too_deep
    return tree


def _syntax(message: str) -> ConfigError:
    location = _LOCATION.search(message)
    what = _LOCATION.sub("", message)[:200]
    what = "".join(letter if letter.isprintable() else "?" for letter in what)
    line, column = location.groups() if location else (None, None)
    where = f"at column {column}" if column else "at its end"
    problem = Problem(
        sentence=f"this is not TOML: {what[:1].lower()}{what[1:]}, {where}",
        remedy='texts stand in quotes, a table begins with [name], a key is written name = "value"',
        line=int(line) if line else None,
    )
    return ConfigError([problem])


def _deeper_than(tree: dict[str, Any], limit: int) -> bool:
    level: list[Any] = [tree]
    for _ in range(limit):
        level = [inner for each in level for inner in _inside(each)]
    return bool(level)


def _inside(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
