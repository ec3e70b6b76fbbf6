"""Numbers as people read them."""

import pytest

from bot.domain.judge import words


@pytest.mark.parametrize(
    ("ratio", "text"),
    [
        (0.0, "0 %"),
        (0.021, "2.1 %"),
        (0.0021, "0.21 %"),
        (0.003, "0.3 %"),
        (0.00012, "0.012 %"),
        (1e-7, "under 0.001 %"),
        (0.1234, "12.3 %"),
        (1.0, "100 %"),
    ],
)
def test_percent(ratio: float, text: str) -> None:
    assert words.percent(ratio) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.3121, "312 ms"), (0.05, "50 ms"), (0.9999, "1 s"), (1.25, "1.25 s"), (1234.5, "1,234 s")],
)
def test_seconds(value: float, text: str) -> None:
    assert words.seconds(value) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 requests"), (1, "1 request"), (1840.2, "1,840 requests"), (1e6, "1,000,000 requests")],
)
def test_requests(count: float, text: str) -> None:
    assert words.requests(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 requests, 500 needed"),
        (499.4, "499 requests, 500 needed: 1 still missing"),
        (12, "12 requests, 500 needed: 488 still missing"),
    ],
)
def test_missing(count: float, text: str) -> None:
    assert words.missing(count, 500) == text
