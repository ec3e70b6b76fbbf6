"""Block Kit: what is sound passes everywhere it may stand; each flaw is refused by its pointer."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.practice.workspace.blockkit import walk
from bot.practice.workspace.blockkit.blocks import BLOCKS as TABLE
from bot.practice.workspace.blockkit.elements import ELEMENTS as ELEMENT_TABLE
from bot.practice.workspace.blockkit.rules import block_problems, view_problems
from bot.practice.workspace.blockkit.shapes import HOME, MESSAGE, MODAL
from tests.practice.workspace.helpers import Json, button, modal, plain, section
from tests.practice.workspace.samples import (
    ALERT,
    BLOCKS,
    CARD,
    ELEMENTS,
    FILE_INPUT,
    IMAGE,
    INPUTS,
    LINE,
    PRESSES,
    TASK,
    UNSOUND,
    bent,
    raw,
)

SURFACES = (MESSAGE, MODAL, HOME)
MESSAGES_ONLY = {
    "container",
    "context_actions",
    "data_table",
    "data_visualization",
    "markdown",
    "plan",
    "table",
    "task_card",
}


def messages(found: list[Any]) -> list[str]:
    """The problems as Slack words them."""
    return [str(problem) for problem in found]


@pytest.mark.parametrize("name", BLOCKS)
def test_a_sound_block_passes_in_a_message(name: str) -> None:
    assert messages(block_problems([BLOCKS[name]], MESSAGE)) == []


def test_the_samples_leave_no_block_and_no_element_out() -> None:
    shown = {block["type"] for block in (*BLOCKS.values(), ALERT)}
    assert set(TABLE) - shown == {"video"}
    used = {
        element["type"] for element in (*ELEMENTS.values(), *INPUTS.values(), *PRESSES.values())
    }
    elsewhere = {"image", "icon_button", "feedback_buttons", "workflow_button", "file_input"}
    assert set(ELEMENT_TABLE) - used == elsewhere


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", BLOCKS)
def test_each_block_keeps_to_its_surfaces(name: str, surface: str) -> None:
    kind = BLOCKS[name]["type"]
    allowed = surface == MESSAGE or kind not in MESSAGES_ONLY
    allowed = allowed and not (kind == "carousel" and surface == MODAL)
    assert (block_problems([BLOCKS[name]], surface) == []) is allowed


def test_an_alert_stands_in_modals_only() -> None:
    assert [block_problems([ALERT], surface) == [] for surface in SURFACES] == [False, True, False]


def test_a_video_needs_its_scope() -> None:
    video = {
        "type": "video",
        "title": plain("t"),
        "alt_text": "a",
        "video_url": "https://a.b/v",
        "thumbnail_url": "https://a.b/t",
    }
    assert "links.embed:write" in messages(block_problems([video], MESSAGE))[0]
    assert block_problems([video], MESSAGE, frozenset({"links.embed:write"})) == []


def test_a_file_is_asked_for_in_modals_only() -> None:
    assert block_problems([FILE_INPUT], MODAL) == []
    assert messages(block_problems([FILE_INPUT], MESSAGE))[0].endswith("/blocks/0/element/type]")


@pytest.mark.parametrize(
    ("name", "pointer", "value", "answered"),
    UNSOUND,
    ids=[f"{name} {pointer} {str(value)[:20]}" for name, pointer, value, _ in UNSOUND],
)
def test_a_flaw_is_refused_by_its_pointer(
    name: str, pointer: str, value: Any, answered: str
) -> None:
    found = messages(block_problems([bent(BLOCKS[name], pointer, value)], MESSAGE))
    assert found, "passed"
    assert found[0].startswith("[ERROR] ")
    assert f"[json-pointer:/blocks/0{answered}]" in " ".join(found)


def test_fifty_blocks_fit_a_message_and_a_hundred_a_view() -> None:
    assert block_problems([section("x")] * 50, MESSAGE) == []
    assert messages(block_problems([section("x")] * 51, MESSAGE)) == [
        "[ERROR] no more than 50 items allowed [json-pointer:/blocks]"
    ]
    assert block_problems([section("x")] * 100, HOME) == []
    assert block_problems([section("x")] * 101, HOME)


def test_block_ids_are_unique_also_inside_containers() -> None:
    inner = BLOCKS["container"] | {"child_blocks": [section("x", block_id="same")]}
    found = messages(block_problems([section("y", block_id="same"), inner], MESSAGE))
    assert found[0].endswith("[json-pointer:/blocks/1/child_blocks/0/block_id]")


def test_action_ids_are_unique_within_a_block() -> None:
    twice = {"type": "actions", "elements": [button("a"), button("a")]}
    once = {"type": "actions", "elements": [button("a")]}
    found = messages(block_problems([twice], MESSAGE))
    assert found[0].endswith("[json-pointer:/blocks/0/elements/1/action_id]")
    assert block_problems([once, once], MESSAGE) == []


@pytest.mark.parametrize(
    ("blocks", "word"),
    [
        ([BLOCKS["table"]] * 2, "no more than 1 table"),
        ([BLOCKS["a line"]] * 3, "no more than 2 data_visualization"),
        ([BLOCKS["plan"], TASK], "side by side"),
        ([{"type": "markdown", "text": "x" * 6001}] * 2, "markdown together"),
    ],
)
def test_some_blocks_do_not_go_together(blocks: list[Json], word: str) -> None:
    assert word in messages(block_problems(blocks, MESSAGE))[0]


def test_one_element_of_a_view_takes_the_focus() -> None:
    focused = [
        {"type": "actions", "elements": [ELEMENTS["users_select"] | {"focus_on_load": True}]}
    ] * 2
    assert block_problems(focused, MESSAGE) == []
    assert "focus_on_load" in messages(block_problems(focused, MODAL))[0]


@pytest.mark.parametrize("blocks", [None, "x", {}, [None], ["x"], [[]], [{}], [{"type": []}]])
def test_what_are_no_blocks_is_refused(blocks: Any) -> None:
    assert block_problems(blocks, MESSAGE)


def test_a_number_that_is_none_is_refused() -> None:
    for value in (float("nan"), float("inf"), True):
        chart = bent(LINE, "/series/0/data/0/value", value)
        assert block_problems([BLOCKS["a line"] | {"chart": chart}], MESSAGE)


def test_ids_are_given_to_what_has_none() -> None:
    words = iter("abcdefgh")
    card = CARD | {"actions": [{**button("x")}]}
    del card["actions"][0]["action_id"]
    named = walk.with_ids([section("x", accessory=IMAGE), card], lambda: next(words))
    assert [block["block_id"] for block in named] == ["a", "b"]
    assert named[1]["actions"][0]["action_id"] == "c"
    assert "action_id" not in named[0]["accessory"]
    assert "action_id" not in card["actions"][0]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=5) | st.sampled_from(["type", "text", "blocks"]), inner)
    ),
    max_leaves=12,
)


@given(blocks=JSON, surface=st.sampled_from(SURFACES))
def test_no_json_breaks_the_checker(blocks: Any, surface: str) -> None:
    assert isinstance(block_problems(blocks, surface), list)
    assert view_problems(blocks)


@given(name=st.sampled_from(sorted(BLOCKS)), data=st.data())
def test_no_bent_block_breaks_the_checker(name: str, data: st.DataObject) -> None:
    pointers = list(places(BLOCKS[name], ""))
    block = bent(BLOCKS[name], data.draw(st.sampled_from(pointers)), data.draw(JSON))
    found = block_problems([block], MESSAGE)
    assert all(problem.at.startswith("/blocks") for problem in found)
    if not found:
        json.dumps(walk.with_ids([block], lambda: "id"))


def places(value: Any, at: str) -> list[str]:
    """Every pointer into a value."""
    if isinstance(value, dict):
        inner = list(value.items())
    elif isinstance(value, list):
        inner = list(enumerate(value))
    else:
        inner = []
    found = [f"{at}/{key}" for key, _ in inner]
    return found + [deep for key, item in inner for deep in places(item, f"{at}/{key}")]


def test_a_modal_that_asks_needs_a_button() -> None:
    asking = modal(BLOCKS["input"])
    assert view_problems(asking) == []
    del asking["submit"]
    assert "submit" in messages(view_problems(asking))[0]


def test_a_home_tab_may_be_empty_and_has_no_title() -> None:
    assert view_problems({"type": "home", "blocks": []}) == []
    assert view_problems({"type": "home", "blocks": [], "title": plain("x")})


def test_a_table_of_ten_thousand_characters_is_full() -> None:
    row = [raw("x" * 5000), raw("y" * 5000)]
    assert block_problems([{"type": "table", "rows": [row]}], MESSAGE) == []
    assert block_problems([{"type": "table", "rows": [[*row, raw("z")]]}], MESSAGE)
