"""A place: one service in one environment, and what the config says of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.domain.terms.calendar import CalendarWindow
from bot.domain.terms.emergency import EmergencyRules
from bot.domain.terms.rules import Rules


class Place(NamedTuple):
    """Where releases are live one at a time. Written `checkout/prod`."""

    service: str
    environment: str

    def __str__(self) -> str:
        return f"{self.service}/{self.environment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePolicy:
    """What the config says of one place. A key that decisions read is a field here, or of Rules.

    `rules` is None where the config has no such place, or has it with a mistake; `quarantine` says
    why nothing may start here. `covered` are the hours in which somebody is there for it, None
    where it asks for none. `region` is empty where it has none, and None where a mistake keeps it
    from being known. `emergency` is what an emergency shortens here.
    """

    rules: Rules | None = None
    quarantine: str = ""
    covered: CalendarWindow | None = None
    region: str | None = ""
    emergency: EmergencyRules = field(default_factory=EmergencyRules)


UNREAD = PlacePolicy(region=None)
"""What is known of a place that the config does not name, or names with a mistake."""


def rules_of(places: Mapping[Place, PlacePolicy]) -> dict[Place, Rules]:
    """The places that can be released, with what they are released by."""
    return {place: here.rules for place, here in places.items() if here.rules is not None}
