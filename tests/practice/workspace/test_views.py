"""Modals and Home tabs by way of the Web API: trigger ids, hashes, sizes, stacks."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.workspace import Seed
from bot.practice.workspace.payloads import trigger_id
from bot.practice.workspace.state import Interaction, View
from tests.practice.workspace.helpers import (
    HURRIED,
    Clock,
    Driver,
    asks,
    client,
    driven,
    modal,
    plain,
    refusal,
    section,
)

INPUT = asks("reason", {"type": "plain_text_input", "action_id": "text"})
HOME = {"type": "home", "blocks": [section("home")]}


@pytest.fixture
async def desk(clock: Clock) -> AsyncIterator[Driver]:
    """A workspace whose clock stands still."""
    async with driven(Seed(timing=HURRIED), clock) as found:
        yield found


@pytest.fixture
def slack(desk: Driver) -> AsyncWebClient:
    """The bot's client."""
    return client(desk.served)


def trigger(desk: Driver, user: str = "U0MEI", view: str | None = None) -> str:
    """A trigger id as a deed of this person makes it."""
    space = desk.served.workspace
    opened: View | None = space.state.views[view] if view else None
    return trigger_id(space, Interaction(user), opened)


async def test_a_modal_opens_before_its_person(desk: Driver, slack: AsyncWebClient) -> None:
    opened = await slack.views_open(trigger_id=trigger(desk), view=modal(INPUT))
    state = await desk.get("state")
    assert [view["id"] for view in state["modals"]["U0MEI"]] == [opened["view"]["id"]]
    assert opened["view"]["root_view_id"] == opened["view"]["id"]


async def test_a_trigger_dies_after_three_seconds(
    desk: Driver, slack: AsyncWebClient, clock: Clock
) -> None:
    young, old = trigger(desk), trigger(desk)
    clock.move(seconds=3)
    await slack.views_open(trigger_id=young, view=modal(INPUT))
    clock.move(milliseconds=1)
    late = slack.views_open(trigger_id=old, view=modal(INPUT))
    assert (await refusal(late))["error"] == "expired_trigger_id"


async def test_a_trigger_is_exchanged_once(desk: Driver, slack: AsyncWebClient) -> None:
    once = trigger(desk)
    await slack.views_open(trigger_id=once, view=modal(INPUT))
    again = slack.views_open(trigger_id=once, view=modal(INPUT))
    assert (await refusal(again))["error"] == "exchanged_trigger_id"


async def test_an_invented_trigger_opens_nothing(slack: AsyncWebClient) -> None:
    call = slack.views_open(trigger_id="1.2.abc", view=modal(INPUT))
    assert (await refusal(call))["error"] == "invalid_trigger_id"


@pytest.mark.parametrize(
    ("view", "pointer"),
    [
        (modal(INPUT, title=plain("x" * 25)), "/view/title/text"),
        (modal(INPUT, title={"type": "mrkdwn", "text": "x"}), "/view/title/type"),
        ({key: value for key, value in modal(INPUT).items() if key != "submit"}, "/view"),
        (modal(), "/view/blocks"),
        (modal(*[section("x")] * 101), "/view/blocks"),
        (modal(section("x"), private_metadata="x" * 3001), "/view/private_metadata"),
        (modal(section("x"), callback_id="x" * 256), "/view/callback_id"),
        (modal(section("x"), colour="red"), "/view"),
        (
            modal({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}),
            "/view/blocks/0/type",
        ),
        (HOME, "/view/type"),
        ({"type": "drawer"}, "/view/type"),
        ([], "/view"),
    ],
)
async def test_a_bad_view_points_at_the_problem(
    desk: Driver, slack: AsyncWebClient, view: Any, pointer: str
) -> None:
    fresh = trigger(desk)
    args = {"trigger_id": fresh, "view": view}
    found = await refusal(slack.api_call("views.open", json=args))
    assert found["error"] == "invalid_arguments"
    assert f"[json-pointer:{pointer}]" in found["response_metadata"]["messages"][0]
    await slack.views_open(trigger_id=fresh, view=modal(INPUT))


