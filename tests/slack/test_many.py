"""200 live releases in one channel, at Slack's pace: the workspace says no 429, alerts go first.

Engine, store, teller and transport are the real ones, and the workspace counts calls by its own
table over real HTTP. All of them share one clock that moves in half seconds, so that a quarter of
an hour takes seconds; the loop below stands for the outbox: it leases by priority, as that does.
"""

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.intents import release as i
from bot.domain.terms.strategy import Observed
from bot.engine.lanes.chat import ChatLane
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult, backoff, note_of
from bot.engine.lanes.refresher import row_for
from bot.ports.outcomes import IntegrationError
from bot.ports.store import Batch, Effect
from bot.practice.workspace import Workspace, serve
from bot.practice.workspace.journal import JournalEntry
from bot.slack.calls import WebApi
from bot.slack.chat import SlackChat
from bot.slack.limits import MethodLimits
from tests.domain.builders import MEI, OLD
from tests.engine.rig import Rig, lenient

LIVE = 200
TICK = timedelta(seconds=0.5)
LEASE = timedelta(minutes=5)
SETTLING = timedelta(minutes=2)
WATCHED = timedelta(minutes=8)
ALARMS = 10
ALARM_WITHIN = timedelta(seconds=15)
MINUTE = 60.0
TIERS = {"chat.update": 50, "chat.postMessage": 60, "conversations.open": 50}
"""Calls in any minute; posts are those of the one channel."""


@dataclass(slots=True)
class Busy:
    """The rig, its teller before a real workspace, and every request that came there."""

    rig: Rig
    teller: ChatLane
    requests: list[tuple[datetime, JournalEntry]] = field(default_factory=list)

    async def passes(self, span: timedelta) -> None:
        until = self.rig.clock.now() + span
        while self.rig.clock.now() < until:
            await self.sends()
            self.rig.clock.advance(TICK)

    async def sends(self) -> None:
        """What is due now, what matters most first."""
        store, clock = self.rig.store, self.rig.clock
        for row in await store.lease(("chat",), clock.now(), clock.now() + LEASE, 1000):
            result = await self._performed(row)
            if isinstance(result, RowDone):
                await store.settle(row.key, result.outcome, clock.now())
            else:
                await store.postpone(row.key, clock.now() + result.span, note_of(row, result))

    async def _performed(self, row: Effect) -> RowResult:
        try:
            return await self.teller.perform(row)
        except IntegrationError as error:
            return RowLater(backoff(row.attempts), str(error))

    async def refreshes(self) -> None:
        """Every card is due at once, as after a restart."""
        now = self.rig.clock.now()
        rows = [row_for(each, now) for each in await self.rig.engine.history.all_live()]
        await self.rig.store.commit(Batch(at=now, effects=rows))

    def sent(self, beginning: str) -> list[datetime]:
        return [
            at
            for at, each in self.requests
            if each["method"] == "chat.postMessage" and each["args"]["text"].startswith(beginning)
        ]


@asynccontextmanager
async def busy() -> AsyncIterator[Busy]:
    rig = Rig(*(lenient(service=f"service-{nth}") for nth in range(LIVE)))
    served = await serve(Workspace(now=rig.clock.now))
    client = AsyncWebClient(token="xoxb-practice", base_url=served.api_url, retry_handlers=[])
    chat = SlackChat(WebApi(client, lambda _point: None), MethodLimits(rig.clock.monotonic))
    found = Busy(rig, ChatLane(rig.engine, chat, rig.readers, "C0RELEASES"))

    def hear(entry: JournalEntry) -> None:
        if entry["kind"] == "request":
            found.requests.append((rig.clock.now(), entry))

    served.workspace.journal.listen(hear)
    try:
        yield found
    finally:
        await served.stop()


async def takes_off(rig: Rig, nth: int) -> str:
    """One service has its first version, and a release that is on its way."""
    service, environment = f"service-{nth}", "prod"
    seen = Observed(revisions={OLD.version: 100.0})
    adopted = i.Adopt(by=MEI, service=service, environment=environment, seen=seen)
    assert (await rig.engine.open(adopted)).ok
    begun = i.Start(by=MEI, release="", service=service, environment=environment, version="v1.4.2")
    answer = await rig.engine.open(begun)
    await rig.fly(answer.release)
    return answer.release


def busiest(times: list[datetime]) -> int:
    """The most calls in any minute."""
    stamps = [at.timestamp() for at in times]
    return max((sum(at <= each < at + MINUTE for each in stamps) for at in stamps), default=0)


async def test_200_live_releases_stay_within_every_tier_and_alerts_go_first() -> None:
    async with busy() as found:
        names = [await takes_off(found.rig, nth) for nth in range(LIVE)]
        await found.passes(SETTLING)
        await found.refreshes()
        rang = found.rig.clock.now()
        for name in names[-ALARMS:]:
            assert (await found.rig.engine.tell(name, i.Rollback(by=MEI, because="odd"))).ok
        await found.passes(WATCHED)
        alerts = found.sent("ROLLING BACK")
        late = [each for each in found.sent("") if each > alerts[-1]]
        print(f"the last of {ALARMS} alerts after {(alerts[-1] - rang).total_seconds():.1f} s")
    refused = [each for _, each in found.requests if each["status"] == 429]
    assert refused == []
    for method, most in TIERS.items():
        times = [at for at, each in found.requests if each["method"] == method]
        assert busiest(times) <= most, method
    assert len(alerts) == ALARMS
    assert alerts[-1] - rang <= ALARM_WITHIN
    assert len(late) > ALARMS, "nothing waited, so nothing was overtaken"
    assert Counter(each["method"] for _, each in found.requests)["chat.update"] > ALARMS
