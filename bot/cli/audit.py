"""`slipway audit verify`: whether the record is the one that was written."""

import argparse
from pathlib import Path

from bot.store.verify import Verified, verify


def arguments(parser: argparse.ArgumentParser) -> None:
    words = parser.add_subparsers(dest="what", required=True, metavar="what")
    verifying = words.add_parser("verify", help="whether any row was changed, added or taken away")
    verifying.add_argument("--db", default="slipway.db", help="the record (slipway.db)")
    verifying.add_argument("--head", help="a hash the chain must end in, kept outside")
    verifying.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    found = verify(Path(asked.db), head=asked.head)
    if isinstance(found, Verified):
        print(f"The record is whole: {found.count} facts, head {found.head}.")
        return 0
    where = f"row {found.seq}" if found.seq else "the chain"
    print(f"The record is broken at {where}: {found.why}")
    return 1
