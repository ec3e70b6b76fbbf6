"""What a person typed, read against the declared commands: one request, or an answer that asks.

    /release <verb> <what> <words>

Pure: no I/O, no clock. Nothing is guessed where an act could follow: a verb that acts is a full
word or an alias, two possible readings are two buttons, and a word that is not understood makes
the whole line Unclear. An ask may be shortened, for it changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot.engine.door.spec import CommandSpec, Offer, Parsed, Ref, Unclear, Vocabulary
from bot.engine.door.typed import unclear
from bot.engine.door.typed.names import name
from bot.engine.door.typed.place import place
from bot.engine.door.typed.readings import production, release_id, retell, same_version
from bot.engine.door.typed.text import read_line, shown, sound
from bot.engine.door.typed.unclear import LONGEST, NotClear, clip, did_you_mean
from bot.engine.door.typed.verbs import choose
from bot.engine.door.typed.words import TypedRequest, tell

__all__ = [
    "LONGEST",
    "Offer",
    "Parsed",
    "Ref",
    "Unclear",
    "Vocabulary",
    "did_you_mean",
    "help_lines",
    "parse",
    "production",
    "release_id",
    "same_version",
    "usage_hint",
]

_ECHO: Final = 200


def parse(
    text: str, specs: Sequence[CommandSpec], world: Vocabulary, *, verb: str | None = None
) -> Parsed | Unclear:
    """One request, or what is unclear about `text` with the buttons that would clear it.

    `verb` is given where the command itself is the verb, as `/rollback` is: the text then has
    none, and an environment left out means production. Never raises; text over LONGEST
    characters is refused.
    """
    if len(text) > LONGEST:
        return replace(unclear.too_long(len(text)), echo=_echo(text[:_ECHO] + "…", world))
    try:
        request = _request(text, specs, world, verb)
        return _parsed(request, sound(text))
    except NotClear as found:
        return replace(found.unclear, echo=_echo(text, world))


def _echo(text: str, world: Vocabulary) -> str:
    return f"{world.command} {shown(text, world.bot)}".strip()


def _request(
    text: str, specs: Sequence[CommandSpec], world: Vocabulary, verb: str | None
) -> TypedRequest:
    places = {place for names in world.services.values() for place in names}
    names = frozenset(name.lower() for name in {*world.services, *places})
    line = read_line(shown(text, world.bot), names)
    return choose(line, specs, world, verb)


def _parsed(request: TypedRequest, raw: str) -> Parsed:
    told = tell(request)
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


def help_lines(
    specs: Sequence[CommandSpec], verb: str | None = None, command: str = "/release"
) -> tuple[str, ...]:
    """Help as plain lines: all verbs, asks first, or everything about one. Unknown verb: none."""
    if verb is None:
        ordered = sorted(specs, key=lambda spec: spec.is_act)
        return tuple(_help_line(spec, command) for spec in ordered)
    about = [spec for spec in specs if verb in (spec.name, *spec.aliases)]
    return tuple(line for spec in about for line in _help_of(spec, command))


def _help_line(spec: CommandSpec, command: str) -> str:
    also = f" ({', '.join(spec.aliases)})" if spec.aliases else ""
    return f"{command} {spec.usage}{also}: {spec.summary}"


def _help_of(spec: CommandSpec, command: str) -> tuple[str, ...]:
    needs = (f"Needs the right: {spec.right}",) if spec.right else ()
    also = (f"Also: {', '.join(spec.aliases)}",) if spec.aliases else ()
    examples = tuple(f"Example: {command} {example}" for example in spec.examples)
    return (f"{command} {spec.usage}", spec.summary, *also, *needs, *examples)


def usage_hint(specs: Sequence[CommandSpec], most: int = 1000) -> str:
    """The one line that Slack shows while a person types; `most` is Slack's limit for it."""
    return clip(f"{'|'.join(spec.name for spec in specs)} <service or R-142> <words>", most)
