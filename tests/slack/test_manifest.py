"""manifest.yml: valid for Slack, and equal to what the code registers, in both directions."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from bot.config import Slack
from bot.engine.door.grammar import usage_hint
from bot.slack.app import EVENTS as HEARD
from bot.slack.declared import EVENTS, METHODS, OPTIONAL, optional_scopes, scopes
from bot.slack.limits import METHODS as LIMITED
from commands import COMMANDS
from tests.slack.world import world

ROOT = Path(__file__).parent.parent.parent
MANIFEST: dict[str, Any] = yaml.safe_load((ROOT / "manifest.yml").read_text("utf-8"))
SCHEMAS = ROOT.parent / "shared" / "specs"
TYPED = [each["command"] for each in MANIFEST["features"]["slash_commands"]]
NEVER = {"chat:write.customize", "channels:join"}
METHOD = re.compile(r'"((?:apps|auth|chat|conversations|usergroups|users|views)(?:\.[a-zA-Z]+)+)"')


@pytest.mark.parametrize("version", [1, 2])
def test_slack_takes_it(version: int) -> None:
    schema = SCHEMAS / f"slack-manifest-v{version}.schema.json"
    if not schema.exists():
        pytest.skip("allowed: Slack's manifest schemas are not on this machine")
    metadata = {**MANIFEST["_metadata"], "major_version": version}
    jsonschema.validate({**MANIFEST, "_metadata": metadata}, json.loads(schema.read_text("utf-8")))


def test_its_commands_are_those_of_the_config() -> None:
    fields = Slack.model_fields
    wanted = [fields["command"].default, fields["rollback_command"].default]
    written = MANIFEST["features"]["slash_commands"]
    assert [each["command"] for each in written] == wanted
    assert all(each["should_escape"] for each in written)


def test_its_hints_are_those_of_the_verbs() -> None:
    release, rollback = MANIFEST["features"]["slash_commands"]
    verb = next(spec for spec in COMMANDS if spec.name == "rollback")
    assert release["usage_hint"] == usage_hint(COMMANDS)
    assert f"rollback {rollback['usage_hint']}" == verb.usage


def test_its_scopes_are_those_we_use() -> None:
    written = MANIFEST["oauth_config"]["scopes"]
    assert sorted(written) == ["bot", "bot_optional"]
    assert set(written["bot"]) == scopes()
    assert set(written["bot_optional"]) == optional_scopes() - scopes()
    assert not NEVER & (scopes() | optional_scopes())


def test_its_events_are_those_we_hear() -> None:
    settings = MANIFEST["settings"]
    written = settings["event_subscriptions"]["bot_events"]
    assert written == sorted(EVENTS)
    assert {name.partition(".")[0] for name in EVENTS} == set(HEARD)
    assert settings["interactivity"]["is_enabled"]


def test_with_socket_mode_no_address_is_written() -> None:
    assert MANIFEST["settings"]["socket_mode_enabled"]
    assert "url:" not in (ROOT / "manifest.yml").read_text("utf-8")


def test_every_method_that_is_called_is_declared_and_the_reverse() -> None:
    sources = [path for path in (ROOT / "bot" / "slack").glob("*.py") if path.stem != "declared"]
    named = {
        name
        for path in sources
        if path.stem != "limits"
        for name in METHOD.findall(path.read_text("utf-8"))
    }
    assert named == set(METHODS)
    assert set(OPTIONAL) <= set(METHODS)


def test_every_method_but_opening_sockets_has_its_limit() -> None:
    assert set(LIMITED) == set(METHODS) - {"apps.connections.open"}


@pytest.mark.parametrize("command", TYPED)
async def test_every_command_it_names_is_heard(command: str) -> None:
    async with world() as here:
        await here.types("mei", f"{command} checkout")
    assert here.door.heard[0].via == "slash"


async def test_every_event_it_names_is_heard() -> None:
    async with world() as here:
        await here.act("mei", "message", channel="releases", text="<@U0SLIPWAY> status")
        await here.act("mei", "message", channel="@slipway", text="status")
        await here.comes("ack", 2)
    assert sorted(each.via for each in here.door.heard) == ["dm", "mention"]
