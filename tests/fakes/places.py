"""Places as the config would say them, from rules alone."""

from collections.abc import Mapping

from bot.domain.terms.place import Place, PlacePolicy
from bot.domain.terms.rules import Rules


def places(
    *pinned: Rules, quarantined: Mapping[tuple[str, str], str] | None = None
) -> dict[Place, PlacePolicy]:
    """`quarantined` says why nothing may start in a place, whether or not it has rules."""
    rules = {Place(each.service, each.environment): each for each in pinned}
    why = {Place(*where): said for where, said in (quarantined or {}).items()}
    return {
        place: PlacePolicy(
            rules=rules.get(place),
            quarantine=why.get(place, ""),
            region="" if place in rules else None,
        )
        for place in dict.fromkeys((*rules, *why))
    }
