"""120 services of 12 teams: few lines, and read in well under a second."""

import time
from pathlib import Path

from bot.config import load
from tests.config.sample import KNOWN, TREE, toml

TEAMS, EACH = 12, 10
WEB = """
[templates.web]
tier = 2
strategy.kind = "canary"
strategy.steps = [{ weight = "10%", bake = "20m" }, { weight = "100%", bake = "1h" }]
environments = { staging = { strategy = { kind = "rolling" } }, prod = { after = "staging" } }
[tiers.2]
rollback = { ask_after = "5m" }
"""


def team(number: int) -> str:
    services = [
        f'[services.s{number}-{nth}]\nlike = "web"\nowner = "t{number}"' for nth in range(EACH)
    ]
    return "\n".join([f'[people.t{number}]\nusers = ["U0T{number:02}"]', *services])


def written(folder: Path) -> int:
    """The folder's config; how many lines it took."""
    house = {key: each for key, each in TREE.items() if key != "services"}
    texts = {"house": toml(house) + WEB, **{f"t{number}": team(number) for number in range(TEAMS)}}
    for name, text in texts.items():
        (folder / f"{name}.toml").write_text(text)
    return sum(len(text.splitlines()) for text in texts.values())


def test_120_services_take_few_lines_and_little_time(tmp_path: Path) -> None:
    lines = written(tmp_path)
    began = time.process_time()
    config = load(tmp_path, KNOWN)
    took = time.process_time() - began
    assert (len(config.services), config.quarantined, config.mistakes) == (240, {}, ())
    assert lines < 600
    assert took < 1.0
