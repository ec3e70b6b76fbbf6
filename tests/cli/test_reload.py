"""The config read again while the bot runs."""

import asyncio
import sqlite3
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.cli.reloading import Reloader
from bot.cli.run import reload_at
from bot.cli.wiring import Bot, assemble, build, http_for
from bot.config import load
from bot.domain.facts.bot import ConfigReloaded
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.terms.place import Place
from bot.domain.terms.strategy import Observed
from bot.engine.clock import SystemClock
from bot.engine.door.door import Inbound, Reply
from bot.engine.parts import Ports
from bot.engine.record.codec import fact_of
from bot.ports.changes import Compared
from bot.ports.clock import Clock
from bot.ports.directory import Person
from bot.ports.gate import GateReply, Pending, Question
from bot.ports.http import Http
from bot.ports.integration import Parts, Settings
from bot.ports.outcomes import NotFound
from bot.store.sqlite import open_inline
from tests.config.sample import ABSENT, MoverTarget, changed, toml
from tests.config.sample import KNOWN as SAMPLE
from tests.engine.rig import FakeDirectory
from tests.fakes.deployer import FakeDeployer
from tests.fakes.metrics import FakeMetrics
from tests.fakes.pager import FakePager

MEI, SAM = "U0MEI", "U0SAM"
TOKEN = "SLIPWAY_TEST_TOKEN"
MAY = {"start": "anyone", "adopt": "anyone", "rollback": "anyone", "override": "devs"}


class MoverSettings(Settings):
    apply: list[str]
    token: SecretStr | None = None


class SilentGate:
    """Never says more than that it needs time."""

    async def ask(self, question: Question, *, key: str) -> GateReply:
        return Pending(again=timedelta(minutes=1))


class NoChanges:
    """A source of changes that knows of none."""

    async def between(self, base: str | None, head: str) -> Compared:
        raise NotFound("There is no such revision here.")

    async def ping(self) -> None:
        return


