"""What an environment takes from elsewhere: [defaults] < its tier < what it is like < its own keys.

`may`, `rollback` and `emergency` are laid over each other key by key, everything else whole.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.config.errors import Problem

MERGED = ("rollback", "may", "emergency")
OF_SERVICES = ("channel", "owner")
"""Keys of a template that its services take and that no environment has."""
REQUIRED = {
    "deployer": "name the integration that moves the service",
    "strategy": 'say how it moves: strategy = { kind = "rolling" }',
    "checks": "name the checks that watch it: a release nobody watches is never certified",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A table that environments take keys from. `mistaken` are keys taken out for `problems`."""

    table: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    mistaken: frozenset[str | int] = frozenset()


UNKNOWN = frozenset[str | int](REQUIRED)
"""What may well be set where a layer cannot be read: not called missing as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """[defaults], [tiers] by their number as text, and [templates] with all that they are like."""

    defaults: Layer = Layer()
    tiers: Mapping[str, Layer] = field(default_factory=dict)
    templates: Mapping[str, Layer] = field(default_factory=dict)

    def under(self, raw: Any) -> Any:
        """An environment, templates included, over its tier and [defaults]."""
        return merge_layers(merge_layers(self.defaults.table, self._tier_of(raw).table), raw)

    def behind(self, raw: Any, *likes: Any) -> Layer:
        """What is wrong with the templates that are named, and keys not to be called missing."""
        used = [self._named(like) for like in likes if like is not None]
        every = [self.defaults, self._tier_of(raw), *used]
        return Layer(
            problems=tuple(dict.fromkeys(each for layer in used for each in layer.problems)),
            mistaken=frozenset().union(*(layer.mistaken for layer in every)),
        )

    def service(self, raw: Any) -> Any:
        """A service with what it, and each of its environments, is like laid under it."""
        if not isinstance(raw, dict):
            return raw
        template = self._named(raw.get("like")).table
        whole = {key: template[key] for key in OF_SERVICES if key in template} | raw
        inherited, own = tables_in(template), raw.get("environments", {})
        if not isinstance(own, dict) or not (inherited or "environments" in raw):
            return whole
        base = environment_part(template)
        together = {
            name: self._environment(base, inherited.get(name), own.get(name, {}))
            for name in dict.fromkeys([*inherited, *own])
        }
        return {**whole, "environments": together}

    def _environment(self, base: Mapping[str, Any], inherited: Any, own: Any) -> Any:
        below = merge_layers(base, inherited) if isinstance(inherited, dict) else base
        like = self._named(own.get("like")).table if isinstance(own, dict) else {}
        return merge_layers(merge_layers(below, environment_part(like)), own)

    def _tier_of(self, raw: Any) -> Layer:
        tier = raw.get("tier") if isinstance(raw, dict) else None
        tier = self.defaults.table.get("tier") if tier is None else tier
        return self.tiers.get(str(tier), Layer())

    def _named(self, like: Any) -> Layer:
        if like is None:
            return Layer()
        found = self.templates.get(like) if isinstance(like, str) else None
        return found or Layer(mistaken=UNKNOWN)


def merge_layers(below: Mapping[str, Any], raw: Any) -> Any:
    """A table laid over another one: `may` and `rollback` key by key, all else whole."""
    if not isinstance(raw, dict):
        return raw
    together = {**below, **raw}
    for key in MERGED:
        ours, theirs = raw.get(key), below.get(key)
        if isinstance(ours, dict) and isinstance(theirs, dict):
            together[key] = {**theirs, **ours}
    return together


def environment_part(template: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a template that every environment takes."""
    outside = (*OF_SERVICES, "environments", "like")
    return {key: each for key, each in template.items() if key not in outside}


def tables_in(template: Mapping[str, Any]) -> dict[str, Any]:
    """The environments that a template gives to whole services."""
    found = template.get("environments")
    return found if isinstance(found, dict) else {}
