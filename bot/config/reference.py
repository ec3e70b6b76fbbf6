"""The reference page of the config, written from the models."""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from bot.config import models as m
from bot.config.house_models import ApiKey, ApiTable, Audit, People, Slack, Web
from bot.config.shape import schema, spell_default, takes
from bot.ports.integration import Integration

SECTIONS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("the file itself", m.Top),
    ("[slack]", Slack),
    ("[web]", Web),
    ("[api]", ApiTable),
    ("[api.keys.NAME]", ApiKey),
    ("[audit]", Audit),
    ("[people.NAME]", People),
    ("[checks.NAME]", m.CheckTable),
    ("[[freezes]]", m.FreezeTable),
    ("[services.NAME]", m.Service),
    ("[services.NAME.environments.NAME]", m.Environment),
    ("strategy", m.StrategyTable),
    ("strategy.steps", m.StepTable),
    ("poll", m.PollTable),
    ("emergency", m.EmergencyTable),
    ("rollback", m.RollbackTable),
    ("may", m.May),
    ("[templates.NAME]", m.Template),
)
WORDS = {
    "string": "text",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
}
"""Types of JSON Schema in words; what is none of them is a table."""
HEAD = """\
# Configuration

Written by `slipway config reference` from the code that reads the config; do not edit it by hand.
`slipway config schema` prints the same as JSON Schema, for editors that complete and check.

The config is one TOML file, or a folder of them (`--config DIR`). In a folder exactly one file
holds the house: `[slack]` and all that is not a team's. Every other file belongs to a team and may
hold `services`, `checks`, `templates` and `people`. A mistake in a service, or in a team's file,
stops new starts of what it is about and nothing else; a mistake in the house refuses the whole.

An environment takes its keys from `[defaults]`, then from `[tiers.N]` of its `tier`, then from the
template it is `like`, then its own, the later over the earlier. `may`, `rollback` and `emergency`
are laid over each other key by key, all other keys whole. `[defaults]` and `[tiers.N]` take the
keys of an environment but `like`, and a tier no `tier`.

`[[freezes]]` are the windows of the calendar. `kind = "deny"` freezes inside of it; where any
window allows (`kind = "allow"`), only inside one of those may move what it means; deny beats allow.
Nothing starts and nothing goes forward in a freeze, and every way back stays open. Times are wall
times: a time that the clocks skip is as much later, of one that they show twice the first counts,
and a freeze that ends then ends with the second. `time_scale` does not touch the calendar.
`covered` refuses a start whose bakes, one `shift_within` and three times
`within` would outlast the covered hours that are left.

`/release reload`, or SIGHUP, reads the config again. A bad one changes nothing, and every mistake
is said. `timezone`, `database`, `time_scale`, `[slack]`, `[web]`, `[api]` and `[audit]` are read
at the start only.

`slipway config reference --use prometheus` prints what an integration takes.
"""


def page() -> str:
    """docs/configuration.md."""
    return "\n".join([HEAD, *(_section(title, model) for title, model in SECTIONS)])


def of_vendor(integration: Integration) -> str:
    """What one integration takes under [integrations.NAME]."""
    settings = integration.settings
    shape = schema({integration.name: integration})["$defs"][f"use-{integration.name}"]
    rows = [
        _row(key, _words(shape["properties"].get(key, {})), _default(item), item.description or "")
        for key, item in settings.model_fields.items()
    ]
    head = f'## use = "{integration.name}"\n\n{integration.summary}\n'
    return "\n".join([head, *_table(rows)])


def _section(title: str, model: type[BaseModel]) -> str:
    said = " ".join((model.__doc__ or "").split())
    return "\n".join([f"## {title}\n\n{said}\n", *_table(_rows(model)), ""])


def _table(rows: list[str]) -> list[str]:
    return ["| key | takes | default | meaning |", "|---|---|---|---|", *rows]


def _rows(model: type[BaseModel]) -> list[str]:
    return list(_each(model))


def _each(model: type[BaseModel]) -> Iterator[str]:
    for key, item in model.model_fields.items():
        words = _words(takes(model, key, {}))
        yield _row(key, words, _default(item), item.description or "")


def _row(key: str, words: str, default: str, said: str) -> str:
    cells = [f"`{key}`", words, default, said]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _words(shape: Mapping[str, Any]) -> str:
    if shape.get("format") == "password":
        return "where a secret is"
    if "anyOf" in shape and str(shape.get("title", "T"))[:1].isupper():
        return _words(shape["anyOf"][0])
    if "title" in shape and not str(shape["title"])[:1].isupper():
        return str(shape["title"])
    return WORDS.get(str(shape.get("type", "object")), "a table")


def _default(item: Any) -> str:
    if item.is_required():
        return "required"
    text = spell_default(item.default)
    return f"`{text}`" if text else ""
