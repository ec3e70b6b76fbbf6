"""`make picture`: a rollback as the channel shows it, for the README, light and dark.

The regression is played on the real page by the real bot. The alert is edited when the rollback is
over, so two moments are cut out of the channel and set below each other: the card with the alert,
and what was said when it was over. Nothing in them is drawn by hand but the line between.
"""

import asyncio
import re
import sys
from collections.abc import Mapping
from html import unescape
from pathlib import Path
from typing import Final, Literal, TypeAlias

from playwright.async_api import Locator, Page, ViewportSize

from tests.practice.page.helpers import LATER, SOON, Scene, in_browser

Scheme: TypeAlias = Literal["light", "dark"]

DOCS: Final = Path(__file__).parents[3] / "docs"
FILES: Final[Mapping[Scheme, str]] = {"light": "rollback.png", "dark": "rollback-dark.png"}
WINDOW: Final = ViewportSize(width=1380, height=1100)
SHARP: Final = 1.35
CARD: Final = "checkout v1.4.2 → production"
GOING: Final = "ROLLING BACK checkout, production: v1.4.2 → v1.4.1"
OVER: Final = "OVER checkout, production: back on v1.4.1"
STYLES: Final = ("/page/base.css", "/page/chat.css", "/page/blocks.css")
SHEET: Final = """<!doctype html><meta charset="utf-8">{styles}
<body style="display:block;height:auto;overflow:visible">
<main style="width:800px;padding:8px 0;background:var(--ground)">{before}
<p class="small" style="padding:6px 62px">… and seconds later, in the same channel:</p>
{after}</main></body>"""


async def opened(scene: Scene) -> Page:
    page = await scene.browser.new_page(viewport=WINDOW, device_scale_factor=SHARP)
    page.set_default_timeout(SOON)
    scene.watch(page)
    await page.goto(scene.served.url)
    await page.wait_for_selector("body[data-bot=listening]")
    return page


async def breaks(page: Page) -> None:
    """A release is started, and its version turns bad while some users are on it."""
    await page.locator("#box").press("Enter")
    await page.get_by_text("watching at 10 %").first.wait_for(timeout=LATER)
    await page.get_by_role("switch", name="Fail 35 %").click()
    await page.mouse.move(0, 0)


async def as_shown(*messages: Locator) -> list[str]:
    """The messages as they stand now: they may be edited before they are photographed."""
    return [str(await each.evaluate("(node) => node.outerHTML")) for each in messages]


async def photograph(scene: Scene, before: list[str], after: list[str], folder: Path) -> None:
    """Both moments on one sheet, with the page's own styles."""
    page = await scene.browser.new_page(viewport=WINDOW, device_scale_factor=SHARP)
    page.set_default_timeout(SOON)
    styles = "".join(f'<link rel="stylesheet" href="{scene.served.url}{each}">' for each in STYLES)
    sheet = SHEET.format(styles=styles, before="".join(before), after="".join(after))
    await page.set_content(sheet, wait_until="networkidle")
    for scheme, name in FILES.items():
        await page.emulate_media(color_scheme=scheme)
        await page.locator("main").screenshot(path=folder / name, animations="disabled")


async def draw(folder: Path) -> str:
    """Write the pictures into `folder`; answers the words that stand in them."""
    async with in_browser() as scene:
        page = await opened(scene)
        await breaks(page)
        messages = page.locator(".message")
        alert = messages.filter(has_text=GOING).last
        await alert.wait_for(timeout=LATER)
        card = messages.filter(has_text=CARD).first
        before = await as_shown(card, alert)
        await messages.filter(has_text=OVER).nth(1).wait_for(timeout=LATER)
        after = await as_shown(messages.last)
        await photograph(scene, before, after, folder)
        return words([*before, *after])


def words(shown: list[str]) -> str:
    """Without marks, on one line."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", " ".join(shown))).split())


if __name__ == "__main__":
    print(asyncio.run(draw(Path(sys.argv[1]) if sys.argv[1:] else DOCS)))
