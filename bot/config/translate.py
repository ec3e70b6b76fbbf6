"""From a table to its model; what pydantic finds wrong becomes sentences of ours."""

from collections.abc import Mapping
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.config.errors import ConfigError, KeyPath, Problem, Wrong
from bot.config.words import TOKEN_SHAPES, suggestion

M = TypeVar("M", bound=BaseModel)

LATER = frozenset({"trains", "bundles", "flags", "preflight"})
"""Keys that the design knows and that are not built: silence would look like protection."""

_TEXT = ("this is not text", "write it in quotes")
_WHOLE = ("this is not a whole number", "write one without quotes")
_NUMBER = ("this is not a number", "write one without quotes")
_YES_NO = ("this is neither true nor false", "write true or false, without quotes")
_LIST = ("this is not a list", "write its entries in [ ]")
_TABLE = ("this is not a table", "write its keys in { } or under a [header]")
_URL = ("this is not an address", 'write it in full, like "https://host/path"')
_OTHER = ("this is not what the key takes", "compare it with the example slipway.toml")

BY_TYPE = {
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": ("this is not a finite number", "write a finite one"),
    "bool_type": _YES_NO,
    "bool_parsing": _YES_NO,
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _TABLE,
    "mapping_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "url_type": _URL,
    "url_parsing": _URL,
    "url_scheme": _URL,
    "url_syntax_violation": _URL,
    "url_too_long": _URL,
}
BOUNDS = {
    "greater_than": ("this is too small", "write more than {gt}"),
    "greater_than_equal": ("this is too small", "write at least {ge}"),
    "less_than": ("this is too large", "write less than {lt}"),
    "less_than_equal": ("this is too large", "write at most {le}"),
    "string_too_short": ("the text is too short", "write at least {min_length} characters"),
    "string_too_long": ("the text is too long", "write at most {max_length} characters"),
    "too_short": ("the list is too short", "write at least {min_length} entries"),
    "too_long": ("the list is too long", "write at most {max_length} entries"),
    "literal_error": ("this is none of the words for this key", "write one of {expected}"),
    "enum": ("this is none of the words for this key", "write one of {expected}"),
}


def read_as(model: type[M], table: Any, keys: KeyPath, context: dict[str, Any] | None = None) -> M:
    """The table as its model. Raises ConfigError with every problem below `keys`.

    Values are shown only by the parsers of this room: a vendor's table may hold what is secret.
    """
    try:
        return model.model_validate(table, context=context)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    raise ConfigError(_problem(model, each, keys) for each in found)


def _problem(model: type[BaseModel], error: Mapping[str, Any], keys: KeyPath) -> Problem:
    sentence, remedy = _words(model, error)
    return Problem(keys=(*keys, *error["loc"]), sentence=sentence, remedy=remedy)


def _words(model: type[BaseModel], error: Mapping[str, Any]) -> tuple[str, str]:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        return _stranger(str(error["loc"][-1]), keys_of(model, error["loc"][:-1]))
    if kind == "missing":
        return "this key is missing", "add it"
    if kind in {"value_error", "assertion_error"}:
        return _raised(context["error"])
    if kind in BOUNDS:
        sentence, remedy = BOUNDS[kind]
        return sentence, remedy.format_map(context)
    return BY_TYPE.get(kind, _OTHER)


def _raised(error: Any) -> tuple[str, str]:
    if isinstance(error, Wrong):
        return error.sentence, error.remedy
    text = " ".join(str(error).split())[:300]
    if not text or TOKEN_SHAPES.search(text):
        return _OTHER
    sentence, _, remedy = text.rstrip(".").partition("; ")
    return sentence, remedy or "mend it and check again"


def _stranger(key: str, keys: list[str]) -> tuple[str, str]:
    if key in LATER:
        return "this is not built yet", "take it out; it would protect nobody"
    if not keys:
        return "no such key", "take it out: nothing can be set here"
    return "no such key", suggestion(key, keys)


def keys_of(model: type[BaseModel], location: tuple[str | int, ...]) -> list[str]:
    """The keys that the table at `location` inside a model takes."""
    here: type[BaseModel] | None = model
    for part in location:
        if isinstance(part, str) and here is not None and part in here.model_fields:
            here = _table_in(here.model_fields[part].annotation)
    return [_key(name, field) for name, field in here.model_fields.items()] if here else []


def _table_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_table_in(each) for each in get_args(annotation))
    return next((each for each in found if each is not None), None)


def _key(name: str, field: FieldInfo) -> str:
    return field.alias or name
