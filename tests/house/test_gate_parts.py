"""The two parts of `make test`: what runs alone is found by its code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import run_gate
from tests.house import tree
from tests.house.tools import Ran

SETTINGS = """[pytest]
asyncio_default_fixture_loop_scope = function
markers =
    alone: nothing runs beside it
    torture: long
    bench: measures
    server(name): needs a real server
"""
HELPERS = """import asyncio
import os
import time

class Stage:
    async def kill_bot(self): ...

async def dies(stage):
    await stage.kill_bot()

def waits():
    return time.monotonic()

def rests():
    return 1
"""
SAMPLES = {
    "plain": "def test_it(): assert 1\n",
    "of a helper": "from tests.sample import rests\ndef test_it(): assert rests()\n",
    "of a helper with a clock of its own": (
        "from tests.sample import waits\ndef test_it(): assert waits()\n"
    ),
    "of a clock": "import time\ndef test_it(): assert time.monotonic()\n",
    "that kills": "import os\ndef test_it():\n    def stop(): os.kill(1, 0)\n    assert stop\n",
    "whose helper kills": "from tests.sample import dies\ndef test_it(): assert dies\n",
    "whose module of helpers kills": (
        "from tests import sample\ndef test_it(): assert sample.dies\n"
    ),
    "whose fixture kills": (
        "import pytest\nfrom tests.sample import dies\n"
        "@pytest.fixture\ndef killer(): return dies\ndef test_it(killer): assert killer\n"
    ),
    "with a browser": "import pytest\n@pytest.mark.server('chromium')\ndef test_it(): assert 1\n",
    "marked by hand": "import pytest\n@pytest.mark.alone\ndef test_it(): assert 1\n",
}
BESIDE = {"plain", "of a helper", "of a helper with a clock of its own"}


def pytest_on(folder: Path, *words: str, **environment: str) -> Ran:
    """Pytest in a folder of samples that stands for tests/."""
    (folder / "pytest.ini").write_text(SETTINGS)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "pytest.ini", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(tree.ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The samples that are found to be alone."""
    folder = tmp_path_factory.mktemp("samples")
    (folder / "tests").mkdir()
    (folder / "tests" / "__init__.py").touch()
    (folder / "tests" / "sample.py").write_text(HELPERS)
    for name, source in SAMPLES.items():
        (folder / "tests" / f"test_{name.replace(' ', '_')}.py").write_text(source)
    for name in ("alone.py", "servers.py"):
        (folder / "tests" / name).write_text((tree.ROOT / "tests" / name).read_text())
    words = ("-p", "tests.alone", "--collect-only", "-q", "-m", "alone", "tests")
    return pytest_on(folder, *words, PYTHONPATH=str(folder)).said


@pytest.mark.parametrize("name", SAMPLES)
def test_what_runs_alone_is_found_by_its_code(name: str, collected: str) -> None:
    assert (f"test_{name.replace(' ', '_')}.py::" in collected) == (name not in BESIDE), collected


def test_every_test_of_the_gate_is_in_one_part() -> None:
    beside, alone = (part.options[-1] for part in run_gate.PARTS)
    assert beside == f"{run_gate.EVERYWHERE} and not alone"
    assert alone == f"{run_gate.EVERYWHERE} and alone"


@pytest.mark.parametrize(
    ("words", "part"),
    [
        ((), False),
        (("-x", "--durations=20"), False),
        (("tests/domain", "-x"), True),
        (("tests/house/test_tree.py::test_it",), True),
        (("-k", "freeze"), True),
        (("-m", "torture"), True),
        (("-n2",), True),
        (("--lf",), True),
    ],
)
def test_what_is_asked_for_is_what_runs(words: tuple[str, ...], part: bool) -> None:
    assert run_gate.asks_for_a_part(words) is part


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        ((0, 0), "The gate passed: side by side passed in 3 s, alone passed in 3 s."),
        (
            (1, 0),
            "The gate did not pass: side by side failed (exit 1) in 3 s, alone passed in 3 s.",
        ),
        ((2,), "The gate did not pass: side by side failed (exit 2) in 3 s."),
    ],
)
def test_the_last_line_says_how_each_part_ended(codes: tuple[int, ...], said: str) -> None:
    ended = [(part, code, 3.0) for part, code in zip(run_gate.PARTS, codes, strict=False)]
    assert run_gate.closing(ended) == said


SKIPS = "import pytest\ndef test_rests(): pytest.skip('no time')\n"
MODULE = "import pytest\npytest.importorskip('nowhere_to_be_found')\n"
NEEDS = (
    "from tests.servers import needs_server\n\n"
    "@needs_server('prometheus')\ndef test_scrapes(): ...\n"
)


@pytest.mark.parametrize("source", [SKIPS, MODULE], ids=["skip", "module"])
def test_a_skip_of_a_worker_fails_the_run_in_ci(source: str, tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text(source)
    (tmp_path / "test_other.py").write_text("def test_passes(): pass\n")
    words = ("-p", "tests.skips", "-n", "2", ".")
    assert pytest_on(tmp_path, *words).code == 0
    ran = pytest_on(tmp_path, *words, SLIPWAY_CI="1")
    assert ran.code == 1
    assert "This run did not pass: of its tests 1 were skipped" in ran.said


def test_a_server_that_a_worker_missed_is_named_last(tmp_path: Path) -> None:
    (tmp_path / "test_sample.py").write_text(NEEDS)
    ran = pytest_on(tmp_path, "-p", "tests.skips", "-n", "2", ".", PATH=str(tmp_path))
    assert ran.code == 0, ran.said
    assert ran.said.splitlines()[-1] == (
        "Not run for want of a server (1): "
        "test_sample.py::test_scrapes (prometheus: apt-get install prometheus)."
    )
