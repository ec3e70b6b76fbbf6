"""A real program in a real process obeys what every deployer obeys."""

from pathlib import Path

import pytest

from tests.contracts.deployer import (
    DeployerContract,
    FindsContract,
    MirrorsContract,
    RemovesContract,
    SplitsContract,
    VersionsContract,
    WarmContract,
)
from tests.integrations.command.world import PLAIN, WHOLE, Shop


class TestCommand(
    DeployerContract,
    VersionsContract,
    FindsContract,
    SplitsContract,
    MirrorsContract,
    WarmContract,
    RemovesContract,
):
    @pytest.fixture
    def world(self, tmp_path: Path) -> Shop:
        return Shop(tmp_path, WHOLE)


class TestCommandThatCanDoLittle(DeployerContract):
    @pytest.fixture
    def world(self, tmp_path: Path) -> Shop:
        return Shop(tmp_path, PLAIN)
