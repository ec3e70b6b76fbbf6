"""The Home tab and its forms in a real browser: pressed, filled in, nothing cut on any screen."""

import asyncio

from playwright.async_api import Page, expect

from tests.practice.page.helpers import DESKTOP, PHONE, Scene, cut_off, in_browser, overlapping
from tests.servers import needs_server


async def opens_home(page: Page) -> None:
    if await page.locator("[data-drawer=side]").is_visible():
        await page.locator("[data-drawer=side]").click()
    await page.locator("[data-room=app]").click()
    await page.get_by_role("button", name="Home").first.click()
    await expect(page.locator(".home")).to_contain_text("The bot")


async def is_whole(page: Page) -> None:
    await asyncio.sleep(0.2)
    assert await cut_off(page) == []
    assert await overlapping(page) == []


async def starts_by_form(page: Page) -> None:
    """Chosen, filled in wrongly, mended, and sent."""
    await page.get_by_role("button", name="Start a release").click()
    form = page.get_by_role("dialog")
    await form.locator("select").first.select_option("checkout")
    await expect(form).to_contain_text("Environment")
    version = form.locator("[data-block=version]")
    await version.fill("v1.4.2 to prod")
    await form.get_by_role("button", name="Start").click()
    await expect(form).to_contain_text("A version is one word")
    await is_whole(page)
    await version.fill("v1.4.2")
    await form.get_by_role("button", name="Start").click()
    await expect(form).to_contain_text("R-1: checkout v1.4.2 to prod.")
    await form.get_by_role("button", name="Close").click()


async def acts_from_home(page: Page) -> None:
    home = page.locator(".home")
    await expect(home).to_contain_text("Yours")
    await page.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("dialog")).to_contain_text("Paused")
    await page.get_by_role("dialog").get_by_role("button", name="Close").click()
    await expect(home).to_contain_text("paused by mei")


async def looks_on_a_phone(scene: Scene) -> None:
    page = await scene.look(PHONE, dark=True)
    await opens_home(page)
    await expect(page.locator(".home")).to_contain_text("standing still: checkout")
    await is_whole(page)
    await page.get_by_role("button", name="Open R-1").first.click()
    await expect(page.get_by_role("dialog")).to_contain_text("as of")
    await is_whole(page)


@needs_server("chromium")
async def test_a_release_is_started_and_paused_from_the_home_tab() -> None:
    async with in_browser() as scene:
        page = await scene.look(DESKTOP)
        await opens_home(page)
        await starts_by_form(page)
        await acts_from_home(page)
        await is_whole(page)
        await looks_on_a_phone(scene)
