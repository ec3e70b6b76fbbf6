"""What the page takes from the bot: it imports neither the engine nor the verbs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web

from bot.domain.state.release import Release
from bot.practice.kit.serve import MakesRunner


class OfferedVerb(Protocol):
    """A verb of `/release`, as the hints of the message box show it."""

    @property
    def name(self) -> str: ...
    @property
    def usage(self) -> str: ...
    @property
    def summary(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PageParts:
    """`read` makes a release of the body of its row; `runner` serves, with limits for people."""

    verbs: Sequence[OfferedVerb]
    read: Callable[[dict[str, Any]], Release]
    runner: MakesRunner = web.AppRunner
