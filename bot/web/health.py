"""`/healthz` and `/metrics`: what is true of the bot itself, for supervisors and Prometheus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, generate_latest

from bot.engine.record.engine import Engine
from bot.ports.store import StoreError


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """`checks` answer a sentence about what is wrong with one part, or nothing.

    `lanes` are those that the outbox performs.
    """

    engine: Engine
    lanes: tuple[str, ...]
    started: datetime
    checks: Mapping[str, Callable[[], str]]


HEALTH = web.AppKey("health", Health)


def routes(health: Health) -> web.Application:
    app = web.Application()
    app[HEALTH] = health
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", metrics)
    return app


async def healthz(request: web.Request) -> web.Response:
    """200 where everything works, else 503 with what does not."""
    health = request.app[HEALTH]
    wrong = {name: said for name, check in health.checks.items() if (said := check())}
    late = await store_fault(health.engine)
    if late:
        wrong["record"] = late
    up = (health.engine.clock.now() - health.started).total_seconds()
    body = {"ok": not wrong, "up_seconds": round(up, 1), "wrong": wrong}
    return web.json_response(body, status=503 if wrong else 200)


async def store_fault(engine: Engine) -> str:
    try:
        await engine.store.head()
    except StoreError as error:
        return str(error)
    return ""


async def metrics(request: web.Request) -> web.Response:
    """The exposition format, read fresh at each scrape: nothing is kept beside the record."""
    registry = CollectorRegistry()
    health = request.app[HEALTH]
    engine = health.engine
    live = Gauge("slipway_releases_live", "Releases that hold a claim.", registry=registry)
    live.set(len(set((await engine.store.claims()).values())))
    facts = Gauge("slipway_facts", "Facts in the record.", registry=registry)
    facts.set((await engine.store.head())[0])
    waiting = Gauge(
        "slipway_outbox_oldest_seconds",
        "How long the oldest due effect of a lane has waited.",
        ["lane"],
        registry=registry,
    )
    for lane in health.lanes:
        due = await engine.store.next_due([lane])
        late = (engine.clock.now() - due).total_seconds() if due else 0.0
        waiting.labels(lane).set(max(0.0, late))
    return web.Response(
        body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST}
    )
