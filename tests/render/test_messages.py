"""Whatever the release and whatever people wrote: Slack takes it, and no word has power."""

import re

import pytest
from hypothesis import given, settings

from bot.domain.state.moves import State
from bot.ports.chat import Message
from bot.render.kit.blocks import parse_button_value, twin
from bot.render.kit.view import ReleaseView
from tests.render.limits import complaints, elements, strings
from tests.render.messages import MESSAGES
from tests.render.stories import STORIES, view
from tests.render.strategies import views

OURS = re.compile(
    r"<!date\^\d+\^(\{date_short_pretty\} )?\{time(_secs)?\}\|[^<>|]+>|<@U0MEI>|<@U0RUI>"
)
DRIFTED = re.compile(r"\b(bake[ds]?|baking|weighted|canary)\b", re.IGNORECASE)
BY_NAME = pytest.mark.parametrize("name", sorted(MESSAGES))
EACH_STORY = pytest.mark.parametrize("story", sorted(STORIES))


def read(message: Message) -> list[str]:
    return [message.text, *strings(message.blocks)]


def test_every_state_has_a_story() -> None:
    told = {view(story).release.state for story in STORIES}
    assert told == set(State) - {State.REQUESTED}


@BY_NAME
@settings(max_examples=40, deadline=None)
@given(seen=views())
def test_slack_takes_it(name: str, seen: ReleaseView) -> None:
    assert complaints(MESSAGES[name](seen)) == []


@BY_NAME
@settings(max_examples=40, deadline=None)
@given(seen=views())
def test_no_word_has_power(name: str, seen: ReleaseView) -> None:
    for text in read(MESSAGES[name](seen)):
        left = OURS.sub("", text)
        assert "<" not in left
        assert ">" not in left
        assert re.sub(r"&(amp|lt|gt);", "", left).count("&") == 0


@BY_NAME
@EACH_STORY
def test_every_message_stands_in_every_state(name: str, story: str) -> None:
    assert complaints(MESSAGES[name](view(story))) == []


@BY_NAME
@EACH_STORY
def test_words_are_those_of_the_house(name: str, story: str) -> None:
    said = " ".join(read(MESSAGES[name](view(story))))
    assert not DRIFTED.search(said.replace("weight of v1.4.1", ""))


@BY_NAME
@EACH_STORY
def test_nobody_is_mentioned_who_is_not_asked(name: str, story: str) -> None:
    said = " ".join(read(MESSAGES[name](view(story, mention=()))))
    assert "<@" not in said


@EACH_STORY
def test_every_button_says_for_which_release_and_step(story: str) -> None:
    seen = view(story)
    for element in elements(MESSAGES["card"](seen)):
        options = element.get("options", [element])
        pressed = [parse_button_value(option["value"]) for option in options]
        assert all(each and each.release == seen.release.id for each in pressed)
        assert all(each and each.seen == str(seen.release.step) for each in pressed)


@EACH_STORY
def test_red_is_the_way_back_and_nothing_else(story: str) -> None:
    for name in MESSAGES:
        for element in elements(MESSAGES[name](view(story))):
            back = element["action_id"] == "act:rollback"
            assert (element.get("style") == "danger") is back


@EACH_STORY
def test_a_card_has_three_buttons_and_more_at_most(story: str) -> None:
    found = elements(MESSAGES["card"](view(story)))
    assert len([each for each in found if each["type"] == "button"]) <= 3


@BY_NAME
@EACH_STORY
def test_the_twin_says_the_same_words_in_sections_only(name: str, story: str) -> None:
    original = MESSAGES[name](view(story))
    plainer = twin(original)
    assert complaints(plainer) == []
    assert {block["type"] for block in plainer.blocks} <= {"section"}
    assert list(strings(plainer.blocks)) == list(strings(original.blocks))


@EACH_STORY
def test_the_same_view_is_the_same_message(story: str) -> None:
    for name, render in MESSAGES.items():
        assert render(view(story)) == render(view(story)), name
