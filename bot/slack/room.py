"""The Slack room: everything that speaks to Slack, made from the config and run as one."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Final

import aiohttp
import structlog
from aiohttp import web

from bot.config import Delivery, Slack, SlackSecrets
from bot.ports.chat import Chat
from bot.ports.clock import Clock
from bot.ports.directory import Directory
from bot.slack.answers import ReplySender
from bot.slack.app import Ear, SlackApp
from bot.slack.calls import CallAnswer, CallOutcome, Failed, Limited, WebApi, web_client
from bot.slack.chat import KINDS, SlackChat
from bot.slack.homes import Homes
from bot.slack.http import SignedHttp
from bot.slack.identity import SlackDirectory
from bot.slack.limits import MethodLimits
from bot.slack.remedies import remedy_of
from bot.slack.roster import MemberStore, Roster
from bot.slack.socket import SocketLines, SocketMode
from bot.slack.tasks import Tasks
from bot.slack.windows import BareHome, HomeSource, Windows

log = structlog.get_logger()

CALL_WITHIN: Final = aiohttp.ClientTimeout(total=10, connect=5)
DRAIN: Final = timedelta(seconds=8)
ALIVE_EVERY: Final = timedelta(seconds=60)
"""Slack is asked this often who we are: it keeps idle connections delivering."""
ASK_AGAIN: Final = timedelta(seconds=2)


class SlackRoom:
    """Made inside a running loop; `close` ends it. Nothing is sent before it is asked for."""

    def __init__(
        self,
        slack: Slack,
        secrets: SlackSecrets,
        clock: Clock,
        probe: Callable[[str], None],
        *,
        limits: MethodLimits | None = None,
        lines: SocketLines | None = None,
        kept: MemberStore | None = None,
    ) -> None:
        self._slack = slack
        self._secrets = secrets
        self.clock = clock
        self._probe = probe
        self._tasks = Tasks()
        self._lines = lines or SocketLines()
        self._session = aiohttp.ClientSession(timeout=CALL_WITHIN)
        token = secrets.bot_token.get_secret_value()
        self.api = WebApi(web_client(token, slack.api_url, self._session), probe)
        self._limits = limits or MethodLimits(clock.monotonic)
        self._chat = SlackChat(self.api, self._limits)
        roster = Roster(kept, clock, self._tasks)
        self._directory = SlackDirectory(self.api, self._limits, clock, self._tasks, roster)
        self.chat: Chat = self._chat
        self.directory: Directory = self._directory
        self._app: SlackApp | None = None
        self._socket: SocketMode | None = None
        self._http: SignedHttp | None = None
        self.homes: Homes | None = None
        self._alive: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._trouble = ""

    async def listen(self, door: Ear, lobby: HomeSource | None = None) -> None:
        """Begin to hear. Slack being away is no error: it is tried until it is back."""
        app = self._app_for(door, lobby)
        await self._introduce(app)
        self._alive = self._tasks.start(self._stay(app))
        if self.homes is not None:
            self._keeping = self._tasks.start(self.homes.run())
        token = self._secrets.app_token
        if self._slack.mode is not Delivery.SOCKET or token is None:
            return
        client = web_client(token.get_secret_value(), self._slack.api_url, self._session)
        self._socket = SocketMode(
            WebApi(client, self._probe),
            self._session,
            app.dispatch,
            self.clock,
            self._tasks,
            replace(self._lines, proxy=client.proxy),
        )
        await self._socket.start()

    def routes(self, door: Ear, lobby: HomeSource | None = None) -> list[web.RouteDef]:
        """The route Slack posts to; none in Socket Mode."""
        secret = self._secrets.signing_secret
        if self._slack.mode is not Delivery.HTTP or secret is None:
            return []
        app = self._app_for(door, lobby)
        self._http = SignedHttp(secret.get_secret_value(), app.dispatch, self.clock)
        return self._http.routes()

    def fault(self) -> str:
        """What is wrong with the connection; empty where nothing is."""
        if self._trouble:
            return self._trouble
        return self._socket.fault() if self._socket else ""

    async def close(self) -> None:
        """No new work; what runs has ten seconds."""
        for task in (self._alive, self._keeping):
            if task is not None:
                task.cancel()
        if self._http:
            self._http.stopping = True
        if self._socket:
            await self._socket.stop_taking()
        late = await self._tasks.drain(DRAIN)
        if late:
            log.warning("slack.cut_short", tasks=late)
        if self._socket:
            await self._socket.close()
        await self._session.close()

    def _app_for(self, door: Ear, lobby: HomeSource | None) -> SlackApp:
        if self._app is None:
            waits = lobby or BareHome()
            answers = ReplySender(
                self._session,
                self.api,
                self._chat,
                self._limits,
                self.clock,
                self._slack.api_url,
            )
            tokenless = web_client(None, self._slack.api_url, self._session)
            commands = (self._slack.command, self._slack.rollback_command)
            windows = Windows(self.api, self._limits, waits)
            self.homes = Homes(self.api, self._limits, self.clock, waits, self._directory)
            self._app = SlackApp(
                door,
                self._directory,
                answers,
                windows,
                self.homes,
                tokenless,
                self._tasks,
                commands,
            )
        return self._app

    async def who(self) -> CallOutcome:
        """Ask Slack who we are; from then on the directory knows whose people it is asked of."""
        outcome = await self.api.write("auth.test", {})
        if isinstance(outcome, CallAnswer):
            self._directory.team = str(outcome.body.get("team_id", ""))
        return outcome

    async def rooms(self) -> CallOutcome:
        """The channels of the workspace that the bot can see, one page of a thousand."""
        asked = {"types": KINDS, "exclude_archived": True, "limit": 1000}
        return await self.api.read("conversations.list", asked)

    async def _introduce(self, app: SlackApp) -> None:
        """What is wrong is remembered for `fault`."""
        outcome = await self.who()
        if isinstance(outcome, CallAnswer):
            app.team = str(outcome.body.get("team_id", ""))
            app.user = str(outcome.body.get("user_id", ""))
        trouble = trouble_of(outcome)
        if trouble and trouble != self._trouble:
            log.error("slack.trouble", why=trouble)
        self._trouble = trouble

    async def _stay(self, app: SlackApp) -> None:
        while True:
            await self.clock.sleep(ASK_AGAIN if self._trouble else ALIVE_EVERY)
            await self._introduce(app)


def trouble_of(outcome: CallOutcome) -> str:
    """What an answer to "who am I" says is wrong; empty where nothing is."""
    match outcome:
        case CallAnswer():
            return ""
        case Failed(code, body):
            why, remedy = remedy_of(code, body)
            return f"Slack refuses the bot: {why}. Remedy: {remedy}"
        case Limited(seconds):
            return f"Slack lets the bot make no calls for {seconds:.0f} s"
        case _:
            return f"Slack does not answer: {outcome.why}"
