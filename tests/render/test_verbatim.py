"""What people and vendors say is told as they said it; only the judge's sentences name versions."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.facts import FACTS
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.judge import words
from bot.domain.judge.samples import Limits, Outcome
from bot.domain.state.evolve import fold
from bot.render.kit.blocks import escape
from bot.render.release.log import log_lines
from bot.render.release.page import page_details
from bot.render.release.timeline import lines
from tests.render.builders import NAMES, STORIES, at, errors, view_of

SPOKEN = (
    "the old cache is cold",
    "the new version of the old replica set (limit 2 times the old)",
    "the old version, on the old in the same minutes",
    "1 % on the new version, 2 % on the old in the same minutes",
)
TEXTS = st.one_of(
    st.sampled_from(SPOKEN),
    st.lists(
        st.sampled_from(
            ["the old", "the new version", "the old version", "cache", "; ", "v1", ","]
        ),
        min_size=1,
        max_size=8,
    ).map(lambda parts: " ".join(" ".join(parts).split())),
)
SAYING = sorted(
    {
        type(fact).__name__
        for facts in STORIES.values()
        for fact in facts
        if isinstance(getattr(fact, "because", None), str)
    }
)
JUDGED = frozenset({"DataLost", "RollbackProposed"})
"""Facts whose reason is the judge's alone; a vendor's words stand inside it."""


def spoken_into(said: str, kind: str) -> Iterator[tuple[tuple[Fact, ...], int]]:
    """Every story in which a fact of a kind gives a reason, with this reason in its place."""
    for facts in STORIES.values():
        for index, fact in enumerate(facts):
            if type(fact).__name__ == kind and fields_of(fact).get("because") is not None:
                changed: Any = replace(fact, because=said)  # type: ignore[call-arg]
                yield (*facts[:index], changed, *facts[index + 1 :]), index


def fields_of(fact: Fact) -> Mapping[str, Any]:
    return {each.name: getattr(fact, each.name) for each in fields(fact)}


@pytest.mark.parametrize("kind", SAYING)
@given(said=TEXTS)
def test_a_reason_is_told_verbatim_in_timeline_and_log(kind: str, said: str) -> None:
    """D5: `lines` is what the log, the API's status and `demo --json` show."""
    given_words = f"the deployer refused the step: {said}" if kind in JUDGED else said
    for facts, index in spoken_into(given_words, kind):
        told = lines(facts, NAMES)[index][2]
        assert given_words in told or kind in SILENT, told
        shown = log_lines(view_of(facts))[index]
        assert escape(given_words) in shown or kind in SILENT, shown


SILENT = frozenset({"PollClosed"})
"""Kinds whose sentence says something else than their reason."""


@given(said=TEXTS)
def test_words_of_a_source_inside_a_verdict_are_told_verbatim(said: str) -> None:
    """D5: a vendor's reason for missing numbers is not a sentence of the judge."""
    reasons = (
        words.stopped(1.0e9, True, said),
        words.incomparable(Limits(name="errors", worse_by=2.0), 1.0e9, said),
    )
    story = STORIES["watching"]
    for because in reasons:
        verdict = replace(errors(Outcome.NO_DATA), because=because)
        fact = f.VerdictReached(at=at(30), by=BOT, verdicts=(verdict,))
        assert said in lines((*story, fact), NAMES)[-1][2]
        lost = f.DataLost(at=at(31), by=BOT, because=f"errors: {because}", escalates_at=at(41))
        assert said in lines((*story, lost), NAMES)[-1][2]
        held = fold((*story, lost))
        assert held is not None
        assert said in page_details(held)


def test_the_judges_own_sentence_names_the_versions() -> None:
    """D5: what the checks saw is still told with the names of both versions."""
    because = words.compared(Limits(name="errors", worse_by=2.0), 0.02, 0.01, 1840)
    verdict = replace(errors(Outcome.FAIL), because=because)
    fact = f.VerdictReached(at=at(30), by=BOT, verdicts=(verdict,))
    told = lines((*STORIES["watching"], fact), NAMES)[-1][2]
    assert "2 % of requests failed on v1.4.2, 1 % on v1.4.1 in the same minutes" in told
    assert "(limit 2 times v1.4.1, 1,840 requests)" in told


def test_the_stories_give_reasons_of_every_kind_that_has_one() -> None:
    """D5: a new fact with a reason gets a story, and with it this promise."""
    having = {name for name, kind in FACTS.items() if has_reason(kind)}
    assert set(SAYING) <= having
    assert len(SAYING) >= 8


def has_reason(kind: type[Fact]) -> bool:
    return any(each.name == "because" for each in fields(kind))
