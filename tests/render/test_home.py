"""The Home tab: what it says, in which order, and that Slack takes it whatever names it holds."""

import json
from dataclasses import replace

import pytest
from slack_sdk.models.views import View

from bot.practice.workspace import Seed, Workspace
from bot.practice.workspace.content import checked_view
from bot.render.home import closed_tab, home
from bot.render.kit.forms import REASONS, START, AskedForm, Origin, reason_view
from bot.render.release.start_form import Choices, start_view
from tests.render.homes import BUSY, HOMES, QUIET, blocks, drawn, wild
from tests.render.limits import strings
from tests.render.stories import view

WORDS = [
    "x" * 3000,
    "שלום \u202e עולם",
    "👩‍👩‍👧‍👦" * 900,
    "<!channel> & <@U1|x> *_~`",
    "a\nb\r\n",
    "",
]


def titles(name: str) -> list[str]:
    found = blocks(HOMES[name])
    return [block["text"]["text"] for block in found if block["type"] == "header"]


def test_its_parts_stand_in_one_order() -> None:
    order = ["Waiting for you", "Yours", "Live 5", "Ahead", "Last 2 hours", "The bot"]
    assert titles("busy") == order


def test_what_is_empty_takes_no_room() -> None:
    assert titles("quiet") == ["Waiting for you", "Live", "Last 2 hours", "The bot"]


def test_trouble_is_told_in_full_and_the_rest_by_name() -> None:
    text = drawn(BUSY)
    assert "needs a person: no data" in text
    assert "1 going well: checkout · 2 standing still: checkout, checkout" in text


def test_silence_and_faults_are_said_and_not_only_printed_small() -> None:
    sections = [block["text"]["text"] for block in blocks(BUSY) if block["type"] == "section"]
    assert sections[-1].startswith("⚠ ledger in prod cannot start")
    assert "⚠ pager silent since" in sections[-1]


def test_a_button_that_asks_opens_its_form() -> None:
    buttons = [each for block in blocks(BUSY) for each in block.get("elements", [])]
    ids = [each["action_id"] for each in buttons if "action_id" in each]
    assert "ask:no-go" in ids
    assert "ask:start" in ids


@pytest.mark.parametrize("words", WORDS, ids=lambda words: repr(words[:12]))
def test_slack_takes_it_whatever_it_holds(words: str) -> None:
    space = Workspace(Seed())
    view = checked_view(home(wild(words)), space.ids, space.app.bot_scopes, "home")
    assert len(view["blocks"]) <= 100
    assert not any("<!channel>" in text or "<@" in text for text in strings(view["blocks"]))


@pytest.mark.parametrize("words", WORDS[:3], ids=lambda words: repr(words[:12]))
def test_slacks_own_models_take_it_too(words: str) -> None:
    View(**home(wild(words))).validate_json()


@pytest.mark.parametrize("name", REASONS)
@pytest.mark.parametrize("line", ["settle R-1", "x" * 1900, "mark ` <!channel> good"])
def test_both_take_each_form(name: str, line: str) -> None:
    space = Workspace(Seed())
    form = reason_view(AskedForm(name=name, line=line), Origin(channel="C1", url="https://h" * 40))
    checked_view(form, space.ids, space.app.bot_scopes, "modal")
    View(**form).validate_json()


@pytest.mark.parametrize("many", [0, 1, 99, 101, 5000])
def test_both_take_the_start_form_of_any_number_of_services(many: int) -> None:
    space = Workspace(Seed())
    services = {f"s{nth}" if nth else "x" * 140: ("staging", "prod") for nth in range(many)}
    choices = Choices(services=services, versions={"s1": tuple(map(str, range(999)))})
    held = {"service": "s1", "version": "v" * 3000, "because": "b" * 3000}
    form = start_view(AskedForm(name=START, line=START, held=held), Origin(), choices)
    checked_view(form, space.ids, space.app.bot_scopes, "modal")
    View(**form).validate_json()
    assert len(json.dumps(form)) < 250_000


def test_a_stranger_sees_why_there_is_nothing() -> None:
    space = Workspace(Seed())
    view = checked_view(closed_tab("Only members <b>."), space.ids, space.app.bot_scopes, "home")
    assert view["blocks"][0]["text"]["text"] == "Only members &lt;b&gt;."


def test_two_tabs_that_say_the_same_are_the_same() -> None:
    assert home(QUIET) == home(QUIET)


def test_what_waits_for_votes_is_not_said_to_go_well() -> None:
    text = drawn(replace(BUSY, live=(view("polling"), view("watching"))))
    assert "1 going well: checkout · 1 waiting for go: checkout" in text
