"""`python -m tests.bench [NAME ...]`: measure, show a table, and end with one line of JSON."""

import sys
import traceback
from collections.abc import Sequence

from tests.bench import (
    bench_clone,
    bench_flood,
    bench_judge,
    bench_memory,
    bench_recovery,
    bench_rollback,
    bench_start,
    bench_store,
)
from tests.bench.figures import Bench, Figures, joined, line, table

BENCHES = (
    Bench(
        name="flood",
        about="200 slash commands at once over a real WebSocket, beside a bare Bolt app",
        run=bench_flood.run,
    ),
    Bench(
        name="rollback",
        about="from a version turning bad to the rollback being asked of the deployer",
        run=bench_rollback.run,
    ),
    Bench(
        name="start",
        about="from nothing to the first answer, and importing alone",
        run=bench_start.run,
    ),
    Bench(
        name="clone",
        about="from git clone to the page of make demo answering, in a fresh folder",
        run=bench_clone.run,
    ),
    Bench(
        name="recovery",
        about="from the restart after kill -9 to being at work again",
        run=bench_recovery.run,
    ),
    Bench(
        name="memory",
        about="resident memory, idle and after 200 commands, beside a bare Bolt app",
        run=bench_memory.run,
    ),
    Bench(
        name="store",
        about="durable commits, beside bare sqlite3 with the same pragmas and rows",
        run=bench_store.run,
    ),
    Bench(
        name="judge",
        about="what an observation costs, beside a plain sum of the same numbers",
        run=bench_judge.run,
    ),
)


def main(names: Sequence[str], benches: Sequence[Bench] = BENCHES) -> int:
    """Run those that are named, all where none is; 1 if one could not be measured."""
    if unknown := set(names) - {bench.name for bench in benches}:
        known = ", ".join(bench.name for bench in benches)
        print(f"Nothing was measured: no benchmark is called {unknown.pop()!r}. There are: {known}")
        return 2
    figures: Figures = {}
    failed = False
    for bench in benches:
        if not names or bench.name in names:
            found = measured(bench)
            failed = failed or not found
            figures = joined(figures, found)
    print(line(figures))
    return 1 if failed else 0


def measured(bench: Bench) -> Figures:
    """What one benchmark found, shown; nothing where it failed, so that the others still run."""
    try:
        found = bench.run()
    except Exception:  # noqa: BLE001 - told in full, and in the exit status
        traceback.print_exc()
        print(f"{bench.name}: could not be measured\n", flush=True)
        return {}
    print(f"{table(bench, found)}\n", flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
