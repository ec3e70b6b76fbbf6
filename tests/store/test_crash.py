"""kill -9 at random moments and at every probe: nothing acknowledged is lost, nothing is half."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from bot.store.sqlite import open_reader
from bot.store.verify import Verified, verify
from tests.store.batches import NOW

TREE = Path(__file__).parents[2]


def run(what: str, path: Path, *more: str) -> list[list[str]]:
    """The lines a child said, in words."""
    command = [sys.executable, "-m", "tests.store.child", what, str(path), *more]
    done = subprocess.run(
        command, cwd=TREE, capture_output=True, text=True, timeout=850, check=False
    )
    assert done.returncode == 0, done.stderr
    return [line.split() for line in done.stdout.splitlines()]


async def check_random_kills(path: Path, rounds: int) -> int:
    """How many acknowledged batches were looked for, and found."""
    said = run("kill-at-random", path, str(rounds))
    assert said.count(["killed", "-9"]) == rounds
    acked = [(words[1], int(words[2])) for words in said if words[0] == "acked"]
    assert isinstance(verify(path), Verified)
    await check_whole(path, acked)
    return len(acked)


async def check_whole(path: Path, acked: list[tuple[str, int]]) -> None:
    store = open_reader(path)
    kept = Counter(event.stream for event in await store.events(limit=10**6))
    for stream, number in acked:
        assert kept[stream] >= number, f"{stream}/{number} was acknowledged and is gone"
    for stream in {stream for stream, _ in acked}:
        assert kept[stream] == kept[f"S/{stream}"] == len(await store.effects(stream))
        replied = await store.replied(f"{stream}/{kept[stream]}")
        assert replied is not None
        assert replied.reply == {"number": kept[stream]}
    await store.close()


async def test_no_acknowledged_commit_is_lost(tmp_path: Path) -> None:
    assert await check_random_kills(tmp_path / "slipway.db", 20) >= 10


@pytest.mark.torture
@pytest.mark.timeout(900)
async def test_no_acknowledged_commit_is_lost_in_a_thousand_kills(tmp_path: Path) -> None:
    assert await check_random_kills(tmp_path / "slipway.db", 1000) >= 500


async def test_every_probe_is_a_place_to_die(tmp_path: Path) -> None:
    runs = [words for words in run("kill-at-every-probe", tmp_path / "x") if words[0] == "run"]
    killed = [words for words in runs if words[2] == "-9"]
    assert len(killed) >= 20
    assert runs[-1][2] == "0"
    assert {words[4] for words in runs} == {"0"}
    assert {words[3] for words in runs} == {"-9", "0"}
    files = [tmp_path / f"{words[1]}.db" for words in runs]
    assert len({str(verify(file)) for file in files}) == 1
    for file in files:
        store = open_reader(file)
        rows = await store.effects("R-1")
        assert [(row.key, row.done_at) for row in rows] == [
            (f"R-1/{number}/card", NOW) for number in (1, 2)
        ]
        await store.close()
