"""`slipway manifest`: the Slack app, to be pasted, and the reasons for whoever has to admit it."""

import argparse

from bot.slack.reasons import for_admin, manifest_text


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--for-admin", action="store_true", help="each scope and event with its reason, in words"
    )
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    print(for_admin() if asked.for_admin else manifest_text().rstrip())
    return 0
