"""The constructors hold Slack's limits, and nothing that is cut changes what it means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.kit import blocks as b
from tests.render.limits import complaints, elements, units
from tests.render.strategies import WORDS

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@given(text=st.text(max_size=80), limit=st.integers(min_value=1, max_value=60))
def test_what_is_cut_fits_and_begins_the_same(text: str, limit: int) -> None:
    kept = b.cut_plain(text, limit)
    assert units(kept) <= limit
    assert kept == text or (kept.endswith("…") and text.startswith(kept[:-1]))


@given(text=st.text(alphabet="&<>ab🚀", max_size=80), limit=st.integers(1, 60))
def test_a_cut_leaves_no_half_token(text: str, limit: int) -> None:
    kept = b.cut(b.escape(text), limit)
    assert units(kept) <= limit
    assert all(part.startswith(("amp;", "lt;", "gt;")) for part in kept.split("&")[1:])


def test_a_date_is_cut_whole_or_not_at_all() -> None:
    token = b.date_token(NOON, "UTC", NOON)
    assert b.cut(f"since {token}", len(token)) == "since …"


@given(text=WORDS)
def test_escaped_words_hold_no_token(text: str) -> None:
    assert not set("<>") & set(b.escape(text))


def test_a_line_cannot_be_turned_around() -> None:
    assert b.one_line("v1\u202e.2\n now \ud83d") == "v1.2 now"


@given(command=WORDS.filter(str.strip), seen=st.integers(0, 9))
def test_a_button_says_again_what_it_was_given(command: str, seen: int) -> None:
    pressed = b.parse_button_value(b.button_value("R-142", command, seen))
    assert pressed == b.Pressed("R-142", str(seen), command)


@pytest.mark.parametrize("text", ["", "R-1", "R-1|2", "R-1|2|", "R-1|2|  "])
def test_what_is_no_value_of_ours_is_none(text: str) -> None:
    assert b.parse_button_value(text) is None


def test_repeated_buttons_have_ids_of_their_own() -> None:
    offers = [b.Button(label="Go", verb="offer", value=f"||start {n}") for n in range(3)]
    row = b.actions(offers)
    assert row is not None
    ids = [element["action_id"] for element in row["elements"]]
    assert ids == ["act:offer", "act:offer:2", "act:offer:3"]


def test_a_request_too_long_for_a_button_gets_none() -> None:
    long = b.Button(label="Go", verb="offer", value=b.button_value("", "x" * 2001))
    assert b.actions([long]) is None


def test_more_buttons_than_a_row_holds_are_left_out() -> None:
    many = [b.Button(label=str(n), verb="offer", value=f"||why R-{n}") for n in range(40)]
    assert complaints(b.message("Which one?", [b.actions(many)])) == []


@given(words=st.lists(WORDS, max_size=14))
def test_fields_headers_and_dialogs_fit(words: list[str]) -> None:
    asked = b.Confirm(title="".join(words), text="".join(words), yes="".join(words))
    go = b.Button(label="".join(words), verb="promote", value="R-1|0|x", confirm=asked, aloud="a")
    pairs = [(b.escape(word), b.escape(word)) for word in words]
    made = [b.header("".join(words)), b.fields(pairs), b.actions([go])]
    assert complaints(b.message("Said.", made)) == []


def test_a_message_is_never_without_words() -> None:
    assert b.message("  ", []).text == "–"


def test_a_time_is_a_token_with_its_fallback() -> None:
    later = NOON + timedelta(minutes=24)
    assert b.date_token(later, "UTC", NOON) == "<!date^1795177440^{time}|12:24 UTC>"


def test_another_day_is_named() -> None:
    assert b.clock_time(NOON - timedelta(days=2), "UTC", NOON) == "18 Nov 12:00 UTC"


def test_the_fallback_speaks_the_zone_of_the_house() -> None:
    assert b.clock_time(NOON, "Europe/Berlin", NOON, seconds=True) == "13:00:00 CET"


def test_the_twin_keeps_words_that_were_plain_without_power() -> None:
    plain = b.message("Said.", [b.header("<!channel>")])
    assert b.twin(plain).blocks[0]["text"]["text"] == "&lt;!channel&gt;"


def test_the_twin_has_no_buttons() -> None:
    go = b.Button(label="Go", verb="why", value="R-1|0|why R-1")
    assert not elements(b.twin(b.message("Said.", [b.section("Said."), b.actions([go])])))
