"""The linters as they are run here: from this environment, on this tree, with their caches."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.house import tree

BIN = Path(sys.executable).parent
# A make above us must not reach into the makes and tools below.
QUIET = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a tool ended and all it said."""

    code: int
    said: str


def run(*command: str | Path, cwd: Path = tree.ROOT, stdin: str = "") -> Ran:
    """Run a tool to its end."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        input=stdin,
        env=QUIET | {"COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return Ran(done.returncode, done.stdout + done.stderr)


def ruff(*arguments: str, stdin: str = "") -> Ran:
    """Ruff with the project's settings, and nothing remembered: an import's order depends on
    which files there are, and the cache does not see them come."""
    return run(BIN / "ruff", *arguments, "--no-cache", stdin=stdin)


def mypy(*arguments: str | Path) -> Ran:
    """Mypy with the project's settings."""
    return run(BIN / "mypy", *arguments)


def lint_imports(folder: Path, cache: Path) -> Ran:
    """The import contracts of this project over the packages in `folder`."""
    config = ("--config", tree.ROOT / "pyproject.toml")
    return run(BIN / "lint-imports", *config, "--cache-dir", cache, cwd=folder)
