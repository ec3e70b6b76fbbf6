"""The shape of the config as JSON Schema, walked off the models, for editors to complete."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel, PlainValidator
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from bot.config import fields
from bot.config.folder import TEAM
from bot.config.house_models import ApiTable, Audit, People, Slack, Web
from bot.config.kinds import Schema, Takes
from bot.config.models import CheckTable, Environment, Service, Template, Top
from bot.ports.integration import Integration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


INSIDE: Mapping[tuple[str, str], tuple[type[BaseModel], str]] = {
    ("Top", "slack"): (Slack, ""),
    ("Top", "web"): (Web, ""),
    ("Top", "api"): (ApiTable, ""),
    ("Top", "audit"): (Audit, ""),
    ("Top", "defaults"): (Environment, ""),
    ("Top", "people"): (People, ".+"),
    ("Top", "checks"): (CheckTable, ".+"),
    ("Top", "tiers"): (Environment, "^[1-4]$"),
    ("Top", "templates"): (Template, ".+"),
    ("Top", "services"): (Service, ".+"),
    ("Service", "environments"): (Environment, ".+"),
    ("Template", "environments"): (Environment, ".+"),
}
"""Tables whose keys are looked at elsewhere: what they hold, and by which names."""


def schema(known: Mapping[str, Integration]) -> Schema:
    """The whole of it. A file with only a team's sections needs nothing of the house."""
    shapes: dict[str, Schema] = {}
    top = _shape(Top, shapes)
    vendors = {name: _vendor(each) for name, each in sorted(known.items())}
    top["properties"]["integrations"] = {
        **top["properties"]["integrations"],
        "additionalProperties": {
            "type": "object",
            "required": ["use"],
            "properties": {"use": {"enum": list(vendors)}},
            "allOf": [_if_used(name) for name in vendors],
        },
    }
    required = top.pop("required")
    inner = {f"use-{name}": each for name, each in vendors.items()}
    return {
        "$schema": DIALECT,
        "title": "Slipway's config",
        **top,
        "if": {"not": {"propertyNames": {"enum": list(TEAM)}}},
        "then": {"required": required},
        "$defs": {**shapes, **inner},
    }


def _if_used(name: str) -> Schema:
    chosen = {"properties": {"use": {"const": name}}, "required": ["use"]}
    return {"if": chosen, "then": {"$ref": f"#/$defs/use-{name}"}}


class _Lenient(GenerateJsonSchema):
    """What a vendor checks by code of its own may be anything here."""

    def handle_invalid_for_json_schema(self, schema: Any, error_info: str) -> dict[str, Any]:
        return {}


def _vendor(integration: Integration) -> Schema:
    where = f"#/$defs/use-{integration.name}/$defs/{{model}}"
    found: Schema = integration.settings.model_json_schema(
        ref_template=where, schema_generator=_Lenient
    )
    use = {"const": integration.name, "description": integration.summary}
    return {**found, "properties": {"use": use, **found.get("properties", {})}}


def _shape(model: type[BaseModel], shapes: dict[str, Schema]) -> Schema:
    properties = {
        key: {**takes(model, key, shapes), **_described(model, key)} for key in model.model_fields
    }
    required = [key for key, item in model.model_fields.items() if item.is_required()]
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        # What a template gives need not be written again.
        "required": required if model is not Service else [],
    }


def _described(model: type[BaseModel], key: str) -> Schema:
    item = model.model_fields[key]
    said = item.description
    plain = item.default if isinstance(item.default, str | int | bool) else None
    return {
        **({"description": said} if said else {}),
        **({"default": plain} if plain is not None and not item.is_required() else {}),
    }


def takes(model: type[BaseModel], key: str, shapes: dict[str, Schema]) -> Schema:
    """What a key takes; tables that it names are put into `shapes`."""
    if (model.__name__, key) in INSIDE:
        inner, names = INSIDE[model.__name__, key]
        if not names:
            return _named(inner, shapes)
        by_name = {"patternProperties": {names: _named(inner, shapes)}}
        return {"type": "object", **by_name, "additionalProperties": False}
    return _of(model.model_fields[key], shapes)


def _of(item: FieldInfo, shapes: dict[str, Schema]) -> Schema:
    if get_origin(item.annotation) is dict and next(_tables(item.annotation), None) is not None:
        return _by_type(item.annotation, shapes)
    beside = list(_annotations(item.annotation, item.metadata))
    if said := next((each for each in beside if isinstance(each, Takes)), None):
        return dict(said.shape)
    readers = (each.func for each in beside if isinstance(each, PlainValidator))
    parse = next(readers, None)
    if isinstance(parse, fields.Whole):
        words = f"{parse.least} to {parse.most}"
        return {"type": "integer", "title": words, "minimum": parse.least, "maximum": parse.most}
    return _by_type(item.annotation, shapes)


def _annotations(annotation: Any, metadata: list[Any]) -> Iterator[Any]:
    yield from metadata
    for inner in get_args(annotation):
        yield from _annotations(inner, list(getattr(inner, "__metadata__", ())))


def _by_type(annotation: Any, shapes: dict[str, Schema]) -> Schema:
    kinds = list(_inner_types(annotation))
    enum = next((each for each in kinds if _is(each, StrEnum)), None)
    if enum is not None:
        words = [each.value for each in enum]
        return {"title": " or ".join(f'"{word}"' for word in words), "enum": words}
    inner = next(_tables(annotation), None)
    if inner is None:
        return {}
    if any(get_origin(each) is tuple for each in kinds):
        return {"type": "array", "title": "a list of tables", "items": _named(inner, shapes)}
    if get_origin(annotation) is dict:
        return {"type": "object", "additionalProperties": _named(inner, shapes)}
    return _named(inner, shapes)


def _inner_types(annotation: Any) -> Iterator[Any]:
    yield annotation
    for inner in get_args(annotation):
        yield from _inner_types(inner)


def _tables(annotation: Any) -> Iterator[type[BaseModel]]:
    if _is(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _tables(inner)


def _is(annotation: Any, kind: type) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, kind)


def _named(model: type[BaseModel], shapes: dict[str, Schema]) -> Schema:
    name = model.__name__
    if name not in shapes:
        shapes[name] = {}
        shapes[name] |= {**_shape(model, shapes), "description": (model.__doc__ or "").strip()}
    return {"$ref": f"#/$defs/{name}"}


def spell_default(value: Any) -> str:
    """A default as the file has it; empty where there is none to show."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        minutes, rest = divmod(value.total_seconds(), 60)
        return f'"{rest + 60 * minutes:g}s"' if rest else f'"{minutes:g}m"'
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, frozenset):
        return "[" + ", ".join(f'"{each}"' for each in sorted(value)) + "]"
    return f"{value:g}" if isinstance(value, int | float) else ""
