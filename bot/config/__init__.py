"""The config: one TOML file in, frozen values out, every mistake in one list."""

from bot.config.errors import ConfigError, Problem
from bot.config.kinds import Delivery
from bot.config.load import Config, load, parse
from bot.config.models import Api, People, Slack, Web
from bot.config.secret import Secrets, SlackSecrets
from bot.config.vendors import Configured

__all__ = [
    "Api",
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
