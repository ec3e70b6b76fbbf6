"""The fleet over HTTP: what a deployer, a scraper, the page and a test talk to.

Every refusal is `{"error": code, "sentence": …, "remedy": …}` with a status of 4xx.
"""

from functools import wraps
from json import JSONDecodeError
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.practice.fleet import refusal
from bot.practice.fleet.breaks import (
    SiteBreaks,
    VersionBreaks,
    break_site,
    break_version,
    show_breaks,
)
from bot.practice.fleet.deploys import DeployApi
from bot.practice.fleet.door import read_fault
from bot.practice.fleet.exposition import SHOW
from bot.practice.fleet.fleet import Fleet
from bot.practice.fleet.proxy import call_of, response
from bot.practice.fleet.refusal import FleetRefusal
from bot.practice.fleet.site import Site
from bot.practice.fleet.stream import figures_stream
from bot.practice.fleet.traffic import FASTEST


def worded(handler: Handler) -> Handler:
    """Refusals become answers; a page of another origin may look but not touch."""

    @wraps(handler)
    async def answer(request: web.Request) -> web.StreamResponse:
        try:
            _from_here(request)
            return await handler(request)
        except FleetRefusal as no:
            return web.json_response(no.as_json(), status=no.status)

    return answer


def _from_here(request: web.Request) -> None:
    origin = request.headers.get("Origin")
    if request.method == "GET" or origin is None or urlsplit(origin).netloc == request.host:
        return
    raise FleetRefusal(
        403,
        "foreign_origin",
        f"Nothing was done: a page of {origin} asked for it.",
        "Ask from the fleet's own page, or from a program.",
    )


async def body_of(request: web.Request) -> object:
    """The JSON in the request, {} where there is none; raises Refusal where it cannot be read."""
    if not request.can_read_body:
        return {}
    try:
        return await request.json()
    except (JSONDecodeError, UnicodeDecodeError, LookupError, RecursionError) as error:
        raise refusal.unreadable(
            f"Nothing was done: the body is no JSON ({type(error).__name__}).",
            "Send a JSON object.",
        ) from error


