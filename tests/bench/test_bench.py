"""That `make bench` runs every benchmark there is, and shows what it found."""

import json
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES, main
from tests.bench.figures import Bench, Figures, joined, line, percentile, table

FIGURES = {"tea brewed per s": 12345.678, "tea p99 ms": 3.14159}


def broken() -> Figures:
    raise OSError("the kettle is gone")


TEA = Bench(name="tea", about="how fast it is made", run=lambda: dict(FIGURES))
KETTLE = Bench(name="kettle", about="whether it is there", run=broken)


def test_every_benchmark_is_listed_once() -> None:
    written = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    assert sorted(bench.run.__module__.rpartition(".")[2] for bench in BENCHES) == written
    assert sorted(f"bench_{bench.name}" for bench in BENCHES) == written


def test_a_table_names_every_figure_and_rounds_it() -> None:
    assert table(TEA, FIGURES).splitlines() == [
        "tea: how fast it is made",
        "  tea brewed per s      12,346",
        "  tea p99 ms              3.14",
    ]


def test_the_last_line_is_every_figure_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], [TEA]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == pytest.approx(FIGURES)


def test_one_that_fails_is_told_and_does_not_cost_the_others(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main([], [KETTLE, TEA]) == 1
    said = capsys.readouterr()
    assert "kettle: could not be measured" in said.out
    assert "the kettle is gone" in said.err
    assert json.loads(said.out.splitlines()[-1]).keys() == FIGURES.keys()


def test_only_those_that_are_named_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tea"], [KETTLE, TEA]) == 0
    assert main(["coffee"], [KETTLE, TEA]) == 2
    assert "no benchmark is called 'coffee'" in capsys.readouterr().out


def test_a_figure_is_measured_once_and_is_a_number() -> None:
    with pytest.raises(ValueError, match="measured twice: tea p99 ms"):
        joined(FIGURES, {"tea p99 ms": 1.0})
    with pytest.raises(ValueError, match="JSON"):
        line({"tea p99 ms": float("nan")})


def test_a_percentile_lies_among_the_values() -> None:
    values = [float(number) for number in range(101)]
    assert [percentile(values, at) for at in (50, 99)] == [50.0, 99.0]
