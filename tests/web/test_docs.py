"""docs/api.md against the code: its commands run, its config loads, its tables are the routes."""

import asyncio
import json
import os
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from bot.domain.intents.release import Abort
from bot.engine.clock import SystemClock
from bot.web.api import PREFIX, ROUTES
from bot.web.api_bucket import A_SECOND, BURST
from bot.web.api_keys import SHORTEST, WINDOW
from bot.web.openapi import DOCUMENT
from tests.config.sample import TREE, read
from tests.domain.builders import MEI
from tests.engine.rig import Rig, lenient
from tests.web.world import SECRETS, World, world

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)
SHELL = [text for kind, text in BLOCKS if kind == "sh"]
BIN = Path(sys.executable).parent
TOOLS = ("sh", "curl", "openssl", "date", "cut")
ABSENT = [name for name in TOOLS if shutil.which(name) is None]


async def run(script: str, here: World) -> tuple[int, Any]:
    """The exit code and the JSON that a shell prints."""
    code, out = await printed(script, here)
    return code, json.loads(out)


async def printed(script: str, here: World) -> tuple[int, str]:
    """The exit code of a shell and what it prints; `slipway` is that of these tests."""
    known = {"SLIPWAY_URL": here.url, "SLIPWAY_API_CI": SECRETS["ci"]}
    shell = await asyncio.create_subprocess_exec(
        "sh",
        "-euc",
        script,
        env={"PATH": f"{BIN}:{os.environ['PATH']}", "no_proxy": "*", **known},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(shell.communicate(), 20)
    assert out, err.decode()
    return shell.returncode or 0, out.decode()


@pytest.mark.skipif(bool(ABSENT), reason=f"not on this machine: {', '.join(ABSENT)}")
async def test_the_commands_of_the_page_do_what_it_says() -> None:
    ask, start, listed, told, back, *_ = SHELL
    rig = Rig(lenient())
    await rig.adopt()
    async with world(rig, clock=SystemClock()) as here:
        assert await run(ask + start, here) == await run(ask + start, here)
        assert (await rig.release()).because == "tag v1.4.2"
        code, found = await run(ask + listed, here)
        assert (code, [each["id"] for each in found["releases"]]) == (0, ["R-1"])
        code, release = await run(ask + told, here)
        assert (code, release["requested_by"]) == (0, "api:ci")
        code, answer = await run(ask + back, here)
        assert (code, answer["release"]) == (0, "R-1"), answer
        code, refused = await run(ask + "ask POST /api/v1/releases/R-9/pause '' K1", here)
        assert (code, refused["code"]) == (22, "NOTHING_LIVE")


async def test_slipways_own_shell_does_what_the_page_says() -> None:
    *_, typed, followed = SHELL
    follow, watch = followed.split("slipway release --url")[1:]
    rig = Rig(lenient())
    await rig.adopt()
    async with world(rig, clock=SystemClock()) as here:
        code, said = await printed(typed, here)
        assert code == 0, said
        assert "checkout v1.4.2" in said.partition("\n")[2]
        follow, watch = (key_of(typed) + "slipway release --url" + each for each in (follow, watch))
        assert (await printed(follow, here))[0] == 1, "something is live already"
        begun = asyncio.create_task(printed(watch, here))
        assert (await rig.engine.tell("R-1", Abort(by=MEI))).ok
        code, said = await begun
    assert (code, said.splitlines()[-1]) == (1, "R-1 ended: cancelled.")


def key_of(block: str) -> str:
    """The line that says where the secret is."""
    return block.splitlines(keepends=True)[0]


def test_the_config_of_the_page_loads() -> None:
    (block,) = [tomllib.loads(text) for kind, text in BLOCKS if kind == "toml"]
    people = {**TREE["people"], **block["people"]}
    config = read({"api": block["api"], "people": people})
    assert config.people["release-bots"].users == ("api:ci",)
    assert config.api.keys["ci"].secret == "env:SLIPWAY_API_CI"


def test_the_table_of_the_page_is_the_routes() -> None:
    rows = re.findall(r"^\| `(GET|POST) ([^`]+)` \|", PAGE, re.MULTILINE)
    assert rows
    assert set(rows) == {(route.method, PREFIX + route.path) for route in ROUTES}
    assert len(rows) == len(ROUTES)


def test_every_status_is_explained() -> None:
    operations = [each for found in DOCUMENT["paths"].values() for each in found.values()]
    described = {status for each in operations for status in each["responses"]} - {"200", "201"}
    first = re.findall(r"^\| ([0-9, ]+) \|", PAGE, re.MULTILINE)
    explained = {status for cell in first for status in cell.split(", ")}
    assert explained - described == {"405"}
    assert described <= explained


async def test_the_numbers_of_the_page_are_those_of_the_code() -> None:
    async with world() as here:
        listeners = here.api.listeners
    assert f"At most {listeners.most} lines" in PAGE
    assert f"a comment comes every {listeners.beat.seconds} seconds" in PAGE
    assert f"{BURST} requests at once and {A_SECOND:g} a second" in PAGE
    assert f"at least {SHORTEST} characters" in PAGE
    assert f"good for {WINDOW / 60:g} minutes" in PAGE
