"""Files that are no config: each has a sentence, and none takes long."""

import os
import time
from pathlib import Path

import pytest

from bot.config import load, parse
from bot.config.lines import Lines
from tests.config.sample import KNOWN, TREE, raised, toml


def said_of(path: Path) -> str:
    (problem,) = raised(lambda: load(path, KNOWN))
    return str(problem)


def said_of_text(text: str) -> str:
    (problem,) = raised(lambda: parse(text, KNOWN))
    return str(problem)


def test_a_missing_file(tmp_path: Path) -> None:
    assert said_of(tmp_path / "x.toml").startswith("there is no such file; name one with --config")


def test_a_path_that_cannot_be_one() -> None:
    assert "its path cannot be used" in said_of(Path("a\0b"))


def test_an_empty_folder(tmp_path: Path) -> None:
    assert said_of(tmp_path).startswith("no file in it holds [slack]; put version, [slack]")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert said_of(tmp_path / "pipe") == "it is not a regular file; name a TOML file"


def test_too_large(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"#" * 1_000_001)
    assert "larger than 1,000,000 bytes" in said_of(tmp_path / "x.toml")


def test_another_encoding_is_found_on_its_line(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes("# a\n# é\n".encode("latin-1"))
    assert said_of(tmp_path / "x.toml") == (
        "line 2: byte 6 is not UTF-8 text; save the file as UTF-8"
    )


def test_a_file_without_rights_is_named(tmp_path: Path) -> None:
    path = tmp_path / "file" / "x.toml"
    (tmp_path / "file").write_text("")
    assert "it cannot be read: Not a directory" in said_of(path)


SYNTAX = {
    "no value": ("version = 1\nslack =\n", "line 2: this is not TOML: invalid value, at column 8"),
    "no equals": ("version 1\n", "line 1: this is not TOML: expected '=' after a key"),
    "twice": ("a = 1\na = 2\n", "line 2: this is not TOML: cannot overwrite a value"),
    "cut": ('a = "x', "this is not TOML: unterminated string"),
    "a digit too many": ("a = " + "9" * 5000, "it holds a number that is too long"),
}


@pytest.mark.parametrize(("text", "said"), SYNTAX.values(), ids=SYNTAX)
def test_what_is_not_toml_is_shown_where(text: str, said: str) -> None:
    assert said_of_text(text).startswith(said), said_of_text(text)


DEEP = {
    "lists": "a = " + "[" * 100_000,
    "closed lists": "a = " + "[" * 60 + "]" * 60,
    "tables": "a = " + "{b=" * 100_000,
    "a key": ".".join(["a"] * 300_000) + " = 1",
    "a spaced key": " . ".join(["a"] * 200_000) + " = 1",
    "a quoted key": '"a b".' * 160_000 + "c = 1",
    "quotes": "a = " + '"' * 900_000,
    "spaces": "a" + " " * 900_000,
    "a header": "[" + ".".join(["a"] * 400_000) + "]",
    "an inner key": "x = { " + ".".join(["a"] * 300_000) + " = 1 }",
    "an endless name": "a" * 900_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_no_depth_is_too_deep(text: str) -> None:
    began = time.process_time()
    assert "nested deeper" in said_of_text(text) or "not TOML" in said_of_text(text)
    assert time.process_time() - began < 2


def test_many_services_are_read_in_time() -> None:
    services = {f"s{number}x": TREE["services"]["checkout"] for number in range(300)}
    text = toml({**TREE, "services": services})
    began = time.process_time()
    assert len(parse(text, KNOWN).services) == 600
    assert time.process_time() - began < 3


def test_a_key_is_found_by_header_by_dots_and_by_parent() -> None:
    text = "a.b = 1\n[c]\n'd e' = 2\n[c.\"f g\"]\nh = '''\nx = 1\n'''\ni = { j = 1 }\n"
    lines = Lines(text)
    assert [
        lines.find(keys)
        for keys in (("a", "b"), ("c",), ("c", "d e"), ("c", "f g", "i", "j"), ("c", "x"), ("z",))
    ] == [1, 2, 3, 8, 2, None]
