"""From a check as written to its rule: what is asked decides how limits are spelled."""

import re
from collections.abc import Iterator
from typing import Any

from bot.config import fields
from bot.config.errors import Findings, KeyPath, Problem, Wrong, demand, wrong
from bot.config.models import CheckTable
from bot.config.translate import read_as
from bot.config.words import show_value, suggestion
from bot.domain.judge.samples import Limits
from bot.domain.terms.rules import CheckRule

PLACEHOLDERS = ("service", "environment", "revision", "track", "window")
_PLACEHOLDER = re.compile(r"\$([A-Za-z_][A-Za-z0-9_]*)")
_FACTOR = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*x")
_QUANTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,4})?)")


def check(name: str, raw: Any, time_scale: float) -> CheckRule:
    """Raises ConfigError with everything that is wrong with the table."""
    keys: KeyPath = ("checks", name)
    table = read_as(CheckTable, raw, keys)
    demand([*_of_questions(table, keys), *_of_times(table, keys)])
    return CheckRule(
        name=name,
        source=table.source,
        limits=_limits(name, table, time_scale, keys),
        window=table.window / time_scale,
        requests=table.requests,
        errors=table.errors,
        buckets=table.buckets,
    )


def _of_questions(table: CheckTable, keys: KeyPath) -> Iterator[Problem]:
    yield from _of_kind(table, keys)
    for key in ("requests", "errors", "buckets"):
        yield from _of_placeholders(getattr(table, key) or "", (*keys, key))


def _of_kind(table: CheckTable, keys: KeyPath) -> Iterator[Problem]:
    if table.buckets is None:
        for key in ("requests", "errors"):
            if getattr(table, key) is None:
                sentence = "a check asks requests and errors, or buckets for latency"
                yield _problem((*keys, key), sentence, f"add {key}")
        if table.quantile is not None:
            sentence = "only a check of latency has a quantile"
            yield _problem((*keys, "quantile"), sentence, "add buckets, or take quantile out")
    elif table.requests is not None or table.errors is not None:
        sentence = "this asks for errors and for latency at once"
        yield _problem(keys, sentence, "make two checks of it")


def _of_placeholders(query: str, keys: KeyPath) -> Iterator[Problem]:
    for name in dict.fromkeys(_PLACEHOLDER.findall(query)):
        if name not in PLACEHOLDERS:
            sentence = f"nothing is put in place of {show_value('$' + name)}"
            yield _problem(keys, sentence, suggestion(name, PLACEHOLDERS))


def _of_times(table: CheckTable, keys: KeyPath) -> Iterator[Problem]:
    if table.window.total_seconds() < 1:
        yield _problem((*keys, "window"), "a window is at least one second", 'write "1m"')
    if table.every is not None and table.every < table.window:
        sentence = "polls come faster than their window: requests would be counted twice"
        yield _problem((*keys, "every"), sentence, "make every at least as long as window")


def _limits(name: str, table: CheckTable, time_scale: float, keys: KeyPath) -> Limits:
    found = Findings()
    latency = table.buckets is not None
    ceiling = _latency if latency else _ratio
    worse = _latency if latency else _factor
    limit = found.attempt(lambda: _each(ceiling, table.limit, (*keys, "limit")))
    worse_by = found.attempt(lambda: _each(worse, table.worse_by, (*keys, "worse_by")))
    quantile = found.attempt(lambda: _each(_quantile, table.quantile, (*keys, "quantile")))
    demand(found.problems)
    return Limits(
        name=name,
        latency=latency,
        quantile=0.99 if quantile is None else quantile,
        limit=limit,
        worse_by=worse_by,
        needs=table.needs,
        every=(table.every or table.window) / time_scale,
    )


def _each(parse: Any, text: str | None, keys: KeyPath) -> float | None:
    try:
        return None if text is None else float(parse(text))
    except Wrong as error:
        raise wrong(keys, error.sentence, error.remedy) from None


def _ratio(text: str) -> float:
    if not text.endswith("%"):
        raise Wrong(f"{show_value(text)} is no share of the requests", 'write one like "1%"')
    ratio = fields.part(text).percent / 100
    if not 0 < ratio < 1:
        raise Wrong(f"{show_value(text)} forbids everything or nothing", 'write one like "1%"')
    return ratio


def _latency(text: str) -> float:
    try:
        return fields.span(text).total_seconds()
    except Wrong as error:
        raise Wrong(error.sentence, 'write a latency like "350ms" or "1.5s"') from None


def _factor(text: str) -> float:
    match = _FACTOR.fullmatch(text)
    if match is None or float(match[1]) <= 1:
        remedy = 'write how many times the old one\'s errors are too much, like "1.5x"'
        raise Wrong(f"{show_value(text)} is not a factor above 1", remedy)
    return float(match[1])


def _quantile(text: str) -> float:
    match = _QUANTILE.fullmatch(text)
    if match is None or float(match[1]) <= 0:
        raise Wrong(f"{show_value(text)} is not a quantile", 'write one like "p99" or "p99.9"')
    return float(match[1]) / 100


def _problem(keys: KeyPath, sentence: str, remedy: str) -> Problem:
    return Problem(keys=keys, sentence=sentence, remedy=remedy)
