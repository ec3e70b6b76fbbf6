"""A workspace for each test."""

from collections.abc import AsyncIterator

import pytest

from bot.practice.workspace import Seed
from tests.practice.workspace.helpers import HURRIED, Clock, Driver, driven


@pytest.fixture
async def driver() -> AsyncIterator[Driver]:
    """The usual workspace with short limits."""
    async with driven(Seed(timing=HURRIED)) as found:
        yield found


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still."""
    return Clock()
