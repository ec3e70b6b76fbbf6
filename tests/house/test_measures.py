"""The figures of the house are counted as they are named."""

from pathlib import Path

from tests.house import measures
from tests.house.measures import Module

SOURCE = '''"""What it is."""

MOST = 3
# Why.


def told(a: int) -> int:
    """One."""
    return _twice(a)


def _twice(a: int):
    return a


class WhoMay:
    def _ask(self) -> None: ...
'''


def test_each_figure_of_one_file() -> None:
    module = Module("bot/x.py", SOURCE)
    said = {name: measure([module]) for name, measure in measures.MEASURES}
    assert said == {
        "files / lines": "1 / 17",
        "file median / p90 / max": "17 / 17 / 17",
        "files over 400": "0",
        "function median / p90 / max": "2 / 3 / 3",
        "functions over 25 lines": "0 of 3",
        "functions per kloc": "176",
        "typed returns": "67 %",
        "module docstrings": "100 %",
        "function docstrings": "33 %",
        "comment lines": "5.9 %",
        "largest flat folders": "bot 1",
        "private helpers (share of functions)": "67 %",
        "module-level ones used exactly once": "100 % (1, of them 1 up to 4 lines)",
        "public definitions of one word": "50 %",
        "public definitions named in more than one file": "0 %",
        "functions named by a bare participle": "33 % (1)",
        "public names per module median / p90 / max": "3 / 3 / 3",
    }


def test_two_checkouts_stand_beside_each_other(tmp_path: Path) -> None:
    for root, lines in (("old", 1), ("new", 2)):
        for folder in ("bot", "commands", "integrations", "bot/practice"):
            (tmp_path / root / folder).mkdir(parents=True, exist_ok=True)
            (tmp_path / root / folder / "x.py").write_text(SOURCE * lines)
            (tmp_path / root / folder / "__init__.py").write_text("")
    shown = measures.table(tmp_path / "old", tmp_path / "new").splitlines()
    assert shown[0] == "| files / lines | 3 / 51 | 3 / 102 |"
    assert shown[14] == "| public definitions named in more than one file | 100 % | 100 % |"
