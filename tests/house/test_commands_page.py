"""docs/commands.md: written from what declares the verbs, and every example in it is understood."""

import re
from typing import get_args

import pytest

from bot.cli import parser
from bot.cli.commands import page
from bot.engine.door.spec import CommandSpec, UnclearCode
from commands import COMMANDS
from tests.commands.desk import Shop, baking
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
EXAMPLES = [(spec, example) for spec in COMMANDS for example in spec.examples]
NOT_UNDERSTOOD = {code.upper() for code in get_args(UnclearCode)}


def test_the_page_is_what_the_verbs_say() -> None:
    """`slipway commands > docs/commands.md` writes it anew."""
    assert page() == PAGE
    assert parser(["commands"]).parse_args(["commands"]).run


def test_every_verb_has_an_example_in_it() -> None:
    assert {spec.name for spec, _ in EXAMPLES} == {spec.name for spec in COMMANDS}
    assert all(f"`/release {example}`" in PAGE for _, example in EXAMPLES)


@pytest.mark.parametrize(("spec", "example"), EXAMPLES, ids=[each for _, each in EXAMPLES])
async def test_an_example_is_understood_where_a_release_is_live(
    spec: CommandSpec, example: str
) -> None:
    """It may be refused, for want of the right state; never for how it is written."""
    shop: Shop = await baking()
    reply = await shop.types(re.sub(r"R-\d+", "R-1", example))
    assert reply.code not in NOT_UNDERSTOOD, reply.message.text
    assert reply.message.text


async def test_an_example_that_is_not_understood_is_found() -> None:
    reply = await (await baking()).types("promote checkout to nowhere")
    assert reply.code in NOT_UNDERSTOOD
