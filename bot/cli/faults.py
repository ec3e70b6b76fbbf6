"""Where tests make the process die: at the N-th write or call, by kill -9. Off in production."""

import os
import signal
from collections.abc import Callable

DIE_AT = "SLIPWAY_DIE_AT"
COUNTED = "SLIPWAY_COUNT_POINTS"


def nothing(_point: str) -> None:
    """The probe of production."""


def probe_from_environment() -> Callable[[str], None]:
    """SLIPWAY_DIE_AT=N kills at point N; SLIPWAY_COUNT_POINTS=FILE writes down how many came."""
    at, counted = os.environ.get(DIE_AT), os.environ.get(COUNTED)
    if at is None and counted is None:
        return nothing
    return counting(int(at) if at else None, counted)


def counting(at: int | None, counted: str | None) -> Callable[[str], None]:
    seen = 0

    def point(name: str) -> None:
        nonlocal seen
        seen += 1
        if counted is not None:
            with open(counted, "a", encoding="utf-8") as file:  # noqa: PTH123
                file.write(f"{seen} {name}\n")
        if seen == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return point
