"""An outside auditor: reads the database and the world's own logs, and says what is not true.

Ids are those of docs/promises.md. Nothing here asks the bot.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.release import RollbackProposed
from bot.domain.judge.samples import Outcome
from bot.domain.state.evolve import fold
from bot.domain.state.moves import ENDS, State
from bot.domain.state.release import Release
from bot.engine.record.codec import status_of
from bot.engine.record.history import History
from bot.ports.store import Store
from bot.store.verify import Verified, verify

ASKED_WITHIN = timedelta(seconds=40)
FORWARD = ("/apply", "/finish")
STANDING = frozenset({State.HELD, State.GATED, State.STUCK})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """Something the target says was done to it, in its own order."""

    key: str
    stable: str | None
    weight: float
    at: datetime | None = None

    @property
    def release(self) -> str:
        return self.key.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldLog:
    """`posts` are (channel, key) of every message that stands, in order."""

    effects: Sequence[Effect]
    posts: Sequence[tuple[str, str]]


async def audit(store: Store, conn: sqlite3.Connection, world: WorldLog) -> list[Release]:
    """Every release, oldest first. Raises AssertionError with what is not true."""
    history = History(store)
    releases = []
    for number in range(1, await store.count_streams("R-") + 1):
        facts = await history.facts(f"R-{number}")
        release = fold(facts)  # I9, I10: raises where an edge is not of the table
        assert release is not None
        await projection_is_the_fold(store, release)
        steps_were_earned(release, facts)
        back_went_back(world, release, facts)
        names_whom_it_waits_for(release)
        rollbacks_were_asked_for_at_once(world, release, facts)
        releases.append(release)
    at_most_once(world)
    written_before_done(conn, world)
    withdrawn_was_never_done(conn, world)
    everything_says_who(conn)
    await claims_are_the_living(store, releases)
    found = verify(conn)
    assert isinstance(found, Verified), found  # I8
    return releases


async def projection_is_the_fold(store: Store, release: Release) -> None:
    """I7: replaying the facts gives the row byte for byte."""
    rows = {row.stream: row for row in await store.statuses(limit=1000)}
    assert rows[release.id] == status_of(release)


def answered_for(fact: Fact, facts: Sequence[Fact]) -> frozenset[str]:
    """The checks of which a person said, with a reason, that the release stays."""
    hold = getattr(fact, "hold", None)
    if hold is not f.Hold.PROPOSAL or fact.by == BOT or not getattr(fact, "because", ""):
        return frozenset()
    asked = [each for each in facts if isinstance(each, RollbackProposed) and each.at <= fact.at]
    return asked[-1].blamed


def steps_were_earned(release: Release, facts: Sequence[Fact]) -> None:
    """I16, I35: no step moved on without a pass of every check and its time."""
    wanted = {check.name for check in release.rules.checks}
    for fact in facts:
        wanted -= answered_for(fact, facts)
        if isinstance(fact, f.StepBaked | f.LastStepBaked | f.GateReached):
            step = release.rules.strategy.steps[fact.step]
            passed = {v.check for v in fact.verdicts if v.outcome is Outcome.PASS}
            assert fact.watched >= step.bake, fact
            assert wanted <= passed or not step.meets_users, fact


def back_went_back(world: WorldLog, release: Release, facts: Sequence[Fact]) -> None:
    """I18 nothing forward after a rollback, I19 to the pinned stable, I20 once by itself."""
    decided = [fact for fact in facts if isinstance(fact, f.RollbackDecided)]
    assert len([fact for fact in decided if fact.by == BOT]) <= 1
    done = [effect for effect in world.effects if effect.release == release.id]
    backs = [at for at, effect in enumerate(done) if effect.key.endswith("/roll-back")]
    after = done[backs[0] :] if backs else []
    assert not [effect.key for effect in after if effect.key.endswith(FORWARD)]
    for at in backs:
        assert done[at].stable == (release.stable and release.stable.revision)
        assert done[at].weight == 0


def names_whom_it_waits_for(release: Release) -> None:
    """I21, I22: over, or standing still for a reason that a person can read."""
    if release.state in ENDS:
        return
    assert release.state in STANDING, release.state
    assert release.holds or release.state is not State.HELD


def rollbacks_were_asked_for_at_once(
    world: WorldLog, release: Release, facts: Sequence[Fact]
) -> None:
    """I17: decided, it was asked of the target within a restart and 30 s, or it rang."""
    decided = next((fact for fact in facts if isinstance(fact, f.RollbackDecided)), None)
    asked = [e.at for e in world.effects if e.release == release.id and e.weight == 0 and e.at]
    if decided is None or not asked:
        return
    rang = any(isinstance(fact, f.RollbackFailed) for fact in facts)
    assert rang or min(asked, key=lambda at: abs(at - decided.at)) - decided.at < ASKED_WITHIN


def withdrawn_was_never_done(conn: sqlite3.Connection, world: WorldLog) -> None:
    """I3, I25: what was superseded before it was tried never reached the world."""
    rows = conn.execute(
        "SELECT key FROM outbox WHERE attempts = 0 AND outcome LIKE '{\"superseded%'"
    ).fetchall()
    untried = {row[0] for row in rows}
    assert not untried & {effect.key for effect in world.effects}
    assert not untried & {key for _, key in world.posts}


def everything_says_who(conn: sqlite3.Connection) -> None:
    """I6: no fact without an actor."""
    assert conn.execute("SELECT COUNT(*) FROM events WHERE actor = ''").fetchone() == (0,)


def at_most_once(world: WorldLog) -> None:
    """I1: nothing was done twice, at the target or in the chat."""
    keys = [effect.key for effect in world.effects]
    assert len(keys) == len(set(keys)), keys
    assert len(world.posts) == len(set(world.posts)), world.posts


def written_before_done(conn: sqlite3.Connection, world: WorldLog) -> None:
    """I2, I23: each effect has its row; no row that is no alarm is left waiting."""
    rows = conn.execute("SELECT key, done_at, body FROM outbox").fetchall()
    keys = {row[0] for row in rows}
    assert {effect.key for effect in world.effects} <= keys
    assert {key for _, key in world.posts} <= keys
    waiting = [json.loads(row[2])["do"] for row in rows if row[1] is None]
    assert not [do for do in waiting if not do.startswith("alarm-")], waiting


async def claims_are_the_living(store: Store, releases: Sequence[Release]) -> None:
    """I4: no end leaks a claim, and nothing lives without one."""
    living = {release.id for release in releases if release.is_live}
    assert set((await store.claims()).values()) == living
