"""What a program gets to know, how long it may take, and what is left of it afterwards."""

import asyncio
import os
import resource
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.domain.terms.strategy import Desired
from bot.domain.terms.units import EVERYBODY, Share
from bot.ports.outcomes import (
    Accepted,
    AlreadyDone,
    Ambiguous,
    NotFound,
    Rejected,
    Unavailable,
    Unsupported,
)
from integrations.command.process import NotRun, Overdue, ProgramOrder, run
from tests.contracts.deployer import KEY, NEW
from tests.fakes.deployer import Fault
from tests.integrations.command.test_words import NASTY
from tests.integrations.command.world import TARGET, WHOLE, Shop, deployer_of

LONG = timedelta(seconds=20)


def sh(script: str, cwd: Path, deadline: timedelta = LONG) -> ProgramOrder:
    """The shell here is the program of a user; nothing of ours is put into its words."""
    return ProgramOrder(
        words=("/bin/sh", "-c", script),
        environment={"PATH": "/usr/bin:/bin"},
        cwd=cwd,
        deadline=deadline,
    )


async def test_a_program_is_told_by_its_words_and_its_environment(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    canary = Desired(revision="v1.4.2", stable="v1.4.1", weight=Share(10), mirror=Share(5))
    assert await shop.deployer.apply(TARGET, canary, key=KEY) == Accepted()
    call = shop.calls()[-1]
    assert call["argv"] == ["apply", "checkout", "prod", "v1.4.2", "10", "v1.4.1", "5"]
    told = {name: value for name, value in call["env"].items() if name.startswith("SLIPWAY_")}
    assert told == {
        "SLIPWAY_KEY": KEY,
        "SLIPWAY_SERVICE": "checkout",
        "SLIPWAY_ENVIRONMENT": "prod",
        "SLIPWAY_REVISION": "v1.4.2",
        "SLIPWAY_STABLE": "v1.4.1",
        "SLIPWAY_WEIGHT": "10",
        "SLIPWAY_MIRROR": "5",
        "SLIPWAY_KEEP": "false",
    }


async def test_a_first_release_has_an_empty_stable(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    first = Desired(revision="v1.4.2", stable=None, weight=EVERYBODY)
    await shop.deployer.apply(TARGET, first, key=KEY)
    assert shop.calls()[-1]["argv"][5] == ""


async def test_a_program_gets_no_variable_that_was_not_named(tmp_path: Path) -> None:
    environment = {"PATH": "/bin:/usr/bin", "SLACK_BOT_TOKEN": "xoxb-hush", "KUBECONFIG": "/k"}
    shop = Shop(tmp_path, WHOLE | {"pass_environment": ["KUBECONFIG"]}, environment)
    await shop.deployer.observe(TARGET)
    passed = shop.calls()[-1]["env"]
    assert passed["KUBECONFIG"] == "/k"
    assert "SLACK_BOT_TOKEN" not in passed


async def test_a_program_is_in_a_group_of_its_own(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    await shop.deployer.observe(TARGET)
    assert shop.calls()[-1]["group"] != os.getpgrp()


@pytest.mark.parametrize("nasty", [value for value in NASTY if value])
async def test_a_nasty_version_reaches_no_program(tmp_path: Path, nasty: str) -> None:
    shop = Shop(tmp_path, WHOLE)
    desired = Desired(revision=nasty, stable="v1.4.1", weight=EVERYBODY)
    outcome = await shop.deployer.apply(TARGET, desired, key=KEY)
    assert isinstance(outcome, Rejected)
    with pytest.raises(NotFound):
        await shop.deployer.resolve(TARGET, nasty)
    assert shop.calls() == []


async def test_half_a_percent_is_refused_rather_than_rounded(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    half = Desired(revision="v1.4.2", stable="v1.4.1", weight=Share(0.5))
    assert isinstance(await shop.deployer.apply(TARGET, half, key=KEY), Unsupported)
    assert shop.calls() == []


async def test_a_refusal_is_the_last_line_that_was_said(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    shop.fail(Fault.REFUSE)
    outcome = await shop.deployer.apply(TARGET, NEW, key=KEY)
    assert outcome == Rejected("./shop refused: the change window is closed")


async def test_no_secret_is_repeated(tmp_path: Path) -> None:
    shop = Shop(tmp_path, WHOLE)
    shop.fail(Fault.UNAVAILABLE)
    with pytest.raises(Unavailable, match="the cluster does not answer") as caught:
        await shop.deployer.observe(TARGET)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit 3", "exit code 3"),
        ("printf 'no\\033[31m red\\n\\n' >&2; exit 1", "no red"),
        ("printf 'x%.0s' $(seq 500) >&2; exit 1", "x" * 299 + "…"),
        ("printf '\\377' >&2; exit 1", "\N{REPLACEMENT CHARACTER}"),
        ("echo my $SECRET >&2; exit 1", "my [redacted]"),
    ],
)
async def test_what_was_said_is_fit_to_be_shown(tmp_path: Path, script: str, said: str) -> None:
    settings = {**WHOLE, "apply": runs(tmp_path, script), "pass_environment": ["SECRET"]}
    del settings["find"]
    environment = {"PATH": "/usr/bin:/bin", "SECRET": "correct horse"}
    deployer = deployer_of(tmp_path, settings, environment)
    assert await deployer.apply(TARGET, NEW, key=KEY) == Rejected(f"./told refused: {said}")


def runs(folder: Path, script: str) -> list[str]:
    program = folder / "told"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return ["./told"]


async def test_a_program_that_takes_too_long_is_ended_with_all_it_started(tmp_path: Path) -> None:
    deaf = "trap '' TERM; (trap '' TERM; echo $$ > pid; sleep 30) & echo $! > child; wait; sleep 30"
    began = time.monotonic()
    with pytest.raises(Overdue):
        await run(sh(deaf, tmp_path, timedelta(milliseconds=300)))
    assert time.monotonic() - began < 5
    assert not await alive(int((tmp_path / "child").read_text()))


async def alive(pid: int) -> bool:
    """Whether a process still runs a little later; a dead one may wait for its reaper."""
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        await asyncio.sleep(0.02)
    return True


async def test_a_program_may_clean_up_when_its_time_is_up(tmp_path: Path) -> None:
    with pytest.raises(Overdue):
        await run(
            sh(
                "trap 'echo bye > cleaned; exit' TERM; echo > ready; while :; do sleep 0.01; done",
                tmp_path,
                timedelta(milliseconds=300),
            )
        )
    assert (tmp_path / "cleaned").read_text() == "bye\n"


async def test_a_cancelled_run_leaves_nothing_behind(tmp_path: Path) -> None:
    task = asyncio.create_task(run(sh("echo $$ > pid; exec sleep 30", tmp_path)))
    pid = await written(tmp_path / "pid")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not await alive(pid)


async def written(path: Path) -> int:
    for _ in range(500):
        if path.exists() and (text := path.read_text()):
            return int(text)
        await asyncio.sleep(0.01)
    raise AssertionError(f"{path.name} was never written")


async def test_a_service_that_was_started_runs_on_and_holds_nobody_up(tmp_path: Path) -> None:
    began = time.monotonic()
    finished = await run(sh("sleep 30 & echo $! > pid; echo started", tmp_path))
    pid = int((tmp_path / "pid").read_text())
    assert (finished.code, finished.stdout) == (0, b"started\n")
    assert time.monotonic() - began < 5
    os.kill(pid, 9)


async def test_a_flood_is_heard_only_so_far(tmp_path: Path) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    finished = await run(sh("head -c 60000000 /dev/zero; head -c 60000000 /dev/zero >&2", tmp_path))
    assert (finished.whole, len(finished.stdout), len(finished.stderr)) == (False, 2**20, 2**16)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40_000


async def test_the_last_of_what_was_said_is_kept(tmp_path: Path) -> None:
    finished = await run(sh("head -c 100000 /dev/zero >&2; echo last >&2", tmp_path))
    assert finished.stderr.endswith(b"last\n")


@pytest.mark.parametrize(
    ("words", "for_good"), [(("./gone",), True), (("./text",), True), (("./empty",), True)]
)
async def test_what_cannot_be_run_was_not_run(
    tmp_path: Path, words: tuple[str, ...], for_good: bool
) -> None:
    (tmp_path / "text").write_text("no program")
    (tmp_path / "empty").write_bytes(b"\x00\x01")
    (tmp_path / "empty").chmod(0o755)
    with pytest.raises(NotRun) as caught:
        await run(ProgramOrder(words=words, environment={}, cwd=tmp_path, deadline=LONG))
    assert caught.value.for_good is for_good


async def test_no_pipe_is_left_open(tmp_path: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for script in ("exit 0", "exit 1", "sleep 2 &"):
        await run(sh(script, tmp_path))
    with pytest.raises(NotRun):
        await run(ProgramOrder(words=("./gone",), environment={}, cwd=tmp_path, deadline=LONG))
    assert len(list(Path("/proc/self/fd").iterdir())) <= before + 1


async def test_a_missing_program_is_a_refusal_with_a_remedy(tmp_path: Path) -> None:
    shop = Shop(tmp_path, {**WHOLE, "apply": ["./gone"]})
    outcome = await shop.deployer.apply(TARGET, NEW, key=KEY)
    assert isinstance(outcome, Rejected)
    assert "put it there" in outcome.reason


async def test_two_programs_never_run_for_one_target_at_once(tmp_path: Path) -> None:
    settings: dict[str, Any] = {
        "apply": runs(tmp_path, "echo begin >> log; sleep 0.1; echo end >> log"),
        "observe": ["./told"],
    }
    deployer = deployer_of(tmp_path, settings, {"PATH": "/usr/bin:/bin"})
    await asyncio.gather(*(deployer.apply(TARGET, NEW, key=f"R-1/{n}/move") for n in range(3)))
    assert (tmp_path / "log").read_text().split() == ["begin", "end"] * 3


async def test_a_key_that_is_found_is_not_carried_out_again(tmp_path: Path) -> None:
    told = runs(tmp_path, """[ "$1" = find ] && echo '{"found": true}' || echo ran >> log""")
    settings = {"apply": [*told, "apply"], "find": [*told, "find"], "observe": told}
    deployer = deployer_of(tmp_path, settings, {"PATH": "/usr/bin:/bin"})
    assert await deployer.apply(TARGET, NEW, key=KEY) == AlreadyDone()
    assert not (tmp_path / "log").exists()


async def test_an_ended_program_is_not_known_to_have_failed(tmp_path: Path) -> None:
    settings = {"apply": runs(tmp_path, "kill -9 $$"), "observe": ["./told"]}
    deployer = deployer_of(tmp_path, settings, {"PATH": "/usr/bin:/bin"})
    outcome = await deployer.apply(TARGET, NEW, key=KEY)
    assert outcome == Ambiguous("./told was ended by signal 9")
