"""What a person typed, read against the declared commands: one request, or an answer that asks.

    /release <verb> <what> <words>

Pure: no I/O, no clock. Nothing is guessed where an act could follow: a verb that acts is a full
word or an alias, two possible readings are two buttons, and a word that is not understood makes
the whole line Unclear. An ask may be shortened, for it changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.engine.door.spec import CommandSpec, Offer, Parsed, Ref, Unclear
from bot.engine.door.typed import unclear
from bot.engine.door.typed.names import name
from bot.engine.door.typed.place import place
from bot.engine.door.typed.readings import production, release_id, retell, same_version
from bot.engine.door.typed.text import read_line, show_typed, sound
from bot.engine.door.typed.unclear import LONGEST, NotClear, clip, did_you_mean
from bot.engine.door.typed.verbs import choose
from bot.engine.door.typed.vocabulary import Surroundings, Vocabulary
from bot.engine.door.typed.words import TypedRequest, TypedWords, tell

__all__ = [
    "LONGEST",
    "BegunLine",
    "Offer",
    "Parsed",
    "Ref",
    "Surroundings",
    "Unclear",
    "Vocabulary",
    "begin",
    "did_you_mean",
    "finish",
    "parse",
    "production",
    "release_id",
    "same_version",
    "usage_hint",
]

_ECHO: Final = 200


@dataclass(frozen=True, slots=True)
class BegunLine:
    """A line whose verb is known, and its words; what it names is not looked at yet."""

    text: str
    request: TypedRequest
    told: TypedWords

    @property
    def world(self) -> Surroundings:
        return self.request.world

    @property
    def is_somewhere(self) -> bool:
        """Whether it is about a place, which a thread may say."""
        return self.request.spec.what != "none"

    @property
    def looks_at_live(self) -> bool:
        return self.is_somewhere and not self.request.spec.opens

    @property
    def may_name_version(self) -> bool:
        told = self.told
        return self.request.spec.takes_version and bool(told.left or told.to or told.keyed)


def parse(text: str, world: Surroundings, *, verb: str | None = None) -> Parsed | Unclear:
    """One request, or what is unclear about `text` with the buttons that would clear it.

    `verb` is given where the command itself is the verb, as `/rollback` is: the text then has
    none, and an environment left out means production. Never raises; text over LONGEST
    characters is refused.
    """
    begun = begin(text, world, verb=verb)
    return begun if isinstance(begun, Unclear) else finish(begun, world)


def begin(text: str, world: Surroundings, *, verb: str | None = None) -> BegunLine | Unclear:
    """The verb and the words, for which the vocabulary is enough; `finish` reads what is named."""
    if len(text) > LONGEST:
        return replace(unclear.too_long(len(text)), echo=_echo(text[:_ECHO] + "…", world))
    try:
        line = read_line(show_typed(text, world.bot), world.vocabulary.names)
        request = choose(line, world, verb)
        return BegunLine(text, request, tell(request))
    except NotClear as found:
        return replace(found.unclear, echo=_echo(text, world))


def finish(begun: BegunLine, world: Surroundings) -> Parsed | Unclear:
    try:
        return _parsed(replace(begun.request, world=world), begun.told, sound(begun.text))
    except NotClear as found:
        return replace(found.unclear, echo=_echo(begun.text, world))


def _echo(text: str, world: Surroundings) -> str:
    return f"{world.command} {show_typed(text, world.bot)}".strip()


def _parsed(request: TypedRequest, told: TypedWords, raw: str) -> Parsed:
    named = name(request, told)
    placed = place(request, named)
    line = retell(request, placed.get("service"), {})
    if request.line.asked and request.spec.is_act:
        raise NotClear(unclear.a_question(request.spec.name, line))
    return Parsed(
        verb=request.spec.name,
        does=request.spec.does,
        words=told.words,
        said=frozenset(named),
        raw=raw,
        line=line,
        service=placed.get("service"),
        release=placed.get("release"),
        environment=placed.get("environment"),
        version=placed.get("version"),
        choice=placed.get("choice"),
        topic=placed.get("topic"),
        account=placed.get("account"),
        seat=placed.get("seat"),
        person=placed.get("person"),
    )


def usage_hint(specs: Sequence[CommandSpec], most: int = 1000) -> str:
    """The one line that Slack shows while a person types; `most` is Slack's limit for it."""
    return clip(f"{'|'.join(spec.name for spec in specs)} <service or R-142> <words>", most)
