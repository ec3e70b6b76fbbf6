"""Dockerfile and compose.yml, as far as they can be held to the code without Docker.

Building the image needs Docker and its base image; what its steps do is tried here one by one.
"""

import fnmatch
import http.server
import json
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import requires

import pytest
import yaml

from bot.cli import parser
from tests.house.lock import open_ends, pins, tools_of_tests, unhashed, unmet
from tests.house.tree import ROOT

TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
STEPS = [
    (word, rest.replace("\\\n", ""))
    for word, rest in re.findall(r"^([A-Z]+) ((?:.*\\\n)*.*)$", TEXT, re.MULTILINE)
]
COMPOSE = yaml.safe_load((ROOT / "compose.yml").read_text(encoding="utf-8"))
BOT = COMPOSE["services"]["slipway"]


def said(word: str) -> list[str]:
    return [rest for found, rest in STEPS if found == word]


def runtime(*also: str) -> str:
    """What the image installs."""
    made = subprocess.run(
        [sys.executable, ".ci/runtime", *also], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return made.stdout


def test_only_the_plain_base_image_is_named() -> None:
    assert {image.split()[0] for image in said("FROM")} == {"python:3.11-slim"}
    assert "://" not in TEXT.replace("http://127.0.0.1:8080/healthz", "")


def test_everything_that_is_copied_is_there_and_is_sent() -> None:
    kept = [line[1:] for line in (ROOT / ".dockerignore").read_text().split() if line[0] == "!"]
    copied = [rest.split() for rest in said("COPY") if not rest.startswith("--from")]
    sources = [name for words in copied for name in words[:-1]]
    assert len(sources) > 5
    folders = [ROOT / name for name in sources if (ROOT / name).is_dir()]
    links = [each for folder in folders for each in folder.rglob("*") if each.is_symlink()]
    assert {each.resolve().relative_to(ROOT).as_posix() for each in links} <= set(sources)
    for name in sources:
        assert (ROOT / name).exists(), name
        assert any(fnmatch.fnmatch(name, pattern) for pattern in kept), name


def test_the_image_gets_what_the_bot_runs_on_whole_and_no_test_tool() -> None:
    installed = runtime()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert unmet(installed, project["dependencies"], {}) == []
    assert open_ends(installed, lambda name: requires(name) or [], {}) == []
    assert not pins(runtime("setuptools")).keys() & tools_of_tests()
    assert unhashed(installed) == []
    assert pins(runtime("setuptools")).keys() - pins(installed).keys() == {"setuptools"}


def test_the_bot_is_no_root_and_gets_its_signals() -> None:
    assert said("USER") == ["slipway"]
    (entry,), (command,) = said("ENTRYPOINT"), said("CMD")
    typed = [*json.loads(entry), *json.loads(command)]
    assert typed[0] == "slipway"
    assert parser(typed[1:]).parse_args(typed[1:]).run


@contextmanager
def answering(status: int) -> Iterator[int]:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status if self.path == "/healthz" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

    server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize(("status", "well"), [(200, True), (503, False)])
def test_the_health_check_believes_healthz(status: int, well: bool) -> None:
    (check,) = said("HEALTHCHECK")
    command = json.loads(check.partition("CMD ")[2])
    with answering(status) as port:
        asked = [sys.executable, *(word.replace("8080", str(port)) for word in command[1:])]
        ran = subprocess.run(asked, capture_output=True, check=False)
    assert (ran.returncode == 0) == well


def test_compose_runs_this_image_on_its_own_record_with_its_own_secrets() -> None:
    (config,) = re.findall(r'"(/etc/\S+)/slipway\.toml"', TEXT)
    targets = [each.split(":")[1] for each in BOT["volumes"]]
    assert targets == [config, *said("VOLUME")]
    assert BOT["build"] == "."
    assert BOT["volumes"][1].split(":")[0] in COMPOSE["volumes"]
    assert set(BOT["secrets"]) == set(COMPOSE["secrets"])
    assert all(port.startswith("127.0.0.1:") for port in BOT["ports"])
    assert BOT["ports"][0].rpartition(":")[2] == said("EXPOSE")[0]
