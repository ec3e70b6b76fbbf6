"""Between users and versions: splits by weight, copies for the shadow, counts what it sees."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import ClientConnectionError, ClientSession, ClientTimeout, web

from bot.practice.fleet.figures import Figures
from bot.practice.fleet.site import Site
from bot.practice.fleet.tally import Label
from bot.practice.fleet.version import VersionService
from bot.practice.kit.tasks import OwnedTasks

PATIENCE = ClientTimeout(total=10)
MOST_AT_ONCE = 200
MOST_COPIES = 100
HOPS = frozenset(
    ("connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding",
     "upgrade", "server", "date")
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class UserCall:
    """What is passed on of one request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyAnswer:
    """`came` is False where the proxy had to answer itself."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    came: bool = True


def passed_on(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in HOPS}


def own_answer(status: int, why: str) -> ProxyAnswer:
    body = f"{why}\n".encode()
    return ProxyAnswer(status=status, headers={"Content-Type": "text/plain"}, body=body, came=False)


def response(answer: ProxyAnswer) -> web.Response:
    return web.Response(status=answer.status, headers=answer.headers, body=answer.body)


async def call_of(request: web.Request, skip: int) -> UserCall:
    """The request without the first `skip` parts of its path."""
    return UserCall(
        method=request.method,
        path="/" + request.raw_path.split("/", skip + 1)[-1],
        headers=passed_on(request.headers),
        body=await request.read() if request.can_read_body else None,
    )


class Proxy:
    def __init__(self, session: ClientSession, figures: Figures, tasks: OwnedTasks) -> None:
        self._session = session
        self._figures = figures
        self._tasks = tasks
        self._busy = 0
        self._copies = 0

    async def forward(self, site: Site, call: UserCall) -> ProxyAnswer:
        """Have the version whose turn it is answer; 502, 503 or 504 where none can."""
        if self._busy >= MOST_AT_ONCE:
            return own_answer(503, "too many requests are under way")
        self._busy += 1
        try:
            return await self._split(site, call)
        finally:
            self._busy -= 1

    async def ask(self, version: VersionService, call: UserCall) -> ProxyAnswer:
        """One request to one version, counted by nobody."""
        try:
            async with self._session.request(
                call.method,
                version.url + call.path,
                headers=call.headers,
                data=call.body,
                timeout=PATIENCE,
                allow_redirects=False,
            ) as answer:
                headers, body = passed_on(answer.headers), await answer.read()
                return ProxyAnswer(status=answer.status, headers=headers, body=body)
        except TimeoutError:
            return own_answer(504, f"{version.label.version} took too long")
        except ClientConnectionError:
            return own_answer(502, f"{version.label.version} cannot be reached")

    async def _split(self, site: Site, call: UserCall) -> ProxyAnswer:
        if (copied := site.choose_copy()) is not None:
            self._copy(copied, call)
        version = site.choose()
        if version is None:
            self._figures.add(Label(*site.name, ""), failed=True, copied=False, seconds=0.0)
            return own_answer(503, "nothing serves this")
        return await self._counted(version, call, copied=False)

    def _copy(self, version: VersionService, call: UserCall) -> None:
        if self._copies < MOST_COPIES:
            self._copies += 1
            self._tasks.spawn(self._discard(version, call))

    async def _discard(self, version: VersionService, call: UserCall) -> None:
        try:
            await self._counted(version, call, copied=True)
        finally:
            self._copies -= 1

    async def _counted(
        self, version: VersionService, call: UserCall, *, copied: bool
    ) -> ProxyAnswer:
        loop = asyncio.get_running_loop()
        began, track, missed = loop.time(), version.track(), version.missed
        answer = await self.ask(version, call)
        seconds = loop.time() - began
        failed = answer.status >= 500
        self._figures.add(version.label, failed=failed, copied=copied, seconds=seconds)
        if not answer.came:
            missed.add(track, answer.status, seconds)
        return answer
