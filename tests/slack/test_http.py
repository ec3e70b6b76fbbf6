"""Signed HTTP: only what Slack signed a moment ago is believed, and nothing makes it fall over."""

import hashlib
import hmac
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.slack.http import BODY_MOST, is_signed
from tests.slack.world import SIGNING, World, http_world

NOW = 1_795_000_000


def form(here: World, **more: str) -> str:
    """A slash command as Slack posts it."""
    return urlencode(
        {
            "command": "/release",
            "text": "start checkout v1",
            "user_id": "U0MEI",
            "team_id": here.served.workspace.seed.team,
            "channel_id": "C0RELEASES",
            "trigger_id": "7.7.7",
            **more,
        }
    )


async def post(here: World, **asked: Any) -> dict[str, Any]:
    return await here.control("inject", {"http": asked})


async def test_commands_presses_and_mentions_come_through() -> None:
    async with http_world() as here:
        saw = await here.types("mei", "/release status")
        await here.act("mei", "message", channel="releases", text="<@U0SLIPWAY> status")
        await here.comes("ephemeral", 2)
    assert saw[0]["text"] == "heard: status"
    assert [each.via for each in here.door.heard] == ["slash", "mention"]
    assert here.journal("socket_opened") == []


@pytest.mark.parametrize(
    "asked",
    [
        {"sign": False},
        {"secret": "another"},
        {"age": 301},
        {"age": -301},
        {"headers": {"X-Slack-Request-Timestamp": "abc"}},
        {"headers": {"X-Slack-Request-Timestamp": "9" * 4000}},
        {"headers": {"X-Slack-Request-Timestamp": "-1"}},
        {"headers": {"X-Slack-Request-Timestamp": "١٧٩٥٠٠٠٠٠٠"}},
        {"headers": {"X-Slack-Signature": "v0=grüße"}},
        {"headers": {"X-Slack-Signature": ""}},
        {"headers": {"X-Slack-Signature": "v1=00"}},
    ],
    ids=str,
)
async def test_a_forged_request_is_refused_and_changes_nothing(asked: dict[str, Any]) -> None:
    async with http_world() as here:
        found = await post(here, body=form(here), **asked)
    assert found["status"] == 401
    assert here.door.heard == []


async def test_a_replayed_request_has_one_effect() -> None:
    async with http_world() as here:
        first = await post(here, body=form(here))
        again = await post(here, body=form(here))
    assert (first["status"], again["status"]) == (200, 200)
    assert len(here.door.effects) == 1


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", "{"),
        ("application/json", "[]"),
        ("application/json", "7"),
        ("application/json", "[" * 50_000),
        ("application/json", '{"event": "x", "type": "event_callback"}'),
        ("application/x-www-form-urlencoded", "payload=%7B"),
        ("application/x-www-form-urlencoded", "payload=7"),
        ("application/x-www-form-urlencoded", ""),
        ("text/plain", "hello"),
        ("multipart/form-data", "hello"),
    ],
)
async def test_a_signed_body_of_any_shape_is_no_server_error(kind: str, body: str) -> None:
    async with http_world() as here:
        found = await post(here, body=body, content_type=kind)
    assert found["status"] in (200, 400), found
    assert here.door.heard == []


def signature(body: bytes, stamp: int) -> dict[str, str]:
    """Slack's headers over bytes that need not be text."""
    signed = b"v0:" + str(stamp).encode() + b":" + body
    digest = hmac.new(SIGNING.encode(), signed, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(stamp), "X-Slack-Signature": f"v0={digest}"}


async def raw(here: World, body: bytes) -> int:
    """The status for a signed body."""
    url = str(here.served.workspace.app.request_url)
    headers = signature(body, int(here.served.workspace.now().timestamp()))
    async with here.session.post(url, data=body, headers=headers) as answer:
        return answer.status


async def test_a_signed_body_that_is_no_text_is_refused() -> None:
    async with http_world() as here:
        assert await raw(here, b"text=\xff\xfe\x00") == 400


async def test_a_signed_body_that_is_too_large_is_refused() -> None:
    async with http_world() as here:
        assert await raw(here, b"x" * (BODY_MOST + 1)) == 413


async def test_while_stopping_nothing_new_is_taken() -> None:
    async with http_world() as here:
        await here.room.close()
        found = await post(here, body=form(here))
    assert found["status"] == 503
    assert here.door.heard == []


async def test_slacks_handshake_is_answered() -> None:
    async with http_world() as here:
        assert here.served.workspace.app.request_url is not None


@pytest.mark.parametrize(("age", "good"), [(0, True), (299, True), (-299, True), (301, False)])
def test_a_signature_is_good_for_five_minutes(age: int, good: bool) -> None:
    body = b"\xff"
    assert is_signed(SIGNING, signature(body, NOW - age), body, NOW) is good
    assert not is_signed(SIGNING, signature(body, NOW - age), b"\xfe", NOW)
