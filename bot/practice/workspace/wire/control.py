"""The control API: see everything, let people act, start over."""

import asyncio
from dataclasses import dataclass, replace

from aiohttp import web

from bot.practice.kit.watchers import Watchers
from bot.practice.workspace.errors import ControlError
from bot.practice.workspace.journal import JournalEntry
from bot.practice.workspace.people.act import act
from bot.practice.workspace.state import Json
from bot.practice.workspace.wire.arrange import Arrange
from bot.practice.workspace.wire.asked import answer_errors, base_of, body_of, number_of
from bot.practice.workspace.wire.stream import JournalStream

LONGEST_WAIT = 60.0


@dataclass(slots=True)
class Control:
    """Handlers of `/control/…`; each answers JSON, and a ControlError as 400 with a sentence."""

    arrange: Arrange

    def routes(self) -> list[web.RouteDef]:
        """Where each handler stands."""
        stream = Watchers(JournalStream(self.arrange.space.journal, self.snapshot).tell)
        return [
            web.get("/control/state", answer_errors(self.state)),
            web.get("/control/journal", answer_errors(self.journal)),
            web.get("/control/stream", answer_errors(stream.follow)),
            web.post("/control/act", answer_errors(self.act)),
            web.post("/control/app", answer_errors(self.app)),
            web.post("/control/reset", answer_errors(self.reset)),
            web.get("/control/faults", answer_errors(self.arrange.shown)),
            web.post("/control/faults", answer_errors(self.arrange.faults)),
            web.post("/control/inject", answer_errors(self.arrange.inject)),
        ]

    def snapshot(self, channel: str | None = None) -> Json:
        """The state with the connections beside it."""
        open_sockets = [
            {"number": link.number, "silent": link.silent, "draining": link.draining}
            for link in self.arrange.sockets.links
        ]
        return self.arrange.space.snapshot(channel) | {"sockets": open_sockets}

    async def state(self, request: web.Request) -> web.Response:
        """GET state[?channel=C…]: everything that stands."""
        return web.json_response(self.snapshot(request.query.get("channel")))

    async def journal(self, request: web.Request) -> web.Response:
        """GET journal?since=N[&wait=seconds][&kind=a,b]: what happened after entry N."""
        since = int(number_of(request.query.get("since", "0")))
        wait = min(number_of(request.query.get("wait", "0")), LONGEST_WAIT)
        kinds = frozenset(filter(None, request.query.get("kind", "").split(",")))
        entries = await self.entries(since, kinds, wait)
        return web.json_response({"n": self.arrange.space.journal.last, "entries": entries})

    async def entries(self, since: int, kinds: frozenset[str], wait: float) -> list[JournalEntry]:
        """Entries of these kinds (all, where none is named), waiting for the first one."""
        journal = self.arrange.space.journal
        found = [entry for entry in journal.since(since) if not kinds or entry["kind"] in kinds]
        if found or not wait:
            return found
        came: asyncio.Queue[JournalEntry] = asyncio.Queue()
        journal.listen(came.put_nowait)
        try:
            async with asyncio.timeout(wait):
                return [await first_of(came, kinds)]
        except TimeoutError:
            return []
        finally:
            journal.ignore(came.put_nowait)

    async def act(self, request: web.Request) -> web.Response:
        """POST act: a person does something; answers what they saw come of it."""
        asked = await body_of(request)
        space, courier = self.arrange.space, self.arrange.courier
        return web.json_response(await act(space, courier, base_of(request), asked))

    async def app(self, request: web.Request) -> web.Response:
        """POST app {"request_url": URL or null}: signed HTTP after a handshake, or sockets."""
        asked = await body_of(request)
        if "request_url" not in asked:
            raise ControlError("Nothing was changed: name a request_url, or null for sockets.")
        url, space = asked["request_url"], self.arrange.space
        if url is None:
            space.app = replace(space.app, request_url=None)
        else:
            await self.arrange.http.verify(str(url))
        space.journal.write("app", request_url=url)
        return web.json_response({"ok": True})

    async def reset(self, request: web.Request) -> web.Response:
        """POST reset: back to the seed, nothing under way; connections stay and are heard again."""
        await self.arrange.courier.stop()
        self.arrange.clear()
        self.arrange.space.reset()
        self.arrange.courier.start()
        return web.json_response({"ok": True, "n": self.arrange.space.journal.last})


async def first_of(came: asyncio.Queue[JournalEntry], kinds: frozenset[str]) -> JournalEntry:
    """The next entry of these kinds."""
    while True:
        entry = await came.get()
        if not kinds or entry["kind"] in kinds:
            return entry
