"""Finding elements inside blocks, and giving ids to what came without."""

from collections.abc import Callable, Iterator
from typing import Any

from bot.practice.workspace.state import Json

SLOTS = ("accessory", "element")
LISTS = ("elements", "actions")
NESTING = {"container": "child_blocks", "carousel": "elements"}
WITHOUT_ACTION = frozenset({"image", "plain_text", "mrkdwn"})
WITHOUT_ELEMENTS = frozenset({"rich_text", "container", "carousel", "plan"})


def inner(block: Json) -> Iterator[tuple[str, Json]]:
    """What stands directly in a block: (pointer below the block, object)."""
    for slot in SLOTS:
        if isinstance(block.get(slot), dict):
            yield f"/{slot}", block[slot]
    for name in LISTS:
        yield from objects(listed(block, name), f"/{name}")


def listed(block: Json, name: str) -> list[Any]:
    """The list of that name, or an empty one where it is something else."""
    found = block.get(name)
    return found if isinstance(found, list) else []


def holders(blocks: list[Any], at: str) -> Iterator[tuple[str, Json]]:
    """Every block that can hold elements: (pointer, block); blocks nest one level deep."""
    for where, block in objects(blocks, at):
        yield where, block
        if name := NESTING.get(kind(block)):
            yield from objects(listed(block, name), f"{where}/{name}")


def objects(items: list[Any], at: str) -> Iterator[tuple[str, Json]]:
    """The items that are objects, each with its pointer."""
    for number, item in enumerate(items):
        if isinstance(item, dict):
            yield f"{at}/{number}", item


def kind(block: Json) -> str:
    """The block's type as a string, whatever stands there."""
    return str(block.get("type"))


def elements(block: Json) -> Iterator[tuple[str, Json]]:
    """The interactive elements of one block: (pointer below the block, element)."""
    if kind(block) in WITHOUT_ELEMENTS:
        return
    for below, part in inner(block):
        if kind(part) not in WITHOUT_ACTION:
            yield below, part


def actions(blocks: list[Any]) -> Iterator[tuple[Json, Json]]:
    """(block, element) for every interactive element."""
    for _, block in holders(blocks, ""):
        for _, element in elements(block):
            yield block, element


def with_ids(blocks: list[Json], word: Callable[[], str]) -> list[Json]:
    """A copy in which every block has a block_id and every element an action_id."""
    copied: list[Json] = [copy(block) for block in blocks]
    for _, block in holders(copied, ""):
        block.setdefault("block_id", word())
        for _, element in elements(block):
            element.setdefault("action_id", word())
    return copied


def copy(value: Any) -> Any:
    """A deep copy of plain JSON."""
    if isinstance(value, dict):
        return {key: copy(item) for key, item in value.items()}
    if isinstance(value, list):
        return [copy(item) for item in value]
    return value
