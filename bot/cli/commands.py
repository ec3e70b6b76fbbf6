"""`slipway commands`: every verb of /release as a page, from what declares it."""

import argparse
from collections.abc import Iterator
from typing import Final

from bot.engine.door.help import help_groups
from bot.render.kit.verbs import VerbHelp, verbs_of
from commands import COMMANDS

HEAD: Final = """\
# Commands

Written by `slipway commands` from what declares the verbs; do not edit it by hand.

`/release <verb> <what> <words>`, the words in any order, without dashes or quotes; dashes, quotes
and `=` do no harm (`--to=prod`). *What* is a service or a release (`R-142`), and is left out in the
release's own thread. An ask may be shortened (`stat`); an act needs its whole word or one of the
others that are listed. What cannot be read in one way only does nothing and offers buttons. What
follows `because` is the reason, to the end of the line.

The same words work everywhere, by the same rights: as `/release …`, by mention in a thread
(`@slipway pause`), by the button of the same name, as `slipway release …` in the shell of the
bot's machine, and over the signed HTTP API (`docs/api.md`). `/rollback checkout` is short for
`/release rollback checkout`, and without an environment means production.

A mention is a request only in a new message that begins with the bot's name, or with a greeting
and the name. Other words before it, quotations, code and edits do nothing. The answer says so, and
offers what a new message said as a button.

A refusal says what did not happen, why, and what to do. `/release help <verb>` says in chat what
stands here.
"""
ASKS: Final = "## Asks\n\nThey read and answer, to you alone. They change nothing.\n"
ACTS: Final = """\
## Acts

Each is recorded before it is answered, with who asked, and needs a right at that place (`may` in
`docs/configuration.md`). `/release whoami` says which ones you have.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.set_defaults(run=run)


def run(_asked: argparse.Namespace) -> int:
    print(page(), end="")
    return 0


def page() -> str:
    """docs/commands.md."""
    verbs = verbs_of(help_groups(COMMANDS))
    acts = [section(verb) for verb in verbs if verb.is_act]
    asks = [section(verb) for verb in verbs if not verb.is_act]
    return "\n".join([HEAD, ACTS, *acts, ASKS, *asks])


def section(verb: VerbHelp) -> str:
    return "\n".join([f"### {verb.name}\n", verb.summary, "", *_block(verb), "", *_facts(verb)])


def _block(verb: VerbHelp) -> Iterator[str]:
    yield "```text"
    for usage in verb.usage.split(" | "):
        yield f"/release {usage}"
    yield "```"


def _facts(verb: VerbHelp) -> Iterator[str]:
    if verb.examples:
        yield f"- for example {', '.join(f'`/release {each}`' for each in verb.examples)}"
    if verb.aliases:
        yield f"- also typed {', '.join(f'`{each}`' for each in verb.aliases)}"
    if verb.right:
        yield f"- needs the right `{verb.right}`"
    yield ""
