"""requirements.lock read as data, and what must hold of it."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

ADDRESS = re.compile(r"://|^\s*-[a-z]|^\s*--(?!hash=)|@ ")
ENTRY = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+) \\$(?P<rest>(?:\n[ ]+.*)*)", re.M)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})\b")

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pin:
    """One version, and the digests of the files it may come in."""

    version: str
    hashes: frozenset[str]


def pins(text: str) -> dict[str, Pin]:
    """The pins of a lock by canonical name."""
    return {
        canonicalize_name(entry["name"]): Pin(
            entry["version"], frozenset(HASH.findall(entry["rest"]))
        )
        for entry in ENTRY.finditer(text)
    }


def tools_of_tests() -> set[str]:
    """What pyproject.toml names for `make test` alone."""
    text = (tree.ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extras = tomllib.loads(text)["project"]["optional-dependencies"]
    return {canonicalize_name(Requirement(each).name) for each in extras["test"]}


def addresses(text: str) -> list[str]:
    """Lines that name a place to install from, or set an option of pip."""
    return [line for line in text.splitlines() if ADDRESS.search(line)]


def unhashed(text: str) -> list[str]:
    """Packages pip would have to trust."""
    return sorted(name for name, pin in pins(text).items() if not pin.hashes)


def unmet(text: str, requirements: Iterable[str], environment: Environment) -> list[str]:
    """Requirements that apply in this environment and that the lock does not satisfy."""
    locked = pins(text)
    wanted = (Requirement(each) for each in requirements)
    return sorted(
        str(each)
        for each in wanted
        if (each.marker is None or each.marker.evaluate({"extra": "", **environment}))
        and not is_met(each, locked)
    )


def is_met(requirement: Requirement, locked: Mapping[str, Pin]) -> bool:
    """Whether the pinned version is one that the requirement takes."""
    pin = locked.get(canonicalize_name(requirement.name))
    return pin is not None and requirement.specifier.contains(pin.version, prereleases=True)


def open_ends(
    text: str, requires: Callable[[str], Iterable[str]], environment: Environment
) -> list[str]:
    """What locked packages require in this environment, and the lock does not hold."""
    return [
        f"{name} wants {requirement}"
        for name in pins(text)
        for requirement in unmet(text, requires(name), environment)
    ]
