"""Answers to people: refusals with their offers, lists, help, and buttons that can be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.door.grammar import Parsed, Ref, Surroundings, Vocabulary, parse
from bot.engine.door.help import help_groups
from bot.ports.chat import Message
from bot.render import answers
from bot.render.kit.blocks import parse_button_value
from bot.render.kit.verbs import verbs_of
from commands import COMMANDS
from tests.render.builders import STORIES, at, view
from tests.render.limits import complaints, elements, strings
from tests.render.messages import MESSAGES
from tests.render.shown import shown
from tests.render.strategies import WORDS
from tests.render.worst import help_of

OFFERS = [
    ("Roll back v1.4.2 to v1.4.1", "rollback checkout to v1.4.1 in prod"),
    ("Why", "why R-142"),
]
HELP = help_groups(COMMANDS)


def test_a_refusal_is_what_why_and_what_to_do() -> None:
    told = answers.refusal("Not promoted: it is held.", "Resume it first.", [])
    assert told.text == "Not promoted: it is held. Resume it first."
    assert elements(told) == []


def test_an_offer_carries_its_whole_request() -> None:
    buttons = elements(answers.refusal("Which?", "", OFFERS))
    pressed = [parse_button_value(each["value"]) for each in buttons]
    assert [each and each.command for each in pressed] == [command for _, command in OFFERS]
    assert [each["action_id"] for each in buttons] == ["act:offer", "act:offer:2"]


def test_the_way_back_is_red_and_one_offer_is_the_main_one() -> None:
    assert [each.get("style") for each in elements(answers.refusal("?", "", OFFERS))] == [
        "danger",
        None,
    ]
    assert elements(answers.refusal("?", "", OFFERS[1:]))[0]["style"] == "primary"


@given(words=st.lists(WORDS, min_size=3, max_size=3), more=st.lists(st.tuples(WORDS, WORDS)))
def test_answers_fit_and_have_no_power(words: list[str], more: list[tuple[str, str]]) -> None:
    told = [
        answers.answer(words[0]),
        answers.refusal(words[0], words[1], more),
        answers.help_text(help_of(words[0], words[1], words[2], times=15), "/release"),
        answers.whoami(words[0], words[1], {words[2]: [words[0]], words[1]: []}),
    ]
    for message in told:
        assert complaints(message) == []
        assert not any(set("<>") & set(text) for text in [message.text, *strings(message.blocks)])


def test_nothing_live_is_said() -> None:
    assert answers.status_list([], at(0)).text.startswith("Nothing is live")


def test_who_needs_somebody_stands_first() -> None:
    told = answers.status_list([view("done"), view("watching"), view("stuck")], at(40))
    order = [line for line in shown(told).split("\n") if line.startswith("*")]
    assert [line[1] for line in order] == ["✖", "▶", "✔"]
    assert told.text.startswith("2 live. Rollback stuck: ")


def test_a_long_list_says_how_many_it_leaves_out() -> None:
    told = answers.status_list([view("watching")] * 60, at(40))
    assert complaints(told) == []
    assert "… 40 more" in shown(told)


def test_a_long_list_of_changes_fits() -> None:
    assert complaints(answers.changes([view(story) for story in STORIES] * 5)) == []
    assert answers.changes([]).text == "Nothing changed in that time."


def test_help_shows_every_verb_with_its_example() -> None:
    told = shown(answers.help_text(HELP, "/release"))
    assert all(f"/release {verb.examples[0]}" in told for verb in verbs_of(HELP))


def test_help_about_one_verb_says_it_in_the_sentence() -> None:
    told = answers.help_text(help_groups(COMMANDS[:1]), "/ship")
    assert told.text.startswith("/ship start &lt;service&gt;")
    assert told.text.endswith("For example: /ship start checkout v1.4.2 to prod")


def test_whoami_says_which_commits_are_ones_own_where_that_counts() -> None:
    assert "Commits by mei-gh are yours." in answers.whoami("U0MEI", "mei", {}, ["mei-gh"]).text
    assert "cannot approve" in answers.whoami("U0MEI", "mei", {}, []).text
    assert "ommits" not in answers.whoami("U0MEI", "mei", {}).text


def test_whoami_groups_places_by_what_one_may() -> None:
    rights = {"a in prod": ["start"], "b in prod": ["start"], "c in prod": []}
    assert answers.whoami("U0MEI", "mei", rights).text == (
        "You are mei (U0MEI).\nYou may start: a in prod, b in prod.\nYou may only look: c in prod."
    )


def commands_in(message: Message) -> list[str]:
    options = [option for each in elements(message) for option in each.get("options", [each])]
    pressed = [parse_button_value(option["value"]) for option in options]
    return [each.command for each in pressed if each]


@pytest.mark.parametrize("story", sorted(STORIES))
def test_every_button_can_be_read_as_typed(story: str) -> None:
    release = view(story).release
    ref = Ref(release.id, "checkout", "prod")
    vocabulary = Vocabulary(COMMANDS, {"checkout": ("prod",)})
    world = Surroundings(vocabulary=vocabulary, live=(ref,), thread=ref)
    for name in MESSAGES:
        for command in commands_in(MESSAGES[name](view(story))):
            read = parse(command, world)
            assert isinstance(read, Parsed) or command.startswith("settle "), (name, read)
