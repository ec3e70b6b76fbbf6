"""Properties of the machine that advises: every look in every watch has an answer, and it ends."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decide.advice import decide_advice
from bot.domain.facts import advice as a
from bot.domain.facts.fact import BOT, Fact
from bot.domain.judge.samples import Outcome
from bot.domain.state.advice import (
    TABLE,
    Advice,
    AdviceState,
    DeployLook,
    Misplaced,
    Score,
    evolve_advice,
)
from bot.domain.terms.strategy import Observed
from bot.render.advice import SENTENCES, score_line, what_next
from tests.domain.builders import NOON, minutes, rules, verdict

NAMES = ("v1", "v2", "v3")
LOOKS = st.builds(
    DeployLook,
    observed=st.builds(
        Observed,
        revisions=st.dictionaries(
            st.sampled_from(NAMES), st.sampled_from((0.0, 1.0, 10.0, 50.0, 90.0, 99.9, 100.0))
        ),
        settled=st.booleans(),
    ),
    verdicts=st.lists(st.builds(verdict, st.sampled_from(Outcome)), max_size=2).map(tuple),
    watched=st.sampled_from((timedelta(0), timedelta(minutes=30), timedelta(hours=2))),
)


@given(st.lists(LOOKS, max_size=40))
def test_whatever_is_seen_each_fact_has_its_row_and_the_score_adds_up(
    looks: list[DeployLook],
) -> None:
    advice, facts = Advice(), []
    for at, look in enumerate(looks):
        fact = decide_advice(advice, rules(), look, minutes(at * 20))
        if fact is not None:
            advice = evolve_advice(advice, fact)
            facts.append(fact)
    overs = [fact for fact in facts if isinstance(fact, a.DeployOver)]
    given_advice = [fact.number for fact in facts if isinstance(fact, a.AdviceGiven)]
    assert len(given_advice) == len(set(given_advice))
    assert advice.score.seen == len(overs)
    assert advice.score.would == sum(fact.warned for fact in overs)
    assert advice.score.took == sum(fact.went is a.Went.BACK for fact in overs)
    assert (advice.deploy is None) == (advice.watch in (AdviceState.NEW, AdviceState.IDLE))


@given(st.lists(LOOKS, max_size=40))
def test_without_a_single_verdict_nothing_is_judged(looks: list[DeployLook]) -> None:
    advice = Advice()
    for at, look in enumerate(looks):
        silent = replace(look, verdicts=(verdict(Outcome.NO_DATA),))
        fact = decide_advice(advice, rules(), silent, minutes(at * 20))
        advice = evolve_advice(advice, fact) if fact else advice
    assert advice.score.unjudged == advice.score.seen
    assert (advice.score.would, advice.score.differ) == (0, 0)


def test_every_watch_reaches_rest() -> None:
    for start in (AdviceState.WATCHING, AdviceState.WARNED):
        assert AdviceState.IDLE in {to for (at, _), to in TABLE.items() if at is start}


@pytest.mark.parametrize("kind", SENTENCES)
def test_every_fact_of_advice_has_a_row(kind: type[Fact]) -> None:
    assert any(fact is kind for _, fact in TABLE)


@pytest.mark.parametrize(("watch", "kind"), list(product(AdviceState, SENTENCES)))
def test_what_has_no_row_says_so(watch: AdviceState, kind: type[Fact]) -> None:
    if (watch, kind) in TABLE:
        return
    fact = Fact.__new__(kind)
    with pytest.raises(Misplaced, match=kind.__name__):
        evolve_advice(Advice(watch=watch), fact)


def over(went: a.Went, *, warned: bool, judged: bool = True) -> a.DeployOver:
    return a.DeployOver(
        at=NOON,
        by=BOT,
        number=1,
        revision="v2",
        went=went,
        warned=warned,
        judged=judged,
        watched=timedelta(0),
    )


@pytest.mark.parametrize(
    ("fact", "differs"),
    [
        (over(a.Went.BACK, warned=True), 0),
        (over(a.Went.BACK, warned=False), 1),
        (over(a.Went.STAYED, warned=True), 1),
        (over(a.Went.STAYED, warned=False), 0),
        (over(a.Went.REPLACED, warned=True), 0),
        (over(a.Went.REPLACED, warned=False), 0),
        (over(a.Went.BACK, warned=False, judged=False), 0),
    ],
)
def test_it_differs_where_people_did_otherwise(fact: a.DeployOver, differs: int) -> None:
    assert Score().after(fact).differ == differs


def test_the_score_reads_as_agreed() -> None:
    assert score_line(Score(seen=41, would=2, took=2)) == (
        "41 deploys seen, I would have taken back 2; you took back 2; 0 differ."
    )


@pytest.mark.parametrize(
    ("score", "next_thing"),
    [
        (Score(), "Nothing was deployed yet"),
        (Score(seen=5, unjudged=4), "Most could not be judged"),
        (Score(seen=30, would=3, took=1, differ=2), "Look at those that differ"),
        (Score(seen=3), "After 7 more"),
        (Score(seen=41, would=2, took=2), 'You can let me propose (mode = "ask") or act'),
    ],
)
def test_the_score_says_what_to_do_with_it(score: Score, next_thing: str) -> None:
    assert what_next(score).startswith(next_thing) or next_thing in what_next(score)
