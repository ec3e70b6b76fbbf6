"""Time zones by their IANA names."""

from zoneinfo import ZoneInfo, available_timezones

from bot.config.errors import KeyPath, wrong
from bot.config.words import shown, suggestion


def zone(name: str, keys: KeyPath) -> ZoneInfo:
    """The zone of this name. Raises ConfigError with one that is spelled like it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        sentence = f"there is no time zone {shown(name)}"
    remedy = suggestion(name, available_timezones())
    if remedy.startswith("there are"):
        remedy = 'write one like "Europe/Lisbon" or "UTC"'
    raise wrong(keys, sentence, remedy)
