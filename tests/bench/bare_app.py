"""The smallest Bolt app there can be: `/release` is acknowledged, and nothing else happens."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.stage.config import ENVIRONMENT


async def acknowledge(ack: Callable[..., Awaitable[Any]]) -> None:
    await ack()


async def serve(api_url: str) -> None:
    """Until it is told to stop."""
    client = AsyncWebClient(token=ENVIRONMENT["SLACK_BOT_TOKEN"], base_url=api_url)
    app = AsyncApp(client=client)
    app.command("/release")(acknowledge)
    handler = AsyncSocketModeHandler(app, ENVIRONMENT["SLACK_APP_TOKEN"])
    await handler.connect_async()  # type: ignore[no-untyped-call]
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
