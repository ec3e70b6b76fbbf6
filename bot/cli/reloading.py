"""The config read again while the bot runs: a good one is taken over, a bad one changes nothing."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

import structlog

from bot.cli.wiring import Bot, Built, build, origins_of, policy_of
from bot.config import Config, ConfigError
from bot.config.diff import difference
from bot.domain.facts.calendar import CALENDAR
from bot.domain.intents.bot import ReloadConfig
from bot.domain.terms.refusal import Code
from bot.engine.clock import SystemClock
from bot.engine.record.engine import Answer
from bot.engine.watch.calendar import look_at_polls
from bot.net import HttpCore
from bot.ports.integration import Parts, Settings
from bot.ports.store import StoreError

log = structlog.get_logger()

LINGER = timedelta(minutes=10)
"""How long replaced parts stay open: longer than any call that was under way may last."""
SHOWN = 20


class Reloader:
    """Holds the config that runs. `read` loads it anew, for those who may ask for it."""

    def __init__(
        self, config: Config, built: Built, http: HttpCore, read: Callable[[], Config]
    ) -> None:
        self.config = config
        self._built = built
        self._opened = opened(config)
        self._http = http
        self._read = read
        self._turn = asyncio.Lock()
        self._leaving: dict[asyncio.Task[None], Parts] = {}
        self._bot: Bot | None = None

    def serve(self, bot: Bot) -> None:
        """From now on, what is read is put into this bot."""
        self._bot = bot

    async def reload(self, by: str, inbox: str | None = None) -> Answer:
        """Raises StoreError, with nothing changed, where it could not be recorded."""
        async with self._turn:
            # Nothing is read for whoever may not; it is decided when it is put.
            if refusal := await self._running.engine.against(ReloadConfig(by=by)):
                return refusal
            try:
                fresh = await asyncio.to_thread(self._read)
            except ConfigError as error:
                log.error("config.refused", why=str(error))
                return Answer(
                    text=f"Not reloaded: {error}",
                    code=Code.CONFIG_REFUSED,
                    remedy="I go on with the last good one. Mend this, and reload again.",
                    recorded=False,
                )
            return await self._take(fresh, by, inbox)

    async def close(self) -> None:
        """Everything that is open, whether it is in use or was replaced."""
        leaving = list(self._leaving.items())
        for task, _ in leaving:
            task.cancel()
        for parts in [*(parts for _, parts in leaving), *self._built.parts.values()]:
            await closed(parts)

    @property
    def _running(self) -> Bot:
        assert self._bot is not None, "serve() comes before any ask"  # noqa: S101
        return self._bot

    async def _take(self, fresh: Config, by: str, inbox: str | None) -> Answer:
        engine = self._running.engine
        now_opened = opened(fresh)
        built = await self._renewed(fresh, now_opened)
        lines = self._difference(fresh, now_opened)
        intent = ReloadConfig(by=by, digest=fresh.digest, diff=lines, told=told(lines, fresh))
        try:
            answer = await engine.order(intent, inbox=inbox)
        except StoreError:
            await self._drop(built)
            raise
        if not answer.ok:
            await self._drop(built)
            return answer
        self._swap(fresh, built, now_opened)
        await look_at_polls(engine)
        log.info("config.reloaded", by=by, digest=fresh.digest, diff=lines)
        return answer

    async def _drop(self, built: Built) -> None:
        """What was built for nothing."""
        for parts in without(built, self._built):
            await closed(parts)

    async def _renewed(self, fresh: Config, now_opened: dict[str, Settings]) -> Built:
        """Parts whose settings changed are built; what a live release names is never dropped."""
        same = {name for name, each in now_opened.items() if self._opened.get(name) == each}
        same &= self._built.parts.keys()
        changed = {name: each for name, each in fresh.integrations.items() if name not in same}
        built = build(replace(fresh, integrations=changed), self._http, SystemClock())
        kept = same | (await self._pinned() - built.parts.keys())
        built.parts |= {name: each for name, each in self._built.parts.items() if name in kept}
        return built

    async def _pinned(self) -> set[str]:
        """Integrations that live releases go by, whatever the config says now."""
        names: set[str] = set()
        for release in await self._running.engine.history.all_live():
            names |= {need.name for need in release.rules.integrations()}
        return names

    def _difference(self, fresh: Config, now_opened: dict[str, Settings]) -> tuple[str, ...]:
        lines = difference(self.config, fresh)
        said = " ".join(lines)
        secret = [
            f"changed integrations.{name}: what a secret holds"
            for name, each in now_opened.items()
            if name in self._opened and each != self._opened[name]
            if f"integrations.{name}:" not in said
        ]
        return (*lines, *secret)

    def _swap(self, fresh: Config, built: Built, now_opened: dict[str, Settings]) -> None:
        """Without a pause in between: nobody sees half of each."""
        bot, gone = self._running, without(self._built, built)
        self._http.allow(origins_of(fresh))
        bot.ports.take(built.ports())
        bot.book.policy = policy_of(fresh, built)
        bot.engine.wake(frozenset({CALENDAR}))
        self.config, self._built, self._opened = fresh, built, now_opened
        for parts in gone:
            task = asyncio.create_task(self._leave(parts), name="close a replaced part")
            self._leaving[task] = parts
            task.add_done_callback(lambda done: self._leaving.pop(done, None))

    async def _leave(self, parts: Parts) -> None:
        await self._running.engine.clock.sleep(LINGER)
        await closed(parts)


def opened(config: Config) -> dict[str, Settings]:
    """Settings with their secrets as they are now; none where a secret cannot be read."""
    found = {}
    for name, each in config.integrations.items():
        try:
            found[name] = each.opened(config.secrets)
        except ConfigError as error:
            log.warning("config.secret_missing", integration=name, why=str(error))
    return found


def without(built: Built, other: Built) -> list[Parts]:
    """The parts of one that the other does not have."""
    return [each for name, each in built.parts.items() if other.parts.get(name) is not each]


async def closed(parts: Parts) -> None:
    if parts.close is not None:
        await parts.close()


def told(lines: tuple[str, ...], fresh: Config) -> str:
    """What changed, and what is wrong in the files of teams and with services."""
    mistakes = [*fresh.mistakes, *(each for why in fresh.quarantined.values() for each in why)]
    head = "Reloaded" if lines else "Reloaded: nothing changed"
    said = [f"{head}{':' if lines else '.'}", *cut(lines)]
    if mistakes:
        said += ["These may not start until it is mended:", *cut(dict.fromkeys(map(str, mistakes)))]
    return "\n".join(said)


def cut(lines: Iterable[str]) -> list[str]:
    every = list(lines)
    rest = [f"… and {len(every) - SHOWN} more"] if len(every) > SHOWN else []
    return [*every[:SHOWN], *rest]
