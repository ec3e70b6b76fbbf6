"""`slipway check` against a real workspace and a fleet with traffic: what is wrong has its fix."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.cli.check import look
from bot.cli.lines import CheckLine
from bot.practice.stage.config import ENVIRONMENT
from bot.practice.stage.stage import Stage, opened


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    async with opened() as stage:
        yield stage


async def checked(stage: Stage, *changes: tuple[str, str]) -> list[CheckLine]:
    path = stage.folder / "slipway.toml"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text)
    return await look(path)


def faults(lines: list[CheckLine]) -> str:
    return "\n".join(str(line) for line in lines if line.fault)


def said(lines: list[CheckLine], what: str) -> str:
    return "\n".join(str(line) for line in lines if what in line.what)


async def test_a_sound_config_has_no_fault_and_shows_its_numbers(stage: Stage) -> None:
    lines = await checked(stage)
    assert faults(lines) == ""
    assert "the bot is @slipway in" in said(lines, "slack")
    assert "the bot is in #releases" in said(lines, "#releases")
    numbers = said(lines, "checkout-errors for checkout in prod")
    assert " requests, 0 errors in 2 s (1 series); other version: 0 series" in numbers
    assert "there is none yet" in said(lines, "record")


async def test_a_query_that_finds_nothing_says_which_labels_there_are(stage: Stage) -> None:
    lines = await checked(
        stage, ("""http_requests_total{track=""", """http_requests_total{lane=""")
    )
    told = faults(lines)
    assert "✖ checkout-errors for checkout in prod: 0 series for requests in 2 s." in told
    assert "there are code:" in told
    assert 'Asked: http_requests_total{lane="stable"}' in told


async def test_errors_that_the_source_cannot_see_are_a_fault_and_not_zero(stage: Stage) -> None:
    """D1: a misspelt metric for `errors` looked like a service without errors."""
    lines = await checked(
        stage, ("""errors   = 'http_requests_total{""", """errors   = 'http_request_total{""")
    )
    told = faults(lines)
    assert "✖ checkout-errors for checkout in prod: 0 series for errors, and the source" in told
    assert "does not prove that this means zero" in told


async def test_too_little_traffic_says_how_long_the_first_step_would_take(stage: Stage) -> None:
    lines = await checked(stage, ("needs    = 15", "needs    = 900000"))
    told = said(lines, "checkout-errors for checkout")
    assert told.startswith("! ")
    assert "requests/min: a 10 % step needs" in told
    assert "to see 900,000; 25 % needs" in told


async def test_scopes_that_were_added_but_not_installed_are_named(stage: Stage) -> None:
    space = stage.workspace.workspace
    space.app = replace(space.app, bot_scopes=space.app.bot_scopes - {"usergroups:read"})
    told = faults(await checked(stage))
    assert "the bot token lacks usergroups:read (who is in a group" in told
    assert "installed again" in told


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        (
            "SLACK_APP_TOKEN",
            "xoxb-1",
            "env:SLACK_APP_TOKEN holds a bot token (xoxb-); an app token begins with xapp-: Basic",
        ),
        ("SLACK_BOT_TOKEN", "xoxb-other", "Slack does not know the bot token"),
    ],
)
async def test_a_wrong_token_is_told_by_what_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(name, value)
    assert told in faults(await checked(stage))


async def test_a_channel_without_the_bot_says_how_to_invite_it(stage: Stage) -> None:
    lines = await checked(stage, ('announce  = "#releases"', 'announce  = "#nowhere"'))
    assert "/invite @slipway in #nowhere" in faults(lines)


async def test_a_channel_that_is_there_without_the_bot_has_the_exact_remedy(stage: Stage) -> None:
    lines = await checked(stage, ('announce  = "#releases"', 'announce  = "#random"'))
    assert faults(lines) == (
        "✖ #random: the bot is not in #random. Remedy: /invite @slipway in #random"
    )


SEATS = 'poll     = { seats = { owner = "on-call", release = "on-call" } }\n'
GATE = 'weight = "100%", bake = "4m", approve = "on-call", approvals = 2'


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('deployer = "fleet"\n', f'deployer = "fleet"\n{SEATS}', "different people, and there are"),
        ('weight = "100%", bake = "4m"', GATE, "2 of on-call must agree to 100 %, and it has 1"),
    ],
)
async def test_G1_G2_seats_and_gates_that_nobody_can_fill_are_faults(
    stage: Stage, old: str, new: str, told: str
) -> None:
    lines = await checked(stage, (old, new))
    assert told in faults(lines)
    assert "✖ checkout in prod: " in faults(lines)
    assert "add people to" in faults(lines)


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ('group = "S0NOBODY"', "the group S0NOBODY is empty, or there is none"),
        ('users = ["U0NOBODY"]', "U0NOBODY is a guest, a bot or gone"),
    ],
)
async def test_a_right_that_nobody_can_use_is_a_fault(stage: Stage, people: str, told: str) -> None:
    lines = await checked(
        stage, ('shop-devs     = { group = "S0SHOPDEV" }', f"shop-devs = {{ {people} }}")
    )
    assert told in said(lines, "people shop-devs")
    assert "nobody can start checkout in prod or search in prod" in faults(lines)


async def test_what_is_not_adopted_is_remarked_and_what_is_has_its_version(stage: Stage) -> None:
    await stage.raise_bot()
    await stage.listens()
    await stage.types("U0MEI", "/release adopt checkout in prod")
    await stage.stop_bot()
    lines = await checked(stage)
    assert "a rollback returns to v1.4.1" in said(lines, "checkout in prod")
    assert "/release adopt search in prod" in said(lines, "search in prod")
