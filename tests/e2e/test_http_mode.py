"""The other transport by one switch: signed HTTP instead of a socket, the same bot behind it."""

import pytest

from bot.practice.stage.stage import MEI, Stage, opened
from tests.e2e.prometheus import free_port


async def by_http(stage: Stage) -> None:
    """Change the config to signed HTTP, and tell the workspace where the bot listens."""
    port = free_port()
    path = stage.folder / "slipway.toml"
    text = path.read_text()
    text = text.replace("[web]\nenabled = false", f"[web]\nport = {port}")
    text = text.replace(
        'app_token = "env:SLACK_APP_TOKEN"', 'signing_secret = "env:SIGNING"\nmode = "http"'
    )
    path.write_text(text)
    stage.environment["SIGNING"] = stage.workspace.workspace.app.signing_secret
    await stage.raise_bot()
    url = f"http://127.0.0.1:{port}/slack/events"
    await stage.until("the bot verifies its address", lambda: verified(stage, url))


async def verified(stage: Stage, url: str) -> bool:
    asked = {"request_url": url}
    async with stage.http.post(f"{stage.workspace.url}/control/app", json=asked) as response:
        return response.status == 200


@pytest.mark.timeout(90)
async def test_a_release_goes_out_and_comes_back_over_signed_http() -> None:
    async with opened() as stage:
        await by_http(stage)
        await stage.types(MEI, "/release adopt checkout in prod")
        await stage.types(MEI, "/release start checkout v1.4.2 to prod")
        await stage.reaches("baking")
        await stage.quiet()
        await stage.clicks(MEI, "rollback")
        await stage.reaches("rolled_back")
