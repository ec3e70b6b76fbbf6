"""The Home tab and its windows, over the practice workspace: published, kept true, pressed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time, timedelta
from typing import Any

import pytest

from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome as Said
from bot.domain.state.moves import State
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.calendar import CalendarWindow as Freeze
from bot.domain.terms.when import Weekly
from bot.engine.door.door import Inbound, Reply
from bot.engine.door.home import HomeTab, Visit, list_votes
from bot.engine.watch.pulse import Pulse
from bot.ports.chat import Block
from bot.ports.directory import NoDirectory
from bot.slack.homes import MOST, Homes
from bot.slack.limits import MethodLimits, RateWindow
from tests.commands.desk import STAGED, Shop, baking
from tests.domain.builders import MEI, verdict
from tests.render.builders import view_of
from tests.render.polls import POLLS
from tests.slack.world import IMPATIENT, SmallDoor, World, until, world


def lobby_of(shop: Shop) -> HomeTab:
    return HomeTab(shop.desk, Pulse(shop.rig.clock), shop.rig.clock.now())


@asynccontextmanager
async def shop_world(shop: Shop, **more: Any) -> AsyncIterator[World]:
    """A workspace in front of a real door and lobby; mei of the shop is U0MEI there too."""

    async def answer(inbound: Inbound) -> Reply:
        return await shop.door.hear(inbound)

    async with world(SmallDoor(answer), listening=False, **more) as here:
        await here.room.listen(here.door, lobby_of(shop))
        yield here


async def home_of(here: World, person: str, text: str) -> dict[str, Any]:
    """The Home tab of somebody, once it says this."""

    def found() -> dict[str, Any] | None:
        state = here.served.workspace.state
        view = state.views.get(state.homes.get(person, ""))
        return view.body if view is not None and text in str(view.body) else None

    return await until(found)


async def presses(here: World, who: str, action: str, **more: Any) -> list[dict[str, Any]]:
    return await here.act(who, "click", home=True, action_id=action, wait=2, **more)


def words(view: dict[str, Any]) -> str:
    return " ".join(str(block.get("text", {}).get("text", "")) for block in view["blocks"])


async def test_opening_it_publishes_it() -> None:
    async with shop_world(await baking()) as here:
        await here.act("mei", "home")
        view = await home_of(here, "U0MEI", "Yours")
    assert "checkout v1.4.2 → production · watching at 10 %" in words(view)


async def test_G7_what_is_frozen_and_what_will_be_stands_ahead_on_ones_own_clocks() -> None:
    shop = await baking()
    weekend = Freeze(name="weekend", when=(Weekly(day=6, begin=time(1), lasts=timedelta(hours=9)),))
    policy = shop.rig.book.policy
    shop.rig.book.policy = replace(policy, calendar=Calendar(windows=(weekend,)))
    async with shop_world(shop) as here:
        await here.act("mei", "home")
        view = await home_of(here, "U0MEI", "weekend")
        assert "• Sun 01:00–10:00 UTC freeze “weekend” (everything)" in words(view)
        await here.types("mei", "/release freeze prod because INC-77")
        view = await home_of(here, "U0MEI", "INC-77")
        assert "• prod frozen until it is lifted (U0MEI, INC-77)" in words(view)


async def test_the_messages_tab_publishes_nothing() -> None:
    async with shop_world(await baking()) as here:
        await here.act("mei", "home", tab="messages")
        await here.types("mei", "/release status")
        assert here.calls("views.publish") == []


async def test_a_guest_sees_only_why() -> None:
    guests = tuple(replace(each, is_restricted=True) for each in IMPATIENT.people)
    async with shop_world(await baking(), seed=replace(IMPATIENT, people=guests)) as here:
        await here.act("mei", "home")
        view = await home_of(here, "U0MEI", "only full members")
    assert len(view["blocks"]) == 1


async def test_a_press_acts_is_answered_in_a_window_and_the_tab_follows() -> None:
    shop = await baking()
    async with shop_world(shop) as here:
        await here.act("mei", "home")
        await home_of(here, "U0MEI", "Pause")
        saw = await presses(here, "mei", "act:pause")
        assert saw[0]["kind"] == "modal"
        assert "Paused at 10 %" in words(saw[0]["view"])
        view = await home_of(here, "U0MEI", "Resume")
    assert "paused by" in words(view)
    release = await shop.rig.engine.history.release("R-1")
    assert release is not None
    assert release.state is State.HELD


async def test_a_press_in_a_window_is_answered_in_the_same_window() -> None:
    async with shop_world(await baking()) as here:
        await here.act("mei", "home")
        await home_of(here, "U0MEI", "Open")
        (opened,) = await presses(here, "mei", "act:status")
        await here.act("mei", "click", view=opened["view"]["id"], action_id="act:pause", wait=2)
        view = here.served.workspace.state.views[opened["view"]["id"]]
        await until(lambda: "R-1 stays" in str(view.body) or "paused" in str(view.body).lower())
        assert len(here.served.workspace.state.stacks["U0MEI"]) == 1


async def test_where_no_window_opens_the_answer_is_a_direct_message() -> None:
    async with shop_world(await baking()) as here:
        await here.act("mei", "home")
        await home_of(here, "U0MEI", "Open")
        await here.fault(method="views.open", error="expired_trigger_id")
        await presses(here, "mei", "act:whoami")
        said = (await here.comes("message"))[0]["message"]
    assert said["text"].startswith("You are")


async def test_what_changes_elsewhere_is_published_and_what_does_not_is_not() -> None:
    shop = await baking()
    async with shop_world(shop) as here:
        await here.act("mei", "home")
        await home_of(here, "U0MEI", "Pause")
        homes = here.room.homes
        assert homes is not None
        await homes.look()
        assert len(here.calls("views.publish")) == 1
        await shop.said("pause R-1")
        await homes.look()
        await home_of(here, "U0MEI", "Resume")
        assert len(here.calls("views.publish")) == 2


class CountingLobby:
    """Every Home it draws is another one."""

    def __init__(self) -> None:
        self.drawn = 0

    async def home(self, person: str) -> Block:
        self.drawn += 1
        section = {"type": "section", "text": {"type": "mrkdwn", "text": f"{self.drawn}"}}
        return {"type": "home", "blocks": [section]}

    async def form(self, *_: object) -> Block:
        raise AssertionError("no form was asked for")


async def test_only_those_who_looked_lately_are_kept_true() -> None:
    async with world(listening=False) as here:
        lobby = CountingLobby()
        homes = Homes(
            here.room.api, MethodLimits(lambda: 0.0), here.room.clock, lobby, NoDirectory()
        )
        for nth in range(MOST + 5):
            await homes.opened(f"U{nth}")
        lobby.drawn = 0
        await homes.look()
    assert lobby.drawn == MOST


async def test_at_its_limit_nothing_is_sent_and_the_newest_goes_with_the_next_look() -> None:
    now = 0.0
    limits = MethodLimits(lambda: now, {"views.publish": (RateWindow(2, 60),)}, {})
    async with world(listening=False) as here:
        lobby = CountingLobby()
        homes = Homes(here.room.api, limits, here.room.clock, lobby, NoDirectory())
        await homes.opened("U0MEI")
        for _ in range(5):
            await homes.look()
        sent = len(here.calls("views.publish"))
        now = 61.0
        await homes.look()
        assert len(here.calls("views.publish")) == sent + 1
        assert sent <= 2


@pytest.mark.parametrize("typed", ["start checkout", "start checkout v1.4.2", "start"])
async def test_a_start_that_lacks_a_word_opens_its_form(typed: str) -> None:
    shop = Shop(*STAGED)
    async with shop_world(shop) as here:
        text = f"/release {typed}"
        (saw,) = await here.act("mei", "command", channel="releases", text=text, wait=2)
    assert saw["kind"] == "modal"
    fields = {block["block_id"]: block["element"] for block in saw["view"]["blocks"]}
    chosen = fields["service"].get("initial_option", {"value": None})["value"]
    assert chosen == ("checkout" if "checkout" in typed else None)
    assert fields["version"].get("initial_value") == ("v1.4.2" if "v1" in typed else None)
    assert ("environment:checkout" in fields) is ("checkout" in typed)
    assert await shop.facts() == []


async def test_a_start_is_filled_in_chosen_and_sent() -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt(environment="staging")
    async with shop_world(shop) as here:
        await here.act("mei", "home")
        await home_of(here, "U0MEI", "Start a release")
        (opened,) = await presses(here, "mei", "ask:start")
        view = here.served.workspace.state.views[opened["view"]["id"]]
        deed = {"view": view.id, "action_id": "choose:service", "value": "checkout", "wait": 2}
        await here.act("mei", "click", **deed)
        await until(lambda: "environment:checkout" in str(view.body))
        values = {"version": "v1.4.2", "environment": "staging", "because": "it is <ready>"}
        saw = await here.act("mei", "submit", view=view.id, values=values, wait=2)
        assert saw[0]["kind"] == "modal"
        view_now = saw[0]["view"]
    release = await shop.rig.engine.history.release("R-1")
    assert release is not None
    assert (release.name, release.environment) == ("v1.4.2", "staging")
    assert (release.because, release.requested_by) == ("it is <ready>", MEI)
    assert words(view_now) == "R-1: checkout v1.4.2 to staging."


async def test_a_fault_stands_beside_its_own_field() -> None:
    shop = Shop(*STAGED)
    await shop.said("mark ledger v1 bad because it lost money")
    before = await shop.facts()
    async with shop_world(shop) as here:
        text = "/release start ledger"
        await here.act("mei", "command", channel="releases", text=text, wait=2)
        saw = await here.act("mei", "submit", values={"version": "v1 to prod"}, wait=2)
        assert list(saw[0]["errors"]) == ["version"]
        saw = await here.act("mei", "submit", values={"version": "v1"}, wait=2)
    assert saw[0]["kind"] == "modal_errors"
    assert saw[0]["errors"]["version"].startswith("Not started")
    assert await shop.facts() == before


async def test_a_release_that_needs_somebody_waits_for_those_who_can() -> None:
    shop = await baking()
    blind = i.Judged(verdicts=(verdict(Said.NO_DATA),), watched=timedelta(0))
    assert (await shop.rig.engine.tell("R-1", blind)).ok
    lobby = lobby_of(shop)
    seen = {person: words(await lobby.home(person)) for person in (MEI, "U0STRANGER")}
    assert "Nothing waits for you." not in seen[MEI]
    assert "Nothing waits for you." in seen["U0STRANGER"]


async def test_a_vote_waits_for_who_has_a_seat_and_has_said_nothing() -> None:
    view = view_of(POLLS["polling-advised"])
    poll = view.release.poll
    assert poll is not None
    shop = Shop()
    silent, heard = poll.unheard()[0], poll.standing()[0].by
    now, live = view.now, (view,)
    rows = {
        person: await list_votes(Visit(desk=shop.desk, person=person, now=now, live=live))
        for person in (silent, heard, "U0STRANGER")
    }
    [row] = rows[silent]
    assert row.text.startswith("*GO OR NO-GO? checkout v1.4.2 → production*")
    assert [button.asks for button in row.buttons] == ["", "no-go", ""]
    assert (rows[heard], rows["U0STRANGER"]) == ([], [])
