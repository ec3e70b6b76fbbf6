"""The six things of the list, done in a real browser by different people, kill -9 among them."""

import asyncio

from playwright.async_api import Page, expect

from tests.practice.page.helpers import Scene, cut_off, done, in_browser
from tests.servers import needs_server

pytestmark = needs_server("chromium")

FIRST = "/release start checkout v1.4.2"
UNDER_A_MINUTE = 60.0


async def starts(page: Page) -> None:
    """As the page opens: the command waits in the box; Enter is all it takes, however early."""
    await expect(page.locator("#box")).to_have_value(FIRST)
    await expect(page.locator("#box")).to_be_focused()
    await expect(page.locator("#practice")).to_contain_text("minutes are seconds")
    await page.keyboard.press("Enter")
    await done(page, "start")
    await page.get_by_text("watching at 10 %").first.wait_for()


async def breaks(page: Page) -> None:
    await page.get_by_role("switch", name="Fail 35 %").click()
    await done(page, "break")
    await page.get_by_text("OVER checkout, production: back on v1.4.1").first.wait_for()
    await expect(page.locator("[data-room=app] .count")).to_have_text("1 mention")


async def asks_why(page: Page) -> None:
    await page.get_by_role("button", name="Why R-1").first.click()
    whisper = page.locator(".message.whisper").last
    await whisper.wait_for()
    await expect(whisper).to_contain_text("Only visible to you")
    await expect(whisper).to_contain_text("Saw")
    await done(page, "why")


async def is_rui(page: Page) -> None:
    await page.get_by_role("button", name="Be rui").click()
    await expect(page.locator("#top")).to_contain_text("as rui")
    await expect(page.locator(".message.whisper")).to_have_count(0)
    await expect(page.locator("#box")).to_have_value("/release start checkout v1.4.3")
    await page.keyboard.press("Enter")
    await done(page, "another")
    await page.get_by_text("checkout v1.4.3 → production · watching at 10 %").first.wait_for()


async def goes_blind(page: Page) -> None:
    """It stays, and asks; the one who is asked sees it marked."""
    cut = page.get_by_role("switch", name="Cut metrics")
    await cut.click()
    await expect(cut).to_have_attribute("aria-checked", "true")
    await done(page, "blind")
    await page.locator(".message.called", has_text="NEEDS A PERSON").wait_for()
    await cut.click()
    await expect(cut).to_have_attribute("aria-checked", "false")


async def kills(page: Page, scene: Scene) -> None:
    """By keyboard; the card stays, and goes on after the bot is back."""
    bot = scene.stage.bot
    assert bot is not None
    await page.get_by_role("button", name="kill -9 the bot").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("Bot gone")
    assert await bot.wait() == -9
    await expect(page.locator("#notice")).to_contain_text("goes on where it was")
    await done(page, "kill")
    await page.get_by_text("All six.").wait_for()


async def loses_the_workspace(page: Page, scene: Scene) -> None:
    """What was typed is not lost with it."""
    await scene.served.stop()
    await expect(page.locator("#notice")).to_contain_text("does not answer")
    await page.locator("#box").fill(FIRST)
    await page.locator("#box").press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was sent")
    await expect(page.locator("#box")).to_have_value(FIRST)


async def test_all_six_and_the_first_rollback_within_a_minute() -> None:
    async with in_browser() as scene:
        clock = asyncio.get_running_loop().time
        began = clock()
        page = await scene.look(patient=False)
        await starts(page)
        await breaks(page)
        took = clock() - began
        print(f"from the page to the rollback that is over: {took:.1f} s")
        assert took < UNDER_A_MINUTE
        assert await cut_off(page) == []
        await asks_why(page)
        await is_rui(page)
        await goes_blind(page)
        await kills(page, scene)
        await loses_the_workspace(page, scene)
