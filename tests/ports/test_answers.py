"""Reading what others answer: what is believed, what is masked, what an error says."""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ports.answers import MAX_DEPTH, ask_vendor, load_json, one_line, redact
from bot.ports.http import HttpError, Request, Response
from bot.ports.outcomes import AccessDenied, IntegrationError, Nonsense, NotFound, Unavailable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text("ab\u00e9"), inner),
    max_leaves=10,
)  # fmt: skip


@given(JSON)
def test_what_is_sound_is_read_as_it_is(value: Any) -> None:
    assert load_json(json.dumps(value).encode()) == value


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (b"NaN", "NaN is not a number"),
        (b'{"a": [Infinity]}', "Infinity is not a number"),
        (b"-Infinity", "not a number"),
        (b"1e999", "too large"),
        (b"-1e999", "too large"),
        (b"1" * 5000, "5000 digits"),
        (b"0." + b"1" * 5000, "too large or too long"),
        (b"[" * 100_000, "nested deeper"),
        (b"[" * 100 + b"]" * 100, "nested deeper"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "nested deeper"),
        (b"<html></html>", "not JSON"),
        (b"", "not JSON"),
        (b"{'a': 1}", "not JSON"),
        (b'{"a": 1} {"a": 2}', "not JSON"),
        (b'"\xff"', "not UTF-8"),
        (b'"\\ud800"', "not UTF-8"),
        ("[1]".encode("utf-16"), "not UTF-8"),
    ],
)
def test_what_cannot_be_believed_is_refused_in_one_sentence(body: bytes, because: str) -> None:
    with pytest.raises(Nonsense, match=because) as caught:
        load_json(body, "Prometheus")
    assert str(caught.value).startswith("Prometheus answered something unusable: ")
    assert len(str(caught.value)) < 200


def test_nesting_up_to_the_limit_is_read() -> None:
    body = b"[" * MAX_DEPTH + b"]" * MAX_DEPTH
    assert load_json(body)
    with pytest.raises(Nonsense):
        load_json(b"[" + body + b"]")


def test_a_character_in_two_halves_is_whole() -> None:
    assert load_json(b'"\\ud83d\\ude80"') == "\N{ROCKET}"


def test_a_mark_of_byte_order_is_passed_over() -> None:
    assert load_json(b"\xef\xbb\xbf[1]") == [1]


@given(st.binary())
def test_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        value = load_json(body)
    except Nonsense:
        return
    assert all(math.isfinite(number) for number in numbers(value))


def numbers(value: Any) -> Iterator[float]:
    if isinstance(value, list | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from numbers(part)
    elif isinstance(value, int | float):
        yield value


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("login with s3cr3t-value failed", "s3cr3t-value"),
        ("Authorization: Bearer abcdefghijkl", "abcdefghijkl"),
        ("sent Basic dXNlcjpwYXNz to it", "dXNlcjpwYXNz"),
        ("DB_PASSWORD=hunter2 was wrong", "hunter2"),
        ("api-key: 12345", "12345"),
        ("token xoxb-1-2-abc is dead", "xoxb-1-2-abc"),
        ("ghp_abcdefghijklmnopqrstuvwxyz", "ghp_abcdefghijklmnopqrstuvwxyz"),
        ("GET http://ana:hush@host/x", "hush"),
    ],
)
def test_a_secret_is_masked(text: str, hidden: str) -> None:
    shown = redact(text, ["s3cr3t-value"])
    assert hidden not in shown
    assert "[redacted]" in shown


def test_longer_secrets_are_masked_first() -> None:
    assert redact("abcd-efgh", ["abcd", "abcd-efgh"]) == "[redacted]"


@pytest.mark.parametrize("text", ["v1.4.2 is not known", "see http://host:80/path", "basic tests"])
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text, ["", "v1"]) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n\tb\r\nc", "a b c"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("x" * 400, "x" * 299 + "…"),
        ("\x00\u2028", ""),
    ],
)
def test_one_line_is_one_line(text: str, expected: str) -> None:
    assert one_line(text) == expected


class Answers:
    """An Http that answers one thing."""

    def __init__(self, answer: Response | HttpError) -> None:
        self._answer = answer

    async def call(self, request: Request) -> Response:
        if isinstance(self._answer, HttpError):
            raise self._answer
        return self._answer


READ = Request(method="GET", url="http://127.0.0.1/")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, Nonsense), (304, Nonsense), (400, Nonsense), (401, AccessDenied), (403, AccessDenied),
        (404, NotFound), (405, Nonsense), (408, Unavailable), (410, NotFound),
        (422, Nonsense), (429, Unavailable), (500, Unavailable), (503, Unavailable),
    ],
)  # fmt: skip
async def test_every_status_is_an_error_with_a_remedy(
    status: int, kind: type[IntegrationError]
) -> None:
    answer = Response(status=status, headers={}, body=b"it said\nthis token=abc")
    with pytest.raises(kind) as caught:
        await ask_vendor(Answers(answer), READ, "Prometheus")
    told = str(caught.value)
    assert told.startswith(f"Prometheus answered {status} (it said this [redacted]). ")
    assert type(caught.value) is kind


async def test_a_call_that_came_to_nothing_is_unavailable() -> None:
    error = HttpError("GET http://127.0.0.1: nobody listens there", sent=False)
    with pytest.raises(Unavailable, match=r"Prometheus.*nobody listens") as caught:
        await ask_vendor(Answers(error), READ, "Prometheus")
    assert caught.value.__cause__ is error


async def test_a_good_answer_comes_back() -> None:
    answer = Response(status=204, headers={}, body=b"")
    assert await ask_vendor(Answers(answer), READ, "Prometheus") is answer
