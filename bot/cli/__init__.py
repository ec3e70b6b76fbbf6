"""The command line: what can be typed, and what each word runs. The only place that wires."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

from bot.cli.logs import to_stderr
from bot.config import ConfigError
from bot.ports.outcomes import IntegrationError
from bot.ports.store import StoreError

FAILED = 1
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class CliWord:
    """A word of the command line; its module is loaded when it is typed, and not before."""

    summary: str
    module: str
    fill: str = "arguments"

    def arguments(self) -> Callable[[argparse.ArgumentParser], None]:
        filling: Callable[[argparse.ArgumentParser], None]
        filling = getattr(import_module(f"bot.cli.{self.module}"), self.fill)
        return filling


WORDS = {
    "init": CliWord("ask five things and write a short config", "init"),
    "run": CliWord("run the bot", "run"),
    "check": CliWord("look at the config and everything it names; changes nothing", "check"),
    "manifest": CliWord("the Slack app, and every scope with its reason", "manifest"),
    "demo": CliWord("try it all with a practice workspace and a practice fleet", "demo"),
    "release": CliWord("type a /release command at the running bot", "talk", "release_arguments"),
    "why": CliWord("why a release did what it did, read from the record", "talk", "why_arguments"),
    "commands": CliWord("every verb that can be typed, as a page", "commands"),
    "config": CliWord("what the config takes: schema, reference", "config"),
    "audit": CliWord("look at the record: verify", "audit"),
}


def parser(typed: Sequence[str]) -> argparse.ArgumentParser:
    """Knows every word, and the arguments of the one that was typed."""
    top = argparse.ArgumentParser(
        prog="slipway", description="A release bot: it moves a release, watches, and takes it back."
    )
    words = top.add_subparsers(dest="word", required=True, metavar="word")
    for name, word in WORDS.items():
        below = words.add_parser(name, help=word.summary, description=f"{word.summary}.")
        if name in typed[:1]:
            word.arguments()(below)
    return top


def main(typed: Sequence[str]) -> int:
    """The exit status: 0 done, 1 it did not work and why is said, 2 it cannot be meant."""
    asked = parser(typed).parse_args(typed)
    to_stderr()
    try:
        status: int = asked.run(asked)
    except (ConfigError, StoreError, IntegrationError) as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read has had enough: `slipway config reference | head`.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    return status
