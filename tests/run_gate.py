"""`make test`: the whole gate in two parts, or with words of its own whatever pytest is asked for.

    python -m tests.run_gate                     side by side what can, then alone what must
    python -m tests.run_gate tests/domain -x     this folder, in one process
    python -m tests.run_gate --durations=20      the whole gate, each part with this option

The parts: first several workers share the tests, then those marked `alone` run in one process.
Both always run; one that failed makes the whole fail.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

WORKERS: Final = 3
"""On two cores: many a test waits for a bot while another one computes."""
SHARED: Final = ("-n", str(WORKERS), "--dist", "loadfile", "--no-loadscope-reorder")
EVERYWHERE: Final = "not torture and not bench"
CHOOSES: Final = (
    "-k",
    "-m",
    "-n",
    "--lf",
    "--last-failed",
    "--ff",
    "--sw",
    "--co",
    "--collect-only",
)
NOTHING_TO_RUN: Final = 5


@dataclass(frozen=True, slots=True)
class GatePart:
    """One run of pytest within the gate."""

    name: str
    options: tuple[str, ...]


PARTS: Final = (
    GatePart("side by side", (*SHARED, "-m", f"{EVERYWHERE} and not alone")),
    GatePart("alone", ("-m", f"{EVERYWHERE} and alone")),
)


def asks_for_a_part(words: Sequence[str]) -> bool:
    """Whether some tests are named or chosen, rather than the whole gate given an option."""
    return any(word.startswith(CHOOSES) or names_a_test(word) for word in words)


def names_a_test(word: str) -> bool:
    """A file or folder, with or without `::test`."""
    return not word.startswith("-") and Path(word.partition("::")[0]).exists()


def pytest_ends(*words: str) -> int:
    """Run pytest to its end; it and every bot it starts keep what Python compiled."""
    # Where that is forbidden, each start of a bot compiles all of it: seconds, hundreds of times.
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return subprocess.run(
        [sys.executable, "-m", "pytest", *words], env=kept, check=False
    ).returncode


def run_parts(words: Sequence[str]) -> int:
    """Both parts, whatever the first says; an interrupted one ends it."""
    ended: list[tuple[GatePart, int, float]] = []
    for part in PARTS:
        print(f"\n== {part.name}", flush=True)
        began = monotonic()
        code = pytest_ends(*part.options, *words)
        ended.append((part, code, monotonic() - began))
        if code not in {0, 1, NOTHING_TO_RUN}:
            break
    print(f"\n{closing(ended)}", flush=True)
    return next((code for _, code, _ in ended if code), 0)


def closing(ended: Sequence[tuple[GatePart, int, float]]) -> str:
    """The last line: how each part ended, and how long it took."""
    told = (
        f"{part.name} {'passed' if code == 0 else f'failed (exit {code})'} in {seconds:.0f} s"
        for part, code, seconds in ended
    )
    good = len(ended) == len(PARTS) and not any(code for _, code, _ in ended)
    return f"The gate {'passed' if good else 'did not pass'}: {', '.join(told)}."


def main(words: Sequence[str]) -> int:
    """The exit status of the gate, or of the part that was asked for."""
    if asks_for_a_part(words):
        return pytest_ends(*words)
    return run_parts(words)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
