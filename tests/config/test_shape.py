"""The schema for editors and the reference page, against the models and what is accepted."""

import tomllib
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.config import house_models, models, parse
from bot.config.house_models import Table
from bot.config.reference import SECTIONS, of_vendor, page
from bot.config.shape import schema
from bot.engine.registry import find_integrations
from tests.config.sample import KNOWN, PROD, TREE, changed, toml
from tests.config.test_fuzz import RICH
from tests.house.test_readme import BLOCKS
from tests.house.tree import ROOT

EVERY = schema(find_integrations())
EDITOR = Draft202012Validator(EVERY)
SAMPLE = Draft202012Validator(schema(KNOWN))
MODELS = [
    each
    for each in (vars(house_models) | vars(models)).values()
    if isinstance(each, type) and issubclass(each, Table) and each is not Table
]
CONFIGS = [text for kind, text in BLOCKS if kind == "toml"] + [(ROOT / "slipway.toml").read_text()]


def complaints(validator: Draft202012Validator, tree: dict[str, Any]) -> list[str]:
    return [f"{each.json_path}: {each.message}" for each in validator.iter_errors(tree)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(EVERY)


@pytest.mark.parametrize("text", CONFIGS, ids=lambda text: f"{len(text)} characters")
def test_every_config_we_show_pleases_an_editor(text: str) -> None:
    assert complaints(EDITOR, tomllib.loads(text)) == []


@pytest.mark.parametrize("tree", [TREE, RICH], ids=["plain", "rich"])
def test_what_is_accepted_pleases_an_editor(tree: dict[str, Any]) -> None:
    assert parse(toml(tree), KNOWN).quarantined == {}
    assert complaints(SAMPLE, tree) == []


def test_a_teams_file_needs_nothing_of_the_house() -> None:
    assert complaints(SAMPLE, {"services": TREE["services"], "checks": TREE["checks"]}) == []


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "a typo": ({"timezon": "UTC"}, "timezon"),
    "no slack": ({"slack": {}}, "$.slack: 'announce' is a required property"),
    "a channel": ({"slack.announce": "releases"}, "$.slack.announce"),
    "a token": ({"slack.bot_token": "xoxb-1"}, "$.slack.bot_token"),
    "a port": ({"web": {"port": 70000}}, "$.web.port"),
    "a bare number": ({f"{PROD}.rollback": {"within": 2}}, "rollback.within"),
    "no unit": ({f"{PROD}.rollback": {"within": "2"}}, "rollback.within"),
    "a tier": ({f"{PROD}.tier": 5}, "prod.tier"),
    "another tier": ({"tiers": {"5": {}}}, "$.tiers"),
    "a kind": ({f"{PROD}.strategy.kind": "x"}, "strategy.kind"),
    "a vendor": ({"integrations.shop.use": "x"}, "$.integrations.shop.use"),
    "a vendor's key": ({"integrations.shop.aply": 1}, "$.integrations.shop"),
    "a right": ({"defaults.may.strt": "devs"}, "$.defaults.may"),
    "a template's key": ({"templates": {"web": {"chekcs": "errors"}}}, "$.templates.web"),
    "a version": ({"version": 2}, "$.version"),
}


@pytest.mark.parametrize(("changes", "where"), BAD.values(), ids=BAD)
def test_a_mistake_shows_in_an_editor(changes: dict[str, Any], where: str) -> None:
    found = complaints(SAMPLE, changed(changes))
    assert any(where in each for each in found), found


TABLES = """
slack web api audit integrations people accounts checks defaults tiers templates services
keys environments target strategy rollback may poll emergency
""".split()  # noqa: SIM905 - read as words


def rows_of(text: str) -> list[list[str]]:
    """The keys of a page: key, what it takes, default and meaning."""
    lines = (line for line in text.splitlines() if line.startswith("| `"))
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]


def test_every_key_has_a_meaning_and_a_true_type() -> None:
    rows = rows_of(page())
    assert len(rows) == sum(len(each.model_fields) for each in MODELS)
    assert [row[0] for row in rows if not row[-1].strip("| ")] == []
    assert {row[0].strip("`") for row in rows if row[1] == "a table"} == set(TABLES)


@pytest.mark.parametrize("name", sorted(find_integrations()))
def test_every_key_of_an_integration_has_a_meaning_and_a_true_type(name: str) -> None:
    rows = rows_of(of_vendor(find_integrations()[name]))
    assert [row[0] for row in rows if not row[-1].strip("| ") or row[1] == "a table"] == []
    assert all(row[1] == "true or false" for row in rows if row[2] in ("`true`", "`false`"))


def test_every_table_is_in_the_reference() -> None:
    assert {model for _, model in SECTIONS} == set(MODELS)


def test_the_reference_is_the_one_on_file() -> None:
    """`slipway config reference > docs/configuration.md` writes it anew."""
    assert (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("name", sorted(find_integrations()))
def test_an_integration_has_a_reference_of_its_own(name: str) -> None:
    integration = find_integrations()[name]
    text = of_vendor(integration)
    assert all(f"| `{key}` |" in text for key in integration.settings.model_fields)
