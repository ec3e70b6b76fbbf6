"""Rules that can never be met together are explained; each is planted in a config that is well."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.terms.rules import Advance, PollRules, Rules, Seat, SeatKind
from bot.domain.terms.strategy import Step, StepGate, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, Share
from bot.engine.people.contradictions import contradictions
from bot.engine.people.rulebook import Policy
from tests.domain.builders import rules
from tests.engine.rig import Group
from tests.fakes.places import places

PEOPLE: Mapping[str, Group] = {
    "devs": Group(users=("U0MEI", "U0RUI")),
    "mei": Group(users=("U0MEI",)),
    "leads": Group(group="S0LEADS"),
    "business": Group(emails=("ana@x.example",)),
}
WELL = {"start": ("devs",), "promote": ("leads",), "rollback": ("anyone",)}
SHADOW = Strategy(
    kind=StrategyKind.SHADOW, steps=(Step(mirror=Share(10), bake=timedelta(minutes=1)),)
)


def gated(approve: str = "", approvals: int = 1) -> Strategy:
    conditions = StepGate(approve=approve, approvals=approvals) if approve else None
    step = Step(weight=EVERYBODY, gate=True, conditions=conditions)
    return Strategy(kind=StrategyKind.CANARY, steps=(Step(weight=Share(10)), step))


def said(*made: Rules) -> list[str]:
    policy = Policy(places=places(*made), people=PEOPLE)
    return [str(each) for each in contradictions(policy)]


def may(**changes: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    return {**WELL, **changes}


def test_what_can_be_met_is_not_called_a_contradiction() -> None:
    staging = rules(may=WELL, environment="staging")
    assert said(staging, rules(gated("leads", 5), may=WELL, after="staging")) == []
    assert said(rules(gated("devs"), may=may(start=("leads",)))) == []
    assert said(rules(gated("devs"), may=may(start=("mei",)))) == []


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (rules(may=may(start=("nobody",))), "nobody may start it"),
        (rules(may=may(start=("ghosts",))), "nobody may start it"),
        (rules(gated(), may=may(promote=("nobody",))), "stands there for good"),
        (rules(may=may(rollback=("nobody",))), "nobody may roll it back"),
        (rules(gated("devs", 3), may=WELL), "3 of devs must agree to 100 %, and it has 2"),
        (rules(gated("devs", 2), may=WELL), "never agrees to it"),
        (rules(gated("mei"), may=may(start=("mei",))), "never agrees to it"),
        (rules(gated("business", 2), may=WELL), "2 of business must agree"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_two_rules_that_cannot_both_be_met_are_explained(made: Rules, word: str) -> None:
    (line,) = said(made)
    assert word in line
    assert ";" in line


def polled(*seats: Seat, **changes: object) -> Rules:
    poll = PollRules(seats=seats, quorum=1, caller=changes.pop("caller", ()))  # type: ignore[arg-type]
    return rules(**{"poll": poll, "may": WELL, **changes})  # type: ignore[arg-type]


OWNER, LEAD = Seat(name="owner", people=("devs",)), Seat(name="lead", people=("leads",))
ALONE = Seat(name="alone", people=("mei",))


@pytest.mark.parametrize(
    "made",
    [
        polled(OWNER, LEAD),
        polled(OWNER, caller=("leads",)),
        polled(LEAD, may=may(start=("mei",))),
        polled(replace(ALONE, kind=SeatKind.ADVICE), OWNER),
        polled(ALONE, may=may(start=("mei",)), advance=Advance.BY_ITSELF),
        polled(OWNER, may=may(start=("nobody",)), advance=Advance.BY_ITSELF),
    ],
)
def test_G1_seats_that_can_be_filled_are_no_contradiction(made: Rules) -> None:
    assert said(made) == []


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (polled(ALONE, replace(ALONE, name="other")), "too few: other stays open"),
        (polled(Seat(name="empty", people=("ghosts",))), "too few: empty stays open"),
        (polled(ALONE, may=may(start=("mei",))), "no go can come about"),
        (polled(OWNER, ALONE), "no go can come about"),
        (polled(OWNER, caller=("ghosts",), may=may(start=("leads",))), "has the final word"),
    ],
)
def test_G1_seats_that_nobody_can_fill_are_explained(made: Rules, word: str) -> None:
    (line,) = said(made)
    assert word in line


def test_what_comes_after_a_place_that_certifies_nothing_can_never_start() -> None:
    rehearsal = rules(SHADOW, may=WELL, environment="staging")
    (line,) = said(rehearsal, rules(may=WELL, after="staging"))
    assert "certifies nothing, so no version may ever start here" in line
