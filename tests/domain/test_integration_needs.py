"""Every integration that rules name is among what they need, whatever is added to them later."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.domain.terms.rules import Rules
from bot.ports.integration import Parts
from tests.domain.builders import rules

NO_INTEGRATION = frozenset(
    {
        "service",
        "environment",
        "after",
        "channel",
        "owner",
        "digest",
        "checks.name",
        "checks.requests",
        "checks.errors",
        "checks.buckets",
        "checks.limits.name",
        "strategy.steps.conditions.approve",
        "strategy.steps.conditions.opens",
        "strategy.steps.conditions.zone",
        "poll.seats.name",
    }
)
"""Texts of the rules that name something else. What is new stands here, or among the needs."""
BESIDE = frozenset({"check", "close", "explain", "survey", "counts_itself"})
"""What a vendor offers beside its ports."""


def test_every_text_of_the_rules_is_an_integration_or_known_to_be_none() -> None:
    """E4: a new key that names an integration cannot be left out of what a reload keeps."""
    filled = fill(Rules, ())
    texts = dict(texts_of(filled, ()))
    named = {need.name for need in filled.integrations()}
    unknown = {path for path, text in texts.items() if text not in named} - NO_INTEGRATION
    assert not unknown, f"neither among Rules.integrations() nor in NO_INTEGRATION: {unknown}"
    assert not named & {texts[path] for path in NO_INTEGRATION}
    assert len(named) == len(texts) - len(NO_INTEGRATION)


def test_every_port_that_a_vendor_may_serve_is_needed_by_some_rule() -> None:
    """E4: a new port is named by rules, or a reload would not know that it is needed."""
    ports = {each.name for each in fields(Parts)} - BESIDE
    assert {need.port for need in fill(Rules, ()).integrations()} == ports


def test_what_is_named_twice_is_told_at_each_place() -> None:
    """E4: one integration that serves two ports is needed for both."""
    needs = rules(changes="shop").integrations()
    assert [(need.name, need.port) for need in needs] == [
        ("shop", "deployer"),
        ("prom", "metrics"),
        ("shop", "changes"),
    ]


def fill(kind: Any, path: tuple[str, ...]) -> Any:
    """A value of this type in which every text is its own path, and nothing is left empty."""
    if kind is str:
        return ".".join(path)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind)
        return kind(
            **{each.name: fill(hints[each.name], (*path, each.name)) for each in fields(kind)}
        )
    origin, inner = get_origin(kind), [each for each in get_args(kind) if each is not NoneType]
    if origin in (Union, UnionType):
        return fill(inner[0], path)
    if origin is tuple:
        return () if path[-1] in ("people", "caller") else (fill(inner[0], path),)
    return {} if origin in (dict, Mapping) else example(kind)


def example(kind: Any) -> Any:
    """Something of a type that names nothing."""
    if get_origin(kind) is frozenset:
        return frozenset()
    return next(iter(kind)) if hasattr(kind, "__members__") else kind(1)


def texts_of(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if type(value) is str:
        yield ".".join(path), value
    if isinstance(value, tuple):
        for each in value:
            yield from texts_of(each, path)
    if is_dataclass(value):
        for each in fields(value):
            yield from texts_of(getattr(value, each.name), (*path, each.name))
