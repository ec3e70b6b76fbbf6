"""Time zones by their IANA names."""

from zoneinfo import ZoneInfo, available_timezones

from bot.config.errors import KeyPath, wrong
from bot.config.words import show_value, suggestion


def zone(name: str, keys: KeyPath) -> ZoneInfo:
    """The zone of this name. Raises ConfigError with one that is spelled like it."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        sentence = f"there is no time zone {show_value(name)}"
    raise wrong(keys, sentence, _remedy(name))


SHORT = {
    "PST": "America/Los_Angeles",
    "PDT": "America/Los_Angeles",
    "MDT": "America/Denver",
    "CST": "America/Chicago",
    "CDT": "America/Chicago",
    "EDT": "America/New_York",
    "BST": "Europe/London",
    "WEST": "Europe/Lisbon",
    "CEST": "Europe/Berlin",
    "EEST": "Europe/Athens",
    "IST": "Asia/Kolkata",
    "SGT": "Asia/Singapore",
    "JST": "Asia/Tokyo",
    "KST": "Asia/Seoul",
    "AEST": "Australia/Sydney",
    "AEDT": "Australia/Sydney",
}
"""Short names that people use for the clocks of a place, which may be those of half a year."""
LIKE = 'write one like "Europe/Lisbon" or "UTC"'


def _remedy(name: str) -> str:
    """A short name is never close to another: "PST" and "MST" are an hour apart."""
    if meant := SHORT.get(name.strip().upper()):
        return f'write the place whose clocks you mean, like "{meant}"'
    if "/" not in name:
        places = {each for each in available_timezones() if "/" in each}
        return _close(name, {each.rpartition("/")[2]: each for each in sorted(places)})
    remedy = suggestion(name, available_timezones())
    return LIKE if remedy.startswith("there are") else remedy


def _close(name: str, towns: dict[str, str]) -> str:
    """The place of a town that is written alone."""
    found = towns.get(name.strip().title().replace(" ", "_"))
    return f"did you mean {found}?" if found else LIKE
