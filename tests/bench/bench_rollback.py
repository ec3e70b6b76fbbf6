"""From a version turning bad to the rollback arriving at the fleet's deploy API.

Real traffic of 40 requests per second, judged once per poll (the check's `every`). The version
turns bad three polls into a bake, at no particular moment between two polls, and then fails 35 %
of its requests, with at least 15 wanted for a judgement. At 10 % of the users that is four
requests per poll, at 50 % twenty.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median

from bot.config import load
from bot.domain.terms.place import Place
from bot.engine.registry import find_integrations
from bot.practice.fleet.log import EffectEntry
from bot.practice.stage import Stage, opened
from bot.practice.stage.config import Tempo
from bot.practice.stage.stories import ILL
from tests.bench.figures import Figures
from tests.bench.people import begins
from tests.bench.record import one, until

ROUNDS = 3
WELL_FOR = 3
"""Polls before the version turns bad."""
LONGEST = 40.0
SHARES = ("10%", "50%")
STRATEGY = (
    '{{ kind = "canary", steps = [ {{ weight = "{share}", bake = "40m" }}, '
    '{{ weight = "100%", bake = "4m" }} ] }}'
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One way back: when the version turned bad, was judged, and the deployer was asked."""

    bad: datetime
    decided: datetime
    requested: datetime
    poll: timedelta


def run() -> Figures:
    """Seconds and polls; the median of three fresh stages for each share of the users."""
    return asyncio.run(measure())


async def measure() -> Figures:
    figures: Figures = {}
    for share in SHARES:
        found = [await way_back(share) for _ in range(ROUNDS)]
        figures |= summary(f"rollback at {share}", found)
    return figures


def summary(name: str, found: list[Return]) -> Figures:
    spans = [each.requested - each.bad for each in found]
    acting = [each.requested - each.decided for each in found]
    return {
        f"{name} bad to requested s": median(span.total_seconds() for span in spans),
        f"{name} bad to requested worst s": max(span.total_seconds() for span in spans),
        f"{name} bad to requested polls": median(
            span / each.poll for span, each in zip(spans, found, strict=True)
        ),
        f"{name} decided to requested ms": 1e3 * median(span.total_seconds() for span in acting),
    }


async def way_back(share: str) -> Return:
    tempo = Tempo(strategies={"checkout": STRATEGY.format(share=share)})
    async with opened(tempo=tempo) as stage:
        poll = poll_of(stage)
        await begins(stage)
        await asyncio.sleep(WELL_FOR * poll.total_seconds())
        bad = datetime.now(UTC)
        await stage.breaks("checkout", "v1.4.2", error_rate=ILL)
        await until(lambda: bool(requests(stage)), LONGEST, "the rollback was asked for")
        entry = requests(stage)[0]
        return Return(bad=bad, decided=decided(stage, entry.key), requested=entry.at, poll=poll)


def poll_of(stage: Stage) -> timedelta:
    """How often the check is polled, as the bot itself reads the stage's config."""
    config = load(stage.folder / "slipway.toml", find_integrations())
    return config.services[Place("checkout", "prod")].checks[0].limits.every


def requests(stage: Stage) -> list[EffectEntry]:
    """The fleet's own log of rollbacks asked for."""
    return [entry for entry in stage.fleet.fleet.log.entries if entry.key.endswith("/roll-back")]


def decided(stage: Stage, key: str) -> datetime:
    """When the fact was recorded whose effect has this key."""
    stream, version, _ = key.split("/")
    sql = "SELECT at FROM events WHERE stream = ? AND version = ?"
    return datetime.fromisoformat(one(stage.database, sql, stream, int(version)))
