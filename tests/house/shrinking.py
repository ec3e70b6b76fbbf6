"""What is still named badly. These lists only shrink: mend one, and take it out here."""

from collections.abc import Collection

from tests.house.names import words

# Public types that several files declare, and how many do. `Rulebook` is a port and its class.
DOUBLE_TYPES: dict[str, int] = {
    "Event": 2,
    "Known": 2,
    "Standing": 2,
}
# Files named by a verb in -ing, where a noun would say what is in them.
GERUNDS = words("""
    bot/cli/following.py
    bot/cli/listening.py
    bot/cli/reloading.py
    bot/cli/wiring.py
    bot/domain/judge/reading.py
    bot/net/outgoing.py
    bot/slack/finding.py
    bot/store/opening.py
    integrations/command/reading.py
    integrations/git/reading.py
    integrations/practice/reading.py
    """)
# Functions named by a participle alone that other files import: a verb would say what they do.
PARTICIPLES = words("""
    bot/domain/judge/words.py:compared
    bot/domain/judge/words.py:stopped
    bot/engine/lanes/changes.py:brought
    bot/net/errors.py:held
    bot/net/errors.py:settled
    bot/net/errors.py:told
    bot/practice/stage/stage.py:opened
    bot/store/reads.py:replied
    bot/web/api_answers.py:said
    bot/web/api_answers.py:spelled
    bot/web/api_answers.py:spoken
    bot/web/api_reads.py:listed
    bot/web/api_reads.py:told
    """)


def shrinks(found: Collection[str], listed: Collection[str]) -> list[str]:
    """What is new, and what is mended but still listed."""
    return [
        *(f"new: {each}" for each in sorted(set(found) - set(listed))),
        *(f"mended, take it out: {each}" for each in sorted(set(listed) - set(found))),
    ]
