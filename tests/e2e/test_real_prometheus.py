"""`slipway run` as a team would run it: its own deploy script, a real Prometheus, a workspace."""

import json
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.practice.stage.stage import MEI, Stage, opened
from tests.e2e.prometheus import prometheus
from tests.servers import needs_server

CONFIG = """\
version    = 1
database   = "{database}"
time_scale = 30

[slack]
announce  = "#shop-releases"
bot_token = "env:SLACK_BOT_TOKEN"
app_token = "env:SLACK_APP_TOKEN"
api_url   = "{api_url}"

[web]
enabled = false

[integrations.shop]
use     = "command"
apply   = ["{python}", "{shop}", "apply", "$service", "$environment", "$revision", "$weight"]
observe = ["{python}", "{shop}", "observe", "$service", "$environment"]
find    = ["{python}", "{shop}", "find", "$service", "$environment"]
pass_environment = ["SHOP_FLEET"]

[integrations.prom]
use = "prometheus"
url = "{prometheus}"

[people]
shop-devs = {{ group = "S0SHOPDEV" }}

[checks.errors]
source   = "prom"
requests = 'sum(increase(http_requests_total{{service="$service",track="$track"}}[$window]))'
errors   = '''sum(increase(
  http_requests_total{{service="$service",track="$track",code=~"5.."}}[$window]))'''
limit    = "5%"
window   = "2m"
needs    = 20

[checks.latency]
source   = "prom"
buckets  = '''sum by (le) (increase(
  http_request_duration_seconds_bucket{{service="$service",track="$track"}}[$window]))'''
quantile = "p95"
limit    = "2s"
window   = "2m"
needs    = 20

[services.checkout.environments.prod]
deployer = "shop"
checks   = ["errors", "latency"]
rollback = {{ within = "5m" }}
may      = {{ start = "shop-devs" }}
[services.checkout.environments.prod.strategy]
kind  = "canary"
steps = [ {{ weight = "25%", bake = "4m" }}, {{ weight = "100%", bake = "4m" }} ]
"""
SHOP = Path(__file__).parent / "bin" / "shop.py"


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[Stage]:
    """A stage whose bot runs on a config of its own."""
    async with opened() as stage, prometheus(folder, f"{stage.fleet.url}/metrics/checkout") as url:
        text = CONFIG.format(
            database=stage.database,
            api_url=stage.workspace.api_url,
            python=sys.executable,
            shop=SHOP,
            prometheus=url,
        )
        (stage.folder / "slipway.toml").write_text(text)
        stage.environment["SHOP_FLEET"] = stage.fleet.url
        await stage.raise_bot()
        await stage.listens()
        await stage.types(MEI, "/release adopt checkout in prod")
        yield stage


@needs_server("prometheus")
@pytest.mark.timeout(180)
async def test_a_healthy_canary_goes_all_the_way(tmp_path: Path) -> None:
    async with shop(tmp_path) as stage:
        await stage.types(MEI, "/release start checkout v1.4.2 to prod")
        await stage.reaches("succeeded")
        assert weights(stage) == [25, 100, 100]


@needs_server("prometheus")
@pytest.mark.timeout(180)
async def test_a_bad_one_is_rolled_back_and_told(tmp_path: Path) -> None:
    async with shop(tmp_path) as stage:
        await stage.types(MEI, "/release start checkout v1.4.2 to prod")
        await stage.reaches("baking")
        await stage.breaks("checkout", "v1.4.2", error_rate=0.5)
        await stage.reaches("rolled_back")
        await stage.quiet()
        assert weights(stage)[-1] == 0
        assert any("ROLLING BACK" in text or "OVER" in text for text in said(stage))


def weights(stage: Stage) -> list[float]:
    """What the fleet was told, in order."""
    keys = [entry["key"] for entry in stage.fleet.fleet.log.as_json() if entry["accepted"]]
    return [wanted(stage, key) for key in keys]


def wanted(stage: Stage, key: str) -> float:
    conn = sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)
    try:
        row = conn.execute("SELECT body FROM outbox WHERE key = ?", (key,)).fetchone()
        weight: float = json.loads(row[0])["desired"]["weight"]["percent"]
        return weight
    finally:
        conn.close()


def said(stage: Stage) -> list[str]:
    rooms = stage.workspace.workspace.snapshot()["channels"]
    return [said.get("text", "") for room in rooms for said in room["messages"]]
