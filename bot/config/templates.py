"""[defaults], [tiers] and [templates]: each looked at once, where it stands."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from bot.config.errors import Findings, KeyPath, Problem
from bot.config.layers import UNKNOWN, Layer, Layers, environment_part, merge_layers, tables_in
from bot.config.models import Environment, Template
from bot.config.secret import written_out
from bot.config.services import of_like, of_person, references
from bot.config.shared import Shared
from bot.config.strategies import strategy
from bot.config.translate import read_as
from bot.config.words import show_value

TIERS = ("1", "2", "3", "4")
NOT_IN = {
    "defaults": {"like": "write it into the services, or copy the keys"},
    "tiers": {
        "like": "write it into the services, or copy the keys",
        "tier": "take it out: services choose their tier",
    },
}
"""Keys of an environment that these sections do not take."""


def layers_of(sections: Mapping[str, dict[str, Any]], shared: Shared) -> Layers:
    """`sections` has defaults, tiers and templates as they stand in the file."""
    tiers = {name: _tier(name, raw, shared) for name, raw in sections["tiers"].items()}
    own = {name: _template(name, raw, shared) for name, raw in sections["templates"].items()}
    unread = {name: why for (kind, name), why in shared.contained.items() if kind == "templates"}
    for name, why in unread.items():
        own[name] = _spoilt(own.get(name, Layer()), why)
    return Layers(
        defaults=_layer(sections["defaults"], ("defaults",), Environment, shared),
        tiers=tiers,
        templates={name: _whole(name, own, ()) for name in own},
    )


def _spoilt(layer: Layer, why: tuple[Problem, ...]) -> Layer:
    together = tuple(dict.fromkeys((*why, *layer.problems)))
    return replace(layer, problems=together, mistaken=layer.mistaken | UNKNOWN)


def _tier(name: str, raw: Any, shared: Shared) -> Layer:
    keys: KeyPath = ("tiers", name)
    if name not in TIERS:
        problem = Problem(
            keys=keys,
            sentence=f"there is no tier {show_value(name)}",
            remedy="there are: 1, 2, 3, 4",
        )
        return Layer(problems=(problem,))
    return _layer(raw, keys, Environment, shared)


def _template(name: str, raw: Any, shared: Shared) -> Layer:
    keys: KeyPath = ("templates", name)
    layer = _layer(raw, keys, Template, shared)
    found = Findings(list(layer.problems))
    inside: dict[str, Any] = {}
    for environment, table in tables_in(layer.table).items():
        place = (*keys, "environments", environment)
        each = _layer(table, place, Environment, shared)
        found.problems += each.problems
        inside[environment] = dict(each.table)
    table = {**layer.table, **({"environments": inside} if inside else {})}
    unread = UNKNOWN if len(found.problems) > len(layer.problems) else frozenset()
    return Layer(table=table, problems=tuple(found.problems), mistaken=layer.mistaken | unread)


def _layer(raw: Any, keys: KeyPath, model: type[BaseModel], shared: Shared) -> Layer:
    """The table without the keys that are wrong, and what is wrong with them."""
    found = Findings(list(written_out(raw, keys)))
    table = found.attempt(lambda: read_as(model, raw, keys))
    if isinstance(table, Environment):
        found.problems += _problems(table, raw, keys, shared)
        moves = table.strategy
        if moves is not None:
            found.attempt(lambda: strategy(moves, shared.time_scale, (*keys, "strategy")))
    depth = len(keys)
    mistaken = frozenset(each.keys[depth] for each in found.problems if len(each.keys) > depth)
    usable = raw if isinstance(raw, dict) else {}
    kept = {key: each for key, each in usable.items() if key not in mistaken}
    return Layer(table=kept, problems=tuple(found.problems), mistaken=mistaken)


def _problems(
    table: Environment, raw: dict[str, Any], keys: KeyPath, shared: Shared
) -> Iterator[Problem]:
    """A broken integration is the matter of those who name it, not of a layer they take it from."""
    for key, remedy in NOT_IN.get(str(keys[0]), {}).items():
        if key in raw:
            sentence = "this key belongs to services and their environments"
            yield Problem(keys=(*keys, key), sentence=sentence, remedy=remedy)
    if isinstance(table, Template):
        yield from of_person(table.owner, (*keys, "owner"), shared)
    excused = {problem for each in shared.broken.values() for problem in each}
    excused |= {problem for each in shared.contained.values() for problem in each}
    yield from (each for each in references(table, keys, shared) if each not in excused)


def _whole(name: str, own: Mapping[str, Layer], path: tuple[str, ...]) -> Layer:
    """A template with all that it is like laid under it."""
    layer, keys = own[name], ("templates", name, "like")
    if name in path:
        where = ("templates", path[-1], "like")
        problem = _cycle(where, (*path[path.index(name) :], name))
        return Layer(problems=(problem,), mistaken=UNKNOWN)
    base = layer.table.get("like")
    bases: list[Layer] = []
    if wrong := [*_circle(name, own), *of_like(base, keys, own)]:
        bases.append(Layer(problems=tuple(wrong), mistaken=UNKNOWN))
    elif isinstance(base, str):
        bases.append(_whole(base, own, (*path, name)))
    table = _over(bases[0].table, layer.table) if bases else dict(layer.table)
    inner = {}
    for environment, raw in tables_in(table).items():
        inner[environment], more = _inner((name, environment), raw, own, (*path, name))
        bases += more
    whole = {**table, **({"environments": inner} if inner else {})}
    return Layer(
        table=whole,
        problems=tuple(dict.fromkeys([*layer.problems, *(p for b in bases for p in b.problems)])),
        mistaken=layer.mistaken.union(*(each.mistaken for each in bases)),
    )


def _inner(
    place: tuple[str, str], raw: Any, own: Mapping[str, Layer], path: tuple[str, ...]
) -> tuple[Any, list[Layer]]:
    """An environment inside a template, over what it is like in its turn."""
    like = raw.get("like") if isinstance(raw, dict) else None
    if like is None:
        return raw, []
    keys = ("templates", place[0], "environments", place[1], "like")
    wrong = list(of_like(like, keys, own))
    if like in path:
        wrong.append(_cycle(keys, (*path[path.index(like) :], like)))
    if wrong:
        return raw, [Layer(problems=tuple(wrong), mistaken=UNKNOWN)]
    base = _whole(like, own, path)
    return merge_layers(environment_part(base.table), raw), [base]


def _over(base: Mapping[str, Any], raw: Mapping[str, Any]) -> dict[str, Any]:
    """A template over another one, their environments one by one."""
    below, above = tables_in(base), tables_in(raw)
    inner = {
        name: merge_layers(below.get(name, {}), above.get(name, {}))
        for name in dict.fromkeys([*below, *above])
    }
    together: dict[str, Any] = merge_layers(base, dict(raw))
    return {**together, **({"environments": inner} if inner else {})}


def _circle(name: str, own: Mapping[str, Layer]) -> Iterator[Problem]:
    chain: list[str] = [name]
    following = own[name].table.get("like")
    while isinstance(following, str) and following in own and following not in chain:
        chain.append(following)
        following = own[following].table.get("like")
    if following == name:
        yield _cycle(("templates", name, "like"), (*chain, name))


def _cycle(keys: KeyPath, chain: tuple[str, ...]) -> Problem:
    sentence = f"it is like itself: {' → '.join(chain)}"
    return Problem(keys=keys, sentence=sentence, remedy="take one of these likes out")
