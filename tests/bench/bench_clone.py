"""From `git clone` to the page answering: a fresh folder, a fresh .venv, `make demo`.

The tree is cloned as it is committed. Packages come the way that pip is configured here, its cache
included, so the same machine is faster the second time; "set-up" is that part.
"""

import os
import signal
import subprocess
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from tests.bench.figures import Figures

TREE = Path(__file__).parents[2]
OPEN = "Open http://"
LONGEST = 900.0


def run() -> Figures:
    """Seconds of each part, and of the whole."""
    with tempfile.TemporaryDirectory(prefix="slipway-clone-") as folder:
        place = Path(folder) / "slipway"
        start = perf_counter()
        subprocess.run(["git", "clone", "--quiet", str(TREE), str(place)], check=True)
        cloned = perf_counter()
        subprocess.run(
            ["make", "setup"],
            cwd=place,
            env=bare(),
            check=True,
            timeout=LONGEST,
            capture_output=True,
        )
        set_up = perf_counter()
        with demo(place) as url:
            answers(url)
            answered = perf_counter()
    return {
        "clone s": cloned - start,
        "clone set-up s": set_up - cloned,
        "clone demo until the page answers s": answered - set_up,
        "clone to the page s": answered - start,
    }


def bare() -> dict[str, str]:
    """The environment of somebody who has activated nothing."""
    dropped = {"VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME"}
    return {name: value for name, value in os.environ.items() if name not in dropped}


@contextmanager
def demo(place: Path) -> Iterator[str]:
    """`make demo` as typed; the address that it prints."""
    process = subprocess.Popen(
        ["make", "demo", "ARGS=--port 0"],
        cwd=place,
        env=bare(),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield address(process)
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.communicate(timeout=30)


def address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if OPEN in line:
            return line.split("Open ", 1)[1].split()[0]
    raise OSError("make demo ended without an address")


def answers(url: str) -> None:
    with urllib.request.urlopen(url, timeout=30) as page:
        if b"Slipway practice" not in page.read():
            raise OSError(f"{url} answers with something else")
