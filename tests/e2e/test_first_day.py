"""A new user's first day, by the README alone: init, check, check --live, adopt, a release."""

import asyncio
import os
import sys
from functools import partial
from pathlib import Path

import pytest

from bot.practice.stage.config import ENVIRONMENT
from bot.practice.stage.stage import MEI, Stage, opened
from tests.e2e.prometheus import prometheus
from tests.servers import needs_server

SHOP = Path(__file__).parent / "bin" / "shop.py"
FASTER = (
    ("version = 1\n", "version = 1\ntime_scale = 40\n"),
    ('limit    = "1%"', 'limit    = "1%"\nwindow   = "160s"'),
    ("needs    = 100 ", "needs    = 10 "),
    ('{ weight = "50%", bake = "10m" }, ', ""),
    ('bake = "10m"', 'bake = "2m"'),
    ('bake = "30m"', 'bake = "2m"'),
)
"""The day is played at forty times its speed; what init wrote is otherwise left as it is."""


async def slipway(stage: Stage, *words: str, typed: str = "") -> tuple[int, str]:
    """A command line in the fresh folder: its exit status, and everything it said."""
    process = await started(stage, *words)
    said, _ = await process.communicate(typed.encode())
    return process.returncode or 0, said.decode()


async def started(stage: Stage, *words: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", *words),
        cwd=stage.folder,
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def is_seen(stage: Stage, url: str) -> bool:
    asked = {"query": 'sum(increase(http_requests_total{track="stable"}[1m])) > 0'}
    async with stage.http.get(f"{url}/api/v1/query", params=asked) as answer:
        return bool((await answer.json())["data"]["result"])


def bring_a_program(stage: Stage) -> None:
    """The one thing that a team has to have: a program that moves its service."""
    program = stage.folder / "deploy.sh"
    program.write_text(
        f'#!/bin/sh\nSHOP_FLEET={stage.fleet.url} exec {sys.executable} {SHOP} "$@"\n'
    )
    program.chmod(0o755)


async def writes_a_config(stage: Stage, url: str) -> None:
    (stage.folder / "slipway.toml").unlink()
    bring_a_program(stage)
    api = ("--slack-api", stage.workspace.api_url)
    code, said = await slipway(stage, "init", *api, typed=f"#shop-releases\n{url}\ncheckout\n\n\n")
    assert code == 0, said
    assert "http_requests_total has" in said
    assert "✔ ./deploy.sh: is there" in said
    assert "/release adopt checkout in prod" in said


async def looks_before_it_starts(stage: Stage) -> None:
    code, said = await slipway(stage, "check")
    assert code == 0, said
    assert "✔ errors for checkout in prod: " in said
    assert "other version: 0 series, as nothing is released now" in said


async def is_heard(stage: Stage) -> None:
    process = await started(stage, "check", "--live", "--me", MEI, "--within", "20s")
    assert process.stdout is not None
    said = []
    async for line in process.stdout:
        said.append(line.decode())
        if "Type /release whoami" in said[-1]:
            await stage.types(MEI, "/release whoami")
    assert await process.wait() == 0, said
    assert "heard 'whoami' of mei" in said[-1]


async def releases(stage: Stage) -> None:
    path = stage.folder / "slipway.toml"
    text = path.read_text()
    for old, new in FASTER:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text + "\n[web]\nenabled = false\n")
    await stage.raise_bot()
    await stage.listens()
    await stage.types(MEI, "/release adopt checkout in prod")
    await stage.types(MEI, "/release start checkout v1.4.2 to prod")
    await stage.reaches("succeeded")


@needs_server("prometheus")
@pytest.mark.timeout(120)
async def test_a_first_day_ends_with_a_release(tmp_path: Path) -> None:
    async with (
        opened() as stage,
        prometheus(tmp_path, f"{stage.fleet.url}/metrics/checkout") as url,
    ):
        await stage.until("Prometheus has seen the shop", partial(is_seen, stage, url))
        await writes_a_config(stage, url)
        await looks_before_it_starts(stage)
        await is_heard(stage)
        await releases(stage)
        code, said = await slipway(stage, "check")
        assert code == 0, said
        assert "a rollback returns to v1.4.2" in said
