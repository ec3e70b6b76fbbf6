"""What holds for a message or a view as a whole, and the two entrances to all checks."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from bot.practice.workspace.blockkit import walk
from bot.practice.workspace.blockkit.blocks import BLOCKS, VIEWS
from bot.practice.workspace.blockkit.check import problems
from bot.practice.workspace.blockkit.shapes import HOME, MESSAGE, MODAL, BlockProblem
from bot.practice.workspace.limits import MESSAGE_BLOCKS, VIEW_BLOCKS, VIEW_BYTES
from bot.practice.workspace.state import Json

PayloadRule: TypeAlias = Callable[[list[Any], str], Iterator[BlockProblem]]

AT_MOST = {"table": 1, "data_visualization": 2}
MARKDOWN_CHARACTERS = 12_000


def block_problems(
    blocks: Any, surface: str, scopes: frozenset[str] = frozenset(), at: str = "/blocks"
) -> list[BlockProblem]:
    """What Slack would refuse in these blocks on this surface (message, modal, home)."""
    if not isinstance(blocks, list):
        return [BlockProblem(at, "must provide an array")]
    most = MESSAGE_BLOCKS if surface == MESSAGE else VIEW_BLOCKS
    if len(blocks) > most:
        return [BlockProblem(at, f"no more than {most} items allowed")]
    found = [
        problem
        for number, block in enumerate(blocks)
        for problem in one_block(block, surface, scopes, f"{at}/{number}")
    ]
    rules = (*PAYLOAD_RULES, *SURFACE_RULES[surface])
    return found + [problem for rule in rules for problem in rule(blocks, at)]


def one_block(block: Any, surface: str, scopes: frozenset[str], at: str) -> Iterator[BlockProblem]:
    """A block's type, its place, and its shape."""
    if not isinstance(block, dict):
        yield BlockProblem(at, "must provide an object")
        return
    known = BLOCKS.get(block["type"]) if isinstance(block.get("type"), str) else None
    if known is None:
        yield BlockProblem(f"{at}/type", f"unsupported type: {block.get('type')}")
        return
    if surface not in known.surfaces:
        yield BlockProblem(
            f"{at}/type", f"{block['type']} is not supported on this surface: {surface}"
        )
    for scope in known.scopes:
        if scope not in scopes:
            yield BlockProblem(f"{at}/type", f"{block['type']} needs the scope {scope}")
    yield from problems(known.shape, block, at)


def unique_blocks(blocks: list[Any], at: str) -> Iterator[BlockProblem]:
    """No two blocks share a block_id."""
    seen: set[str] = set()
    for where, block in walk.holders(blocks, at):
        name = block.get("block_id")
        if isinstance(name, str):
            if name in seen:
                yield BlockProblem(f"{where}/block_id", f"block_id {name} already exists")
            seen.add(name)


def unique_actions(blocks: list[Any], at: str) -> Iterator[BlockProblem]:
    """No two elements of one block share an action_id."""
    for where, block in walk.holders(blocks, at):
        seen: set[str] = set()
        for below, element in walk.elements(block):
            name = element.get("action_id")
            if isinstance(name, str):
                if name in seen:
                    yield BlockProblem(
                        f"{where}{below}/action_id", f"action_id {name} already exists"
                    )
                seen.add(name)


def counted(blocks: list[Any], at: str) -> Iterator[BlockProblem]:
    """Blocks of which a message takes only so many."""
    kinds = Counter(walk.kind(block) for _, block in walk.holders(blocks, at))
    for name, most in AT_MOST.items():
        if kinds[name] > most:
            yield BlockProblem(at, f"no more than {most} {name} allowed")


def plan_or_tasks(blocks: list[Any], at: str) -> Iterator[BlockProblem]:
    """A plan and loose task cards exclude each other."""
    if {"plan", "task_card"} <= {walk.kind(block) for _, block in walk.objects(blocks, at)}:
        yield BlockProblem(at, "plan and task_card cannot stand side by side")


def markdown_is_short(blocks: list[Any], at: str) -> Iterator[BlockProblem]:
    """The markdown of a message counts together."""
    found = [block for _, block in walk.objects(blocks, at)]
    texts = [str(block.get("text")) for block in found if walk.kind(block) == "markdown"]
    if sum(map(len, texts)) > MARKDOWN_CHARACTERS:
        yield BlockProblem(
            at, f"markdown together must be less than {MARKDOWN_CHARACTERS + 1} characters"
        )


def one_focus(blocks: list[Any], at: str) -> Iterator[BlockProblem]:
    """At most one element of a view takes the focus."""
    focused = [part for _, part in walk.actions(blocks) if part.get("focus_on_load") is True]
    if len(focused) > 1:
        yield BlockProblem(at, "only one element can have focus_on_load")


def nothing_for_modals(blocks: list[Any], at: str) -> Iterator[BlockProblem]:
    """Files and a response URL for the choice are asked for in modals only."""
    for where, block in walk.holders(blocks, at):
        for below, element in walk.elements(block):
            if walk.kind(element) == "file_input":
                yield BlockProblem(f"{where}{below}/type", "file_input is only supported in modals")
            if "response_url_enabled" in element:
                field = f"{where}{below}/response_url_enabled"
                yield BlockProblem(field, "response_url_enabled is only supported in modals")


PAYLOAD_RULES: tuple[PayloadRule, ...] = (
    unique_blocks,
    unique_actions,
    counted,
    plan_or_tasks,
    markdown_is_short,
)
SURFACE_RULES: dict[str, tuple[PayloadRule, ...]] = {
    MESSAGE: (nothing_for_modals,),
    MODAL: (one_focus,),
    HOME: (one_focus, nothing_for_modals),
}


def view_problems(view: Any, scopes: frozenset[str] = frozenset()) -> list[BlockProblem]:
    """What Slack would refuse in this view."""
    if not isinstance(view, dict):
        return [BlockProblem("/view", "must provide an object")]
    shape = VIEWS.get(view["type"]) if isinstance(view.get("type"), str) else None
    if shape is None:
        return [BlockProblem("/view/type", "must be a valid enum value: modal, home")]
    found = list(problems(shape, view, "/view"))
    blocks = view.get("blocks")
    if isinstance(blocks, list):
        found += block_problems(blocks, view["type"], scopes, "/view/blocks")
        found += list(submit_is_there(view, blocks))
    return list(dict.fromkeys(found))


def submit_is_there(view: Json, blocks: list[Any]) -> Iterator[BlockProblem]:
    """A modal that asks something must have a button to send it."""
    asks = any(walk.kind(block) == "input" for _, block in walk.objects(blocks, ""))
    if view.get("type") == MODAL and asks and "submit" not in view:
        yield BlockProblem("/view", "missing required field: submit")


def view_is_too_large(view: Any) -> bool:
    """Whether the view, as JSON, is over Slack's limit."""
    return len(json.dumps(view, ensure_ascii=False).encode()) > VIEW_BYTES
