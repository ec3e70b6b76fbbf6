"""docs/map.md and docs/promises.md against the tree: nothing gone is named, nothing forgotten."""

import re
import tomllib

import pytest

from tests.house import addresses, pages, tree

MAP = (tree.ROOT / "docs" / "map.md").read_text()
PROMISES = (tree.ROOT / "docs" / "promises.md").read_text()
PATHS = {tree.shown(path) for path in tree.project_files()}
SOURCES = {tree.shown(path): path.read_text() for path in tree.python_files(*tree.FOLDERS)}
CONTRACTS = {
    contract["name"]: contract["layers"]
    for contract in tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"][
        "importlinter"
    ]["contracts"]
    if contract["type"] == "layers"
}


def product_folders() -> set[str]:
    """Every folder of the product with code in it."""
    inside = (path for path in SOURCES if path.startswith(tree.PRODUCT))
    return {path.rpartition("/")[0] for path in inside}


def test_all_that_the_map_names_is_there() -> None:
    complaints = pages.missing(MAP, PATHS) + pages.absent_members(MAP, SOURCES)
    assert not complaints, "\n".join(complaints)


def test_the_map_names_every_folder() -> None:
    complaints = pages.unnamed(MAP, product_folders())
    assert not complaints, "\n".join(complaints)


def test_the_map_names_all_at_the_top() -> None:
    named = set(re.findall(r"`([\w.]+)`", MAP))
    assert not (tree.MUST | tree.MAY) - named


def test_rooms_are_drawn_as_the_contract_has_them() -> None:
    assert pages.drawn_rooms(MAP) == pages.contracted(CONTRACTS["Imports point inward"])


@pytest.mark.parametrize("name", ["The floors of the domain", "The rooms of the engine"])
def test_floors_stand_in_their_order(name: str) -> None:
    ordered = " > ".join(layer.partition(" ")[0] for layer in CONTRACTS[name])
    assert f"`{ordered}`" in MAP


def test_subjects_are_the_closed_list() -> None:
    assert set(pages.subject_rows(MAP)) == addresses.SUBJECTS


@pytest.mark.parametrize("subject", sorted(addresses.SUBJECTS))
def test_each_subject_has_its_files(subject: str) -> None:
    table = pages.subject_rows(MAP)
    complaints = pages.differing(table, pages.wanted_rows([subject], table[subject], PATHS))
    assert not complaints, "\n".join(complaints)


def test_every_id_that_is_cited_has_its_line() -> None:
    promised = set(pages.promised_ids(PROMISES))
    unknown = [
        f"{where}: {each} has no line in docs/promises.md"
        for where, source in SOURCES.items()
        for each in sorted(pages.cited_ids(source) - promised)
    ]
    assert not unknown, "\n".join(unknown)


def test_every_line_of_the_promises_is_held_by_a_test() -> None:
    tests = (source for where, source in SOURCES.items() if where.startswith("tests/"))
    cited = {each for source in tests for each in pages.cited_ids(source)}
    held_by_none = sorted(set(pages.promised_ids(PROMISES)) - cited)
    assert not held_by_none, f"no test names {', '.join(held_by_none)}"


def test_no_id_has_two_lines() -> None:
    promised = pages.promised_ids(PROMISES)
    assert len(promised) == len(set(promised))


# ---------------------------------------------------------------- what would be found


TREE = ["bot/a/x.py", "bot/b/y.py", "integrations/one/z.py", "docs/map.md"]


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("see `bot/a/gone.py`", "bot/a/gone.py is named, and is not there"),
        ("see bot/c/.", "bot/c is named, and is not there"),
        ("see `integrations/<vendor>/build.py`", "integrations/<vendor>/build.py is named"),
    ],
)
def test_what_is_gone_is_found(page: str, complaint: str) -> None:
    assert pages.missing(page, TREE)[0].startswith(complaint)


def test_what_is_there_passes() -> None:
    assert not pages.missing("`bot/a/x.py`, bot/b/, (`integrations/<vendor>/z.py`).", TREE)


def test_a_forgotten_folder_is_found() -> None:
    page = "`bot/a/` and `integrations/<vendor>/` and `commands`"
    folders = ["bot/a", "bot/b", "integrations/one", "commands"]
    assert pages.unnamed(page, folders) == ["bot/b is there, and is not named"]


@pytest.mark.parametrize("name", ["C.gone", "D", "inner"])
def test_an_absent_member_is_found(name: str) -> None:
    source = "MOST = 3\nclass C:\n    def go(self): ...\n\ndef top():\n    def inner(): ...\n"
    assert pages.absent_members(f"`bot/a/x.py` `{name}`", {"bot/a/x.py": source})
    assert not pages.absent_members(
        "`bot/a/x.py` `C.go`; `bot/a/x.py` `top`", {"bot/a/x.py": source}
    )


def test_another_order_of_rooms_is_seen() -> None:
    page = "```text\nbot/__main__.py   starts\nbot/web | bot/cli   both\n```\n"
    assert pages.drawn_rooms(page) == [{"bot.__main__"}, {"bot.web", "bot.cli"}]
    assert pages.contracted(["bot.__main__", "bot.cli | (bot.web)"]) == pages.drawn_rooms(page)
    assert pages.contracted(["bot.cli | bot.web", "bot.__main__"]) != pages.drawn_rooms(page)


SUBJECTS = """
| subject | `bot/domain/state` | `bot/render` |
|---|---|---|
| vote | learn_vote | vote/ |
| gate | · | · |

| other | table |
"""


def test_the_table_of_subjects_is_read() -> None:
    assert pages.subject_rows(SUBJECTS) == {
        "vote": {"bot/domain/state": ["learn_vote"], "bot/render": ["vote/"]},
        "gate": {"bot/domain/state": [], "bot/render": []},
    }


def test_a_file_of_a_subject_that_the_table_forgot_is_seen() -> None:
    paths = ["bot/domain/state/learn_vote.py", "bot/render/vote/a.py", "bot/render/vote/b.py"]
    table = pages.subject_rows(SUBJECTS)
    assert not pages.differing(table, pages.wanted_rows(table, table["vote"], paths))
    more = pages.wanted_rows(table, table["vote"], [*paths, "bot/domain/state/gate.py"])
    assert pages.differing(table, more) == [
        "gate, bot/domain/state: the map says nothing, the tree has gate"
    ]


@pytest.mark.parametrize(
    ("source", "ids"),
    [
        ('"""I15: never. [G1.12, G2]"""\n', {"I15", "G1.12", "G2"}),
        ("# Held by I11-I13.\n", {"I11", "I12", "I13"}),
        ('def test_G6_back():\n    """[I16]"""\n', {"G6", "I16"}),
        ('"""`#C1|ops`, <U1>, R-9, v1.4 and UTF8"""\nkey = "I99"\n', set()),
    ],
)
def test_ids_are_read_where_they_are_said(source: str, ids: set[str]) -> None:
    assert pages.cited_ids(source) == ids
