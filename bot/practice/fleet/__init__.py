"""The practice fleet: real HTTP services to release, watch, break and take back."""

from bot.practice.fleet.fleet import Fleet
from bot.practice.fleet.seed import DEFAULT_SEED, FleetSeed, SiteSeed
from bot.practice.fleet.server import ServedFleet, serve

__all__ = ["DEFAULT_SEED", "Fleet", "FleetSeed", "ServedFleet", "SiteSeed", "serve"]
