"""`why not`: everything against a verb right now, and who could do it."""

from collections.abc import Mapping, Sequence

from bot.ports.chat import Message
from bot.render.answers import answer
from bot.render.kit.voice import name_of, place_of, sentences

SHOWN = 8
ASKED = "Nothing was changed by asking."


def why_not(
    what: str, against: Sequence[tuple[str, str]], right: str, open_to: str, able: Sequence[str]
) -> Message:
    """`what` as in "start checkout in production"; `against` are (sentence, remedy)."""
    lines = [_head(what, len(against)), *_numbered(against)]
    who = f"Who may {right}: {could(open_to, able)}." if right else ""
    return answer("\n".join(line for line in (*lines, who) if line))


def _head(what: str, reasons: int) -> str:
    if not reasons:
        return f"Nothing is against it: you can {what} now. {ASKED}"
    counted = "one reason" if reasons == 1 else f"{reasons} reasons"
    return f"You cannot {what} right now, for {counted}. {ASKED}"


def _numbered(against: Sequence[tuple[str, str]]) -> list[str]:
    if len(against) == 1:
        return [sentences(*against[0])]
    return [f"{number}. {sentences(*each)}" for number, each in enumerate(against, 1)]


def could(open_to: str, able: Sequence[str]) -> str:
    """The config's words, and the names they stand for just now."""
    if not open_to:
        return "nobody; the config gives it to no one"
    if not able:
        return open_to
    more = f" and {len(able) - SHOWN} more" if len(able) > SHOWN else ""
    return f"{open_to} ({', '.join(able[:SHOWN])}{more})"


def spell_request(verb: str, service: str, environment: str, version: str, release: str) -> str:
    """`start checkout v1.4.2 in production`, `pause R-142`."""
    if release:
        return f"{verb} {release}"
    named = f"{service} {version}" if version else service
    return f"{verb} {named} in {place_of(environment)}"


def order_names(people: Sequence[str], names: Mapping[str, str]) -> list[str]:
    """Names, the ones that are known first."""
    known = sorted(people, key=lambda person: (person not in names, names.get(person, person)))
    return [name_of(person, names) for person in known]
