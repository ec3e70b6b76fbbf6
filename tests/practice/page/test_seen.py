"""What is seen: every block, dialogs, threads, hints; at a phone's width and in the dark."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.practice.workspace import Workspace, board
from bot.practice.workspace.args import Args
from bot.practice.workspace.content import checked_view, content_of
from bot.practice.workspace.limits import MESSAGE_TEXT
from tests.practice.page.gallery import HOME, HOSTILE, LONG, MODAL, READ, SPOILT, USED, spoilt
from tests.practice.page.helpers import DESKTOP, PHONE, Scene, cut_off, in_browser, overlapping
from tests.servers import find_server, needs_server

pytestmark = [pytest.mark.asyncio(loop_scope="module"), needs_server("chromium")]

SHOP = "C0SHOP"
AXE = """async () => {
  const found = await axe.run();
  return found.violations.filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(", ")}`);
}"""

WORDS_OF_A_GALLERY = 30
SEEN_WITHIN = 40.0
INJECTED = """async () => {
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.body.append(script);
  const asked = await fetch("data:text/plain,x").then(() => "answered", () => "refused");
  return [window.ran === true, asked];
}"""
FOCUSED = """() => {
  const node = document.activeElement;
  const box = (node.closest("label") ?? node).getBoundingClientRect();
  const name = node.getAttribute("aria-label") || node.labels?.[0]?.textContent || node.textContent;
  const place = node.closest("#room, #thread, #side, #panel, #practice, #top")?.id ?? "";
  return {
    name: (node === document.body ? "page" : name).trim().slice(0, 40), place,
    seen: node === document.body || (box.width > 1 && box.bottom > 0 && box.top < innerHeight),
  };
}"""


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def shared() -> AsyncIterator[Scene]:
    async with in_browser() as scene:
        yield scene


@pytest_asyncio.fixture(loop_scope="module")
async def scene(shared: Scene) -> AsyncIterator[Scene]:
    """The one scene, with every page closed again and the modals gone."""
    yield shared
    for context in shared.browser.contexts:
        await context.close()
    board.close_all(space_of(shared), "U0MEI")


def space_of(scene: Scene) -> Workspace:
    return scene.stage.workspace.workspace


def says(scene: Scene, *blocks: dict[str, Any], text: str = "gallery") -> str:
    """The app says this, if Slack would take it, in no hurry; answers the message's ts."""
    space = space_of(scene)
    asked = Args({"text": text, "blocks": list(blocks)})
    content = content_of(asked, space.app, MESSAGE_TEXT)
    room, shown = space.state.channels[SHOP], content.with_ids(space.ids)
    said = board.post(space, room, space.app.user, content.text, by_app=True, blocks=shown)
    return said.ts


async def opens(page: Page, room: str) -> None:
    """Go to a channel, through the drawer where there is one."""
    if not await page.locator("#side").is_visible():
        await page.locator("[data-drawer=side]").click()
    await page.locator(f"[data-room={room}]").click()


def at(page: Page, ts: str) -> Any:
    return page.locator(f"[data-ts='{ts}']")


async def test_nothing_plays_until_somebody_does_something(scene: Scene) -> None:
    page = await scene.look(PHONE)
    assert await scene.served.keeper.releases() == ()
    assert scene.stage.fleet.fleet.log.as_json() == []
    await expect(page.locator("[data-done=true]")).to_have_count(0)
    await expect(page.locator("#top")).to_contain_text("0/6")


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
async def test_nothing_is_cut_and_nothing_overlaps(scene: Scene, size: tuple[int, int]) -> None:
    last = [says(scene, *blocks) for blocks in (READ, USED, LONG, HOSTILE)][-1]
    page = await scene.look(size)
    await opens(page, "shop-releases")
    await at(page, last).wait_for()
    assert await cut_off(page) == []
    assert await overlapping(page) == []
    if size == PHONE:
        await page.locator("[data-drawer=panel]").click()
        await page.locator("[data-switch=kill]").scroll_into_view_if_needed()
        assert [await cut_off(page), await overlapping(page)] == [[], []]


async def test_every_block_is_read(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    read = at(page, says(scene, *READ))
    await expect(read.locator("h3")).to_have_text("Everything a message can hold")
    await expect(read.locator(".mrkdwn strong").first).to_have_text("bold")
    await expect(read.locator(".mention").nth(0)).to_have_text("@rui")
    await expect(read.locator("blockquote")).to_have_text("quoted")
    await expect(read.get_by_role("img", name="Errors, canary")).to_be_visible()
    await read.get_by_text("Numbers").click()
    await expect(read.get_by_role("cell", name="2.4", exact=True)).to_be_visible()
    change = read.get_by_text("#812 retry card payments")
    await expect(change).to_be_hidden()
    await read.get_by_text("3 changes by mei").click()
    await expect(change).to_be_visible()
    used = at(page, says(scene, *USED))
    await expect(used.get_by_role("columnheader", name="Gate")).to_be_visible()
    await expect(used.get_by_role("img", name="under way")).to_be_visible()
    await expect(used.get_by_role("img", name="0.2 % errors")).to_be_visible()
    await expect(used.locator(".rich li")).to_have_text("1 % 10 min")


async def test_a_data_table_turns_its_pages(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    table = at(page, says(scene, *LONG))
    await expect(table.get_by_role("rowheader")).to_have_text(["R-0", "R-1"])
    await table.get_by_role("button", name="More rows").click()
    await expect(table.get_by_role("rowheader")).to_have_text(["R-2", "R-3"])


async def test_words_of_others_have_no_power(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    said = at(page, says(scene, *HOSTILE))
    await expect(said).to_contain_text("<script>alert(1)</script>")
    await expect(said.locator("a, img, script")).to_have_count(0)


async def test_markup_in_any_word_is_shown_and_does_nothing(scene: Scene) -> None:
    space = space_of(scene)
    content = content_of(Args({"text": "x", "blocks": [*READ, *USED, *LONG]}), space.app, 4000)
    page = await scene.look()
    await opens(page, "shop-releases")
    room, blocks = space.state.channels[SHOP], spoilt(content.with_ids(space.ids))
    said = board.post(space, room, space.app.user, SPOILT, by_app=True, blocks=blocks)
    await at(page, said.ts).wait_for()
    shown = await at(page, said.ts).inner_text()
    assert shown.count(SPOILT) >= WORDS_OF_A_GALLERY
    await expect(page.locator("img, [onerror], #room script")).to_have_count(0)


async def test_a_script_that_got_in_would_not_run(scene: Scene) -> None:
    page = await scene.look()
    assert await page.evaluate(INJECTED) == [False, "refused"]


async def test_who_reads_further_up_is_told_and_not_moved(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    for _ in range(4):
        await at(page, says(scene, LONG[0])).wait_for()
    down = page.get_by_role("button", name="New below")
    await expect(down).to_be_hidden()
    place = page.locator("#room .messages")
    await place.evaluate("list => { list.scrollTop = 0; }")
    late = at(page, says(scene, READ[0]))
    await expect(down).to_be_visible()
    assert await place.evaluate("list => list.scrollTop") == 0
    await down.click()
    await expect(late).to_be_in_viewport()
    await expect(down).to_be_hidden()


async def test_what_i_ask_is_answered_in_sight(scene: Scene) -> None:
    page = await scene.look(PHONE)
    await opens(page, "shop-releases")
    await at(page, says(scene, *LONG)).wait_for()
    await page.locator("#room .messages").evaluate("list => { list.scrollTop = 0; }")
    await page.locator("#box").fill("/release help")
    await page.locator("#box").press("Enter")
    answer = page.locator(".message.whisper").last
    await expect(answer.get_by_text("/release start").first).to_be_in_viewport()


async def test_everything_is_reached_by_tab_and_nothing_that_is_covered(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    said = at(page, says(scene, *USED))
    await said.get_by_role("button", name="Reply in thread").focus()
    await page.keyboard.press("Enter")
    await expect(page.locator("#reply")).to_be_focused()
    stops = [await tabbed(page) for _ in range(50)]
    assert [stop for stop in stops if not stop["name"] or not stop["seen"]] == []
    places = {stop["place"] for stop in stops}
    assert {"practice", "side", "thread", "panel"} <= places
    assert "room" not in places


async def tabbed(page: Page) -> dict[str, Any]:
    """Where one more Tab leads."""
    await page.keyboard.press("Tab")
    stop: dict[str, Any] = await page.evaluate(FOCUSED)
    return stop


async def test_a_confirm_dialog_asks_first(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    said = at(page, says(scene, *USED))
    await said.get_by_role("button", name="Promote to 50 %").click()
    asked = page.get_by_role("dialog", name="Promote R-1 to 50 %?")
    await asked.get_by_role("button", name="Not now").click()
    await expect(asked).to_have_count(0)
    assert deeds(scene, "act:promote") == []
    await said.get_by_role("button", name="Promote to 50 %").click()
    await asked.get_by_role("button", name="Promote").click()
    await expect(asked).to_have_count(0)
    await said.locator("[aria-busy]").wait_for(state="detached")
    assert [each["confirmed"] for each in deeds(scene, "act:promote")] == [True]


def deeds(scene: Scene, action: str) -> list[dict[str, Any]]:
    journal = space_of(scene).journal.since(0)
    found = [each["deed"] for each in journal if each["kind"] == "act"]
    return [deed for deed in found if deed.get("action_id") == action]


async def test_a_menu_opens_and_closes_by_keyboard(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    said = at(page, says(scene, *USED))
    more = said.get_by_role("button", name="More", exact=True)
    await more.press("Enter")
    await expect(more).to_have_attribute("aria-expanded", "true")
    await page.keyboard.press("Escape")
    await expect(more).to_be_focused()
    await more.press("Enter")
    await said.get_by_role("button", name="R-1|0|whoami").press("Enter")
    await expect(page.locator(".message.whisper").last).to_contain_text("You are mei")


async def test_a_modal_is_filled_in_refused_and_closed(scene: Scene) -> None:
    space = space_of(scene)
    page = await scene.look()
    body = checked_view(MODAL, space.ids, space.app.bot_scopes, "modal")
    opened = board.open_view(space, "U0MEI", body)
    modal = page.get_by_role("dialog", name="Start a release")
    await modal.get_by_label("Version").fill("v1.4.2")
    await modal.get_by_role("button", name="Start").click()
    await expect(modal.locator(".error")).to_have_text("This field is required.")
    await expect(modal.get_by_label("Version")).to_have_value("v1.4.2")
    assert await cut_off(page) == []
    await modal.get_by_label("Environment").select_option("prod")
    await page.keyboard.press("Escape")
    await expect(modal).to_have_count(0)
    assert space.state.top("U0MEI") is None
    assert opened.values["version"]["v"]["value"] == "v1.4.2"


async def test_hints_are_taken_by_keyboard(scene: Scene) -> None:
    page = await scene.look()
    box = page.locator("#box")
    await box.fill("")
    await box.press_sequentially("/release pa")
    await expect(page.get_by_role("option")).to_contain_text(["/release pause <what>"])
    await box.press("Tab")
    await expect(box).to_have_value("/release pause ")
    await expect(page.locator("#box-usage")).to_contain_text("/release pause <what>")
    await box.press_sequentially("@ru")
    await box.press("ArrowDown")
    await expect(box).to_have_attribute("aria-activedescendant", "box-hint-0")
    await box.press("Enter")
    await expect(box).to_have_value("/release pause @rui ")


async def test_a_thread_is_opened_answered_and_counted(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    said = at(page, says(scene, READ[0]))
    await said.hover()
    await said.get_by_role("button", name="Reply in thread").click()
    await page.locator("#reply").fill("dashboards open, @rui")
    await page.locator("#reply").press("Enter")
    await expect(page.locator("#thread .message").last.locator(".mention")).to_have_text("@rui")
    await page.keyboard.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()
    await expect(said.locator(".replies")).to_contain_text("1 reply")


async def test_unread_marks_are_each_persons_own(scene: Scene) -> None:
    page = await scene.look()
    says(scene, {"type": "divider"}, text="<@U0ANA> please look")
    await expect(page.locator("[data-room=shop-releases]")).to_have_class(re.compile("unread"))
    ana = page.locator(".person", has_text="ana")
    await expect(ana.locator(".count")).to_have_text("1 mention")
    await ana.click()
    await expect(page.locator("[data-room=shop-releases] .count")).to_have_text("1 mention")
    await opens(page, "shop-releases")
    await expect(page.locator(".newline")).to_be_visible()
    await expect(page.locator(".message.called")).not_to_have_count(0)
    await opens(page, "random")
    await expect(page.locator("[data-room=shop-releases]")).not_to_have_class(re.compile("unread"))


async def test_the_home_tab_is_shown_as_published(scene: Scene) -> None:
    space = space_of(scene)
    page = await scene.look()
    await opens(page, "app")
    # The bot keeps its own view there too: what is published goes until it is seen.
    async with asyncio.timeout(SEEN_WITHIN):
        while await page.locator(".home h3").all_inner_texts() != ["Waiting for you"]:
            view = checked_view(HOME, space.ids, space.app.bot_scopes, "home")
            board.publish_home(space, "U0MEI", view)
            await page.wait_for_timeout(100)
    await page.get_by_role("button", name="Messages").click()
    await expect(page.locator("#box")).to_be_visible()


async def test_a_card_that_is_edited_keeps_the_focus(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    ts = says(scene, *USED)
    button = at(page, ts).get_by_role("button", name="Promote to 50 %")
    await button.focus()
    said = space_of(scene).state.channels[SHOP].messages[ts]
    board.edit(space_of(scene), said, text="gallery, edited")
    await expect(at(page, ts)).to_contain_text("(edited)")
    await expect(button).to_be_focused()


async def test_a_screen_reader_hears_new_messages_once(scene: Scene) -> None:
    page = await scene.look()
    await opens(page, "shop-releases")
    says(scene, {"type": "divider"}, text="checkout is rolling back")
    await expect(page.locator("#spoken")).to_have_text("Slipway: checkout is rolling back")


@needs_server("axe-core")
@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (PHONE, True)])
async def test_axe_finds_no_serious_fault(scene: Scene, size: tuple[int, int], dark: bool) -> None:
    space = space_of(scene)
    says(scene, *READ)
    says(scene, *USED)
    page = await scene.look(size, dark=dark, strict=False)
    await page.add_script_tag(path=find_server("axe-core") / "axe.min.js")
    await opens(page, "shop-releases")
    assert await page.evaluate(AXE) == []
    if size == PHONE:
        await page.locator("[data-drawer=panel]").click()
        assert await page.evaluate(AXE) == []
        await page.keyboard.press("Escape")
    board.open_view(space, "U0MEI", checked_view(MODAL, space.ids, space.app.bot_scopes, "modal"))
    await page.get_by_role("dialog").wait_for()
    await asyncio.sleep(0.1)
    assert await page.evaluate(AXE) == []
