"""Every message in every state, in the worst words: Slack takes it, and a lock screen is enough."""

import inspect
import pkgutil
import re
from importlib import import_module

import pytest
from slack_sdk.models.views import View

import bot.render
from bot.domain.state.moves import State
from bot.engine.lanes.chat import TELLS
from bot.ports.chat import Message
from bot.practice.workspace.args import Args
from bot.practice.workspace.blockkit.rules import view_is_too_large, view_problems
from bot.practice.workspace.content import content_of
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.limits import UPDATE_TEXT
from bot.practice.workspace.seed import App
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice
from bot.render.release.page import DETAILS, SUMMARY, page_details, page_summary
from bot.render.release.truth import headline
from tests.render.limits import complaints, strings
from tests.render.messages import MESSAGES
from tests.render.stories import STORIES
from tests.render.worst import SAID, VIEWS, WORDS, worst

LOCK_SCREEN = 60
"""Characters of a notification that show without a touch."""
STATE_KEPT = 16
"""Of a state in words, how much says which it is: "waiting for a person" is known from this."""
CALLS = {
    "ROLLING BACK ": {State.ROLLING_BACK, State.STUCK},
    "NOT OVER ": {State.STUCK},
    "OVER ": {State.ROLLED_BACK},
    "NEEDS A PERSON ": {State.HELD, State.GATED, State.FINISHING},
}
QUESTIONS = {"poll", "poll_aside", "poll_reminder"}
"""What asks for a vote says how the vote stands, not the release."""
VOTE = re.compile(
    r"(Your vote is missing: )?Go or no-go\? |GO: |NO-GO: |VOID: |CANCELLED: |NOT WAITED FOR: "
    r"|R-\d+: there is nothing"
)
BEFORE = re.compile(r"NO LONGER NEEDED\. |\d+ live\. |Nothing is live now\. |\d+ lately[^.]*\. ")
FOREIGN = re.compile(r"<(?!@U0MEI>|!date\^\d+\^[^<>|]*\|[^<>|]*>)|[\u202a-\u202e\u2066-\u2069]")
BUILDERS = {"message", "twin"}
"""What makes a message of parts, and draws nothing itself."""

IN_WORDS = pytest.mark.parametrize("words", sorted(WORDS))
BY_NAME = pytest.mark.parametrize("name", sorted(MESSAGES))


def refused(message: Message) -> list[str]:
    """What the practice workspace, slack_sdk and our own count have against it."""
    asked = Args({"text": message.text, "blocks": list(message.blocks)})
    try:
        content_of(asked, App(), UPDATE_TEXT)
    except ApiError as error:
        return [str(error.body()), *complaints(message)]
    return complaints(message)


def powers(message: Message) -> list[str]:
    """Words of others that Slack would act on, or that turn the rest around."""
    return [text for text in (message.text, *strings(message.blocks)) if FOREIGN.search(text)]


def hides_its_state(seen: ReleaseView, text: str) -> bool:
    """Whether the beginning, which is all that a lock screen shows, does not say how it stands."""
    for call, states in CALLS.items():
        if text.startswith(call):
            return seen.release.state not in states
    state = headline(Voice(seen, rich=False))[1].replace(": ", ", ")[:STATE_KEPT]
    said = BEFORE.sub("", text, count=1)[: len(state)]
    at_end = len(text) - len(BEFORE.sub("", text, count=1)) + len(state)
    return said.lower() != state.lower() or at_end > LOCK_SCREEN


@BY_NAME
@IN_WORDS
def test_slack_takes_every_message_in_every_state(name: str, words: str) -> None:
    for story in STORIES:
        drawn = MESSAGES[name](worst(story, WORDS[words]))
        assert (story, refused(drawn)) == (story, [])
        assert (story, powers(drawn)) == (story, [])


@BY_NAME
@IN_WORDS
def test_the_beginning_says_how_it_stands(name: str, words: str) -> None:
    seen = [worst(story, WORDS[words]) for story in STORIES]
    texts = [(each, MESSAGES[name](each).text) for each in seen]
    if name in QUESTIONS:
        assert [text[:LOCK_SCREEN] for _, text in texts if not VOTE.match(text)] == []
    else:
        assert [text[:LOCK_SCREEN] for each, text in texts if hides_its_state(each, text)] == []


@pytest.mark.parametrize("name", sorted(SAID))
@IN_WORDS
def test_slack_takes_every_answer(name: str, words: str) -> None:
    drawn = SAID[name](WORDS[words])
    assert refused(drawn) == []
    assert powers(drawn) == []


@pytest.mark.parametrize("name", sorted(VIEWS))
@IN_WORDS
def test_slack_takes_every_view(name: str, words: str) -> None:
    drawn = VIEWS[name](WORDS[words])
    assert [str(each) for each in view_problems(drawn)] == []
    assert not view_is_too_large(drawn)
    View(**drawn).validate_json()


@IN_WORDS
def test_a_pager_gets_its_call_first_and_all_of_it(words: str) -> None:
    for story in STORIES:
        release = worst(story, WORDS[words]).release
        assert re.match(r"[A-Z]{3,}", page_summary(release)), (story, page_summary(release))
        assert len(page_summary(release)) <= SUMMARY
        assert 0 < len(page_details(release)) <= DETAILS


def test_every_message_that_the_bot_sends_is_tried() -> None:
    assert {tell.render for tell in TELLS.values()} <= set(MESSAGES.values())


def test_every_function_that_draws_a_message_is_tried() -> None:
    modules = [import_module(each.name) for each in rooms()]
    drawing = {
        name
        for module in modules
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if made.__module__ == module.__name__
        and inspect.signature(made).return_annotation in (Message, "Message")
        and not name.startswith("_")
    }
    tried = {name.split(" ")[0] for name in (*MESSAGES, *SAID)}
    tried |= {drawn.__name__ for drawn in MESSAGES.values()}
    assert sorted(drawing - BUILDERS - tried) == []


def rooms() -> list[pkgutil.ModuleInfo]:
    return list(pkgutil.walk_packages(bot.render.__path__, "bot.render."))
