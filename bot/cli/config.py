"""`slipway config schema` and `slipway config reference`: what the config takes."""

import argparse
import json
import sys

from bot.config.reference import of_vendor, page
from bot.config.shape import schema
from bot.engine.registry import find_integrations


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="what")
    shape = words.add_parser("schema", help="JSON Schema, so that editors complete the config")
    shape.set_defaults(run=show_schema)
    reference = words.add_parser("reference", help="every key: what it takes, its default, meaning")
    reference.add_argument("--use", help="what one integration takes, by what `use` says")
    reference.set_defaults(run=show_reference)


def show_schema(_asked: argparse.Namespace) -> int:
    print(json.dumps(schema(find_integrations()), indent=2, ensure_ascii=False))
    return 0


def show_reference(asked: argparse.Namespace) -> int:
    if asked.use is None:
        print(page(), end="")
        return 0
    known = find_integrations()
    if asked.use not in known:
        there = ", ".join(sorted(known))
        print(f"There is no integration {asked.use}. There are: {there}.", file=sys.stderr)
        return 1
    print(of_vendor(known[asked.use]))
    return 0
