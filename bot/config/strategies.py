"""From a strategy as written to its steps; every kind of nonsense has a sentence."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TypeAlias

from bot.config.errors import KeyPath, Problem, demand
from bot.config.models import StepTable, StrategyTable
from bot.domain.terms.strategy import Step, StepGate, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY, NOBODY

BAKE = timedelta(minutes=10)
PREPARE = timedelta(seconds=30)
"""How long a blue-green release stands ready, without users, before the switch."""

Steps: TypeAlias = tuple[StepTable, ...]


def strategy(table: StrategyTable, time_scale: float, keys: KeyPath, zone: str = "UTC") -> Strategy:
    """Raises ConfigError with everything that is wrong with it. Wall times are of `zone`."""
    demand(_problems(table, keys))
    steps = STEPS[table.kind](table)
    scaled = (_scaled(step, time_scale, zone) for step in steps)
    return Strategy(kind=table.kind, steps=tuple(scaled))


def _problems(table: StrategyTable, keys: KeyPath) -> Iterator[Problem]:
    if table.kind in (StrategyKind.ROLLING, StrategyKind.BLUE_GREEN):
        yield from _of_simple(table, keys)
        return
    if table.bake is not None:
        yield _problem((*keys, "bake"), "a bake belongs to each step here", "write it into steps")
    if not table.steps:
        example = EXAMPLES[table.kind]
        yield _problem((*keys, "steps"), f"a {table.kind} needs steps", f"write {example}")
        return
    for index, step in enumerate(table.steps):
        yield from _of_step(step, table.kind, (*keys, "steps", index))
    yield from _of_gates(table.steps, (*keys, "steps"))
    yield from ORDERS[table.kind](table.steps, (*keys, "steps"))


def _of_simple(table: StrategyTable, keys: KeyPath) -> Iterator[Problem]:
    if table.steps is not None:
        sentence = f"a {table.kind} strategy has no steps of its own"
        yield _problem((*keys, "steps"), sentence, 'write bake = "10m", or kind = "canary"')


def _of_step(step: StepTable, kind: StrategyKind, keys: KeyPath) -> Iterator[Problem]:
    if step.bake is None:
        yield _problem(
            (*keys, "bake"), "this key is missing", 'say how long to watch: bake = "10m"'
        )
    if kind is StrategyKind.SHADOW and step.weight is not None:
        sentence = "a shadow release meets no users, so it has no weight"
        yield _problem((*keys, "weight"), sentence, 'write mirror, or kind = "canary"')
    elif (step.weight is None) == (step.mirror is None):
        yield _problem(keys, "a step has either a weight or a mirror", _ONE_OF[kind])
    for key, share in (("weight", step.weight), ("mirror", step.mirror)):
        if share == NOBODY:
            sentence = "a step at 0 % shows nothing"
            yield _problem((*keys, key), sentence, "write a larger share, or take the step out")


def _of_gates(steps: Steps, keys: KeyPath) -> Iterator[Problem]:
    for index, step in enumerate(steps):
        place = (*keys, index)
        if index == 0 and (step.gate or is_conditional(step)):
            sentence = "nothing comes before the first step, so nobody would be asked here"
            yield _problem(place, sentence, "move it to a later step, or add a poll")
        if step.gate and is_conditional(step):
            sentence = "gate = true asks anybody who may promote, and this step asks for more"
            yield _problem((*place, "gate"), sentence, "take gate out")
        if step.approvals > 1 and step.approve is None:
            sentence = "approvals are counted, but nobody is named who could give one"
            yield _problem((*place, "approvals"), sentence, 'add approve = "release-leads"')


def _canary_order(steps: Steps, keys: KeyPath) -> Iterator[Problem]:
    shares = [(index, step.weight) for index, step in enumerate(steps) if step.weight is not None]
    for (_, before), (index, after) in pairwise(shares):
        if after <= before:
            sentence = f"{after} comes after {before}: weights must rise"
            yield _problem((*keys, index, "weight"), sentence, "put the steps in rising order")
    if not shares or shares[-1][1] != EVERYBODY:
        sentence = "the last weight is not 100 %, so the release would never end"
        yield _problem(keys, sentence, 'end with { weight = "100%", bake = "1h" }')
    first = shares[0][0] if shares else len(steps)
    for index, step in enumerate(steps):
        if step.mirror is not None and index > first:
            sentence = "a mirror comes after users have met the revision"
            yield _problem((*keys, index, "mirror"), sentence, "put mirrors before the weights")
    yield from _mirror_order(steps[:first], keys)


def _mirror_order(steps: Steps, keys: KeyPath) -> Iterator[Problem]:
    shares = [(index, step.mirror) for index, step in enumerate(steps) if step.mirror is not None]
    for (_, before), (index, after) in pairwise(shares):
        if after <= before:
            sentence = f"{after} comes after {before}: mirrors must rise"
            yield _problem((*keys, index, "mirror"), sentence, "put the steps in rising order")


ORDERS: dict[StrategyKind, Callable[[Steps, KeyPath], Iterator[Problem]]] = {
    StrategyKind.CANARY: _canary_order,
    StrategyKind.SHADOW: _mirror_order,
}
EXAMPLES = {
    StrategyKind.CANARY: (
        'steps = [{ weight = "10%", bake = "20m" }, { weight = "100%", bake = "1h" }]'
    ),
    StrategyKind.SHADOW: 'steps = [{ mirror = "10%", bake = "20m" }]',
}
_ONE_OF = {
    StrategyKind.CANARY: 'write weight = "10%", or mirror = "10%" before any weight',
    StrategyKind.SHADOW: 'write mirror = "10%"',
}


def _rolling(table: StrategyTable) -> list[Step]:
    return [Step(weight=EVERYBODY, bake=table.bake or BAKE)]


def _blue_green(table: StrategyTable) -> list[Step]:
    return [Step(bake=PREPARE), Step(weight=EVERYBODY, bake=table.bake or BAKE)]


def _as_written(table: StrategyTable) -> list[Step]:
    return [
        Step(
            weight=step.weight or NOBODY,
            mirror=step.mirror or NOBODY,
            bake=step.bake or BAKE,
            gate=step.gate,
            conditions=_conditions(step),
        )
        for step in table.steps or ()
    ]


def _conditions(step: StepTable) -> StepGate | None:
    if not is_conditional(step):
        return None
    return StepGate(
        approve=step.approve or "",
        approvals=step.approvals,
        opens=step.wait_until or "",
        ask=step.ask or "",
        answer_within=step.ask_within,
    )


def is_conditional(step: StepTable) -> bool:
    return bool(step.approve or step.wait_until or step.ask)


STEPS: dict[StrategyKind, Callable[[StrategyTable], list[Step]]] = {
    StrategyKind.ROLLING: _rolling,
    StrategyKind.BLUE_GREEN: _blue_green,
    StrategyKind.CANARY: _as_written,
    StrategyKind.SHADOW: _as_written,
}


def _scaled(step: Step, time_scale: float, zone: str) -> Step:
    gate = step.conditions
    if gate is not None:
        gate = replace(gate, zone=zone, answer_within=gate.answer_within / time_scale)
    return replace(step, bake=step.bake / time_scale, conditions=gate)


def _problem(keys: KeyPath, sentence: str, remedy: str) -> Problem:
    return Problem(keys=keys, sentence=sentence, remedy=remedy)
