"""How a version, or what a whole site shows, can be broken: which words, and what they may say."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from bot.practice.fleet import refusal

Showing: TypeAlias = Literal["ok", "absent", "unavailable", "hang", "html"]

SHOWINGS: tuple[Showing, ...] = ("ok", "absent", "unavailable", "hang", "html")
SLOWEST = timedelta(seconds=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionBreaks:
    """`error_rate` 0 to 1; `latency` is added; `metrics` is what its /metrics shows.

    `traffic` False: the proxy sends it nothing whatever the split says. `health` False: /healthz
    answers 503. `crash`: its connections are refused.
    """

    error_rate: float = 0.0
    latency: timedelta = timedelta()
    crash: bool = False
    metrics: Showing = "ok"
    traffic: bool = True
    health: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteBreaks:
    """`metrics` is what the site's own page shows; `traffic` False: nobody asks it anything."""

    metrics: Showing = "ok"
    traffic: bool = True


def _latency(body: Mapping[str, Any], name: str) -> timedelta:
    return timedelta(seconds=refusal.number(body, name, 0, SLOWEST.total_seconds()))


def _rate(body: Mapping[str, Any], name: str) -> float:
    return refusal.number(body, name, 0, 1)


def _showing(body: Mapping[str, Any], name: str) -> str:
    return refusal.word(body, name, SHOWINGS)


READERS: Mapping[str, Callable[[Mapping[str, Any], str], object]] = {
    "error_rate": _rate,
    "latency": _latency,
    "crash": refusal.flag,
    "metrics": _showing,
    "traffic": refusal.flag,
    "health": refusal.flag,
}


def break_version(breaks: VersionBreaks, body: Mapping[str, Any]) -> VersionBreaks:
    """`breaks` with what the body names; raises Refusal for a word or value that is not known."""
    return replace(breaks, **_changes(body, VersionBreaks))


def break_site(breaks: SiteBreaks, body: Mapping[str, Any]) -> SiteBreaks:
    return replace(breaks, **_changes(body, SiteBreaks))


def _changes(body: Mapping[str, Any], kind: type[VersionBreaks | SiteBreaks]) -> dict[str, Any]:
    refusal.only(body, tuple(field.name for field in fields(kind)))
    return {name: READERS[name](body, name) for name in body}


def show_breaks(breaks: VersionBreaks | SiteBreaks) -> dict[str, Any]:
    """Only what is broken, in the words of the API; seconds for latency."""
    whole = asdict(type(breaks)())
    now = {name: value for name, value in asdict(breaks).items() if value != whole[name]}
    return {
        name: value.total_seconds() if isinstance(value, timedelta) else value
        for name, value in now.items()
    }
