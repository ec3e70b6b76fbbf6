"""Real servers that tests talk to: how each is found, and what installs it.

A test that needs one says so: `@needs_server("prometheus")`. Where the server is missing the test
is skipped with the command that would make it run; in CI (SLIPWAY_CI=1) it fails instead.
"""

import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

Environment = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """`find` answers the binary or folder to use, or None; `remedy` is what a person would type."""

    find: Callable[[Environment], Path | None]
    remedy: str


def binary(variable: str, name: str) -> Callable[[Environment], Path | None]:
    """A program: where `variable` points, else the first `name` on the PATH."""

    def find(environment: Environment) -> Path | None:
        found = shutil.which(environment.get(variable, name), path=environment.get("PATH"))
        return Path(found) if found else None

    return find


def node_package(name: str) -> Callable[[Environment], Path | None]:
    """An npm package below SLIPWAY_NODE_MODULES, with a `node` on the PATH to run it."""

    def find(environment: Environment) -> Path | None:
        folder = Path(environment.get("SLIPWAY_NODE_MODULES", "")) / name
        node = shutil.which("node", path=environment.get("PATH"))
        return folder if node and (folder / "package.json").is_file() else None

    return find


SERVERS: Mapping[str, Server] = {
    "prometheus": Server(
        find=binary("SLIPWAY_PROMETHEUS", "prometheus"),
        remedy="apt-get install prometheus",
    ),
    "chromium": Server(
        find=binary("SLIPWAY_CHROMIUM", "chromium"),
        remedy="apt-get install chromium fonts-noto-color-emoji",
    ),
    "axe-core": Server(
        find=node_package("axe-core"),
        remedy="npm install --prefix DIR axe-core and SLIPWAY_NODE_MODULES=DIR/node_modules",
    ),
    "@slack/bolt": Server(
        find=node_package("@slack/bolt"),
        remedy="npm install --prefix DIR @slack/bolt and SLIPWAY_NODE_MODULES=DIR/node_modules",
    ),
}


def in_ci(environment: Environment = os.environ) -> bool:
    """In CI every server is there, so none may be missing."""
    return environment.get("SLIPWAY_CI") == "1"


def needs_server(name: str) -> pytest.MarkDecorator:
    """Mark a test that talks to the real server `name`, one of SERVERS."""
    if name not in SERVERS:
        raise ValueError(f"No server named {name!r}; there are: {', '.join(sorted(SERVERS))}.")
    return pytest.mark.server(name)


def find_server(name: str, environment: Environment = os.environ) -> Path:
    """The binary (or npm package folder) for a test marked `needs_server(name)`."""
    found = SERVERS[name].find(environment)
    if found is None:
        raise LookupError(absence(name))
    return found


def absence(name: str) -> str:
    """Why a test of this server cannot run, and what would make it run."""
    return f"{name} is not installed; to run this: {SERVERS[name].remedy}"


def missing(name: str, environment: Environment = os.environ) -> bool:
    """Whether the server is not to be found here."""
    return SERVERS[name].find(environment) is None
