"""What a benchmark is, and how its figures are shown."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from statistics import quantiles
from typing import TypeAlias

Figures: TypeAlias = dict[str, float]
"""Name, unit included, to value; a name is used once in all benchmarks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One module `bench_<name>`; `run` measures, baseline included, and prints nothing."""

    name: str
    about: str
    run: Callable[[], Figures]


def table(bench: Bench, figures: Figures) -> str:
    """The figures of one benchmark below its headline."""
    width = max(map(len, figures), default=0)
    rows = (f"  {name:{width}}  {shown(value):>10}" for name, value in figures.items())
    return "\n".join([f"{bench.name}: {bench.about}", *rows])


def shown(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def line(figures: Figures) -> str:
    """All figures as one line of JSON. Raises ValueError for what is no number."""
    return json.dumps({name: round(value, 6) for name, value in figures.items()}, allow_nan=False)


def joined(before: Figures, new: Figures) -> Figures:
    """Both; raises ValueError where a name stands for two figures."""
    if twice := before.keys() & new.keys():
        raise ValueError(f"these figures were measured twice: {', '.join(sorted(twice))}")
    return before | new


def percentile(values: list[float], percent: int) -> float:
    """The value that `percent` of the values do not exceed."""
    return quantiles(values, n=100, method="inclusive")[percent - 1]