async def test_a_heavy_view_is_too_large(desk: Driver, slack: AsyncWebClient) -> None:
    heavy = modal(*(section("x" * 3000) for _ in range(84)))
    call = slack.views_open(trigger_id=trigger(desk), view=heavy)
    assert (await refusal(call))["error"] == "view_too_large"


async def test_an_update_with_an_old_hash_conflicts(desk: Driver, slack: AsyncWebClient) -> None:
    opened = (await slack.views_open(trigger_id=trigger(desk), view=modal(INPUT)))["view"]
    args = {"view_id": opened["id"], "hash": opened["hash"], "view": modal(section("now"))}
    updated = await slack.views_update(**args)
    assert updated["view"]["hash"] != opened["hash"]
    assert (await refusal(slack.views_update(**args)))["error"] == "hash_conflict"


async def test_a_closed_view_is_not_found(desk: Driver, slack: AsyncWebClient) -> None:
    opened = (await slack.views_open(trigger_id=trigger(desk), view=modal(INPUT)))["view"]
    await desk.act("mei", "close")
    call = slack.views_update(view_id=opened["id"], view=modal(INPUT))
    assert (await refusal(call))["error"] == "not_found"


async def test_three_views_stack_and_no_more(desk: Driver, slack: AsyncWebClient) -> None:
    top = (await slack.views_open(trigger_id=trigger(desk), view=modal(INPUT)))["view"]
    for _ in range(2):
        fresh = trigger(desk, view=top["id"])
        pushed = (await slack.views_push(trigger_id=fresh, view=modal(INPUT)))["view"]
        assert (pushed["previous_view_id"], pushed["root_view_id"]) == (
            top["id"],
            top["root_view_id"],
        )
        top = pushed
    call = slack.views_push(trigger_id=trigger(desk, view=top["id"]), view=modal(INPUT))
    assert (await refusal(call))["error"] == "push_limit_reached"


async def test_nothing_is_pushed_onto_a_home_tab(desk: Driver, slack: AsyncWebClient) -> None:
    home = (await slack.views_publish(user_id="U0MEI", view=HOME))["view"]
    call = slack.views_push(trigger_id=trigger(desk, view=home["id"]), view=modal(INPUT))
    assert (await refusal(call))["error"] == "not_found"


async def test_an_external_id_is_unique(desk: Driver, slack: AsyncWebClient) -> None:
    named = modal(INPUT, external_id="start-1")
    await slack.views_open(trigger_id=trigger(desk), view=named)
    again = slack.views_open(trigger_id=trigger(desk, "U0RUI"), view=named)
    assert (await refusal(again))["error"] == "duplicate_external_id"
    updated = await slack.views_update(external_id="start-1", view=named)
    assert updated["view"]["external_id"] == "start-1"


async def test_the_home_tab_is_published_and_replaced(desk: Driver, slack: AsyncWebClient) -> None:
    first = (await slack.views_publish(user_id="U0ANA", view=HOME))["view"]
    second = (await slack.views_publish(user_id="U0ANA", view=HOME, hash=first["hash"]))["view"]
    assert first["id"] == second["id"]
    stale = slack.views_publish(user_id="U0ANA", view=HOME, hash=first["hash"])
    assert (await refusal(stale))["error"] == "hash_conflict"
    assert (await desk.get("state"))["homes"]["U0ANA"]["id"] == first["id"]


async def test_a_home_tab_takes_home_views_of_people_only(slack: AsyncWebClient) -> None:
    wrong = slack.views_publish(user_id="U0ANA", view=modal(INPUT))
    assert (await refusal(wrong))["error"] == "invalid_arguments"
    nobody = slack.views_publish(user_id="U0NOBODY", view=HOME)
    assert (await refusal(nobody))["error"] == "user_not_found"


async def test_a_disabled_home_tab_is_not_published() -> None:
    usual = Seed(timing=HURRIED)
    async with driven(replace(usual, app=replace(usual.app, home_tab=False))) as driver:
        call = client(driver.served).views_publish(user_id="U0ANA", view=HOME)
        assert (await refusal(call))["error"] == "not_enabled"
