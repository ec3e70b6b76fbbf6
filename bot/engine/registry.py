"""Finds the integrations there are: folders beside us by scanning, others by entry point.

A plugin that cannot be loaded breaks only those who name it: it is kept with its reason.
"""

import pkgutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

from bot.ports.integration import Integration

PACKAGE = "integrations"
GROUP = "slipway.integrations"


class UnknownIntegration(LookupError):
    """Nothing answers to what `use = "…"` names; the sentence lists what does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """`broken` are plugins by name, with the reason why they are not among the known ones."""

    known: Mapping[str, Integration] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    def named(self, name: str) -> Integration:
        """Raises UnknownIntegration."""
        if name in self.known:
            return self.known[name]
        if name in self.broken:
            raise UnknownIntegration(
                f"The integration {name!r} cannot be used: {self.broken[name]}"
            )
        there = ", ".join(sorted(self.known))
        raise UnknownIntegration(f"There is no integration {name!r}; there are: {there}.")


def find_integrations() -> dict[str, Integration]:
    """Every integration that can be used, by the name that `use` says."""
    return dict(registry().known)


def registry() -> Registry:
    return assemble(built_in(PACKAGE), entry_points(group=GROUP))


def built_in(package: str) -> Iterator[Integration]:
    """What every folder of a package exports. Raises ImportError or TypeError: they are ours."""
    rooms = import_module(package)
    for room in pkgutil.iter_modules(rooms.__path__, f"{package}."):
        yield exported(import_module(room.name), room.name)


def exported(module: ModuleType, where: str) -> Integration:
    """A module's INTEGRATION. Raises TypeError where it has none."""
    found = getattr(module, "INTEGRATION", None)
    if isinstance(found, Integration):
        return found
    raise TypeError(f"{where} exports no INTEGRATION; give it one, of bot.ports.integration.")


def assemble(ours: Iterable[Integration], theirs: Iterable[EntryPoint]) -> Registry:
    """Ours first: a plugin cannot take a name that is taken."""
    known = {each.name: each for each in ours}
    broken: dict[str, str] = {}
    for entry in sorted(theirs, key=lambda entry: entry.name):
        try:
            plugin = loaded(entry)
        except Exception as error:  # noqa: BLE001 - a stranger's code may raise anything
            broken[entry.name] = f"{entry.value} did not load ({type(error).__name__}: {error})."
            continue
        if plugin.name in known:
            broken[entry.name] = f"{entry.value} calls itself {plugin.name!r}, which is taken."
        else:
            known[plugin.name] = plugin
    return Registry(known=known, broken=broken)


def loaded(entry: EntryPoint) -> Integration:
    """An entry point may name a module or the INTEGRATION in it."""
    found = entry.load()
    if isinstance(found, ModuleType):
        return exported(found, entry.value)
    if isinstance(found, Integration):
        return found
    raise TypeError(f"{entry.value} is no Integration")
