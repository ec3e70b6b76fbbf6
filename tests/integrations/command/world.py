"""A shop whose deploy program is a real one, with its state in a folder."""

import asyncio
import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.ports.deployer import Deployer, Target
from integrations.command.build import parts
from integrations.command.settings import CommandSettings
from tests.fakes.deployer import Fault

PROGRAM = """#!{python} -IS
import json, os, signal, sys, time
act, fault = sys.argv[1], ""
with open("state.json") as file:
    state = json.load(file)
fault, key = state["fault"], os.environ.get("SLIPWAY_KEY", "")
state["calls"].append({{"argv": sys.argv[1:], "env": dict(os.environ), "group": os.getpgrp()}})

def save():
    with open("state.new", "w") as file:
        json.dump(state, file)
    os.rename("state.new", "state.json")

def carry_out(revision, weight, stable, mirror):
    known = [name for name in (revision, stable) if name]
    if not set(known) <= set(state["versions"]):
        sys.exit("there is no such version: " + " ".join(known))
    if key in state["keys"]:
        return
    share = int(weight) / (2 if fault == "partial" else 1)
    split = {{stable: 100 - share, revision: share}}
    warm = os.environ["SLIPWAY_KEEP"] == "true" or int(mirror)
    state["revisions"] = {{name: pct for name, pct in split.items() if name and (pct or warm)}}
    state["mirrors"] = {{revision: int(mirror)}} if int(mirror) else {{}}
    state["settled"] = fault != "never_settle"
    state["keys"].append(key)

save()
if fault == "hang" and act in ("apply", "observe"):
    time.sleep(60)
if fault == "unavailable":
    sys.exit("login failed\\nthe cluster does not answer, token=hush")
if fault == "ambiguous-before" and act == "apply":
    os.kill(os.getpid(), signal.SIGKILL)
if act == "apply":
    if fault == "refuse":
        sys.exit("first\\nthe change window is closed\\n")
    carry_out(*sys.argv[4:8])
    save()
    if fault == "ambiguous-after":
        os.kill(os.getpid(), signal.SIGKILL)
elif fault == "nonsense":
    print("<html>")
elif act == "observe":
    print(json.dumps({{name: state[name] for name in ("revisions", "mirrors", "settled")}}))
elif act == "find":
    print(json.dumps({{"found": key in state["keys"]}}))
else:
    print(json.dumps({{"versions": state["versions"]}}))
"""
APPLY = ["./shop", "apply", "$service", "$environment", "$revision", "$weight", "$stable"]
WHOLE: dict[str, Any] = {
    "apply": [*APPLY, "$mirror"],
    "observe": ["./shop", "observe", "$service", "$environment"],
    "find": ["./shop", "find", "$service"],
    "versions": ["./shop", "versions", "$service"],
    "mirrors": True,
    "keeps_warm": True,
    "removes": True,
}
PLAIN: dict[str, Any] = {
    "apply": [*APPLY, "0"],
    "observe": ["./shop", "observe"],
    "weights": False,
}
TARGET = Target(service="checkout", environment="prod", settings={})


def deployer_of(folder: Path, settings: dict[str, Any], environment: dict[str, str]) -> Deployer:
    told = CommandSettings.model_validate(settings, context={"folder": str(folder)})
    built = parts(told, environment).deployer
    assert built is not None
    return built


@dataclass(slots=True)
class Shop:
    folder: Path
    settings: dict[str, Any]
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/bin:/bin"})
    target: Target = TARGET

    def __post_init__(self) -> None:
        program = self.folder / "shop"
        program.write_text(PROGRAM.format(python=sys.executable))
        program.chmod(0o755)
        self._write(
            revisions={"v1.4.1": 100},
            mirrors={},
            settled=True,
            versions=["v1.4.1", "v1.4.2"],
            keys=[],
            calls=[],
            fault="",
        )

    @property
    def deployer(self) -> Deployer:
        deadline = "300ms" if self.state()["fault"] == Fault.HANG else "20s"
        told = {"deadline": deadline, **self.settings}
        return deployer_of(self.folder, told, self.environment)

    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = json.loads((self.folder / "state.json").read_text())
        return state

    def calls(self) -> list[dict[str, Any]]:
        calls: list[dict[str, Any]] = self.state()["calls"]
        return calls

    def effects(self) -> Sequence[str]:
        return [str(key) for key in self.state()["keys"]]

    def fail(self, fault: Fault) -> None:
        self._write(**{**self.state(), "fault": fault.value})

    def heal(self) -> None:
        self._write(**{**self.state(), "fault": ""})

    async def settle(self) -> None:
        await asyncio.sleep(0)

    def _write(self, **state: Any) -> None:
        (self.folder / "state.json").write_text(json.dumps(state))
