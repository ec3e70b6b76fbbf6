"""Everything can be found by its name: small folders, closed words, a lane's file, no doubles."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath

import pytest

from tests.house import addresses, names, shrinking, tree

SOURCES = {tree.shown(path): path.read_text() for path in tree.python_files(*tree.PRODUCT)}
ENGINE = {
    where: source
    for where, source in SOURCES.items()
    if where.startswith(("bot/engine/", "bot/cli/"))
}


def gerunds(paths: Mapping[str, str]) -> set[str]:
    return {path for path in paths if names.is_gerund(PurePosixPath(path).stem)}


# ---------------------------------------------------------------- the tree


def test_no_folder_is_too_full() -> None:
    complaints = addresses.too_full(SOURCES)
    assert not complaints, "\n".join(complaints)


def test_files_are_named_by_subjects_and_roles() -> None:
    complaints = addresses.strangers(SOURCES)
    assert not complaints, "\n".join(complaints)


def test_every_role_word_names_a_file() -> None:
    complaints = addresses.unused(SOURCES)
    assert not complaints, "\n".join(complaints)


def test_every_lane_has_its_file_and_class() -> None:
    complaints = addresses.lane_complaints(ENGINE)
    assert not complaints, "\n".join(complaints)


def test_the_lanes_are_found() -> None:
    """The test above would pass on an engine in which no lane is seen."""
    classes = dict(addresses.lane_classes(ENGINE))
    assert {"WorldLane", "ChatLane", "NoticeLane"} <= set(classes)


def test_no_type_has_two_meanings() -> None:
    counted = {f"{name} ×{len(where)}" for name, where in names.doubles(SOURCES).items()}
    listed = {f"{name} ×{count}" for name, count in shrinking.DOUBLE_TYPES.items()}
    complaints = shrinking.shrinks(counted, listed)
    assert not complaints, "\n".join(complaints)


def test_no_file_is_a_gerund() -> None:
    complaints = shrinking.shrinks(gerunds(SOURCES), shrinking.GERUNDS)
    assert not complaints, "\n".join(complaints)


def test_functions_are_verbs() -> None:
    complaints = shrinking.shrinks(names.shared_participles(SOURCES), shrinking.PARTICIPLES)
    assert not complaints, "\n".join(complaints)


# ---------------------------------------------------------------- what would be found


def many(count: int, folder: str = "bot/engine/watch") -> list[str]:
    return [f"{folder}/__init__.py", *(f"{folder}/f{number}.py" for number in range(count))]


def test_a_full_folder_is_found() -> None:
    assert not addresses.too_full([*many(20), *many(40, "bot/config")])
    assert addresses.too_full(many(21)) == [
        "bot/engine/watch holds 21 files, 20 may be: part it by subject"
    ]


@pytest.mark.parametrize(
    ("path", "complaint"),
    [
        ("bot/domain/decide/owing.py", "owing is neither a subject nor a role word of bot/domain"),
        ("bot/domain/facts/vote_cast.py", "cast is neither a subject nor"),
        ("bot/render/kit/gauge_meter.py", "gauge and meter is neither"),
        ("bot/engine/lobby/vote.py", "bot/engine/lobby is no floor or room"),
        ("bot/domain/vote/cast.py", "bot/domain/vote is no floor or room"),
    ],
)
def test_a_strange_name_is_found(path: str, complaint: str) -> None:
    assert complaint in addresses.strangers([path])[0]


@pytest.mark.parametrize(
    "path",
    [
        "bot/domain/decide/vote.py",
        "bot/domain/state/learn_override.py",
        "bot/engine/door/why_not.py",
        "bot/engine/lanes/train.py",
        "bot/config/whatever.py",
        "bot/domain/decide/__init__.py",
    ],
)
def test_a_subject_a_role_or_both_may_name_a_file(path: str) -> None:
    assert not addresses.strangers([path])


def test_a_role_word_without_a_file_is_found() -> None:
    without = [path for path in SOURCES if path != "bot/engine/door/home.py"]
    complaint = "bot/engine/door: no file is called home any more; take it out of ROLES"
    assert complaint in addresses.unused(without)


LANE = "class {}Lane:\n    pass\n"


@pytest.mark.parametrize(
    ("sources", "complaint"),
    [
        ({"bot/engine/record/x.py": 'P = "ring"\nr = NewEffect(lane=P)\n'}, "lane ring: no class"),
        ({"bot/engine/record/x.py": 'r = EffectRow("ring", "s", 0)\n'}, "lane ring: no class"),
        ({"bot/cli/x.py": 'R = "ring"\nd = {R: keeper.perform}\n'}, "lane ring: no class"),
        ({"bot/engine/lanes/ring.py": LANE.format("Ring")}, "RingLane, and no lane ring"),
        (
            {"bot/cli/x.py": 'd = {"ring": k.perform}', "bot/engine/lanes/bell.py": LANE},
            "lane ring: no class RingLane in bot/engine/lanes/ring.py",
        ),
    ],
)
def test_a_lane_that_stands_elsewhere_is_found(sources: dict[str, str], complaint: str) -> None:
    whole = {where: source.replace("{}", "Ring") for where, source in sources.items()}
    assert complaint in addresses.lane_complaints(whole)[0]


def test_a_lane_with_its_file_and_class_passes() -> None:
    rows = 'RING = "ring"\nrow = NewEffect(lane=RING, slot="s")\nagain = replace(lane=row.lane)\n'
    file = LANE.format("Ring")
    assert not addresses.lane_complaints({"a.py": rows, "bot/engine/lanes/ring.py": file})


def test_a_type_declared_twice_is_found() -> None:
    sources = {"a.py": "class Row: ...\n", "b.py": "class Row: ...\nclass _Own: ...\n", "c.py": ""}
    assert names.doubles(sources) == {"Row": ["a.py", "b.py"]}


@pytest.mark.parametrize(
    "path", ["bot/engine/polling.py", "bot/x/re_reading.py", "commands/tying.py"]
)
def test_a_gerund_is_found(path: str) -> None:
    assert gerunds({path: ""}) == {path}


@pytest.mark.parametrize("path", ["bot/x/string.py", "bot/x/ping.py", "bot/x/rings.py"])
def test_a_noun_in_ing_is_none(path: str) -> None:
    assert not gerunds({path: ""})


TOLD = "def told(line: str) -> str:\n    return line\n"


@pytest.mark.parametrize(
    "user", ["from bot.a import told\n", "from bot import a\n\nprint(a.told(1))\n"]
)
def test_a_participle_that_others_use_is_found(user: str) -> None:
    assert names.shared_participles({"bot/a.py": TOLD, "bot/b.py": user}) == {"bot/a.py:told"}


@pytest.mark.parametrize(
    "sources",
    [
        {"bot/a.py": TOLD, "bot/b.py": "from bot.c import told\n"},
        {"bot/a.py": TOLD, "bot/b.py": "from bot import a\n\nprint(b.told(1))\n"},
        {"bot/a.py": TOLD.replace("-> str", "-> bool"), "bot/b.py": "from bot.a import told\n"},
        {"bot/a.py": TOLD.replace("told", "tell"), "bot/b.py": "from bot.a import tell\n"},
    ],
)
def test_predicates_verbs_and_what_stays_at_home_pass(sources: dict[str, str]) -> None:
    assert not names.shared_participles(sources)


@pytest.mark.parametrize(
    ("judge", "yes", "no"),
    [
        (
            names.is_participle,
            ["told", "_named", "refused", "frozen"],
            ["need", "tell", "read", "seen_by"],
        ),
        (names.is_one_word, ["told", "Release", "MOST"], ["who_may", "PlacePolicy", "MOST_BACK"]),
    ],
)
def test_names_are_told_apart(judge: Callable[[str], bool], yes: list[str], no: list[str]) -> None:
    assert all(map(judge, yes))
    assert not any(map(judge, no))


def test_a_list_may_only_shrink() -> None:
    assert shrinking.shrinks({"a", "b"}, {"b", "c"}) == ["new: a", "mended, take it out: c"]
    assert not shrinking.shrinks({"a"}, {"a"})
