"""`slipway init`: every answer is looked at, and whatever is written is accepted as it stands."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.draft import DraftAnswers, draft
from bot.config import Config, parse
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right
from bot.domain.terms.strategy import StrategyKind
from bot.engine.registry import find_integrations
from bot.ports.metrics import Survey

PROM = "http://127.0.0.1:1"
FLAGS = ("--yes", "--prometheus", PROM, "--service", "checkout")
SEEN = Survey(
    metric="requests_total",
    labels=("app", "status", "version"),
    label="app",
    services=("checkout",),
)


def accepted(answers: DraftAnswers, survey: Survey) -> Config:
    config = parse(draft(answers, survey), find_integrations())
    assert not config.quarantined
    assert not config.broken
    return config


def plain(**more: object) -> DraftAnswers:
    return DraftAnswers(**{"prometheus": PROM, "services": ("checkout",), **more})  # type: ignore[arg-type]


def test_labels_that_were_seen_are_asked_for() -> None:
    check = accepted(plain(), SEEN).checks["errors"]
    asked = 'requests_total{app="$service",version="$revision"'
    assert check.requests == f"sum(increase({asked}}}[$window]))"
    assert check.errors == f'sum(increase({asked},status=~"5.."}}[$window]))'


def test_versions_that_cannot_be_told_apart_are_not_compared() -> None:
    survey = Survey(metric="hits_total", labels=("service",), label="service")
    config = accepted(plain(), survey)
    assert config.services[Place("checkout", "prod")].strategy.kind is StrategyKind.ROLLING
    assert "$track" not in (config.checks["errors"].requests or "")


def test_without_prometheus_the_health_of_the_service_is_asked() -> None:
    config = accepted(plain(prometheus="", health="http://shop:8080/healthz"), Survey())
    assert config.checks["errors"].source == "front"


@pytest.mark.parametrize("who", ["S0DEVS", "U0MEI, U0RUI", "S0DEVS U0MEI mei@acme.example"])
def test_who_may_start_is_who_was_named(who: str) -> None:
    config = accepted(plain(who=who), Survey())
    assert config.services[Place("checkout", "prod")].may[Right.START] == ("starters",)
    people = config.people["starters"]
    assert {*people.users, *people.emails, people.group or ""} >= {*who.replace(",", "").split()}


def test_words_with_quotes_are_written_as_they_are() -> None:
    config = accepted(plain(program=("./my deploy.sh", 'a"b\\c')), Survey())
    settings = config.integrations["deploy"].opened(config.secrets).model_dump()
    assert settings["apply"][:3] == ("./my deploy.sh", 'a"b\\c', "apply")


def init(folder: Path, *flags: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "bot", "init", "--config", str(folder / "it.toml"), *flags]
    return subprocess.run(words, input=typed, capture_output=True, text=True, check=False)


def test_what_is_there_already_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "it.toml").write_text("mine")
    ran = init(tmp_path, *FLAGS)
    assert ran.returncode == 1
    assert "it.toml is there already" in ran.stderr
    assert (tmp_path / "it.toml").read_text() == "mine"


def test_flags_ask_nothing_and_say_the_next_steps(tmp_path: Path) -> None:
    ran = init(tmp_path, *FLAGS)
    assert ran.returncode == 0, ran.stderr
    assert "nobody listens there" in ran.stdout
    steps = [line.split("#")[0].strip() for line in ran.stdout.splitlines()]
    for word in ("check", "check --live", "run"):
        assert f"slipway {word} --config {tmp_path / 'it.toml'}" in steps
    assert "/release adopt checkout in prod" in ran.stdout


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("releases\n", '"releases" is not a channel; write one like "#releases"'),
        (f"\n{PROM}\n\n", "3. Services, as people call them? no service is named"),
        (f"\n{PROM}\npay\n\nmei\n", '"mei" is not the id of a Slack user'),
        ("\nhealth http://127.0.0.1:1/\na b\n", "a health address is of one service"),
    ],
)
def test_an_answer_that_cannot_be_is_refused_when_it_is_given(
    tmp_path: Path, typed: str, told: str
) -> None:
    ran = init(tmp_path, typed=typed)
    assert ran.returncode == 1
    assert told in ran.stderr
    assert "Nothing was written" in ran.stderr
    assert not (tmp_path / "it.toml").exists()
