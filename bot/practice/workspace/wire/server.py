"""The HTTP server: Web API, response URLs, sockets, control; started and stopped as one."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientSession, web

from bot.practice.kit.serve import (
    HOST,
    MakesRunner,
    Served,
    known_host,
    listen,
    only_from_here,
    url_of,
)
from bot.practice.workspace.faults import CallFault
from bot.practice.workspace.webapi import MethodAnswer, answer, limit_rate
from bot.practice.workspace.wire.arrange import Arrange
from bot.practice.workspace.wire.bodies import api_request, json_values
from bot.practice.workspace.wire.control import Control
from bot.practice.workspace.wire.courier import Courier
from bot.practice.workspace.wire.hooks import respond
from bot.practice.workspace.wire.signed import SignedTransport
from bot.practice.workspace.wire.sockets import Sockets
from bot.practice.workspace.workspace import Workspace

BODY_MOST = 4_000_000


@dataclass(slots=True, kw_only=True)
class ServedWorkspace(Served):
    """A running server. `api_url` ends in `/api/`."""

    api_url: str
    workspace: Workspace
    courier: Courier
    sockets: Sockets


async def serve(
    workspace: Workspace, host: str = HOST, port: int = 0, runner: MakesRunner = web.AppRunner
) -> ServedWorkspace:
    """Serve the workspace; port 0 picks a free one."""
    session = ClientSession()
    sockets, http = Sockets(workspace), SignedTransport(workspace, session)
    courier = Courier(workspace, sockets, http)
    sockets.courier = http.courier = courier
    app = build(workspace, Arrange(workspace, courier, sockets, http))
    try:
        front = await listen(app, host, port, runner=runner, shutdown_timeout=1.0)
    except OSError:
        await session.close()
        raise
    courier.start()
    url = url_of(front, host)
    return ServedWorkspace(
        url=url,
        api_url=f"{url}/api/",
        workspace=workspace,
        courier=courier,
        sockets=sockets,
        ends=[courier.stop, sockets.close, front.cleanup, session.close],
    )


def build(workspace: Workspace, arrange: Arrange) -> web.Application:
    """The routes; a page for people can be added beside them."""
    app = web.Application(client_max_size=BODY_MOST, middlewares=[known_host, only_from_here])
    door = ApiDoor(workspace)
    app.add_routes(
        [
            web.route("*", "/api/{method}", door.call),
            web.post("/hooks/{team}/{number}/{hook}", door.hook),
            web.get("/link/", arrange.sockets.serve),
            *Control(arrange).routes(),
        ]
    )
    return app


@dataclass(slots=True)
class ApiDoor:
    """Handlers of the Web API and of response URLs, faults included."""

    space: Workspace

    async def call(self, request: web.Request) -> web.StreamResponse:
        """One call of the Web API."""
        asked = await api_request(request)
        fault = self.space.faults.next_call(asked.method)
        if fault is None:
            return sent(answer(self.space, asked))
        self.space.journal.write("call_fault", method=asked.method, fault=fault.shown())
        if fault.hang:
            await asyncio.sleep(fault.hang)
            return sent(answer(self.space, asked))
        if fault.lose_answer:
            answer(self.space, asked)
        if fault.lose_answer or fault.lose_call:
            hang_up(request)
        return broken(self.space, asked.method, asked.values, fault)

    async def hook(self, request: web.Request) -> web.Response:
        """One answer to a response URL: JSON, whatever the content type says."""
        values, wrong = json_values({}, await request.text())
        if wrong:
            return web.json_response({"ok": False, "error": wrong}, status=400)
        status, body = respond(self.space, request.match_info["hook"], values)
        if status == 200:
            return web.Response(text="ok")
        return web.json_response(body, status=status)


def sent(answered: MethodAnswer) -> web.Response:
    """An answer on its way."""
    return web.json_response(answered.body, status=answered.status, headers=answered.headers)


def hang_up(request: web.Request) -> None:
    """Break the connection; whatever is answered afterwards reaches nobody."""
    if request.transport:
        request.transport.abort()


def broken(space: Workspace, method: str, args: dict[str, Any], fault: CallFault) -> web.Response:
    """The answer of a call that a fault swallowed; nothing was done."""
    answered = MethodAnswer(fault.status or 200, {"ok": False, "error": fault.error}, {})
    if fault.ratelimited:
        refusal = limit_rate(fault.ratelimited)
        answered = MethodAnswer(429, refusal.body(), refusal.headers)
    if not fault.lose_answer:
        space.journal.write(
            "request_lost", method=method, args=args, status=answered.status, answer=answered.body
        )
    if fault.status:
        text = json.dumps({"practice": f"fault: HTTP {fault.status}"})
        return web.Response(text=text, status=fault.status, content_type="text/html")
    return sent(answered)
