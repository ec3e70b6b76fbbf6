"""What a deployer talks to: apply, observe, find, each spoiled as the door is told to."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from aiohttp import web

from bot.practice.fleet.door import AFTER, Fault, SpoiledAct
from bot.practice.fleet.exposition import for_ever
from bot.practice.fleet.fleet import Fleet
from bot.practice.fleet.log import EffectEntry
from bot.practice.fleet.refusal import FleetRefusal
from bot.practice.fleet.site import Site
from bot.practice.fleet.wanted import Order, read_order

Spoil: TypeAlias = Callable[[web.Request, Fault], Awaitable[web.Response]]


async def _refuse(_request: web.Request, fault: Fault) -> web.Response:
    raise FleetRefusal(403, "refused", f"Nothing was done: {fault.reason}.", "Ask its owner.")


async def _throttle(_request: web.Request, fault: Fault) -> web.Response:
    answer = {"error": "throttled", "sentence": "Nothing was done: too many calls."}
    remedy = {"remedy": f"Ask again in {fault.seconds:g} s."}
    headers = {"Retry-After": f"{fault.seconds:.0f}"}
    return web.json_response(answer | remedy, status=429, headers=headers)


async def _fail(_request: web.Request, _fault: Fault) -> web.Response:
    return web.Response(status=500, text="internal error\n")


async def _hang(_request: web.Request, _fault: Fault) -> web.Response:
    await for_ever()


async def _cut(request: web.Request, _fault: Fault) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    await asyncio.sleep(0)
    return web.Response()


async def _nonsense(_request: web.Request, fault: Fault) -> web.Response:
    kind = "text/html" if fault.body.startswith("<") else "application/json"
    return web.Response(text=fault.body, content_type=kind)


SPOILS: Mapping[str, Spoil] = {
    "refuse": _refuse,
    "throttle": _throttle,
    "error": _fail,
    "hang": _hang,
    "lost_answer": _fail,
    "hang_after": _hang,
    "cut": _cut,
    "nonsense": _nonsense,
}

# What the log says of an order that a fault kept from being carried out.
KEPT = {"refuse": "refused", "throttle": "throttled", "error": "failed", "hang": "hung"}


class DeployApi:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet

    async def observe(self, request: web.Request, site: Site) -> web.StreamResponse:
        return await self._read(request, site, "observe", site.state)

    async def find(self, request: web.Request, site: Site) -> web.StreamResponse:
        key = request.query.get("key", "")
        if not key:
            raise FleetRefusal(400, "unreadable", "Nothing was looked up: no key.", "Add ?key=KEY.")
        return await self._read(request, site, "find", partial(_found, site, key))

    async def apply(self, request: web.Request, site: Site, body: object) -> web.StreamResponse:
        order = self._readable(site, body)
        fault = self._fleet.door.meets("apply", *site.name)
        if fault is not None and fault.fault in KEPT:
            self._write(site, order.key, order.wanted.spelled(), KEPT[fault.fault])
            return await SPOILS[fault.fault](request, fault)
        answer = self._carry_out(site, order, fault)
        if fault is not None and fault.fault in AFTER:
            return await SPOILS[fault.fault](request, fault)
        return answer

    async def _read(
        self, request: web.Request, site: Site, act: SpoiledAct, look: Callable[[], dict[str, Any]]
    ) -> web.StreamResponse:
        fault = self._fleet.door.meets(act, *site.name)
        if fault is not None:
            return await SPOILS[fault.fault](request, fault)
        return web.json_response(look())

    def _readable(self, site: Site, body: object) -> Order:
        try:
            return read_order(body, site.seed.versions)
        except FleetRefusal as no:
            key = body.get("key") if isinstance(body, dict) else None
            self._write(site, key if isinstance(key, str) else "", no.sentence, no.code)
            raise

    def _carry_out(self, site: Site, order: Order, fault: Fault | None) -> web.Response:
        what = order.wanted.spelled()
        try:
            before = site.repeated(order)
            if before is None:
                site.check_expected(order)
        except FleetRefusal as no:
            self._write(site, order.key, what, no.code)
            raise
        if before is not None:
            self._write(site, order.key, what, "already_done")
            return web.json_response(before.as_json() | {"already_done": True})
        pace = self._fleet.pace if fault is None else fault.pace(self._fleet.pace)
        applied = site.take(order, pace)
        self._write(site, order.key, what, "accepted")
        return web.json_response(applied.as_json() | {"already_done": False}, status=202)

    def _write(self, site: Site, key: str, what: str, outcome: str) -> None:
        service, environment = site.name
        self._fleet.log.write(
            EffectEntry(
                at=self._fleet.now(),
                service=service,
                environment=environment,
                key=key,
                what=what,
                accepted=outcome == "accepted",
                outcome=outcome,
            )
        )


def _found(site: Site, key: str) -> dict[str, Any]:
    applied = site.found(key)
    return applied.as_json() if applied else {"key": key, "found": False}
