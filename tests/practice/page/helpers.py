"""The stage with its page, a browser in front of it, and what every page must not do."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from playwright.async_api import Browser, Page, async_playwright

from bot.cli.stage import PARTS
from bot.practice.page import PAGE_TEMPO, ServedPage, serve_page
from bot.practice.stage import Stage, opened
from bot.practice.stage.config import Tempo
from tests.servers import find_server

ALONE = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-sync",
    "--no-first-run",
    "--no-pings",
)
DESKTOP = (1280, 800)
PHONE = (390, 844)
SOON = 15_000.0
LATER = 40_000.0


@dataclass(slots=True)
class Scene:
    """A stage, its page, and a browser; `wrong` is what a page asked or said that it must not."""

    stage: Stage
    served: ServedPage
    browser: Browser
    wrong: list[str] = field(default_factory=list)

    async def look(
        self,
        size: tuple[int, int] = DESKTOP,
        *,
        dark: bool = False,
        strict: bool = True,
        patient: bool = True,
    ) -> Page:
        """Somebody comes to the page, and if `patient` waits until the stage is set.

        Without `strict` a test may put scripts of its own in it.
        """
        width, height = size
        page = await self.browser.new_page(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            bypass_csp=not strict,
        )
        page.set_default_timeout(SOON)
        self.watch(page)
        await page.goto(self.served.url)
        if patient:
            await page.wait_for_selector("body[data-bot=listening]")
        return page

    def watch(self, page: Page) -> None:
        """Errors, and requests to anywhere else, are written down."""
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", lambda request: self.elsewhere(request.url))
        page.on("websocket", lambda socket: self.elsewhere(socket.url))

    def elsewhere(self, url: str) -> None:
        here = self.served.url.partition("://")[2]
        if url.partition("://")[2].partition("/")[0] != here and not url.startswith("data:"):
            self.wrong.append(f"asked {url}")


@asynccontextmanager
async def staged(tempo: Tempo = PAGE_TEMPO) -> AsyncIterator[tuple[Stage, ServedPage]]:
    """The stage and its page, without a browser."""
    async with opened(None, tempo) as stage:
        served = await serve_page(stage, PARTS)
        try:
            yield stage, served
        finally:
            await served.stop()


@asynccontextmanager
async def in_browser(tempo: Tempo = PAGE_TEMPO) -> AsyncIterator[Scene]:
    """Chromium before the page; at the end nothing wrong may have been noted."""
    async with staged(tempo) as (stage, served), async_playwright() as player:
        browser = await player.chromium.launch(
            executable_path=find_server("chromium"), args=list(ALONE)
        )
        scene = Scene(stage, served, browser)
        try:
            yield scene
        finally:
            await browser.close()
    assert scene.wrong == []


async def done(page: Page, name: str) -> None:
    """Until the list has ticked this off."""
    await page.wait_for_selector(f"[data-try={name}][data-done=true]", timeout=LATER)


CUT = """() => [...document.querySelectorAll(
  '#practice, #top, .message, .box, #panel, #side, .dialog .body, .dialog .feet, .home')]
  .filter((node) => node.scrollWidth > node.clientWidth + 1)
  .map((node) => `${node.id || node.className}: ${node.scrollWidth} > ${node.clientWidth}`)"""


async def cut_off(page: Page) -> list[str]:
    """What is wider than the place it has, and so is cut or makes the page slide sideways."""
    found: list[str] = await page.evaluate(CUT)
    return found


OVERLAPPING = """() => {
  const clipped = (node) => {
    let { left, right, top, bottom } = node.getBoundingClientRect();
    for (let up = node.parentElement; up; up = up.parentElement) {
      if (getComputedStyle(up).overflow === "visible") continue;
      const frame = up.getBoundingClientRect();
      [left, right] = [Math.max(left, frame.left), Math.min(right, frame.right)];
      [top, bottom] = [Math.max(top, frame.top), Math.min(bottom, frame.bottom)];
    }
    return { left, right, top, bottom };
  };
  const seen = [...document.querySelectorAll(
    'main button:not(.down *), main h1, select, textarea, aside button, aside h2, nav button, '
    + 'nav label')]
    .filter((node) => node.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .map((node) => [node, clipped(node), node.closest("main, aside, nav")])
    .filter(([, box]) => box.right - box.left > 1 && box.bottom - box.top > 1);
  const meet = ([a, p, in_a], [b, q, in_b]) => in_a === in_b && !a.contains(b) && !b.contains(a)
    && p.left < q.right - 1 && q.left < p.right - 1 && p.top < q.bottom - 1 && q.top < p.bottom - 1;
  return seen.flatMap((one, nth) => seen.slice(nth + 1).filter((other) => meet(one, other))
    .map((other) => `${one[0].textContent} / ${other[0].textContent}`));
}"""


async def overlapping(page: Page) -> list[str]:
    """Pairs of things to press that lie on top of each other."""
    found: list[str] = await page.evaluate(OVERLAPPING)
    return found
