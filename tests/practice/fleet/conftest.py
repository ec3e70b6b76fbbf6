from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.practice.fleet import Fleet, serve
from tests.practice.fleet.helpers import QUIET, Caller, Hurrying


@pytest.fixture
async def caller() -> AsyncIterator[Caller]:
    """A fleet without traffic of its own, and somebody to talk to it."""
    served = await serve(Fleet(QUIET, now=Hurrying()))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
        yield Caller(served, session)
    await served.stop()
