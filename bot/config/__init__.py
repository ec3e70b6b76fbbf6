"""The config: one TOML file in, frozen values out, every mistake in one list."""

from bot.config.errors import ConfigError, Problem
from bot.config.house_models import ApiTable, People, Slack, Web
from bot.config.kinds import Delivery
from bot.config.load import Config, load, parse
from bot.config.secret import Secrets, SlackSecrets
from bot.config.vendors import Configured

__all__ = [
    "ApiTable",
    "Config",
    "ConfigError",
    "Configured",
    "Delivery",
    "People",
    "Problem",
    "Secrets",
    "Slack",
    "SlackSecrets",
    "Web",
    "load",
    "parse",
]
