"""The Makefile and .ci/setup on a machine that lacks things: one sentence, never a traceback.

Each test copies what a stranger starts from into an empty folder and puts on the PATH only what
that stranger has. A complete set-up takes the network; `make test` itself begins with one.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house import tree
from tests.house.lock import pins, tools_of_tests
from tests.house.tools import QUIET, Ran

BASICS = ("sh", "make", "echo", "dirname", "cat", "cksum", "rm", "mkdir", "grep", "sleep")
START = ("Makefile", ".ci/setup", "pyproject.toml", "requirements.lock")
TARGETS = {"demo", "test", "torture", "bench", "picture", "install", "setup", "lock"}


class Stranger:
    """A fresh checkout, and a PATH with nothing on it but the basics and what is `given`."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "a checkout"
        self.bin = folder / "bin"
        for name in START:
            (self.checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(tree.ROOT / name, self.checkout / name)
        self.bin.mkdir()
        for name in BASICS:
            (self.bin / name).symlink_to(str(shutil.which(name)))

    def given(self, name: str, script: str) -> None:
        """Put a program of this name on the PATH."""
        (self.bin / name).write_text(f"#!/bin/sh\n{script}\n")
        (self.bin / name).chmod(0o755)

    def starts(self, *arguments: str) -> "subprocess.Popen[str]":
        """A running make; what it says, errors included, is on its stdout."""
        return subprocess.Popen(
            ["make", *arguments],
            cwd=self.checkout,
            env={"PATH": str(self.bin), "HOME": os.devnull},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def make(self, *arguments: str) -> Ran:
        """Run make to its end."""
        with self.starts(*arguments) as running:
            said, _ = running.communicate(timeout=60)
        return Ran(running.returncode, said)

    def pretend_ready(self) -> None:
        """Leave a .venv as a finished set-up would: its programs, and the stamp made last."""
        programs = self.checkout / ".venv" / "bin"
        programs.mkdir(parents=True)
        for name in ("python", "slipway"):
            (programs / name).write_text('#!/bin/sh\necho "$@"\n')
            (programs / name).chmod(0o755)
        stamp = "pwd -P; cat .ci/setup pyproject.toml requirements.lock | cksum"
        made = subprocess.run(
            ["sh", "-c", stamp], cwd=self.checkout, env=QUIET, capture_output=True, check=True
        )
        (self.checkout / ".venv" / ".slipway-ready").write_bytes(made.stdout)


@pytest.fixture
def stranger(tmp_path: Path) -> Stranger:
    return Stranger(tmp_path)


def test_help_names_every_target(stranger: Stranger) -> None:
    said = stranger.make().said
    assert {line.split()[1] for line in said.splitlines()} == TARGETS


def test_without_python_one_sentence_says_what_to_install(stranger: Stranger) -> None:
    ran = stranger.make("test")
    assert ran.code != 0
    assert "Slipway was not set up: no Python was found; install Python 3.11 or newer" in ran.said


def test_an_old_python_is_named(stranger: Stranger) -> None:
    stranger.given("python3", "exit 1")
    said = stranger.make("test").said
    assert f"{stranger.bin}/python3 is older than 3.11, and there is no newer one; install" in said


def test_a_python_without_venv_is_named_with_its_package(
    stranger: Stranger, tmp_path: Path
) -> None:
    shadow = tmp_path / "shadow"
    shadow.mkdir()
    (shadow / "ensurepip.py").write_text("raise ImportError('as Debian ships it')\n")
    stranger.given("python3", f'PYTHONPATH="{shadow}" exec "{sys.executable}" "$@"')
    said = stranger.make("test").said
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert f"{stranger.bin}/python3 has no venv or ensurepip module" in said
    assert f"apt-get install python{version}-venv) and run make again." in said
    assert "Traceback" not in said


def test_uv_is_asked_for_a_python(stranger: Stranger) -> None:
    stranger.given("uv", 'echo "/nowhere/to/be/found/python3.12"')
    assert "/nowhere/to/be/found/python3.12 is older than 3.11" in stranger.make("setup").said


def test_a_finished_setup_is_left_alone(stranger: Stranger) -> None:
    stranger.pretend_ready()
    assert stranger.make("setup") == Ran(0, "")


@pytest.mark.parametrize("name", ["pyproject.toml", "requirements.lock", ".ci/setup"])
def test_a_change_sets_up_again(stranger: Stranger, name: str) -> None:
    stranger.pretend_ready()
    with (stranger.checkout / name).open("a") as file:
        file.write("\n# changed\n")
    assert stranger.make("setup").said.endswith("Ready.\n")
    assert stranger.make("setup") == Ran(0, "")


def test_a_moved_checkout_sets_up_again(stranger: Stranger) -> None:
    stranger.pretend_ready()
    stranger.checkout = stranger.checkout.rename(stranger.checkout.with_name("moved"))
    assert stranger.make("setup").said.endswith("Ready.\n")


def test_a_half_made_environment_is_made_anew(stranger: Stranger) -> None:
    (stranger.checkout / ".venv" / "bin").mkdir(parents=True)
    (stranger.checkout / ".venv" / "bin" / "python").symlink_to("nowhere")
    assert "no Python was found" in stranger.make("setup").said


MAKES_VENV = """\
case "$*" in
"-m venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python; cp "$0" .venv/bin/slipway ;;
"-m pip "*) for word; do case $word in *.lock) cat $word >installed ;; esac; done ;;
.ci/runtime*) exec "{python}" "$@" ;;
esac
"""


def test_an_install_leaves_the_tools_of_tests_out(stranger: Stranger) -> None:
    shutil.copy(tree.ROOT / ".ci" / "runtime", stranger.checkout / ".ci")
    (stranger.bin / "cp").symlink_to(str(shutil.which("cp")))
    (stranger.bin / "mv").symlink_to(str(shutil.which("mv")))
    stranger.given("python3", MAKES_VENV.format(python=sys.executable))
    installed = stranger.checkout / "installed"
    assert stranger.make("setup").said.endswith("Ready.\n")
    assert installed.read_text() == (tree.ROOT / "requirements.lock").read_text()
    assert "may hold the tools of make test; making a new one" in stranger.make("install").said
    assert not pins(installed.read_text()).keys() & tools_of_tests()
    assert {"slack-bolt", "aiohttp", "setuptools"} <= pins(installed.read_text()).keys()
    assert stranger.make("install") == Ran(0, "")
    installed.unlink()
    assert stranger.make("setup").said.endswith("Ready.\n")
    assert "pytest" in pins(installed.read_text())


def test_two_makes_take_turns(stranger: Stranger) -> None:
    (stranger.checkout / ".cache").mkdir()
    with subprocess.Popen(["sleep", "60"]) as first:
        (stranger.checkout / ".cache" / "setup.pid").write_text(str(first.pid))
        with stranger.starts("setup") as second:
            assert second.stdout is not None
            waiting = second.stdout.readline()
            first.terminate()
            first.wait()
            said, _ = second.communicate(timeout=30)
    assert waiting.startswith(f"Waiting for process {first.pid}, which is setting up .venv (if")
    assert "no Python was found" in said


def test_a_make_that_died_is_not_waited_for(stranger: Stranger) -> None:
    (stranger.checkout / ".cache").mkdir()
    gone = subprocess.Popen(["true"])
    gone.wait()
    (stranger.checkout / ".cache" / "setup.pid").write_text(str(gone.pid))
    said = stranger.make("setup").said
    assert "Waiting" not in said
    assert "no Python was found" in said


@pytest.mark.parametrize(
    ("target", "runs"),
    [
        ("demo", "demo --headless --json"),
        ("test", "-m tests.run_gate --headless --json"),
        ("torture", "-m pytest -m torture --headless --json"),
        ("bench", "-m tests.bench --headless --json"),
    ],
)
def test_targets_pass_their_words_on(stranger: Stranger, target: str, runs: str) -> None:
    stranger.pretend_ready()
    assert stranger.make("-j4", target, "ARGS=--headless --json") == Ran(0, f"{runs}\n")
