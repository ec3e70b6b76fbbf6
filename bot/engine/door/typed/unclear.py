"""Every answer to text that is not one clear request: what did not happen, why, what to do.

The functions build Unclear; whoever finds the fault raises it as NotClear, `parse` catches it.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from bot.engine.door.spec import Offer, Unclear, UnclearCode

LONGEST: Final = 2000
MOST_OFFERS: Final = 10
_LABEL = 75
_NAME = 60


class NotClear(Exception):
    """Carries the Unclear from where it was found to `parse`."""

    def __init__(self, unclear: Unclear) -> None:
        super().__init__(unclear.sentence)
        self.unclear = unclear


def did_you_mean(word: str, names: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The names nearest to `word`, best first; none where nothing is near."""
    spelled = {name.lower(): name for name in names}
    typed = word.lower()
    if not typed or len(typed) > _NAME:
        return ()
    begun = sorted(name for name in spelled if len(typed) > 1 and name.startswith(typed))
    close = get_close_matches(typed, sorted(spelled), n=limit, cutoff=0.67)
    return tuple(spelled[name] for name in dict.fromkeys([*close, *begun]))[:limit]


def clip(text: str, most: int = _NAME) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def offer(text: str, label: str | None = None) -> Offer:
    return Offer(clip(label or text, _LABEL), text)


def listed(names: Sequence[str], most: int = 8) -> str:
    """`checkout, ledger and 4 more`"""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def _unclear(code: UnclearCode, why: str, remedy: str, offers: Sequence[Offer] = ()) -> Unclear:
    return Unclear(
        code=code,
        sentence=f"Nothing happened: {why}.",
        remedy=remedy,
        offers=tuple(offers)[:MOST_OFFERS],
    )


def too_long(length: int) -> Unclear:
    why = f"that is {length:,} characters, and I read {LONGEST:,} at most"
    return _unclear("too_long", why, "Send the command alone and put the long story elsewhere.")


def too_many_words(most: int) -> Unclear:
    why = f"I looked for one command and found more than {most} names in it"
    return _unclear("too_long", why, 'Send the command alone; a story goes after "because".')


def unknown_verb(word: str, offers: Sequence[Offer], command: str) -> Unclear:
    why = f'I do not know "{clip(word)}"'
    remedy = "Did you mean this?" if offers else f"{command} help lists what I understand."
    return _unclear("unknown_verb", why, remedy, offers)


def which_verb(word: str, verbs: Sequence[str], offers: Sequence[Offer]) -> Unclear:
    why = f'"{clip(word)}" may stand for {" or ".join(verbs)}'
    return _unclear("which_verb", why, "Choose one, or write more of the word.", offers)


def verb_first(verb: str, offers: Sequence[Offer]) -> Unclear:
    why = f'"{verb}" is a verb, and I read verbs only as the first word'
    return _unclear("verb_first", why, "Put it first, or choose below.", offers)


def unknown_word(word: str, verb: str, usage: str, offers: Sequence[Offer]) -> Unclear:
    why = f'I do not understand "{clip(word)}" after "{verb}"'
    return _unclear("unknown_word", why, f"Write {usage}", offers)


def word_not_here(word: str, verb: str, usage: str) -> Unclear:
    why = f'"{verb}" does not go with "{clip(word)}"'
    return _unclear("word_not_here", why, f"Write {usage}")


def word_without_value(word: str, usage: str) -> Unclear:
    why = f'nothing follows "{clip(word)}"'
    return _unclear("word_without_value", why, f"Write {usage}")


def said_twice(word: str, first: str, second: str) -> Unclear:
    why = f'"{word}" is said twice, with {clip(first)} and {clip(second)}'
    return _unclear("said_twice", why, "Say it once.")


def bad_duration(text: str, why: str, offers: Sequence[Offer]) -> Unclear:
    reason = f'"for {clip(text)}" is no duration: {why}'
    return _unclear("bad_duration", reason, 'Write one like "for 30m" or "for 1h 30m".', offers)


def bad_time(word: str, text: str) -> Unclear:
    why = f'I cannot read "{word} {clip(text)}" as a time'
    remedy = 'Write one like "14:30", "fri 10:00" or "2026-11-27 10:00", with minutes.'
    return _unclear("bad_time", why, remedy)


def empty_reason() -> Unclear:
    why = 'nothing follows "because"'
    return _unclear("empty_reason", why, "Write the reason after it, as the last thing.")


def needs_what(verb: str, kinds: str, usage: str, offers: Sequence[Offer]) -> Unclear:
    why = f'"{verb}" needs to know which {kinds}'
    return _unclear("needs_what", why, f"Write {usage}", offers)


def two_whats(verb: str, first: str, second: str, offers: Sequence[Offer]) -> Unclear:
    why = f'"{verb}" takes one thing at a time, and you named {first} and {second}'
    return _unclear("two_whats", why, "Choose one of them.", offers)


def two_ways(word: str, readings: Sequence[str], offers: Sequence[Offer]) -> Unclear:
    why = f'"{word}" can be read as {" or ".join(readings)}'
    return _unclear("two_ways", why, "Choose what you meant.", offers)


def everything(verb: str, offers: Sequence[Offer]) -> Unclear:
    why = f'"{verb}" takes one thing at a time, not everything'
    remedy = "Choose below." if offers else "Name one of them."
    return _unclear("everything", why, remedy, offers)


def a_question(verb: str, line: str) -> Unclear:
    """`rollback checkout?` asks a colleague; only asks may end in a question mark."""
    why = f'that reads like a question, and "{verb}" is not asked, it is done'
    remedy = "Say it without the question mark if you mean it."
    return _unclear("a_question", why, remedy, [offer(line)])


def unknown_service(
    word: str, kinds: str, names: Sequence[str], offers: Sequence[Offer]
) -> Unclear:
    why = f'I know no {kinds} "{clip(word)}"'
    there = f"There are: {listed(names)}." if names else "No service is configured yet."
    return _unclear("unknown_service", why, "Did you mean this?" if offers else there, offers)


def unknown_environment(
    word: str, whose: str, names: Sequence[str], offers: Sequence[Offer]
) -> Unclear:
    why = f'{whose} has no environment "{clip(word)}"'
    return _unclear("unknown_environment", why, f"It has {listed(names) or 'none'}.", offers)


def which_environment(service: str, names: Sequence[str], offers: Sequence[Offer]) -> Unclear:
    why = f"{service} has {listed(names)}, and you named none"
    return _unclear("which_environment", why, "Choose the environment.", offers)


def other_place(release: str, place: str, said: str) -> Unclear:
    why = f"{release} is {place}, and you said {said}"
    return _unclear("other_place", why, "Name only the release, or only where it is.")


def which_release(service: str, ids: Sequence[str], offers: Sequence[Offer]) -> Unclear:
    why = f"{service} has {len(ids)} live releases, {listed(ids)}"
    return _unclear("which_release", why, "Choose one of them.", offers)


def bad_release(word: str) -> Unclear:
    why = f'"{clip(word)}" is no release'
    return _unclear("bad_release", why, "Releases are written like R-142 or 142.")


def bad_version(word: str) -> Unclear:
    why = f'"{clip(word)}" cannot be a version'
    remedy = (
        "A version has letters, digits and . _ + - only, at most 128 of them, "
        "and does not begin with - or a dot."
    )
    return _unclear("bad_version", why, remedy)


def which_version(word: str, versions: Sequence[str], offers: Sequence[Offer]) -> Unclear:
    why = f'"{clip(word)}" may be {" or ".join(versions)}'
    return _unclear("which_version", why, "Choose one of them.", offers)
