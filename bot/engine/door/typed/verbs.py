"""Verbs: which command a line begins with. An act is never found by nearness."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from bot.engine.door.spec import CommandSpec, Offer, Unclear
from bot.engine.door.typed import unclear
from bot.engine.door.typed.readings import items
from bot.engine.door.typed.text import Token, TypedLine
from bot.engine.door.typed.unclear import NotClear, did_you_mean, offer
from bot.engine.door.typed.vocabulary import Surroundings
from bot.engine.door.typed.words import TypedRequest

IMPLIED: Final = "status"
_MOST_WORDS = 3


def choose(line: TypedLine, world: Surroundings, verb: str | None) -> TypedRequest:
    """The request for the verb of this line, without the verb's words. Raises NotClear."""
    line = _without_command(line, world)
    words, found = _head(line, world.vocabulary.heads)
    if verb is not None:
        return _given(line, words, found, world, verb)
    if len(found) > 1:
        raise NotClear(_which(line, words, [spec.name for spec in found]))
    if found:
        return _asked(line, words, found[0], world)
    return _no_verb(line, world)


def _without_command(line: TypedLine, world: Surroundings) -> TypedLine:
    """People repeat the command (`/release /release status`) when they paste an example."""
    first = line.tokens[0].text if line.tokens else ""
    return line.after(1) if first.startswith("/") and first == world.command else line


def _head(
    line: TypedLine, heads: Mapping[str, Sequence[CommandSpec]]
) -> tuple[int, Sequence[CommandSpec]]:
    """How many words the verb has, and the commands it may mean."""
    for many in range(min(_MOST_WORDS, len(line.tokens)), 0, -1):
        words = " ".join(token.text for token in line.tokens[:many])
        if words in heads:
            return many, heads[words]
    return 0, ()


def _asked(line: TypedLine, words: int, spec: CommandSpec, world: Surroundings) -> TypedRequest:
    typed = " ".join(token.text for token in line.tokens[:words])
    said = spec.implies.get(typed)
    rest = line.after(words) if said is None else _saying(said, line.after(words))
    return TypedRequest(line=rest, spec=spec, world=world)


def _saying(word: str, line: TypedLine) -> TypedLine:
    """The line with a word in front that the verb's alias stood for."""
    tokens = [Token(at=0, raw=word), *line.tokens]
    return replace(line, tokens=tuple(replace(each, at=at) for at, each in enumerate(tokens)))


def _given(
    line: TypedLine,
    words: int,
    found: Sequence[CommandSpec],
    world: Surroundings,
    verb: str,
) -> TypedRequest:
    spec = world.vocabulary.verbs.get(verb)
    if spec is None:
        raise NotClear(unclear.unknown_verb(verb, (), world.command))
    repeated = words if spec in found and not _is_service(line, world) else 0
    return replace(_asked(line, repeated, spec, world), urgent=True)


def _is_service(line: TypedLine, world: Surroundings) -> bool:
    return bool(line.tokens) and line.tokens[0].text in world.vocabulary.service_names


def _no_verb(line: TypedLine, world: Surroundings) -> TypedRequest:
    """Nothing, or a service, release or environment alone, asks for its status."""
    implied = world.vocabulary.verbs.get(IMPLIED)
    if implied is not None:
        request = _asked(line, 0, implied, world)
        if _names_something(request):
            _refuse_late_verb(line, world.vocabulary.heads, keeps_first=True)
            return request
    return _shortened(line, world)


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


def _shortened(line: TypedLine, world: Surroundings) -> TypedRequest:
    """An ask whose beginning this is and nothing else's; anything else is offered."""
    heads = world.vocabulary.heads
    typed = line.tokens[0].text if line.tokens else ""
    begun = _one_word_each(heads, (word for word in heads if word.startswith(typed)))
    if not typed or not begun:
        raise NotClear(_unknown(line, world))
    if len(begun) > 1:
        raise NotClear(_which(line, 1, list(begun)))
    (spec,) = begun.values()
    if spec.is_act:
        offers = [_instead(line, 1, spec.name)]
        raise NotClear(unclear.unknown_verb(line.tokens[0].raw, offers, world.command))
    return _asked(line, 1, spec, world)


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


def _unknown(line: TypedLine, world: Surroundings) -> Unclear:
    """The nearest verbs, and the nearest services, of which a status can be asked."""
    heads = world.vocabulary.heads
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
