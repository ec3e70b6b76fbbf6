"""`/release start checkout`: a start that lacks a word, as a form that holds the others."""

from typing import Final

from bot.engine.door.spec import Unclear
from bot.engine.door.typed.readings import VERSION, environment_in
from bot.engine.door.typed.vocabulary import Vocabulary
from bot.render.kit.forms import BECAUSE, START, AskedForm
from bot.render.release.start_form import ENVIRONMENT, SERVICE
from bot.render.release.start_form import VERSION as VERSION_FIELD

LACKING: Final = frozenset({"needs_what", "which_environment"})
"""Nothing is wrong with what was typed, there is only too little of it."""
STARTS: Final = frozenset({START, "deploy", "ship"})
SMALL: Final = frozenset({"to", "in", "into"})


def start_form(found: Unclear, text: str, vocabulary: Vocabulary) -> AskedForm | None:
    """None where it is no start, or more is wrong with it than that a word is missing."""
    before, _, because = text.partition(" because ")
    words = before.replace("--", "").split()
    if found.code not in LACKING or not words or words[0].lower() not in STARTS:
        return None
    held = {BECAUSE: because.strip()}
    for word in words[1:]:
        held = {**held, **_meant(word, held, vocabulary)}
    return AskedForm(name=START, line=START, held=held)


def _meant(word: str, held: dict[str, str], vocabulary: Vocabulary) -> dict[str, str]:
    """The field that a word fills; none where it is small, or fits nowhere."""
    service = vocabulary.service_names.get(word.lower())
    if service is not None and SERVICE not in held:
        return {SERVICE: service}
    places = vocabulary.services.get(held.get(SERVICE, ""), ())
    place = environment_in(places, word)
    if place is not None:
        return {ENVIRONMENT: place}
    fits = VERSION.fullmatch(word) and any(letter.isdigit() for letter in word)
    return {VERSION_FIELD: word} if fits and word.lower() not in SMALL else {}
