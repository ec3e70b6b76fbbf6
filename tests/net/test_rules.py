"""The small pure rules: origins, waits, buckets."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from bot.net import origin, origins_in
from bot.net.patience import backoff, retry_after
from bot.net.turns import HostBucket, HostLimits, Lane

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://prom.acme.internal/x?y#z", "https://prom.acme.internal"),
        ("HTTPS://Prom.Acme.Internal:443", "https://prom.acme.internal"),
        ("http://ana:hush@127.0.0.1:9090/", "http://127.0.0.1:9090"),
        ("http://[::1]:80/metrics", "http://[::1]"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, expected: str) -> None:
    assert origin(url) == expected


class Told(BaseModel):
    url: str


def test_every_address_in_a_config_value_is_found() -> None:
    value = {
        "prom": {"url": "http://a/x", "deadline": "10s", "port": 1},
        "fleet": [{"urls": ("http://b:1/", "https://c")}, Told(url="http://d")],
        "broken": "http://a b",
        "text": "see http//nowhere",
        "none": None,
    }
    assert origins_in(value) == {"http://a", "http://b:1", "https://c", "http://d"}


@given(st.text())
def test_no_text_breaks_the_search_for_addresses(text: str) -> None:
    assert isinstance(origins_in(["http://" + text, text]), frozenset)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90.0),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("1e9", None),
        ("9" * 5000, None),
        ("Fri, 99 Nov 2026 12:01:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_not_at_all(header: str, expected: float | None) -> None:
    assert retry_after({"Retry-After": header}, NOON) == expected


def test_a_date_is_measured_against_the_answers_own() -> None:
    headers = {
        "Retry-After": "Fri, 20 Nov 2026 10:00:30 GMT",
        "Date": "Fri, 20 Nov 2026 10:00:00 GMT",
    }
    assert retry_after(headers, NOON) == 30.0


@given(st.text(), st.text())
def test_no_header_breaks_the_reading(after: str, date: str) -> None:
    wait = retry_after({"Retry-After": after, "Date": date}, NOON)
    assert wait is None or wait >= 0


def test_waits_double_within_limits_and_repeat_by_seed() -> None:
    waits = [backoff(attempt, Random(3)) for attempt in range(40)]
    longest = [min(5.0, 0.1 * 2.0**attempt) for attempt in range(40)]
    pairs = list(zip(waits, longest, strict=True))
    assert all(most / 2 <= wait <= most for wait, most in pairs)
    assert waits == [backoff(attempt, Random(3)) for attempt in range(40)]


def test_a_bucket_lets_a_burst_go_and_then_its_rate() -> None:
    bucket = HostBucket(rate=10, burst=3)
    waits = [bucket.take(now=100.0) for _ in range(5)]
    assert waits == pytest.approx([0, 0, 0, 0.1, 0.2])


def test_a_bucket_fills_no_higher_than_its_burst() -> None:
    bucket = HostBucket(rate=10, burst=2)
    bucket.take(now=0.0)
    waits = [bucket.take(now=1e6) for _ in range(3)]
    assert waits == pytest.approx([0, 0, 0.1])


@given(st.lists(st.floats(0, 10), min_size=1, max_size=60))
def test_a_bucket_never_gives_more_than_its_rate_and_burst(gaps: list[float]) -> None:
    bucket, now, gone = HostBucket(rate=5, burst=4), 0.0, []
    for gap in gaps:
        now += gap
        gone.append(now + bucket.take(now))
    within_a_second = [sum(1 for each in gone if start <= each < start + 1) for start in gone]
    assert max(within_a_second) <= 4 + 5 + 1


async def test_a_lane_is_held_for_a_minute_at_most() -> None:
    lane = Lane(HostLimits())
    lane.hold(timedelta(days=30).total_seconds())
    lane.hold(1)
    assert 59 < lane.held() <= 60
