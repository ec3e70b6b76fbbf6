"""What one reading of the config changes against another: places and keys, and never a value."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from pydantic import BaseModel

from bot.config.load import Config
from bot.domain.terms.calendar import CalendarWindow
from bot.domain.terms.place import Place, PlacePolicy
from bot.domain.terms.rules import Rules, plain

AT_START = ("timezone", "database", "time_scale", "slack", "web", "api", "audit")
"""What is read when the bot starts, and not again."""
MOST = 5
NESTED = ("may", "rollback", "target", "strategy")
APART = ("service", "environment", "digest", "checks")
BESIDE_RULES = tuple(
    item.name for item in fields(PlacePolicy) if item.name not in ("rules", "quarantine")
)


def difference(old: Config, new: Config) -> tuple[str, ...]:
    """One line per change, `changed may.start: checkout in prod`; empty where nothing changed."""
    return (
        *_places(old, new),
        *_stopped(old, new),
        *_named("integrations", _integrations(old), _integrations(new)),
        *_named("freezes", _freezes(old), _freezes(new)),
        *_beside_rules(old, new),
        *_named("people", old.people, new.people),
        *_named("accounts", _accounts(old), _accounts(new)),
        *_named("checks", old.checks, new.checks),
        *_at_start(old, new),
    )


def _places(old: Config, new: Config) -> Iterator[str]:
    yield from _listed("added", sorted({*new.places} - {*old.places}))
    yield from _listed("removed", sorted({*old.places} - {*new.places}))
    changed: dict[str, list[Place]] = {}
    was, now = old.services, new.services
    for place in sorted(now.keys() & was.keys()):
        if keys := _keys(_rules(was[place]), _rules(now[place])):
            changed.setdefault(", ".join(keys), []).append(place)
    for spelled, places in changed.items():
        yield from _listed(f"changed {spelled}:", places)


def _stopped(old: Config, new: Config) -> Iterator[str]:
    both = {*old.places} & {*new.places}
    yield from _listed("may not start any more:", sorted(both & {*old.services} - {*new.services}))
    yield from _listed("may start again:", sorted(both & {*new.services} - {*old.services}))


def _freezes(config: Config) -> dict[str, dict[str, Any]]:
    """By name; a window out of a file shows when the file tells other times."""
    told = {}
    for table in config.freezes:
        times = [each for each in config.windows if each.name.startswith(table.name)]
        told[table.name] = {**_table(table), "times": times if table.ics else []}
    return told


def _beside_rules(old: Config, new: Config) -> Iterator[str]:
    """Keys of a place that no release is pinned to, where both readings could use the place."""
    both = sorted(old.services.keys() & new.services.keys())
    for key in BESIDE_RULES:
        changed = [each for each in both if _of(key, old, each) != _of(key, new, each)]
        yield from _listed(f"changed {key}:", changed)


def _of(key: str, config: Config, place: Place) -> Any:
    value = getattr(config.places[place], key)
    # Its zone is the house's, and is told as that.
    return value.when if isinstance(value, CalendarWindow) else value


def _listed(what: str, places: list[Place]) -> Iterator[str]:
    if not places:
        return
    named = [f"{service} in {environment}" for service, environment in places[:MOST]]
    rest = f" and {len(places) - MOST} more" if len(places) > MOST else ""
    yield f"{what} {', '.join(named)}{rest}"


def _rules(rules: Rules) -> dict[str, Any]:
    """Rules by key, with tables spread out one level; checks by their names."""
    flat: dict[str, Any] = {"checks": [each.name for each in rules.checks]}
    for key in (item.name for item in fields(rules) if item.name not in APART):
        value = plain(getattr(rules, key))
        inner = value.items() if key in NESTED else ()
        flat |= {f"{key}.{name}": each for name, each in inner} if key in NESTED else {key: value}
    return flat


def _integrations(config: Config) -> dict[str, dict[str, Any]]:
    usable = {
        name: {"use": each.integration.name, **each.table}
        for name, each in config.integrations.items()
    }
    return usable | {name: {"its mistakes": why} for name, why in config.broken.items()}


def _accounts(config: Config) -> dict[str, dict[str, Any]]:
    """By person: an e-mail is a value."""
    found: dict[str, dict[str, Any]] = {}
    for account, person in config.accounts.items():
        found.setdefault(person, {"known as": set()})["known as"].add(account)
    return found


def _named(section: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for name in sorted({*old, *new}):
        spelled = f"{section}.{name}"
        if name not in old or name not in new:
            yield f"{'added' if name in new else 'removed'} {spelled}"
        elif keys := _keys(_table(old[name]), _table(new[name])):
            yield f"changed {spelled}: {', '.join(keys)}"


def _at_start(old: Config, new: Config) -> Iterator[str]:
    for key in AT_START:
        was, now = getattr(old, key), getattr(new, key)
        inner = _keys(_table(was), _table(now)) if isinstance(was, BaseModel) else []
        names = [f"{key}.{each}" for each in inner] if inner else [key] if was != now else []
        yield from (f"changed {name}: from the next start on" for name in names)


def _table(value: Any) -> Mapping[str, Any]:
    if isinstance(value, BaseModel):
        return {key: getattr(value, key) for key in type(value).model_fields}
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in fields(value)}
    return value if isinstance(value, Mapping) else {}


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return [key for key in dict.fromkeys([*old, *new]) if old.get(key) != new.get(key)]
