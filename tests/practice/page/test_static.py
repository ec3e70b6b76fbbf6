"""The page's own files: no circle of imports, and no way from words to power."""

import graphlib
import re
from pathlib import Path

import pytest

from bot.practice.page.server import STATIC

IMPORTED = re.compile(r'^(?:import|export)\b[^"]*from "\./([\w.]+)";$', re.M)
SINKS = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|srcdoc|createContextualFragment|DOMParser"
    r"|document\.write|eval|new Function|setTimeout\(\s*[\"'`])"
)
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|javascript:", re.I)
SCRIPTS = sorted(STATIC.glob("*.js"))


def imported(path: Path) -> set[str]:
    return set(IMPORTED.findall(path.read_text()))


def test_the_scripts_import_each_other_in_no_circle() -> None:
    graph = {path.name: imported(path) for path in SCRIPTS}
    order = list(graphlib.TopologicalSorter(graph).static_order())
    assert set(order) == set(graph)
    assert order.index("dom.js") < order.index("main.js") == len(order) - 1


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_no_script_makes_anything_from_a_string(path: Path) -> None:
    assert SINKS.findall(path.read_text()) == []


def test_the_document_holds_no_script_and_no_style_of_its_own() -> None:
    assert INLINE.findall((STATIC / "index.html").read_text()) == []