class Stage:
    """A bot on a config in a file, with a vendor that says what was built and closed."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "slipway.toml"
        self.built: list[str] = []
        self.closed: list[str] = []
        mover = replace(SAMPLE["mover"], settings=MoverSettings, build=self.build)
        self.known = {**SAMPLE, "mover": replace(mover, target=MoverTarget)}
        self.writes({})
        config, clock = load(self.path, self.known), SystemClock()
        http = http_for(config, clock)
        made = build(config, http, clock)
        self.reloader = Reloader(config, made, http, lambda: load(self.path, self.known))
        known = {each: Person(id=each, name=each.lower(), is_member=True) for each in (MEI, SAM)}
        store = open_inline(sqlite3.connect(":memory:"))
        directory = FakeDirectory(people=known)
        self.bot: Bot = assemble(config, store, clock, made, directory, self.reloader.reload)
        self.reloader.serve(self.bot)

    def build(self, settings: Any, http: Http, clock: Clock) -> Parts:
        name = settings.apply[0]
        self.built.append(name)

        async def close() -> None:
            self.closed.append(name)

        return Parts(
            deployer=FakeDeployer(clock),
            metrics=FakeMetrics(clock, lambda _query, _window: ()),
            pager=FakePager(),
            gate=SilentGate(),
            changes=NoChanges(),
            close=close,
        )

    def writes(self, changes: dict[str, Any]) -> None:
        self.path.write_text(toml(changed({"defaults.may": MAY, **changes})))

    async def types(self, text: str = "reload", by: str = MEI, key: str = "I1") -> Reply:
        return await self.bot.door.hear(Inbound(key=key, text=text, by=by, via="slash"))

    async def facts(self) -> list[ConfigReloaded]:
        noted = [fact_of(event) for event in await self.bot.engine.store.load("bot")]
        return [fact for fact in noted if isinstance(fact, ConfigReloaded)]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


LEDGER = {"environments": {"prod": {"strategy": {"kind": "rolling"}}}}


async def test_what_was_added_can_be_released_at_once(stage: Stage) -> None:
    stage.writes({"services.ledger": LEDGER, "services.handbook": ABSENT})
    reply = await stage.types()
    assert reply.code == ""
    assert "added ledger in prod" in reply.message.text
    assert stage.bot.book.at(Place("ledger", "prod")).rules is not None
    assert stage.bot.book.at(Place("handbook", "prod")).rules is None


async def test_it_is_a_fact_with_who_and_what(stage: Stage) -> None:
    stage.writes({"defaults.rollback": {"within": "3m"}, "slack.announce": "#other"})
    await stage.types()
    (fact,) = await stage.facts()
    assert (fact.by, fact.digest) == (MEI, stage.reloader.config.digest)
    assert fact.diff == (
        "changed rollback.within: checkout in prod, checkout in staging, handbook in prod",
        "changed slack.announce: from the next start on",
    )


async def test_a_bad_one_keeps_the_last_good_and_says_every_mistake(stage: Stage) -> None:
    before = stage.bot.book.policy
    stage.writes({"timezone": "Mars", "people.devs": {}})
    reply = await stage.types()
    assert reply.code == "CONFIG_REFUSED"
    assert all(word in reply.message.text for word in ("Mars", "nobody is named here", "last good"))
    assert stage.bot.book.policy is before
    assert await stage.facts() == []


async def test_a_mistake_in_a_service_stops_it_and_is_said(stage: Stage) -> None:
    stage.writes({"services.handbook.environments.prod.tier": 9})
    text = (await stage.types()).message.text
    assert "may not start any more: handbook in prod" in text
    assert "9 is out of range" in text
    assert stage.bot.book.at(Place("handbook", "prod")).quarantine


async def test_it_needs_the_right_to_override_somewhere(stage: Stage) -> None:
    stage.writes({"services.ledger": LEDGER})
    reply = await stage.types(by=SAM)
    assert (reply.code, "devs" in reply.message.text) == ("NO_RIGHT", True)
    assert stage.bot.book.at(Place("ledger", "prod")).rules is None


async def test_the_same_input_again_reloads_once(stage: Stage) -> None:
    first = await stage.types()
    stage.writes({"services.ledger": LEDGER})
    assert await stage.types() == first
    assert len(await stage.facts()) == 1


async def test_only_what_changed_is_built_anew_and_the_old_closed(stage: Stage) -> None:
    table = {"use": "mover", "apply": ["./other.sh"]}
    stage.writes({"integrations.other": table})
    await stage.types()
    kept = stage.bot.ports.deployer("shop")
    stage.writes({"integrations.other": {**table, "apply": ["./third.sh"]}})
    await stage.types(key="I2")
    assert stage.built == ["./apply.sh", "./other.sh", "./third.sh"]
    assert stage.bot.ports.deployer("shop") is kept
    assert stage.closed == []
    await stage.reloader.close()
    assert sorted(stage.closed) == ["./apply.sh", "./other.sh", "./third.sh"]


async def test_a_secret_that_holds_something_else_is_taken_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN, "hunter2")
    stage.writes({"integrations.shop.token": f"env:{TOKEN}"})
    await stage.types()
    monkeypatch.setenv(TOKEN, "hunter3")
    text = (await stage.types(key="I2")).message.text
    assert "changed integrations.shop: what a secret holds" in text
    assert "hunter" not in text + str(await stage.facts())
    assert stage.built == ["./apply.sh"] * 3


async def test_a_live_release_keeps_the_deployer_that_it_was_pinned_to(stage: Stage) -> None:
    pinned = stage.bot.ports.deployer("shop")
    seen = Observed(revisions={"v1": 100.0})
    adopt = i.Adopt(by=MEI, service="handbook", environment="prod", seen=seen)
    start = i.Start(by=MEI, release="", service="handbook", environment="prod", version="v2")
    assert (await stage.bot.engine.open(adopt)).ok
    assert (await stage.bot.engine.open(start)).ok
    stage.writes(
        {
            "integrations.shop": ABSENT,
            "integrations.new": {"use": "mover", "apply": ["./new.sh"]},
            "defaults.deployer": "new",
        }
    )
    assert (await stage.types()).code == ""
    assert stage.bot.ports.deployer("shop") is pinned


NEEDED = ("carrier", "counter", "phone", "board", "repo")
STEPS = [{"weight": "10%", "bake": "1m"}, {"weight": "100%", "bake": "1m", "ask": "board"}]
EVERY = {
    **{f"integrations.{name}": {"use": "mover", "apply": [name]} for name in NEEDED},
    "defaults.deployer": "carrier",
    "checks.errors.source": "counter",
    "defaults.rollback.page": "phone",
    "defaults.changes": "repo",
    "services.handbook.environments.prod.strategy": {"kind": "canary", "steps": STEPS},
}


async def test_a_reload_drops_no_port_that_a_live_release_needs(stage: Stage) -> None:
    """E4: gates, change sources and pagers stay like deployers and metric sources."""
    stage.writes(EVERY)
    assert (await stage.types()).code == ""
    seen = Observed(revisions={"v1": 100.0})
    adopt = i.Adopt(by=MEI, service="handbook", environment="prod", seen=seen)
    start = i.Start(by=MEI, release="", service="handbook", environment="prod", version="v2")
    assert (await stage.bot.engine.open(adopt)).ok
    assert (await stage.bot.engine.open(start)).ok
    ports = stage.bot.ports
    stage.writes({"integrations.new": {"use": "mover", "apply": ["new"]}})
    assert (await stage.types(key="I2")).code == ""
    (live,) = await stage.bot.engine.history.all_live()
    needs = live.rules.integrations()
    assert {need.port for need in needs} == set(by_port(ports))
    assert {need.name for need in needs} == set(NEEDED)
    for need in needs:
        assert need.name in by_port(ports)[need.port], need
    assert not stage.closed


def by_port(ports: Ports) -> dict[str, dict[str, Any]]:
    """Every port there is, called as `Parts` calls it: `deployers` are of `deployer`."""
    every = {each.name: dict(getattr(ports, each.name)) for each in fields(ports)}
    return {name if name in PORTS else name.removesuffix("s"): made for name, made in every.items()}


PORTS = {each.name for each in fields(Parts)}


async def test_a_signal_reloads(stage: Stage) -> None:
    again = asyncio.Event()
    task = asyncio.create_task(reload_at(again, stage.reloader))
    stage.writes({"services.ledger": LEDGER})
    again.set()
    async with asyncio.timeout(5):
        while not await stage.facts():  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    assert (await stage.facts())[0].by == BOT
    assert stage.bot.book.at(Place("ledger", "prod")).rules is not None
