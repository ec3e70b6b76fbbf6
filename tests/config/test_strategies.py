"""Strategies as written, and the steps they become."""

from datetime import timedelta
from typing import Any

import pytest

from bot.domain.terms.strategy import Step, StrategyKind
from bot.domain.terms.units import Share
from tests.config.sample import PROD, quarantine, rules

Written = dict[str, Any]
MINUTE = timedelta(minutes=1)


def step(key: str, share: str | int, bake: str | int = "10m", **more: Any) -> Written:
    return {key: share, "bake": bake, **more}


def steps_of(written: Written) -> tuple[Step, ...]:
    return rules({f"{PROD}.strategy": written}).strategy.steps


def said_of(written: Written) -> str:
    found = quarantine({f"{PROD}.strategy": written})
    return " | ".join(each.removeprefix(f"{PROD}.strategy") for each in found)


def canary(*steps: Written) -> Written:
    return {"kind": "canary", "steps": list(steps)}


def shadow(*steps: Written) -> Written:
    return {"kind": "shadow", "steps": list(steps)}


ALL = step("weight", "100%")


def test_rolling_is_one_step_for_everybody() -> None:
    assert steps_of({"kind": "rolling", "bake": "5m"}) == (
        Step(weight=Share(100), bake=5 * MINUTE),
    )


def test_blue_green_prepares_and_switches() -> None:
    prepare, switch = steps_of({"kind": "blue-green", "bake": "5m"})
    assert (prepare.weight, prepare.meets_users) == (Share(0), False)
    assert timedelta(0) < prepare.bake <= MINUTE
    assert switch == Step(weight=Share(100), bake=5 * MINUTE)


def test_a_canary_keeps_its_steps() -> None:
    written = canary(step("mirror", "5%"), step("weight", "10%", gate=True), ALL)
    assert steps_of(written) == (
        Step(mirror=Share(5), bake=10 * MINUTE),
        Step(weight=Share(10), bake=10 * MINUTE, gate=True),
        Step(weight=Share(100), bake=10 * MINUTE),
    )


def test_a_shadow_only_mirrors() -> None:
    found = rules({f"{PROD}.strategy": shadow(step("mirror", "5%"), step("mirror", "50%"))})
    assert found.strategy.kind is StrategyKind.SHADOW
    assert [each.mirror for each in found.strategy.steps] == [Share(5), Share(50)]


NONSENSE = {
    "a kind": (
        {"kind": "canry"},
        '"canry" is none of the words for this; write one of "blue-green"',
    ),
    "a flag": ({"kind": "flag"}, '.kind: "flag" is not built yet; use "canary"'),
    "no kind": ({}, ".kind: this key is missing; add it"),
    "no steps": (
        {"kind": "canary"},
        '.steps: a canary needs steps; write steps = [{ weight = "10%"',
    ),
    "empty steps": (canary(), ".steps: a canary needs steps"),
    "steps as text": ({"kind": "canary", "steps": "x"}, ".steps: this is not a list"),
    "a step as text": ({"kind": "canary", "steps": ["x"]}, ".steps#1: this is not a table"),
    "falling": (canary(step("weight", "50%"), step("weight", "10%"), ALL), "10 % comes after 50 %"),
    "standing": (canary(ALL, ALL), "100 % comes after 100 %: weights must rise; put the steps in"),
    "not all": (canary(step("weight", "50%")), "the last weight is not 100 %"),
    "over": (
        canary(step("weight", "150%")),
        '"150%" is more than everything; write one like "10%"',
    ),
    "no unit": (
        canary(step("weight", 10)),
        '#1.weight: 10 is a number without a unit; write "10%"',
    ),
    "unit less": (canary(step("weight", "10")), '10 is a number without a unit; write "10%"'),
    "no bake": (canary({"weight": "100%"}), "#1.bake: this key is missing; say how long to watch"),
    "bare bake": (canary(step("weight", "100%", 20)), '20 is a number without a unit; write "20m"'),
    "neither": (canary({"bake": "1m"}, ALL), "#1: a step has either a weight or a mirror"),
    "both": (canary({**ALL, "mirror": "1%"}), "#1: a step has either a weight or a mirror"),
    "zero": (canary(step("weight", "0%"), ALL), "#1.weight: a step at 0 % shows nothing"),
    "late mirror": (canary(step("weight", "9%"), step("mirror", "9%"), ALL), "#2.mirror: a mirror"),
    "outer bake": ({**canary(ALL), "bake": "1m"}, ".bake: a bake belongs to each step here"),
    "rolling steps": (
        {"kind": "rolling", "steps": [ALL]},
        ".steps: a rolling strategy has no steps",
    ),
    "blue steps": ({"kind": "blue-green", "steps": [ALL]}, "a blue-green strategy has no steps"),
    "shadow weight": (shadow(ALL), "#1.weight: a shadow release meets no users"),
    "shadow falls": (shadow(step("mirror", "9%"), step("mirror", "8%")), "mirrors must rise"),
    "a step's key": (canary({**ALL, "wait": 1}), ".steps#1.wait: no such key; did you mean"),
}


@pytest.mark.parametrize(("written", "said"), NONSENSE.values(), ids=NONSENSE)
def test_nonsense_has_a_sentence(written: Written, said: str) -> None:
    assert said in said_of(written)


def test_all_mistakes_of_a_strategy_are_listed() -> None:
    said = said_of(canary({"weight": "50%"}, {"weight": "10%"}))
    assert said.count("say how long to watch") == 2
    assert "weights must rise" in said
    assert "the last weight is not 100 %" in said
