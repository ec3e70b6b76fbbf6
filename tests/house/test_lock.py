"""requirements.lock: complete, hashed, and free of places."""

from importlib.metadata import requires

import pytest

from tests.house import lock, rules, tree

LOCK = (tree.ROOT / "requirements.lock").read_text()
PYPROJECT = (tree.ROOT / "pyproject.toml").read_text()
DIGEST = "--hash=sha256:" + "0" * 64
SAMPLE = f"attrs==26.1.0 \\\n    {DIGEST}\n    # via aiohttp\nidna==3.20 \\\n    {DIGEST}\n"


def on(python: str, system: str) -> dict[str, str]:
    """The marker environment of another Python; only what differs from here."""
    return {
        "python_version": python,
        "python_full_version": f"{python}.1",
        "sys_platform": system,
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
    }


def test_it_names_no_place() -> None:
    assert not lock.addresses(LOCK)


def test_every_package_is_hashed() -> None:
    assert not lock.unhashed(LOCK)


def test_nothing_in_it_is_overlooked() -> None:
    assert len(lock.pins(LOCK)) == LOCK.count("==") > len(rules.requirements(PYPROJECT))


def test_it_covers_every_requirement() -> None:
    assert not lock.unmet(LOCK, rules.requirements(PYPROJECT), {})


@pytest.mark.parametrize("tool", ["setuptools", "wheel", "pip"])
def test_it_covers_what_builds_the_project(tool: str) -> None:
    assert lock.pins(LOCK)[tool].hashes


@pytest.mark.parametrize("system", ["linux", "darwin"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_it_is_complete_on_every_python(python: str, system: str) -> None:
    ends = lock.open_ends(LOCK, lambda name: requires(name) or [], on(python, system))
    assert not ends


@pytest.mark.parametrize(
    "line",
    [
        "--index-url https://packages.acme.test/simple",
        "-i packages.acme.test",
        "--find-links ./wheels",
        "attrs @ file:attrs.whl",
        "-e .",
        "    # via https://packages.acme.test",
    ],
)
def test_a_place_is_found(line: str) -> None:
    assert lock.addresses(SAMPLE + line) == [line]


def test_a_clean_lock_has_no_places() -> None:
    assert not lock.addresses(SAMPLE)


def test_a_missing_hash_is_found() -> None:
    assert lock.unhashed(SAMPLE + "yarl==1.25.1 \\\n    # via aiohttp\n") == ["yarl"]


def test_a_missing_or_outdated_package_is_found() -> None:
    assert lock.unmet(SAMPLE, ["attrs>=27", "idna>=3", "yarl"], {}) == ["attrs>=27", "yarl"]


def test_markers_decide_what_is_wanted() -> None:
    wanted = ['colorama; sys_platform == "win32"', 'backport; python_version < "3.12"']
    assert lock.unmet(SAMPLE, wanted, on("3.12", "linux")) == []
    assert len(lock.unmet(SAMPLE, wanted, on("3.11", "linux"))) == 1


def test_an_open_end_is_found() -> None:
    ends = lock.open_ends(SAMPLE, {"attrs": ["idna"], "idna": ["absent>1"]}.__getitem__, {})
    assert ends == ["idna wants absent>1"]
