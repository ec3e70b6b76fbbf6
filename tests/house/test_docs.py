"""README and docs: every command line is run and every config is read, or it says why not.

docs/api.md is run by tests/web/test_docs.py, the `make` lines by CI and test_readme.py.
"""

import asyncio
import configparser
import getpass
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import EntryPoint
from pathlib import Path
from types import ModuleType

import pytest

from bot.cli import parser
from bot.config import parse
from bot.domain.judge import judge, weigh
from bot.domain.judge.samples import Limits
from bot.domain.terms.rules import RollbackRules
from bot.engine.registry import assemble, find_integrations
from bot.ports.integration import Integration
from bot.practice.stage.stage import Stage, opened
from bot.store import upkeep
from tests.house.tree import ROOT

PAGES = {
    path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8")
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
}
ELSEWHERE = {"docs/api.md"}
NOT_RUN = {
    "make": "it would run this suite inside itself; its targets and arguments are compared",
    "systemctl": "no service manager in a test; the unit is read instead",
    "journalctl": "no service manager in a test",
    "docker": "no Docker in a test; test_container.py holds the files to the code",
    "git": "it would move the checkout that is tested",
}
BY_THE_STAGE = "slipway run --config slipway.toml"
ON_THE_FIRST_DAY = {"slipway init", "slipway check --live"}
"""Before there is a bot, and with a person who types: tests/e2e/test_first_day.py runs them."""
"""The one line that does not end: the bot of these tests is started by it."""
TOOLS = ("sh", "curl", "sqlite3")
ABSENT = [name for name in TOOLS if shutil.which(name) is None]
BIN = Path(sys.executable).parent


def blocks(page: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGES[page], re.DOTALL | re.MULTILINE)


