"""Verbs: which command a line begins with. An act is never found by nearness."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from bot.engine.door.spec import CommandSpec, Offer, Unclear, Vocabulary
from bot.engine.door.typed import unclear
from bot.engine.door.typed.readings import items
from bot.engine.door.typed.text import Token, TypedLine
from bot.engine.door.typed.unclear import NotClear, did_you_mean, offer
from bot.engine.door.typed.words import TypedRequest

IMPLIED: Final = "status"
# One word that people write as several; hyphenated and joined they mean the same.
_APART: Final[Mapping[str, str]] = {
    "rollback": "roll back",
    "unpause": "un pause",
    "unfreeze": "un freeze",
    "unlock": "un lock",
    "whoami": "who am i",
    "whynot": "why not",
}
_MOST_WORDS = 3


def choose(
    line: TypedLine, specs: Sequence[CommandSpec], world: Vocabulary, verb: str | None
) -> TypedRequest:
    """The request for the verb of this line, without the verb's words. Raises NotClear."""
    line = _without_command(line, world)
    heads = _spelled(specs)
    words, found = _head(line, heads)
    if verb is not None:
        return _given(line, words, found, specs, world, verb)
    if len(found) > 1:
        raise NotClear(_which(line, words, [spec.name for spec in found]))
    if found:
        return _asked(line, words, found[0], specs, world)
    return _no_verb(line, heads, specs, world)


def _without_command(line: TypedLine, world: Vocabulary) -> TypedLine:
    """People repeat the command (`/release /release status`) when they paste an example."""
    first = line.tokens[0].text if line.tokens else ""
    return line.after(1) if first.startswith("/") and first == world.command else line


def _spelled(specs: Sequence[CommandSpec]) -> dict[str, list[CommandSpec]]:
    """Every way to write every verb; a word that two commands claim has both."""
    heads: dict[str, list[CommandSpec]] = {}
    for spec in specs:
        ways = (way for word in (spec.name, *spec.aliases) for way in _ways(word))
        for spelling in dict.fromkeys(ways):
            heads.setdefault(spelling, []).append(spec)
    return heads


@lru_cache(maxsize=512)
def _ways(word: str) -> tuple[str, ...]:
    parts = _APART.get(word, word).replace("-", " ").split()
    return (word, *(joint.join(parts) for joint in ("", " ", "-", "_")))


def _head(
    line: TypedLine, heads: Mapping[str, Sequence[CommandSpec]]
) -> tuple[int, Sequence[CommandSpec]]:
    """How many words the verb has, and the commands it may mean."""
    for many in range(min(_MOST_WORDS, len(line.tokens)), 0, -1):
        words = " ".join(token.text for token in line.tokens[:many])
        if words in heads:
            return many, heads[words]
    return 0, ()


def _asked(
    line: TypedLine, words: int, spec: CommandSpec, specs: Sequence[CommandSpec], world: Vocabulary
) -> TypedRequest:
    typed = " ".join(token.text for token in line.tokens[:words])
    said = spec.implies.get(typed)
    rest = line.after(words) if said is None else _saying(said, line.after(words))
    return TypedRequest(line=rest, spec=spec, specs=specs, world=world)


def _saying(word: str, line: TypedLine) -> TypedLine:
    """The line with a word in front that the verb's alias stood for."""
    tokens = [Token(at=0, raw=word), *line.tokens]
    return replace(line, tokens=tuple(replace(each, at=at) for at, each in enumerate(tokens)))


def _given(
    line: TypedLine,
    words: int,
    found: Sequence[CommandSpec],
    specs: Sequence[CommandSpec],
    world: Vocabulary,
    verb: str,
) -> TypedRequest:
    spec = next((spec for spec in specs if spec.name == verb), None)
    if spec is None:
        raise NotClear(unclear.unknown_verb(verb, (), world.command))
    repeated = words if spec in found and not _is_service(line, world) else 0
    return replace(_asked(line, repeated, spec, specs, world), urgent=True)