class FleetApi:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._deploying = DeployApi(fleet)
        self.stream = figures_stream(fleet)

    def routes(self) -> list[web.RouteDef]:
        """Every route, ready for any aiohttp application."""
        at = "/fleet/{service}/{environment}"
        worded_routes = (
            ("GET", "/healthz", self.healthz),
            ("GET", "/fleet", self.overview),
            ("GET", "/fleet/log", self.log),
            ("GET", "/fleet/figures", self.figures),
            ("GET", "/fleet/stream", self.stream.follow),
            ("POST", "/fleet/reset", self.reset),
            ("GET", "/fleet/faults", self.faults),
            ("POST", "/fleet/faults", self.set_fault),
            ("DELETE", "/fleet/faults", self.clear_faults),
            ("GET", at, self.observe),
            ("PUT", at, self.apply),
            ("GET", at + "/find", self.find),
            ("POST", at + "/break", self.break_),
            ("POST", at + "/mend", self.mend),
            ("POST", at + "/traffic", self.traffic),
            ("GET", "/metrics/{service}", self.metrics),
            ("GET", "/metrics/{service}/{environment}", self.metrics),
            ("GET", "/at/{service}/{environment}/{version}/{tail:.*}", self.version),
        )
        routes = [web.route(verb, path, worded(handler)) for verb, path, handler in worded_routes]
        # Users may come from anywhere, and send what they like.
        return [*routes, web.route("*", "/site/{service}/{environment}/{tail:.*}", self.user)]

    def _site(self, request: web.Request) -> Site:
        return self._fleet.site(request.match_info["service"], request.match_info["environment"])

    # ---------------------------------------------------------------- looking

    async def healthz(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def overview(self, _request: web.Request) -> web.Response:
        return web.json_response({"sites": [site.state() for site in self._fleet.sites.values()]})

    async def log(self, request: web.Request) -> web.Response:
        if request.query.get("as") == "lines":
            return web.Response(
                text=self._fleet.log.as_lines(), content_type="application/x-ndjson"
            )
        return web.json_response(self._fleet.log.as_json())

    async def figures(self, _request: web.Request) -> web.Response:
        return web.json_response(self._fleet.live())

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """All versions of a service on one page; of one environment where the path names it."""
        sites = self._scraped(request)
        showings = [site.breaks.metrics for site in sites if site.breaks.metrics != "ok"]
        tallies = [tally for site in sites for tally in site.tallies()]
        return await SHOW[showings[0] if showings else "ok"](tallies)

    def _scraped(self, request: web.Request) -> list[Site]:
        if "environment" in request.match_info:
            return [self._site(request)]
        service = request.match_info["service"]
        sites = [site for site in self._fleet.sites.values() if site.seed.service == service]
        return sites or [self._fleet.site(service, "any environment")]

    # ---------------------------------------------------------------- deploying

    async def observe(self, request: web.Request) -> web.StreamResponse:
        return await self._deploying.observe(request, self._site(request))

    async def apply(self, request: web.Request) -> web.StreamResponse:
        return await self._deploying.apply(request, self._site(request), await body_of(request))

    async def find(self, request: web.Request) -> web.StreamResponse:
        return await self._deploying.find(request, self._site(request))

    # ---------------------------------------------------------------- spoiling

    async def break_(self, request: web.Request) -> web.Response:
        """`version` left out: the site's own page and its users are broken."""
        site, body = self._site(request), refusal.as_object(await body_of(request))
        if "version" not in body:
            return self._break_site(site, break_site(site.breaks, body))
        version = site.versions[refusal.word(body, "version", site.seed.versions)]
        reset = "reset_counters" in body and refusal.flag(body, "reset_counters")
        changes = {word: body[word] for word in body if word not in ("version", "reset_counters")}
        await version.break_by(break_version(version.breaks, changes))
        if reset:
            version.renew()
        return _broken_answer(version.breaks)

    async def mend(self, request: web.Request) -> web.Response:
        """One version, or with none named the whole site; its traffic comes as seeded again."""
        site, body = self._site(request), refusal.as_object(await body_of(request))
        refusal.only(body, ("version",))
        names = site.seed.versions
        if "version" in body:
            await site.versions[refusal.word(body, "version", names)].break_by(VersionBreaks())
            return _broken_answer(VersionBreaks())
        for name in names:
            await site.versions[name].break_by(VersionBreaks())
        self._fleet.set_traffic(site, site.seed.rps)
        return self._break_site(site, SiteBreaks())

    async def traffic(self, request: web.Request) -> web.Response:
        site, body = self._site(request), refusal.as_object(await body_of(request))
        refusal.only(body, ("rps",))
        rps = refusal.number({"rps": None} | dict(body), "rps", 0, FASTEST)
        self._fleet.set_traffic(site, rps)
        return web.json_response({"rps": rps})

    def _break_site(self, site: Site, breaks: SiteBreaks) -> web.Response:
        self._fleet.break_site(site, breaks)
        return _broken_answer(breaks)

    async def faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": self._fleet.door.as_json()})

    async def set_fault(self, request: web.Request) -> web.Response:
        self._fleet.door.set(read_fault(await body_of(request)))
        return web.json_response({"faults": self._fleet.door.as_json()}, status=201)

    async def clear_faults(self, _request: web.Request) -> web.Response:
        self._fleet.door.clear()
        return web.json_response({"faults": []})

    async def reset(self, _request: web.Request) -> web.Response:
        await self._fleet.reset()
        return web.json_response({"status": "as seeded"})

    # ---------------------------------------------------------------- through the proxy

    async def user(self, request: web.Request) -> web.StreamResponse:
        try:
            site = self._site(request)
        except FleetRefusal as no:
            return web.json_response(no.as_json(), status=no.status)
        return response(await self._fleet.proxy.forward(site, await call_of(request, 3)))

    async def version(self, request: web.Request) -> web.StreamResponse:
        """One version whatever the split says, under an address that can be known beforehand."""
        site, name = self._site(request), request.match_info["version"]
        version = site.versions[refusal.word({"version": name}, "version", site.seed.versions)]
        return response(await self._fleet.proxy.ask(version, await call_of(request, 4)))


def _broken_answer(breaks: VersionBreaks | SiteBreaks) -> web.Response:
    answer: dict[str, Any] = {"broken": show_breaks(breaks)}
    return web.json_response(answer)
