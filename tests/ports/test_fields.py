"""Settings that several vendors have."""

from datetime import timedelta
from typing import Annotated

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.ports.fields import Address, show_address, span
from bot.ports.integration import Settings


class Told(Settings):
    url: Address = "http://a/"
    deadline: Annotated[timedelta, span(timedelta(minutes=1))] = timedelta(seconds=5)


@pytest.mark.parametrize("value", ["60s", "1m", "1ms", timedelta(seconds=60)])
def test_a_span_has_a_unit_or_is_one(value: str | timedelta) -> None:
    assert timedelta(0) < Told.model_validate({"deadline": value}).deadline <= timedelta(minutes=1)


@pytest.mark.parametrize(
    "value", ["60", 60, "0s", "61s", "-5s", "soon", None, "1e9h", timedelta(0)]
)
def test_a_span_outside_its_bounds_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        Told.model_validate({"deadline": value})


@pytest.mark.parametrize(
    "url", ["http://a", "https://h:8443/x/metrics?job=shop", "http://[::1]:9/"]
)
def test_an_address_is_taken_as_it_is(url: str) -> None:
    assert Told.model_validate({"url": url}).url == url


@pytest.mark.parametrize(
    "url",
    ["", "a:9090", "/x", "ftp://a/", "http://", "http://a b/", "http://u:hush@a/", "http://a/#hush",
     "http://a\\hush", "http://a/\nhush", "http://[", 5, None],
)  # fmt: skip
def test_what_is_no_address_is_refused_without_repeating_it(url: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Told.model_validate({"url": url})
    (error,) = caught.value.errors(include_input=False)
    assert "hush" not in str(error["msg"])


@given(st.text())
def test_no_text_breaks_the_reading_of_an_address(text: str) -> None:
    for url in (text, f"http://{text}"):
        try:
            Told(url=url)
        except ValidationError:
            continue


def test_an_address_is_shown_without_its_query() -> None:
    assert show_address("http://a/metrics?token=hush") == "http://a/metrics"
