"""Numbers as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.judge import words
from bot.domain.judge.samples import Limits


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


FIGURES = st.one_of(st.just(0.0), st.floats(1e-7, 1.0))
LIMITS = st.builds(
    Limits,
    name=st.just("errors"),
    latency=st.booleans(),
    limit=st.none() | st.floats(1e-4, 1.0),
    worse_by=st.none() | st.floats(1e-3, 20.0),
)
MOMENTS = st.floats(1e9, 2e9)


@given(LIMITS, FIGURES, FIGURES, st.floats(0, 1e9), st.sampled_from(["", "; then more"]))
def test_every_comparison_is_told_with_the_names_of_the_versions(
    limits: Limits, ours: float, theirs: float, count: float, more: str
) -> None:
    """D5: what this module writes is recognised as a whole, whatever the numbers are."""
    said = words.compared(limits, ours, theirs, count)
    for each in (said, f"{said}: both are over the limit", f"{said}, not enough to be sure"):
        named = words.name_versions(f"latency-p99: {each}; {said}{more}", "v2", "v1")
        assert named.count(" on v2, ") == named.count(" on v1 in the same minutes") == 2
        assert "the new" not in named
        assert "the old" not in named


@given(MOMENTS, st.none() | st.floats(0, 1e9), LIMITS)
def test_silence_and_a_lost_baseline_are_told_with_the_names_of_the_versions(
    since: float, others: float | None, limits: Limits
) -> None:
    """D5: every other sentence of this module that says old or new is recognised."""
    for said in (words.dried_up(since, others), words.incomparable(limits, since, "")):
        named = words.name_versions(f"errors: {words.missing(3, 100)}; {said}", "v2", "v1")
        assert "the new" not in named
        assert "the old" not in named


OTHERS = st.lists(
    st.sampled_from(
        ["the old", "the new version", "1 % on the old in the same minutes", "; ", ": ", "errors"]
    ),
    min_size=1,
    max_size=8,
).map(lambda parts: f"<{' '.join(parts)}>")


@given(MOMENTS, OTHERS, LIMITS)
def test_words_of_a_source_stay_as_they_are(since: float, given_words: str, limits: Limits) -> None:
    """D5: a vendor's "the old replica set" is not the version that ran before."""
    dry, gone = words.dried_up(since, None), words.stopped(since, False, given_words)
    for said in (
        words.stopped(since, True, given_words),
        words.stopped(None, False, given_words),
        words.incomparable(limits, since, given_words),
        f"errors: {dry}; latency: {gone}",
    ):
        named = words.name_versions(said, "v2", "v1")
        assert given_words in named
        assert named.endswith(said[said.index(given_words) :])


def test_an_unknown_version_is_not_named() -> None:
    """D5: the first version of a service has no old one to name."""
    said = words.compared(Limits(name="errors", limit=0.01), 0.02, 0.01, 100)
    assert words.name_versions(said, "v1", "").startswith(
        "2 % of requests failed on v1, 1 % on the old in"
    )
