"""Style and types: ruff and mypy over the whole tree, and proof that they look."""

from pathlib import Path

import pytest

from tests.house import tree
from tests.house.tools import mypy, ruff

PRODUCT_FILE = "bot/domain/sample.py"
ASKS_THE_SYSTEM = """import datetime as dt
import random
import time
import uuid
from datetime import date, datetime

print(random.random(), random.choice([1]), uuid.uuid4(), time.time(), time.monotonic())
print(dt.datetime.now(dt.UTC), datetime.utcnow(), date.today(), datetime.today())
"""


def banned(filename: str) -> int:
    """How many banned calls ruff sees in the sample, were it this file."""
    arguments = ("--output-format=concise", "--stdin-filename", filename, "-")
    return ruff("check", *arguments, stdin=ASKS_THE_SYSTEM).said.count("TID251")


def test_style() -> None:
    ran = ruff("check", *tree.FOLDERS)
    assert ran.code == 0, ran.said


def test_format() -> None:
    ran = ruff("format", "--check", *tree.FOLDERS)
    assert ran.code == 0, ran.said


@pytest.mark.timeout(400)  # Without its cache mypy reads every dependency, on two busy cores.
def test_types() -> None:
    ran = mypy("--strict", *tree.FOLDERS)
    assert ran.code == 0, ran.said


def test_time_and_chance_are_banned_in_the_product() -> None:
    assert banned(PRODUCT_FILE) == 9


@pytest.mark.parametrize("where", ["bot/engine/clock.py", "bot/practice/x.py", "tests/x.py"])
def test_time_and_chance_may_be_asked_for_at_the_edge(where: str) -> None:
    assert banned(where) == 0


def test_untyped_code_is_found(tmp_path: Path) -> None:
    (tmp_path / "sample.py").write_text("def double(x):\n    return 2 * x\n")
    assert "no-untyped-def" in mypy("--strict", tmp_path / "sample.py").said


def test_unformatted_code_is_found() -> None:
    assert ruff("format", "--check", "--stdin-filename", PRODUCT_FILE, "-", stdin="x=1").code == 1
