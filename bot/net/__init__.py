"""The one way out by HTTP: an allow-list of origins, limits, honest errors, no secret in a log."""

from bot.net.core import HttpCore
from bot.net.origins import origin, origins_in
from bot.net.turns import HostLimits
from bot.ports.answers import load_json, redact

__all__ = ["HostLimits", "HttpCore", "load_json", "origin", "origins_in", "redact"]
