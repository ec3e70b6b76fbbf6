"""Votes and forms in a real browser: asked in the thread and by message, refused, counted."""

import asyncio
from dataclasses import replace

import pytest
from playwright.async_api import Locator, Page, expect

from bot.practice.page import PAGE_TEMPO
from bot.practice.workspace import board
from bot.practice.workspace.content import checked_view
from bot.render.kit.forms import REASONS, AskedForm, Origin, reason_view
from tests.e2e.test_polls import POLL
from tests.practice.page.helpers import (
    DESKTOP,
    LATER,
    PHONE,
    Scene,
    cut_off,
    in_browser,
    overlapping,
)
from tests.practice.page.test_seen import AXE
from tests.servers import find_server, needs_server

TEMPO = replace(PAGE_TEMPO, modes={"checkout": POLL})
SHORT, LONG = "bad", "the ledger is migrating until noon"
FADING = 0.2
"""Seconds: what is still moving is neither whole nor legible."""


async def is_whole(page: Page) -> None:
    await asyncio.sleep(FADING)
    assert await cut_off(page) == []
    assert await overlapping(page) == []


async def asks(page: Page) -> None:
    """Mei starts a release, about which people are asked."""
    await page.locator("#box").press("Enter")
    await expect(page.get_by_text("waiting for go").first).to_be_visible(timeout=LATER)
    await expect(page.get_by_text("2 replies")).to_be_visible()


async def beside(page: Page, place: str) -> Locator:
    """Something of the side list, which a phone keeps in a drawer."""
    if not await page.locator("#side").is_visible():
        await page.locator("[data-drawer=side]").click()
    return page.locator(place)


async def is_person(page: Page, name: str) -> None:
    await (await beside(page, f".person:has-text('{name}')")).click()
    await expect(page.locator("#top")).to_contain_text(f"as {name}")


async def in_thread(page: Page) -> Locator:
    await page.locator(".replies", has_text="2 replies").click()
    question = page.locator("#thread .message", has_text="GO OR NO-GO?")
    await expect(question).to_contain_text("checkout v1.4.2 → production")
    return question


async def in_messages(page: Page) -> Locator:
    await (await beside(page, "[data-room=app]")).click()
    await page.get_by_role("button", name="Messages").click()
    return page.locator("#room .message:not(.whisper)").last


async def says_no_go(page: Page, question: Locator) -> None:
    """Opened, refused beside the field for it is too short, mended, and sent."""
    await question.get_by_role("button", name="No-go…").click()
    form = page.get_by_role("dialog")
    reason = form.get_by_label("What speaks against it?")
    await expect(reason).to_be_focused()
    await reason.fill(SHORT)
    await form.get_by_role("button", name="Vote no-go").click()
    await expect(form.locator(".error")).to_have_text("At least 10 characters are needed.")
    await expect(reason).to_have_value(SHORT)
    await is_whole(page)
    await expect(question).not_to_contain_text("“")
    await reason.fill(LONG)
    await form.get_by_role("button", name="Vote no-go").click()
    await expect(form).to_have_count(0)


async def votes_in_the_thread(page: Page) -> None:
    """Rui fills a seat that is needed: recorded, and it waits for the others."""
    await is_person(page, "rui")
    question = await in_thread(page)
    await is_whole(page)
    await says_no_go(page, question)
    await expect(question).to_contain_text("NO-GO rui")
    await expect(question).to_contain_text(f"“{LONG}”")
    await expect(page.locator(".message.whisper").last).to_contain_text("recorded")
    await is_whole(page)


async def votes_by_message(page: Page) -> None:
    """Ana can veto: with hers it is over, and nothing is left to press."""
    await is_person(page, "ana")
    question = await in_messages(page)
    await expect(question).to_contain_text("waiting for @ana")
    await is_whole(page)
    await says_no_go(page, question)
    await expect(question).to_contain_text("✖ NO-GO: checkout v1.4.2 → production")
    await expect(question.get_by_role("button", name="No-go…")).to_have_count(0)
    await is_whole(page)


@needs_server("chromium")
async def test_G1_a_no_go_is_asked_for_its_reason_and_stands_where_it_was_asked() -> None:
    async with in_browser(TEMPO) as scene:
        page = await scene.look(DESKTOP)
        await asks(page)
        await votes_in_the_thread(page)
        await votes_by_message(await scene.look(PHONE, dark=True))
        await expect(page.locator("#thread")).to_contain_text("✖ NO-GO: checkout")
        await expect(page.locator("#thread")).to_contain_text("Not started")


def opens_form(scene: Scene, name: str) -> None:
    """A form as a button of a card opens it, for mei."""
    space = scene.stage.workspace.workspace
    asked = AskedForm(name=name, line="promote R-1 early", release="R-1")
    view = checked_view(reason_view(asked, Origin()), space.ids, space.app.bot_scopes, "modal")
    board.open_view(space, "U0MEI", view)


async def is_legible(page: Page) -> None:
    await is_whole(page)
    assert await page.evaluate(AXE) == []


async def looks_at_all(scene: Scene, page: Page) -> None:
    """The question in the thread, by message and on the Home tab, and every form over it."""
    await is_person(page, "ana")
    await in_thread(page)
    await is_legible(page)
    await page.keyboard.press("Escape")
    await in_messages(page)
    await is_legible(page)
    await page.get_by_role("button", name="Home").first.click()
    await expect(page.locator(".home")).to_contain_text("vote closes")
    await is_legible(page)
    await is_person(page, "mei")
    for name in REASONS:
        opens_form(scene, name)
        await expect(page.get_by_role("dialog")).to_contain_text(REASONS[name].prompt)
        await (is_legible if name == "no-go" else is_whole)(page)
        board.close_all(scene.stage.workspace.workspace, "U0MEI")
        await expect(page.get_by_role("dialog")).to_have_count(0)


@needs_server("chromium")
@needs_server("axe-core")
@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
async def test_axe_finds_no_serious_fault_in_votes_and_forms(
    size: tuple[int, int], dark: bool
) -> None:
    async with in_browser(TEMPO) as scene:
        page = await scene.look(size, dark=dark, strict=False)
        await page.add_script_tag(path=find_server("axe-core") / "axe.min.js")
        await asks(page)
        await looks_at_all(scene, page)