def lines(block: str) -> list[str]:
    """Commands; one that goes on over several lines is one."""
    return [line for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def is_run(line: str) -> bool:
    elsewhere = {BY_THE_STAGE, *ON_THE_FIRST_DAY}
    return line.split(maxsplit=1)[0] not in NOT_RUN and line not in elsewhere


SHELL = [(page, block) for page in PAGES if page not in ELSEWHERE for block in blocks(page, "sh")]
RUN = [(page, block) for page, block in SHELL if any(map(is_run, lines(block)))]
IN_TOML = [(page, block) for page in PAGES for block in blocks(page, "toml")]


# ---------------------------------------------------------------- command lines


@asynccontextmanager
async def running() -> AsyncIterator[tuple[Stage, str]]:
    """A folder as the pages mean it: slipway.toml, slipway.db, and a bot with R-1 under way."""
    async with opened() as stage:
        config = stage.folder / "slipway.toml"
        text = config.read_text(encoding="utf-8")
        port = free_port()
        text = text.replace("enabled = false", f"port = {port}")
        me = f'{{ users = ["cli:{getpass.getuser()}"] }}'
        text = re.sub(r"^(shop-devs|release-leads) *= .*$", rf"\1 = {me}", text, flags=re.M)
        config.write_text(text, encoding="utf-8")
        await stage.raise_bot()
        await stage.listens()
        await asked(stage, "adopt checkout in prod", port)
        await asked(stage, "start checkout v1.4.2 to prod", port)
        await stage.reaches("baking")
        await asked(stage, "pause R-1 because the pages are being tried", port)
        yield stage, str(port)


async def asked(stage: Stage, typed: str, port: int) -> None:
    code, said = await run(stage, f"slipway release {typed}", port)
    assert code == 0, said


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def run(stage: Stage, script: str, port: int | str) -> tuple[int, str]:
    """A script in the folder of the bot; the pages' port is the one it got."""
    shell = await asyncio.create_subprocess_exec(
        *("sh", "-euc", script.replace("8080", str(port))),
        cwd=stage.folder,
        env={
            **os.environ,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "SLACK_BOT_TOKEN": "xoxb-practice",
            "SLACK_APP_TOKEN": "xapp-practice",
            "no_proxy": "*",
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await asyncio.wait_for(shell.communicate(), 60)
    return shell.returncode or 0, out.decode()


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.skipif(bool(ABSENT), reason=f"not on this machine: {', '.join(ABSENT)}")
async def test_every_command_line_works_beside_a_running_bot() -> None:
    assert len(RUN) > 5
    async with running() as (stage, port):
        for page, block in RUN:
            script = "\n".join(line for line in lines(block) if is_run(line))
            code, said = await run(stage, script, port)
            assert code == 0, f"{page}:\n{script}\n{said}"
            assert "Traceback" not in said
        code, said = await run(stage, "curl -fsS http://127.0.0.1:8080/metrics", port)
        metrics = set(re.findall(r"^(slipway_\S+) \d", said, re.MULTILINE))
    told = set(re.findall(r"^\| `(slipway_[^`]+)` \|", PAGES["docs/operations.md"], re.MULTILINE))
    assert metrics == told, (code, metrics ^ told)


def test_the_bot_of_these_tests_is_started_as_the_readme_says() -> None:
    assert BY_THE_STAGE in [line for page, block in SHELL for line in lines(block)]


@pytest.mark.parametrize(("page", "block"), SHELL)
def test_every_block_is_sound_shell_and_every_slipway_line_can_be_meant(
    page: str, block: str
) -> None:
    subprocess.run(["sh", "-n", "-c", block], check=True)
    for line in lines(block):
        if line.startswith("slipway "):
            typed = line.split()[1:]
            assert parser(typed).parse_args(typed).run


def test_nothing_is_left_out_that_is_not_there() -> None:
    """A reason for a program that no page names any more is to be taken away."""
    named = {line.split()[0] for _, block in SHELL for line in lines(block)}
    assert named >= NOT_RUN.keys()


# ---------------------------------------------------------------- configs


def example() -> dict[str, object]:
    return tomllib.loads((ROOT / "slipway.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("page", "block"), IN_TOML)
def test_every_config_is_taken_by_itself_or_within_the_example(page: str, block: str) -> None:
    """A fragment takes the place of what the example says under the same names."""
    told = tomllib.loads(block)
    if "project" in told:
        assert entry_of(told).name == "tally"
        return
    known = {**find_integrations(), "tally": plugin()}
    if "version" in told:
        config = parse(block, known)
    else:
        config = parse(written(over(example(), told)), known)
    assert not config.quarantined, config.quarantined
    assert not config.broken, config.broken


def over(below: dict[str, object], above: dict[str, object]) -> dict[str, object]:
    both = {**below, **above}
    for key, value in above.items():
        old = below.get(key)
        if isinstance(old, dict) and isinstance(value, dict) and "source" not in value:
            both[key] = over(old, value)
    return both


def written(value: object) -> str:
    """TOML of what tomllib reads: every table as one line."""
    assert isinstance(value, dict)
    return "\n".join(f"{name(key)} = {inline(each)}" for key, each in value.items())


def inline(value: object) -> str:
    match value:
        case dict():
            pairs = (f"{name(key)} = {inline(each)}" for key, each in value.items())
            return "{ " + ", ".join(pairs) + " }"
        case list():
            return "[" + ", ".join(map(inline, value)) + "]"
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
    return name(str(value))


def name(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def test_the_unit_of_systemd_starts_the_bot() -> None:
    (unit,) = blocks("docs/operations.md", "ini")
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]
    read.read_string(unit)
    program, *typed = read["Service"]["ExecStart"].split()
    assert Path(program).name == "slipway"
    assert parser(typed).parse_args(typed).run


# ---------------------------------------------------------------- the plugin of the page


def files() -> dict[str, str]:
    """What the page says stands in which file."""
    page = PAGES["docs/integrations.md"]
    found = re.findall(r"^`(\S+\.\w+)`.*?:(?:.*?)\n\n```\w+\n(.*?)^```", page, re.DOTALL | re.M)
    return dict(found)


def entry_of(told: dict[str, object]) -> EntryPoint:
    project = told["project"]
    assert isinstance(project, dict)
    ((group, entries),) = project["entry-points"].items()
    ((key, value),) = entries.items()
    return EntryPoint(name=key, value=value, group=group)


def plugin() -> Integration:
    """The integration of the page, from its text."""
    module = ModuleType("slipway_tally")
    sys.modules[module.__name__] = module  # dataclasses look their module up
    try:
        exec(files()["slipway_tally/__init__.py"], module.__dict__)
    finally:
        del sys.modules[module.__name__]
    found = module.INTEGRATION
    assert isinstance(found, Integration)
    return found


def test_the_plugin_of_the_page_passes_the_contract_suite(tmp_path: Path) -> None:
    for path, text in files().items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-c", os.devnull, "--rootdir", "."),
            *("-o", "asyncio_mode=auto", "-p", "no:cacheprovider", "test_tally.py"),
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "14 passed" in ran.stdout


def test_the_plugin_of_the_page_is_found_and_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "slipway_tally").mkdir()
    text = files()["slipway_tally/__init__.py"]
    (tmp_path / "slipway_tally" / "__init__.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    entry = entry_of(tomllib.loads(files()["pyproject.toml"]))
    found = assemble(find_integrations().values(), [entry])
    assert not found.broken
    assert found.known["tally"].summary == "counts from a tally server"


# ---------------------------------------------------------------- numbers


def test_the_numbers_of_the_pages_are_those_of_the_code() -> None:
    deciding, operations = PAGES["docs/deciding.md"], PAGES["docs/operations.md"]
    rules, limits = RollbackRules(), Limits(name="x")
    assert f"at least {weigh.SURE:g} to 1" in deciding
    assert f"harmless release in {weigh.SURE:g} per check" in deciding
    assert f"suspicion of {weigh.SUSPECT:g} to 1" in deciding
    assert f"up to {weigh.MARGIN:g} times" in deciding
    assert f"({limits.needs} unless set)" in deciding
    assert limits.blind_after == 3
    assert "three windows in a row" in deciding
    assert f"at least {judge._MISSED:g} were" in deciding
    assert f"`ask_after` ({rules.ask_after.seconds // 60} minutes" in deciding
    assert f"`shift_within` ({rules.shift_within.seconds // 60} minutes" in deciding
    assert f"`within` ({rules.within.seconds // 60} minutes" in deciding
    assert f"{upkeep.INBOX_KEPT.days} days, finished effects" in operations
    assert f"for {upkeep.OUTBOX_KEPT.days}\ndays" in operations
    assert f"samples for {upkeep.SAMPLES_KEPT.days} days" in operations
