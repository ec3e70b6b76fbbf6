"""What the app asks for has a reason, in words, and the manifest says the same ones."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

from bot.slack.declared import EVENTS, optional_scopes, scopes
from bot.slack.reasons import HEARING, REASONS, for_admin, manifest_text

ROOT = Path(__file__).parent.parent.parent
REMARK = re.compile(r"^ +- ([a-z_.:]+) # (.+)$", re.MULTILINE)


def test_every_scope_has_a_reason_and_every_reason_a_scope() -> None:
    assert set(REASONS) == scopes() | optional_scopes()


def test_every_event_has_a_reason_and_every_reason_an_event() -> None:
    assert set(HEARING) == set(EVENTS)


def test_the_manifest_gives_the_same_reasons() -> None:
    assert dict(REMARK.findall(manifest_text())) == dict(REASONS)


def test_what_is_printed_is_the_file_at_the_top() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "manifest"], capture_output=True, check=True, text=True
    )
    assert ran.stdout == (ROOT / "manifest.yml").read_text("utf-8")


def test_an_admin_reads_every_scope_and_event_once() -> None:
    said = for_admin()
    named = re.findall(r"^  (\S+): ", said, re.MULTILINE)
    assert sorted(named) == sorted([*REASONS, *EVENTS])
    assert (
        "  users:read: names, time zones, and who is no full member (users.info, users.list)."
        in said
    )


def test_an_installed_slipway_has_the_manifest_too(tmp_path: Path) -> None:
    words = [sys.executable, "-c", BUILD, str(tmp_path)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as inside:
        assert inside.read("bot/slack/manifest.yml") == (ROOT / "manifest.yml").read_bytes()


BUILD = """\
import shutil, sys
from pathlib import Path
from setuptools import build_meta
import os
folder = Path(sys.argv[1])
keep = shutil.ignore_patterns("__pycache__", "tests", ".*", "build", "*.egg-info")
shutil.copytree(".", folder / "tree", ignore=keep, symlinks=True)
os.chdir(folder / "tree")
build_meta.build_wheel(str(folder))
"""