def _is_service(line: TypedLine, world: Vocabulary) -> bool:
    services = {service.lower() for service in world.services}
    return bool(line.tokens) and line.tokens[0].text in services


def _no_verb(
    line: TypedLine,
    heads: Mapping[str, Sequence[CommandSpec]],
    specs: Sequence[CommandSpec],
    world: Vocabulary,
) -> TypedRequest:
    """Nothing, or a service, release or environment alone, asks for its status."""
    implied = next((spec for spec in specs if spec.name == IMPLIED), None)
    if implied is not None:
        request = _asked(line, 0, implied, specs, world)
        if _names_something(request):
            _refuse_late_verb(line, heads, keeps_first=True)
            return request
    return _shortened(line, heads, specs, world)


def _names_something(request: TypedRequest) -> bool:
    tokens = request.line.tokens
    return not tokens or tokens[0].key == "to" or bool(items(request, tokens[:3])[0].readings)


def _refuse_late_verb(
    line: TypedLine, heads: Mapping[str, Sequence[CommandSpec]], *, keeps_first: bool
) -> None:
    """`checkout pause` keeps its first words in the offer, `please pause checkout` does not."""
    for token in line.tokens[1:]:
        if token.key is None and token.text in heads:
            rest = replace(line, tokens=line.tokens[0 if keeps_first else token.at :])
            again = rest.again(instead={token.at: ""})
            offers = [offer(f"{spec.name} {again}".strip()) for spec in heads[token.text]]
            raise NotClear(unclear.verb_first(token.raw, offers))


def _shortened(
    line: TypedLine,
    heads: Mapping[str, Sequence[CommandSpec]],
    specs: Sequence[CommandSpec],
    world: Vocabulary,
) -> TypedRequest:
    """An ask whose beginning this is and nothing else's; anything else is offered."""
    typed = line.tokens[0].text if line.tokens else ""
    begun = _one_word_each(heads, (word for word in heads if word.startswith(typed)))
    if not typed or not begun:
        raise NotClear(_unknown(line, heads, world))
    if len(begun) > 1:
        raise NotClear(_which(line, 1, list(begun)))
    (spec,) = begun.values()
    if spec.is_act:
        offers = [_instead(line, 1, spec.name)]
        raise NotClear(unclear.unknown_verb(line.tokens[0].raw, offers, world.command))
    return _asked(line, 1, spec, specs, world)


def _one_word_each(
    heads: Mapping[str, Sequence[CommandSpec]], words: Iterable[str]
) -> dict[str, CommandSpec]:
    """The first of these words for every command among them; its name where two claim it."""
    first: dict[str, tuple[str, CommandSpec]] = {}
    for word in words:
        for spec in heads[word]:
            first.setdefault(spec.name, (word if len(heads[word]) == 1 else spec.name, spec))
    return dict(first.values())


def _which(line: TypedLine, words: int, verbs: Sequence[str]) -> Unclear:
    typed = " ".join(token.raw for token in line.tokens[:words])
    offers = [_instead(line, words, verb) for verb in verbs]
    return unclear.which_verb(typed, verbs, offers)


def _instead(line: TypedLine, words: int, verb: str) -> Offer:
    return offer(line.after(words).again(verb))


def _unknown(
    line: TypedLine, heads: Mapping[str, Sequence[CommandSpec]], world: Vocabulary
) -> Unclear:
    """The nearest verbs, and the nearest services, of which a status can be asked."""
    if not line.tokens:
        return unclear.unknown_verb("", (), world.command)
    typed = line.tokens[0].raw
    later = {token.text for token in line.tokens[1:]}
    near = _one_word_each(
        heads, [word for word in did_you_mean(typed, heads, limit=6) if word not in later]
    )
    services = did_you_mean(typed, world.services)
    if not near:
        _refuse_late_verb(line, heads, keeps_first=bool(services))
    offers = [_instead(line, 1, word) for word in near]
    if IMPLIED in heads:
        for service in services:
            offers.append(offer(line.again(IMPLIED, instead={0: service})))
    return unclear.unknown_verb(typed, offers, world.command)
