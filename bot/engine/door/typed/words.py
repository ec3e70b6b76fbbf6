"""Words: from tokens to the values of `to`, `for`, `until`, `because` and their like.

What is no keyword and no value of one is left over for `names`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from bot.domain.terms.units import UnitError, duration, spell
from bot.engine.door.spec import CommandSpec, Offer, Word, WordValue
from bot.engine.door.typed import unclear
from bot.engine.door.typed.text import Token, TypedLine, WordKey
from bot.engine.door.typed.unclear import NotClear, offer
from bot.engine.door.typed.vocabulary import Surroundings

MOST_NAMES: Final = 24
LONGEST_SPAN: Final = timedelta(days=366)
_MOMENTS: Final[Mapping[WordKey, Word]] = {"until": "until", "since": "since"}
_UNITS: Final[Mapping[str, str]] = (
    dict.fromkeys(("secs", "second", "seconds"), "s")
    | dict.fromkeys(("mins", "minute", "minutes"), "min")
    | dict.fromkeys(("hr", "hrs", "hour", "hours"), "h")
    | dict.fromkeys(("day", "days"), "d")
    | dict.fromkeys(("week", "weeks"), "w")
    | {unit: unit for unit in ("ms", "s", "sec", "m", "min", "h", "d", "w")}
)
_SPAN_PART = re.compile(r"[0-9][0-9.]{0,15}(?:[a-z][a-z0-9.]{0,15})?")
_DAYS = "monday|mon|tuesday|tues|tue|wednesday|wed|thursday|thurs|thu|friday|fri|saturday|sat"
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sept|sep|oct|nov|dec"
_FULL_MONTHS = "january|february|march|april|june|july|august|september|october|november|december"
_TIME = re.compile(
    rf"""{_DAYS}|sunday|sun|{_MONTHS}|{_FULL_MONTHS}
    |today|tomorrow|tonight|yesterday|noon|midnight|now|next|last|this|week|month|am|pm|utc|gmt
    |[0-9]{{1,2}}[:.][0-9]{{2}}(?::[0-9]{{2}})?(?:am|pm|z)?|[0-9]{{1,2}}(?:am|pm|st|nd|rd|th|h)
    |[0-9]{{4}}-[0-9]{{1,2}}-[0-9]{{1,2}}(?:t[0-9:.]{{4,15}}(?:z|[+-][0-9:]{{4,5}})?)?
    |[0-9]{{1,5}}(?:s|sec|m|min|h|d|w)|[a-z]{{3,20}}/[a-z_]{{2,30}}|[+-][0-9]{{2}}:?[0-9]{{2}}""",
    re.VERBOSE,
)
_DATED = re.compile(f"{_MONTHS}|{_FULL_MONTHS}|am|pm")
_NUMBER = re.compile(r"[0-9]{1,4}")
_MOST_TIME_WORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedRequest:
    """One line read against one verb. `urgent`: the verb is a command of its own, `/rollback`."""

    line: TypedLine
    spec: CommandSpec
    world: Surroundings
    urgent: bool = False

    @property
    def specs(self) -> Sequence[CommandSpec]:
        return self.world.vocabulary.specs

    @property
    def usage(self) -> str:
        words = self.spec.usage.split(" ")[1:] if self.urgent else [self.spec.usage]
        return " ".join((self.world.command, *words))

    @property
    def kinds(self) -> str:
        """`service or release`, whichever the verb takes."""
        return " or ".join(sorted(self.spec.names, reverse=True))

    @property
    def says_where(self) -> bool:
        return any(token.key == "to" for token in self.line.tokens)

    def again(self, instead: Mapping[int, str] | None = None, plus: str = "") -> str:
        return self.line.again(self.spec.name, instead=instead, plus=plus)


@dataclass(frozen=True, slots=True)
class TypedWords:
    """The words of a request and the tokens that are still to be named."""

    left: tuple[Token, ...] = ()
    to: tuple[Token, ...] = ()
    keyed: Mapping[WordKey, Token] = field(default_factory=dict)
    words: Mapping[Word, WordValue] = field(default_factory=dict)


def tell(request: TypedRequest) -> TypedWords:
    """Sort the tokens of a request. Raises NotClear."""
    tokens, told, at = request.line.tokens, TypedWords(), 0
    while at < len(tokens):
        token = tokens[at]
        if token.key is None or _is_seat(request, token):
            told, at = replace(told, left=(*told.left, token)), at + 1
        else:
            told, at = _keyword(request, told, token, token.key)
        if len(told.left) > MOST_NAMES:
            raise NotClear(unclear.too_many_words(MOST_NAMES))
    return _with_reason(request, told)


def _is_seat(request: TypedRequest, token: Token) -> bool:
    """A seat may be called like a keyword: `delegate release to @rui`."""
    return request.spec.takes_seat and token.at == 0 and token.key != "to"


def _keyword(
    request: TypedRequest, told: TypedWords, token: Token, key: WordKey
) -> tuple[TypedWords, int]:
    if not _goes_with(request.spec, key):
        raise NotClear(unclear.word_not_here(request.spec.name, token.raw, request.usage))
    if key == "early":
        return _keep(told, key, True), token.at + 1
    if key == "for":
        span, after = _span(request, token.at)
        return _keep(told, key, span), after
    if key in _MOMENTS:
        moment, after = _moment(request, token.at)
        return _keep(told, _MOMENTS[key], moment), after
    return _one_token(told, key, _one(request, token.at)), token.at + 2


def _one_token(told: TypedWords, key: WordKey, value: Token) -> TypedWords:
    if key == "to":
        return replace(told, to=(*told.to, value))
    if key == "hotfix":
        return _keep(told, key, value.raw)
    return _keep_token(told, key, value)


def _with_reason(request: TypedRequest, told: TypedWords) -> TypedWords:
    if request.line.reason is None:
        return told
    if not _goes_with(request.spec, "because"):
        raise NotClear(unclear.word_not_here(request.spec.name, "because", request.usage))
    return _keep(told, "because", request.line.reason)


def _goes_with(spec: CommandSpec, key: WordKey) -> bool:
    if key in ("service", "release"):
        return spec.what != "none" and key in spec.names
    if key == "version":
        return spec.takes_version
    return key in spec.words or (key == "to" and (spec.takes_version or spec.takes_person))


def _keep(told: TypedWords, word: Word, value: WordValue) -> TypedWords:
    before = told.words.get(word, value)
    if before != value:
        raise NotClear(unclear.said_twice(word, _spelled(before), _spelled(value)))
    return replace(told, words={**told.words, word: value})


def _keep_token(told: TypedWords, key: WordKey, token: Token) -> TypedWords:
    before = told.keyed.get(key, token)
    if before.text != token.text:
        raise NotClear(unclear.said_twice(key, before.raw, token.raw))
    return replace(told, keyed={**told.keyed, key: token})


def _spelled(value: WordValue) -> str:
    return spell(value) if isinstance(value, timedelta) else str(value)


def _one(request: TypedRequest, keyword: int) -> Token:
    """The single token after the keyword at this place."""
    tokens = request.line.tokens
    value = tokens[keyword + 1] if keyword + 1 < len(tokens) else None
    if value is None or value.key is not None or not value.raw:
        word = tokens[keyword].raw
        raise NotClear(unclear.word_without_value(word, request.usage))
    return value


def _span(request: TypedRequest, keyword: int) -> tuple[timedelta, int]:
    """`for 30m`, `for 1h 30m`, `for 2 hours`."""
    first = _one(request, keyword)
    if first.quoted:
        return _duration(request, first.text, first.at), first.at + 1
    after = _end(request.line.tokens, first.at, _is_span_part)
    text = " ".join(token.text for token in request.line.tokens[first.at : after])
    if text and _goes_on(request.line.tokens, after):
        raise NotClear(unclear.bad_duration(text, "a number without a unit follows it", ()))
    return _duration(request, text or first.text, first.at), max(after, first.at + 1)


def _is_span_part(tokens: Sequence[Token], at: int) -> bool:
    token = tokens[at]
    if token.text in _UNITS:
        return at > 0 and tokens[at - 1].text.isdecimal()
    units_follow = at + 1 < len(tokens) and tokens[at + 1].text in _UNITS
    begins = tokens[at - 1].key == "for"
    found = _SPAN_PART.fullmatch(token.text) is not None
    return found and (begins or units_follow or not token.text.isdecimal())


def _end(tokens: Sequence[Token], at: int, belongs: Callable[[Sequence[Token], int], bool]) -> int:
    while at < len(tokens) and tokens[at].key is None and not tokens[at].quoted:
        if not belongs(tokens, at):
            break
        at += 1
    return at


def _duration(request: TypedRequest, text: str, at: int) -> timedelta:
    if text.strip().isdecimal():
        raise NotClear(unclear.bad_duration(text, "it has no unit", _with_units(request, text, at)))
    try:
        span = duration(_units(text))
    except UnitError:
        raise NotClear(unclear.bad_duration(text, "I cannot read it", ())) from None
    if span <= timedelta(0):
        raise NotClear(unclear.bad_duration(text, "it is over at once", ()))
    if span > LONGEST_SPAN:
        raise NotClear(unclear.bad_duration(text, "it is longer than a year", ()))
    return span


def _units(text: str) -> str:
    """`1h30m` -> `1 h 30 m`, `2 hours` -> `2 h`; long text is cut, which makes it unreadable."""
    parts = re.findall(r"[a-z]+|[^a-z\s]+", text[:60])
    return " ".join(_UNITS.get(part, part) for part in parts)


def _with_units(request: TypedRequest, number: str, at: int) -> list[Offer]:
    said = ((f"{number}m", f"{number} minutes"), (f"{number}h", f"{number} hours"))
    return [offer(request.again({at: short}), long) for short, long in said]


def _moment(request: TypedRequest, keyword: int) -> tuple[str, int]:
    """`until fri 10:00`, `since 2h`: as typed, for whoever knows the time zone."""
    word, first = request.line.tokens[keyword].raw, _one(request, keyword)
    if first.quoted:
        return first.raw, first.at + 1
    after = _end(request.line.tokens, first.at, _is_time_word)
    said = request.line.tokens[first.at : after]
    text = " ".join(token.raw for token in said)
    if not said or len(said) > _MOST_TIME_WORDS:
        raise NotClear(unclear.bad_time(word, text or first.raw))
    if _goes_on(request.line.tokens, after):
        raise NotClear(unclear.bad_time(word, f"{text} {request.line.tokens[after].raw}"))
    return text, after


def _is_time_word(tokens: Sequence[Token], at: int) -> bool:
    text, before = tokens[at].text, tokens[at - 1]
    if _TIME.fullmatch(text):
        return True
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    beside = _DATED.fullmatch(before.text) or _DATED.fullmatch(after)
    return bool(_NUMBER.fullmatch(text) and (before.key is not None or beside))


def _goes_on(tokens: Sequence[Token], at: int) -> bool:
    """Whether a bare small number follows: the rest of it (mon 9, 1h 30), or a release?"""
    return at < len(tokens) and re.fullmatch("[0-9]{1,2}", tokens[at].text) is not None
