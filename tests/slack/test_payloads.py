"""Payloads of any shape are read without a crash; words are found where people put them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack import payloads

NAMES = "actions user team event container channel id value text ts selected_option command type"
KEYS = st.sampled_from([*NAMES.split(), "trigger_id", "thread_ts", "message_ts", "team_id"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("R-1|2|why R-1"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)


@settings(max_examples=60)
@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_no_shape_makes_a_reader_raise(body: dict[str, object]) -> None:
    for read in (payloads.press, payloads.mention, payloads.direct, payloads.team_of):
        read(body)
    payloads.command(body, "/rollback")


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("<@U0SLIPWAY> status", "status"),
        ("<@U0SLIPWAY|slipway>: status checkout", "status checkout"),
        ("hey <@U0SLIPWAY> pause", "pause"),
        ("status <@U0SLIPWAY>", "status"),
        ("<@U0SLIPWAY>", ""),
        ("status", "status"),
        ("<@U0SLIPWAY> delegate release to <@U0RUI>", "delegate release to <@U0RUI>"),
    ],
)
def test_words_are_found_around_a_mention(said: str, words: str) -> None:
    assert payloads.without_mention(said) == words
