"""Slash commands, over a real WebSocket: heard as typed, answered in time, whatever happens."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from bot.engine.door.door import Inbound, Reply
from bot.ports.chat import Message
from bot.practice.workspace import Member
from tests.slack.world import IMPATIENT, SmallDoor, World, said, world


async def test_a_command_is_heard_as_it_was_typed_and_answered_in_private() -> None:
    async with world() as here:
        saw = await here.types("mei", "/release status checkout")
    (heard,) = here.door.heard
    assert heard == Inbound(
        key=heard.key, text="status checkout", by="U0MEI", via="slash", channel="C0RELEASES"
    )
    assert heard.key.startswith("slack/cmd/")
    assert [(each["kind"], each["text"]) for each in saw] == [
        ("ephemeral", "heard: status checkout")
    ]


async def test_rollback_is_a_verb_of_its_own() -> None:
    async with world() as here:
        await here.types("mei", "/rollback checkout")
    assert (here.door.heard[0].verb, here.door.heard[0].text) == ("rollback", "checkout")


async def test_a_public_answer_is_seen_by_all_with_its_blocks() -> None:
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "*Started*"}}

    async def answer(_: Inbound) -> Reply:
        return Reply(message=Message(text="Started.", blocks=(block,)), public=True)

    async with world(SmallDoor(answer)) as here:
        await here.types("mei", "/release start checkout v1")
        message = here.journal("message")[-1]["message"]
    assert (message["text"], message["blocks"][0]["text"]["text"]) == ("Started.", "*Started*")


async def test_two_hundred_commands_at_once_are_answered_within_a_second() -> None:
    store = ThreadPoolExecutor(20)

    async def answer(inbound: Inbound) -> Reply:
        await asyncio.get_running_loop().run_in_executor(store, time.sleep, 0.05)
        return said(inbound.text)

    async with world(SmallDoor(answer)) as here:
        lines = [here.types("mei", f"/release status s{number}") for number in range(200)]
        saw = await asyncio.gather(*lines)
        latencies = sorted(each["latency"] for each in here.journal("ack"))
    assert [each[0]["text"] for each in saw] == [f"status s{number}" for number in range(200)]
    assert len({heard.key for heard in here.door.heard}) == 200
    assert latencies[197] < 3.0
    assert len(here.calls("auth.test")) == 1


async def test_a_door_that_raises_is_a_sentence_with_an_error_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def answer(_: Inbound) -> Reply:
        raise ZeroDivisionError("boom")

    async with world(SmallDoor(answer)) as here:
        saw = await here.types("mei", "/release status")
    text = saw[0]["text"]
    name = text.partition("error ")[2].partition(")")[0]
    assert text.startswith("I could not do that")
    assert "boom" not in text
    assert len(name) == 8
    assert name in capsys.readouterr().out


async def test_a_door_that_takes_too_long_is_answered_in_time_and_later_in_full() -> None:
    async def answer(_: Inbound) -> Reply:
        await asyncio.sleep(2.8)
        return said("Done after all.")

    async with world(SmallDoor(answer)) as here:
        saw = await here.types("mei", "/release status")
        assert "being recorded" in saw[0]["text"]
        assert here.journal("ack")[0]["latency"] < 3.0
        whispers = await here.comes("ephemeral", 2)
    assert whispers[-1]["message"]["text"] == "Done after all."


async def test_an_unknown_command_is_answered_with_what_to_type() -> None:
    async with world() as here:
        payload = command_payload(here, "/deploy")
        found = await here.control("inject", {"payload": payload, "type": "slash_commands"})
    assert found["how"] == "acked"
    assert "/release help" in found["answer"]["text"]
    assert here.door.heard == []


def command_payload(here: World, command: str, **more: object) -> dict[str, object]:
    seed = here.served.workspace.seed
    return {
        "command": command,
        "text": "x",
        "user_id": "U0MEI",
        "team_id": seed.team,
        "channel_id": "C0RELEASES",
        "trigger_id": "1.2.3",
        **more,
    }


async def test_somebody_of_another_team_is_refused_at_the_door() -> None:
    async with world() as here:
        payload = command_payload(here, "/release", team_id="T0OTHER")
        found = await here.control("inject", {"payload": payload, "type": "slash_commands"})
    assert "only full members" in found["answer"]["text"]
    assert here.door.heard == []
    assert [away.text for away in here.door.away] == ["x"]


async def test_the_same_envelope_twice_has_the_same_key() -> None:
    async with world() as here:
        await here.fault(socket="duplicate")
        await here.types("mei", "/release start checkout v1")
        await here.comes("ack_late")
    assert len(here.door.heard) == 2
    assert len(here.door.effects) == 1


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"command": "/release"},
        {"command": "/release", "text": None, "user_id": 7, "trigger_id": []},
        {"type": "block_actions"},
        {"type": "block_actions", "actions": [], "user": "x"},
        {"type": "view_submission", "view": {"callback_id": "x"}},
        {"type": "shortcut", "callback_id": "x"},
        {"type": "nothing anybody knows"},
        {"type": "event_callback", "event": "x", "authorizations": [7], "team_id": {}},
        {"type": "block_actions", "team": "x", "actions": [{"action_id": 5}]},
    ],
    ids=str,
)
async def test_whatever_comes_is_acknowledged(payload: dict[str, object]) -> None:
    async with world() as here:
        found = await here.control("inject", {"payload": payload, "type": "interactive"})
        assert found["how"] == "acked"
        saw = await here.types("mei", "/release status")
    assert saw[0]["text"] == "heard: status"


@pytest.mark.parametrize(
    "frame", ["{", "[]", "null", '{"type": "hello"}', '{"type": "x"}', "[" * 9999]
)
async def test_a_nonsense_frame_harms_nobody(frame: str) -> None:
    async with world() as here:
        await here.control("inject", {"frame": frame})
        saw = await here.types("mei", "/release status")
    assert saw[0]["text"] == "heard: status"


async def test_a_guest_is_refused_whatever_they_ask() -> None:
    guest = Member(id="U0GUEST", name="guest", is_restricted=True)
    seed = replace(IMPATIENT, people=(*IMPATIENT.people, guest))
    seed = replace(
        seed, rooms=tuple(replace(r, members=(*r.members, "U0GUEST")) for r in seed.rooms)
    )
    async with world(seed=seed) as here:
        saw = await here.types("guest", "/release status")
    assert "only full members" in saw[0]["text"]
    assert here.door.heard == []
    assert [away.text for away in here.door.away] == ["status"]


async def test_with_the_directory_down_who_was_never_seen_is_refused() -> None:
    """A1: unknown is not a yes."""
    async with world() as here:
        await here.fault(method="users.info", status=500, times=-1)
        saw = await here.types("mei", "/rollback checkout")
    assert "never seen you" in saw[0]["text"]
    assert here.door.heard == []
    assert len(here.door.away) == 1


NAMELESS = [{"trigger_id": ""}, {"user_id": "cli:root"}, {"user_id": ""}]


@pytest.mark.parametrize("more", NAMELESS, ids=str)
async def test_a_command_without_an_id_of_its_own_or_its_person_does_nothing(
    more: dict[str, str],
) -> None:
    async with world() as here:
        payload = command_payload(here, "/release", **more)
        found = await here.control("inject", {"payload": payload, "type": "slash_commands"})
    assert found["answer"]["text"].startswith("Nothing happened")
    assert here.door.heard == []


async def test_a_door_that_runs_out_of_time_itself_is_a_failure_at_once() -> None:
    async def answer(_: Inbound) -> Reply:
        raise TimeoutError

    async with world(SmallDoor(answer)) as here:
        saw = await here.types("mei", "/release status")
    assert "(error " in saw[0]["text"]
