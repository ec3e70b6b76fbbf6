"""What `check` says about programs, and that it runs none."""

from pathlib import Path
from random import Random
from typing import Any

import pytest

from bot.engine.clock import SystemClock
from bot.net import HttpCore
from bot.ports.outcomes import NotFound
from integrations.command import INTEGRATION
from tests.integrations.command.world import WHOLE, Shop


async def checked(shop: Shop, **changes: Any) -> str:
    context = {"folder": str(shop.folder)}
    settings = INTEGRATION.settings.model_validate(shop.settings | changes, context=context)
    clock = SystemClock()
    http = HttpCore(clock=clock, chance=Random(1), allowed=[])
    parts = INTEGRATION.build(settings, http, clock)
    assert parts.deployer
    assert parts.check
    return str(await parts.check())


async def test_check_names_the_programs_and_runs_none(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    assert await checked(shop) == "./shop can be run; nothing was run now"
    assert shop.calls() == []


@pytest.mark.parametrize("gone", ["./gone", "no-such-program-anywhere"])
async def test_check_names_a_program_that_is_missing(tmp_path: Path, gone: str) -> None:
    with pytest.raises(NotFound, match=f"{gone} cannot be run"):
        await checked(Shop(tmp_path, WHOLE), observe=[gone])


async def test_a_program_without_its_mode_is_missing(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    (tmp_path / "shop").chmod(0o644)
    with pytest.raises(NotFound, match="not executable"):
        await checked(shop)
