"""The shape of the config as JSON Schema, walked off the models, for editors to complete."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, get_args, get_origin

from pydantic import BaseModel, PlainValidator
from pydantic.fields import FieldInfo
from pydantic.json_schema import GenerateJsonSchema

from bot.config import fields, hours, models
from bot.config.folder import TEAM
from bot.config.meanings import meaning
from bot.config.models import CheckTable, Environment, People, Service, Slack, Template, Top, Web
from bot.ports.integration import Integration

Schema = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _text(says: str, **more: Any) -> Schema:
    return {"type": "string", "title": says, **more}


def _some(says: str, one: Schema) -> Schema:
    return {"title": says, "anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


_NAME = _text("a name", minLength=1)
TAKES: Mapping[Any, Schema] = {
    fields.line: _text("text on one line", minLength=1),
    fields.query: _text("a question, over several lines if need be", minLength=1),
    fields.name: _NAME,
    fields.names: _some("a name, or a list of them", _NAME),
    fields.channel: _text('a channel, "#releases"', pattern="^(#|[CG])"),
    fields.command: _text('a slash command, "/release"', pattern="^/"),
    fields.host: _text("an address to listen on"),
    fields.url: _text("an HTTP address", pattern="^https?://"),
    fields.group: _text('a user group, "S0LEADS"', pattern="^S"),
    fields.people: _some('ids, ["U0ANA"]', _text("an id", minLength=1)),
    fields.reference: _text('where a secret is, "env:NAME" or "file:PATH"', pattern="^(env|file):"),
    fields.span: _text('a duration, "20m"', pattern=r"^\s*\d.*[a-z]\s*$"),
    fields.wall_time: _text('a time of a day, "08:00" or "mon 08:00"', pattern=r"\d:\d\d\s*$"),
    fields.amount: _text('"1%", "350ms" or "1.5x"', pattern=r"\d.*[%a-z]"),
    fields.part: _text('a share, "10%"', pattern=r"%\s*$"),
    hours.hours: _some(
        'hours of the week, "fri 16:00 - mon 08:00", or a list of them',
        _text("hours of the week", pattern="[a-z]{3}"),
    ),
    hours.moment: {"title": 'a time on the clock, "2026-12-23 18:00"'},
    hours.moments: {"type": "array", "title": 'times on the clock, ["2026-12-25 09:00"]'},
    hours.days: {"type": "array", "title": 'days, ["2026-12-25"]'},
    hours.tiers: {"title": "a tier from 1 to 4, or a list of them"},
    fields.yes_no: {"type": "boolean", "title": "true or false"},
    fields.scale: {"type": "number", "title": "1 to 100000", "minimum": 1, "maximum": 100_000},
    fields.seats: {
        "type": "object",
        "title": "names of people by seat",
        "additionalProperties": _some("a name, or a list of them", _NAME),
    },
    fields.table: {"type": "object", "title": "a table"},
    fields.plain_table: {"type": "object", "title": "a table"},
}
INSIDE: Mapping[tuple[str, str], tuple[type[BaseModel], str]] = {
    ("Top", "slack"): (Slack, ""),
    ("Top", "web"): (Web, ""),
    ("Top", "api"): (models.Api, ""),
    ("Top", "audit"): (models.Audit, ""),
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
    said = meaning(model.__mro__, key)
    item = model.model_fields[key]
    plain = item.default if isinstance(item.default, str | int | bool) else None
    return {
        **({"description": said} if said else {}),
        **({"default": plain} if plain is not None and not item.is_required() else {}),
    }


def takes(model: type[BaseModel], key: str, shapes: dict[str, Schema]) -> Schema:
    """What a key takes; tables that it names are put into `shapes`."""
    if (model, key) == (Top, "version"):
        return {"title": "1", "const": 1}
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
    parse = next((each for each in _parsers(item.annotation, item.metadata)), None)
    if parse in TAKES:
        return dict(TAKES[parse])
    if isinstance(parse, fields.Whole):
        words = f"{parse.least} to {parse.most}"
        return {"type": "integer", "title": words, "minimum": parse.least, "maximum": parse.most}
    return _by_type(item.annotation, shapes)


def _parsers(annotation: Any, metadata: list[Any]) -> Iterator[Callable[..., Any]]:
    yield from (each.func for each in metadata if isinstance(each, PlainValidator))
    for inner in get_args(annotation):
        yield from _parsers(inner, list(getattr(inner, "__metadata__", ())))


def _by_type(annotation: Any, shapes: dict[str, Schema]) -> Schema:
    kinds = [annotation, *get_args(annotation)]
    enum = next((each for each in kinds if _is(each, StrEnum)), None)
    if get_origin(annotation) is frozenset and enum is not None:
        return {"title": "a list of words"}
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


def spelled(value: Any) -> str:
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
