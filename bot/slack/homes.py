"""Home tabs: published when somebody opens theirs, and again while what it shows changes."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog

from bot.engine.people.admission import standing_of
from bot.ports.chat import Block
from bot.ports.clock import Clock
from bot.ports.directory import Directory
from bot.ports.store import StoreError
from bot.render.home import closed_tab
from bot.slack.calls import CallAnswer, Limited, WebApi
from bot.slack.limits import MethodLimits
from bot.slack.payloads import Json
from bot.slack.windows import HomeSource

log = structlog.get_logger()

PUBLISH: Final = "views.publish"
WATCHED_FOR: Final = timedelta(hours=1)
MOST: Final = 50
"""Home tabs that are kept true at a time; who opened theirs longest ago is left out first."""
LOOK_EVERY: Final = timedelta(seconds=2)
FRESH: Final = 60.0
"""Seconds after which the small print, with its times, is published again."""
APART: Final = timedelta(seconds=1.5)
"""So long apart for each tab that is open: all of them share forty publishings a minute."""


@dataclass(slots=True)
class Tab:
    """When it was opened last, and what it showed last."""

    opened: float
    shown: str = ""
    published: float = 0.0


class Homes:
    def __init__(
        self,
        api: WebApi,
        limits: MethodLimits,
        clock: Clock,
        lobby: HomeSource,
        directory: Directory,
    ) -> None:
        self._api = api
        self._limits = limits
        self._clock = clock
        self._lobby = lobby
        self._directory = directory
        self._tabs: OrderedDict[str, Tab] = OrderedDict()

    async def opened(self, person: str) -> None:
        """Somebody looks at their Home: it is true at once, and kept so for an hour."""
        self._tabs[person] = Tab(self._clock.monotonic())
        self._tabs.move_to_end(person)
        while len(self._tabs) > MOST:
            self._tabs.popitem(last=False)
        await self._publish(person, await self._lobby.home(person), urgent=True)

    async def close_to(self, person: str, why: str) -> None:
        """The Home of somebody who may not use the bot says only that."""
        self._tabs.pop(person, None)
        await self._publish(person, closed_tab(why), urgent=False)

    async def refresh(self, person: str) -> None:
        """After somebody pressed something there."""
        if person in self._tabs:
            await self._keep_true(person)

    async def run(self) -> None:
        while True:
            await self._clock.sleep(max(LOOK_EVERY, APART * len(self._tabs)))
            try:
                await self.look()
            except StoreError as error:
                log.error("home.store_failed", why=str(error))
            except Exception:
                log.exception("home.look_failed")

    async def look(self) -> None:
        """Publish what has changed, to those who opened theirs lately."""
        self._forget()
        for person in tuple(self._tabs):
            await self._keep_true(person)

    def _forget(self) -> None:
        before = self._clock.monotonic() - WATCHED_FOR.total_seconds()
        for person in [name for name, tab in self._tabs.items() if tab.opened < before]:
            del self._tabs[person]

    async def _keep_true(self, person: str) -> None:
        standing = await standing_of(person, self._directory)
        if standing.refusal:
            await self.close_to(person, standing.refusal)
            return
        view = await self._lobby.home(person)
        tab = self._tabs.get(person)
        if tab is None:
            return
        is_old = self._clock.monotonic() - tab.published > FRESH
        if is_old or tab.shown != said_by(view):
            await self._publish(person, view, urgent=False)

    async def _publish(self, person: str, view: Block, *, urgent: bool) -> None:
        """What cannot go now goes with the next look: the newest state is all that counts."""
        if self._limits.take(PUBLISH, who=person, urgent=urgent) is not None:
            return
        body: Json = {"user_id": person, "view": view}
        outcome = await self._api.write(PUBLISH, dict(body))
        if isinstance(outcome, Limited):
            self._limits.pause(PUBLISH, "", outcome.seconds)
        if not isinstance(outcome, CallAnswer):
            log.warning("home.not_published", person=person, outcome=str(outcome)[:500])
            return
        tab = self._tabs.get(person)
        if tab is not None:
            tab.shown, tab.published = said_by(view), self._clock.monotonic()


def said_by(view: Block) -> str:
    """What a tab says without its small print: the time alone is no news."""
    told = [block for block in view["blocks"] if block["type"] != "context"]
    return json.dumps(told, sort_keys=True)
