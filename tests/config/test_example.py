"""The example at the top of the tree is read as it stands, with the vendors it names."""

import re
from importlib import import_module

import pytest

from bot.config import Config, load
from bot.config.house_models import Audit, People, Slack, Web
from bot.config.models import CheckTable, Environment, PollTable, RollbackTable, Service, Top
from bot.domain.terms.strategy import StrategyKind
from tests.house.tree import ROOT

EXAMPLE = ROOT / "slipway.toml"
USED = ("command", "exposition", "git", "http_gate", "http_health", "prometheus")
MODELS = (
    Top,
    Slack,
    Web,
    Audit,
    People,
    CheckTable,
    Environment,
    PollTable,
    RollbackTable,
    Service,
)


@pytest.fixture(scope="module")
def config() -> Config:
    return load(EXAMPLE, {name: import_module(f"integrations.{name}").INTEGRATION for name in USED})


def test_it_is_accepted_whole(config: Config) -> None:
    assert config.broken == {}
    assert config.quarantined == {}


def test_it_uses_every_vendor_that_is_built(config: Config) -> None:
    assert {each.integration.name for each in config.integrations.values()} == set(USED)


def test_it_shows_every_strategy(config: Config) -> None:
    assert {each.strategy.kind for each in config.services.values()} == set(StrategyKind)


def test_it_shows_every_key() -> None:
    text = EXAMPLE.read_text()
    every = [key for model in MODELS for key in model.model_fields]
    assert [key for key in every if not re.search(rf"\b{key}\b", text)] == []


def test_its_secrets_are_named_only(config: Config) -> None:
    assert config.slack.bot_token == "env:SLACK_BOT_TOKEN"
