"""Faults and injected payloads: everything that makes the app's life hard."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, web

from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.state import Json
from bot.practice.workspace.wire.asked import body_of, number_of
from bot.practice.workspace.wire.courier import EVENTS, Courier, DeliveryOutcome
from bot.practice.workspace.wire.signed import FORM, JSON, SignedTransport
from bot.practice.workspace.wire.sockets import Sockets
from bot.practice.workspace.workspace import Workspace


@dataclass(slots=True)
class Arrange:
    """Handlers of `/control/faults` and `/control/inject`."""

    space: Workspace
    courier: Courier
    sockets: Sockets
    http: SignedTransport

    async def shown(self, request: web.Request) -> web.Response:
        """GET faults: what is arranged to go wrong."""
        return web.json_response(self.space.faults.shown())

    async def faults(self, request: web.Request) -> web.Response:
        """POST faults: arrange one for a method or for deliveries, or clear them all."""
        asked = await body_of(request)
        hit: Any = None
        if asked.get("clear"):
            self.clear()
        elif "method" in asked:
            hit = self.space.faults.add_call(asked).shown()
        else:
            hit = await self.socket_fault(asked)
        self.space.journal.write("fault", asked=asked)
        return web.json_response({"ok": True, "hit": hit})

    def clear(self) -> None:
        """Nothing goes wrong any more; silent connections are heard again."""
        self.space.faults.calls.clear()
        self.space.faults.counts.clear()
        self.courier.release()
        self.sockets.silence("all", silent=False)

    async def socket_fault(self, asked: Json) -> int:
        """A fault of connections or deliveries; answers how many are hit (-1: all to come)."""
        name, which = str(asked.get("socket")), asked.get("which", "all")
        if name == "disconnect":
            reason = str(asked.get("reason", "refresh_requested"))
            return await self.sockets.disconnect(which, reason)
        at_once: Mapping[str, Callable[[], int]] = {
            "reset": lambda: self.sockets.reset(which),
            "silent": lambda: self.sockets.silence(which, silent=True),
            "heard": lambda: self.sockets.silence(which, silent=False),
            "hold": self.courier.hold,
            "release": self.courier.release,
        }
        if name in at_once:
            return at_once[name]()
        times = int(number_of(asked.get("times", 1)))
        self.space.faults.arrange(name, times)
        if name == "delay":
            self.space.faults.delay = number_of(asked.get("seconds", 1))
        return times

    async def inject(self, request: web.Request) -> web.Response:
        """POST inject: one of envelope, frame, payload (with type), http; see each below."""
        asked = await body_of(request)
        ways: Mapping[str, Callable[[Json], Awaitable[Json]]] = {
            "envelope": self.envelope,
            "frame": self.frame,
            "payload": self.payload,
            "http": self.post,
        }
        found = next((name for name in ways if name in asked), None)
        if found is None:
            raise ControlError(f"Nothing was sent: name one of {', '.join(ways)}.")
        self.space.journal.write("inject", asked=asked)
        return web.json_response({"ok": True, **await ways[found](asked)})

    async def envelope(self, asked: Json) -> Json:
        """{"envelope": {…}} goes to the app exactly so; answers its acknowledgement."""
        envelope = asked["envelope"]
        if not isinstance(envelope, dict) or not {"envelope_id", "type", "payload"} <= set(
            envelope
        ):
            raise ControlError("Nothing was sent: an envelope has envelope_id, type and payload.")
        return outcome_shown(await self.courier.bring(envelope))

    async def payload(self, asked: Json) -> Json:
        """{"payload": {…}, "type": "interactive"} is put into a fresh envelope."""
        kind = str(asked.get("type", EVENTS))
        return outcome_shown(await self.courier.deliver(kind, asked["payload"]))

    async def frame(self, asked: Json) -> Json:
        """{"frame": text, "which": "all"} writes a raw text frame to connections."""
        links = self.sockets.picked(asked.get("which", "all"))
        for link in links:
            await self.sockets.push(link, str(asked["frame"]))
        return {"hit": len(links)}

    async def post(self, asked: Json) -> Json:
        """{"http": {"body", "content_type", "headers", "sign", "age", "secret"}} posts to the app.

        `body` is text, or an object sent as JSON; `sign` false leaves the signature out; `age`
        makes it that many seconds old; `secret` signs with another secret; `headers` win.
        """
        wanted = asked["http"]
        if not isinstance(wanted, dict):
            raise ControlError("Nothing was posted: http is an object with at least a body.")
        body, kind = wanted.get("body", ""), str(wanted.get("content_type", FORM))
        if not isinstance(body, str):
            body, kind = json.dumps(body), JSON
        age, secret = number_of(wanted.get("age", 0)), wanted.get("secret")
        signed = self.http.signature(body, age=age, secret=secret)
        headers = {"Content-Type": kind, **(signed if wanted.get("sign", True) else {})}
        try:
            reply = await self.http.raw(body, headers | dict(wanted.get("headers", {})))
        except (ClientError, TimeoutError, OSError) as error:
            raise ControlError(f"Nothing came back from the app: {error!r}.") from error
        return {"status": reply.status, "body": reply.body}


def outcome_shown(outcome: DeliveryOutcome) -> Json:
    """How a delivery ended, as JSON."""
    return {"how": outcome.how, "answer": outcome.body}
