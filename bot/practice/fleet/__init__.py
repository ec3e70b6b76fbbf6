"""The practice fleet: real HTTP services to release, watch, break and take back."""

from bot.practice.fleet.fleet import Fleet
from bot.practice.fleet.seed import DEFAULT_SEED, Seed, SiteSeed
from bot.practice.fleet.serving import Served, serve

__all__ = ["DEFAULT_SEED", "Fleet", "Seed", "Served", "SiteSeed", "serve"]
