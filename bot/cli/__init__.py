"""The command line: what can be typed, and what each word runs. The only place that wires."""

import argparse
import sys
from collections.abc import Callable, Sequence

from bot.cli.audit import arguments as audit
from bot.cli.check import arguments as check
from bot.cli.demo import arguments as demo
from bot.cli.logs import to_stderr
from bot.cli.run import arguments as run
from bot.cli.talk import release_arguments, why_arguments
from bot.config import ConfigError
from bot.ports.outcomes import IntegrationError
from bot.ports.store import StoreError

WORDS: tuple[tuple[str, str, Callable[[argparse.ArgumentParser], None]], ...] = (
    ("run", "run the bot", run),
    ("check", "look at the config and everything it names; changes nothing", check),
    ("demo", "try it all with a practice workspace and a practice fleet", demo),
    ("release", "type a /release command at the running bot", release_arguments),
    ("why", "why a release did what it did, read from the record", why_arguments),
    ("audit", "look at the record: verify", audit),
)
FAILED = 1
WRONG = 2


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="slipway", description="A release bot: moves, watches, takes back."
    )
    words = top.add_subparsers(dest="word", required=True, metavar="word")
    for name, summary, fill in WORDS:
        fill(words.add_parser(name, help=summary, description=summary.capitalize() + "."))
    return top


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 done, 1 it did not work and why is said, 2 it cannot be meant."""
    asked = parser().parse_args(arguments)
    to_stderr()
    try:
        status: int = asked.run(asked)
    except (ConfigError, StoreError, IntegrationError) as error:
        print(error, file=sys.stderr)
        return FAILED
    except KeyboardInterrupt:
        return 130
    return status
