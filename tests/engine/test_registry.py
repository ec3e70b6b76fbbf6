"""What integrations are found, and what happens to those that cannot be used."""

import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from bot.engine.registry import (
    GROUP,
    Registry,
    UnknownIntegration,
    assemble,
    built_in,
    exported,
    find_integrations,
    registry,
)
from bot.ports.integration import Integration, Parts, Settings

OURS = Integration(name="ours", summary="ours", settings=Settings, build=lambda *_: Parts())
FOLDERS = sorted(
    folder.name
    for folder in (Path(__file__).parents[2] / "integrations").iterdir()
    if (folder / "__init__.py").exists()
)
PLUGIN = """
from bot.ports.integration import Integration, Parts, Settings
INTEGRATION = Integration(name={name!r}, summary="theirs", settings=Settings, build=None)
"""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Path]:
    """A folder that can be imported from, for the length of a test."""
    sys.path.insert(0, str(tmp_path))
    before = set(sys.modules)
    yield tmp_path
    sys.path.remove(str(tmp_path))
    for name in set(sys.modules) - before:
        del sys.modules[name]


def entry(value: str, name: str = "theirs") -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


def test_every_folder_is_found_under_its_own_name() -> None:
    assert sorted(find_integrations()) == FOLDERS


@pytest.mark.parametrize("name", FOLDERS)
def test_every_integration_says_what_it_is(name: str) -> None:
    found = registry().named(name)
    assert found.summary
    assert issubclass(found.settings, Settings)


def test_an_unknown_name_is_told_what_there_is() -> None:
    with pytest.raises(UnknownIntegration, match=r"no integration 'comand'; there are: command, "):
        registry().named("comand")


def test_a_plugin_is_found_by_its_entry_point(site: Path) -> None:
    (site / "plugged.py").write_text(PLUGIN.format(name="plugged"))
    for value in ("plugged", "plugged:INTEGRATION"):
        found = assemble([OURS], [entry(value)])
        assert sorted(found.known) == ["ours", "plugged"]
        assert found.broken == {}


@pytest.mark.parametrize(
    ("source", "because"),
    [
        ("raise RuntimeError('no token')", "RuntimeError: no token"),
        ("import no_such_module", "No module named 'no_such_module'"),
        ("INTEGRATION = 5", "exports no INTEGRATION"),
        ("", "exports no INTEGRATION"),
        (PLUGIN.format(name="ours"), "'ours', which is taken"),
    ],
)
def test_a_plugin_that_does_not_load_breaks_only_those_who_name_it(
    site: Path, source: str, because: str
) -> None:
    (site / "plugged.py").write_text(source)
    found = assemble([OURS], [entry("plugged")])
    assert found.named("ours") is OURS
    with pytest.raises(UnknownIntegration, match=f"'theirs' cannot be used: plugged .*{because}"):
        found.named("theirs")


def test_a_plugin_that_is_something_else_is_not_taken(site: Path) -> None:
    (site / "plugged.py").write_text("THING = 5")
    found = assemble([], [entry("plugged:THING"), entry("plugged:GONE", "gone")])
    assert (found.known, sorted(found.broken)) == ({}, ["gone", "theirs"])


def test_one_of_our_folders_without_its_export_is_a_mistake_of_ours(site: Path) -> None:
    (site / "rooms" / "empty").mkdir(parents=True)
    for folder in (site / "rooms", site / "rooms" / "empty"):
        (folder / "__init__.py").touch()
    with pytest.raises(TypeError, match=r"rooms\.empty exports no INTEGRATION"):
        list(built_in("rooms"))


def test_a_module_exports_its_integration(site: Path) -> None:
    module = type(sys)("made")
    module.__dict__["INTEGRATION"] = OURS
    assert exported(module, "made") is OURS


def test_nothing_is_known_to_an_empty_registry() -> None:
    with pytest.raises(UnknownIntegration):
        Registry().named("command")
