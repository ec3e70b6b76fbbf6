"""`slipway demo`: what can be typed of it, and what is said where nothing is there to play in."""

import argparse
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

PORT = 8484
ROOM = "bot.practice"
ABSENT = (
    "The demo was not started: this installation leaves out the practice workspace that it plays "
    "in, as the container image does. Get a checkout of Slipway and type `make demo` there."
)


def arguments(parser: argparse.ArgumentParser) -> None:
    stage = practised()
    parser.add_argument(
        "--story",
        choices=sorted(stage.STORIES) if stage else None,
        help="play this one by itself, on the page and in the terminal",
    )
    parser.add_argument("--headless", action="store_true", help="play without anybody watching")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--db", type=Path, help="keep the record in this file")
    parser.add_argument("--port", type=int, default=PORT, help="of the page; taken: the next one")
    parser.set_defaults(run=stage.run if stage else say_where)


def practised() -> ModuleType | None:
    """What plays the demo; None where `bot.practice` is not installed."""
    try:
        return import_module("bot.cli.stage")
    except ImportError as error:
        # No path: there is nothing of the room, or only an empty folder that was left behind.
        if error.path is None and f"{error.name}.".startswith(f"{ROOM}."):
            return None
        raise


def say_where(_asked: argparse.Namespace) -> int:
    print(ABSENT, file=sys.stderr)
    return 1
