"""`slipway run`: the bot, from its config, until it is told to stop."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path

import structlog
from aiohttp import web

from bot.cli.faults import probe_from_environment
from bot.cli.listening import NotListening, demand_address, explain_busy_address
from bot.cli.reloading import Reloader
from bot.cli.wiring import Bot, assemble, build, http_for
from bot.config import Config, load
from bot.domain.facts.fact import BOT
from bot.engine.clock import SystemClock
from bot.engine.door.home import HomeTab
from bot.engine.lanes.advice import WEEK
from bot.engine.lanes.anchor import ANCHOR, HEADS, AnchorLane, AnchorRules
from bot.engine.lanes.chat import ChatLane
from bot.engine.lanes.notice import NOTICE, NoticeLane
from bot.engine.record.effects import CHAT
from bot.engine.registry import find_integrations
from bot.engine.runtime import Runtime
from bot.engine.waker import ScheduledWaker
from bot.net.guarded import BACKLOG, GuardedRunner, calm_accept
from bot.ports.store import StoreError
from bot.slack.room import SlackRoom
from bot.store.sqlite import open_store
from bot.web.api import PREFIX, api_app, api_for
from bot.web.api_keys import keys_of
from bot.web.calendar import Feed, add_feed, token_of
from bot.web.health import Health, routes
from bot.web.local import serve_local, socket_path

log = structlog.get_logger()

VERSION = "0.1.0"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", default="slipway.toml", help="the config: a file, or a folder (slipway.toml)"
    )
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    path, known = Path(asked.config), find_integrations()
    try:
        asyncio.run(serve(load(path, known), partial(load, path, known)))
    except NotListening as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def serve(config: Config, read: Callable[[], Config]) -> None:
    """Everything, until SIGTERM or SIGINT; what is under way is left where it can be taken up."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    calm_accept(loop)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    again = asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, again.set)
    async with AsyncExitStack() as stack:
        running = await start(config, stack, (read, again))
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if running.done():
            running.result()
    log.info("bot.stopped")


async def start(
    config: Config, stack: AsyncExitStack, anew: tuple[Callable[[], Config], asyncio.Event]
) -> asyncio.Task[None]:
    """The running bot; `stack` stops its parts in the right order."""
    clock, probe = SystemClock(), probe_from_environment()
    await demand_address(config.web)
    store = await open_store(config.database, probe)
    stack.push_async_callback(store.close)
    http = await stack.enter_async_context(http_for(config, clock))
    http.probe = probe
    built = build(config, http, clock)
    read, again = anew
    reloader = Reloader(config, built, http, read)
    stack.push_async_callback(reloader.close)
    secrets = config.secrets.of_slack(config.slack)
    room = SlackRoom(config.slack, secrets, clock, probe, kept=store)
    stack.push_async_callback(room.close)
    bot = assemble(config, store, clock, built, room.directory, reloader.reload)
    reloader.serve(bot)
    running = await begin(config, bot, room, stack)
    signalled = asyncio.create_task(reload_at(again, reloader), name="reload at SIGHUP")
    stack.push_async_callback(ended, signalled)
    return running


async def reload_at(again: asyncio.Event, reloader: Reloader) -> None:
    """Read the config again at each SIGHUP; what came of it stands in the log and the record."""
    while True:
        await again.wait()
        again.clear()
        try:
            await reloader.reload(BOT)
        except StoreError as error:
            log.error("config.not_reloaded", why=str(error))


async def begin(
    config: Config, bot: Bot, room: SlackRoom, stack: AsyncExitStack
) -> asyncio.Task[None]:
    teller = ChatLane(bot.engine, room.chat, bot.readers, config.slack.announce)
    anchoring = anchoring_for(config, bot)
    extra = {
        CHAT: teller.perform,
        NOTICE: NoticeLane(room.chat, config.slack.announce).perform,
        ANCHOR: anchoring.perform,
    }
    week = WEEK / config.time_scale
    runtime = Runtime(bot.engine, bot.ports, ScheduledWaker(), extra, week=week)
    await runtime.begin(VERSION, config.source)
    running = asyncio.create_task(loops(runtime, bot, anchoring))
    stack.push_async_callback(ended, running)
    local = await serve_local(bot.door, bot.engine, socket_path(config.database))
    stack.push_async_callback(local.cleanup)
    checks = {"slack": room.fault}
    health = Health(
        engine=bot.engine,
        lanes=runtime.outbox.lanes,
        started=bot.engine.clock.now(),
        checks=checks,
    )
    lobby = HomeTab(bot.desk, runtime.pulse, health.started)
    if config.web.enabled:
        app = routes(health)
        add_api(config, bot, app)
        add_calendar(config, bot, app)
        await serve_web(config, app, room.routes(bot.door, lobby), stack)
    await room.listen(bot.door, lobby)
    return running


def anchoring_for(config: Config, bot: Bot) -> AnchorLane:
    audit = config.audit
    heads = config.database.with_name(audit.heads or f"{config.database.name}{HEADS}")
    channel = (audit.channel or config.slack.announce) if audit.post else None
    every = audit.every / config.time_scale
    return AnchorLane(bot.engine, heads, AnchorRules(every=every, channel=channel))


async def loops(runtime: Runtime, bot: Bot, anchoring: AnchorLane) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(runtime.run(), name="runtime")
        group.create_task(bot.refresher.run(), name="refresher")
        group.create_task(anchoring.run(), name="anchoring")


async def ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def add_calendar(config: Config, bot: Bot, app: web.Application) -> None:
    """The calendar's feed, where it has a token."""
    token = token_of(config.web, config.secrets)
    if token is not None:
        add_feed(app, Feed(engine=bot.engine, token=token))


def add_api(config: Config, bot: Bot, app: web.Application) -> None:
    """The signed API, where somebody has a key to it."""
    if not config.api.keys:
        return
    keys = keys_of(config.api, config.secrets)
    app.add_subapp(PREFIX, api_app(api_for(bot.door, bot.engine, bot.readers, bot.desk.book, keys)))


async def serve_web(
    config: Config,
    app: web.Application,
    slack: Mapping[str, web.RouteDef] | list[web.RouteDef],
    stack: AsyncExitStack,
) -> None:
    app.add_routes(list(slack.values()) if isinstance(slack, Mapping) else slack)
    # An address may hold the token of the calendar, which no log may.
    runner = GuardedRunner(app, access_log=None)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    with explain_busy_address(config.web):
        await web.TCPSite(runner, config.web.host, config.web.port, backlog=BACKLOG).start()
    log.info("web.listens", at=[str(site) for site in runner.addresses])
