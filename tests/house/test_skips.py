"""The rules for skipped tests, on real pytest runs of small files."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree
from tests.house.tools import Ran
from tests.servers import SERVERS, find_server, needs_server
from tests.skips import ALLOWED

PASSES = "def test_passes(): pass\n"
NEEDS = (
    "import pytest\nfrom tests.servers import needs_server\n\n"
    "@needs_server('prometheus')\n"
    "@pytest.mark.parametrize('page', [1, 2])\ndef test_scrapes(page): pass\n"
)
SKIPS = "import pytest\n\ndef test_rests(): pytest.skip('{}')\n"
SKIPPED_MODULE = "import pytest\n\npytest.importorskip('nowhere_to_be_found')\n"
EXCUSED = "import pytest\n\n@pytest.mark.xfail(reason='{}')\ndef test_fails(): assert False\n"


COMMAND = (sys.executable, "-m", "pytest", "-p", "tests.skips", "-p", "no:cacheprovider")


class Bench:
    """Runs pytest on one file, with no server in sight."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = folder / "pytest.ini"
        self.settings.write_text("[pytest]\nasyncio_default_fixture_loop_scope = function\n")

    def run(self, source: str, **environment: str) -> Ran:
        (self.folder / "test_sample.py").write_text(source)
        done = subprocess.run(
            [*COMMAND, "-c", self.settings, "--rootdir", self.folder, self.folder],
            env={"PATH": str(self.folder), "PYTHONPATH": str(tree.ROOT), **environment},
            capture_output=True,
            text=True,
            check=False,
        )
        return Ran(done.returncode, done.stdout + done.stderr)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_a_missing_server_skips_its_tests_and_is_named_last(bench: Bench) -> None:
    ran = bench.run(NEEDS + PASSES)
    assert ran.code == 0
    assert ran.said.splitlines()[-1] == (
        "Not run for want of a server (2): "
        "test_sample.py::test_scrapes (prometheus: apt-get install prometheus)."
    )


def test_a_missing_server_fails_its_tests_in_ci(bench: Bench) -> None:
    ran = bench.run(NEEDS, SLIPWAY_CI="1")
    assert ran.code == 1
    assert "prometheus is not installed; to run this: apt-get install prometheus" in ran.said


@pytest.mark.parametrize("ci", ["0", "1"])
def test_a_server_that_is_there_is_used(bench: Bench, ci: str) -> None:
    ran = bench.run(NEEDS, SLIPWAY_CI=ci, SLIPWAY_PROMETHEUS=sys.executable)
    assert (ran.code, "2 passed" in ran.said, "Not run" in ran.said) == (0, True, False)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        (SKIPS.format("no time"), "test_sample.py::test_rests: no time"),
        (EXCUSED.format("too hard"), "test_sample.py::test_fails: too hard"),
        (SKIPPED_MODULE, "test_sample.py: could not import 'nowhere_to_be_found'"),
    ],
    ids=["skip", "xfail", "module"],
)
def test_a_skip_fails_the_run_in_ci_alone(bench: Bench, source: str, reason: str) -> None:
    assert bench.run(source).code in {0, 5}  # 5: a module skipped whole holds no test
    ran = bench.run(source, SLIPWAY_CI="1")
    assert ran.code == 1
    assert "This run did not pass: of its tests 1 were skipped" in ran.said
    assert reason in ran.said


@pytest.mark.parametrize("source", [SKIPS, EXCUSED], ids=["skip", "xfail"])
def test_an_allowed_skip_passes_in_ci(bench: Bench, source: str) -> None:
    ran = bench.run(PASSES + source.format(f"{ALLOWED} only macOS has this"), SLIPWAY_CI="1")
    assert (ran.code, "did not pass" in ran.said) == (0, False)


def test_a_run_that_failed_anyway_keeps_its_code(bench: Bench) -> None:
    assert bench.run("import nowhere_to_be_found\n", SLIPWAY_CI="1").code == 2


def test_a_server_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="No server named 'grafana'; there are: @slack/bolt, "):
        needs_server("grafana")


def test_a_bare_server_mark_is_refused(bench: Bench) -> None:
    bare = "import pytest\n\n@pytest.mark.server\ndef test_bare(): pass\n"
    assert "mark it with needs_server" in bench.run(bare).said


def test_a_node_package_is_found_below_its_folder(tmp_path: Path) -> None:
    package = tmp_path / "modules" / "@slack" / "bolt"
    package.mkdir(parents=True)
    (package / "package.json").touch()
    (tmp_path / "node").touch(mode=0o755)
    environment = {"PATH": str(tmp_path), "SLIPWAY_NODE_MODULES": str(tmp_path / "modules")}
    assert find_server("@slack/bolt", environment) == package


@pytest.mark.parametrize("name", SERVERS)
def test_nothing_is_found_where_nothing_is(name: str, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match=r"is not installed; to run this: (apt-get|npm) install"):
        find_server(name, {"PATH": str(tmp_path)})
