"""What must be true of the record and the world after every schedule (ids of reliability.md 4)."""

import json

from bot.domain import facts as f
from bot.domain.evolve import fold
from bot.domain.judge.samples import Outcome
from bot.domain.moves import ENDS, State
from bot.domain.release import Release
from bot.engine.history import History
from bot.engine.projection import status_of
from bot.store.sqlite import open_inline
from bot.store.verify import Verified, verify
from tests.sim.world import World

FORWARD = ("apply", "finish")


async def check(world: World) -> list[Release]:
    """Every release of the world, after all invariants were found to hold."""
    store = open_inline(world.conn)
    history = History(store)
    releases = []
    for number in range(1, await store.count_streams("R-") + 1):
        facts = await history.facts(f"R-{number}")
        release = fold(facts)  # I9, I10: raises where an edge is not of the table
        assert release is not None
        await _check_release(world, release, facts)
        releases.append(release)
    _at_most_once(world)
    await _effects_were_written_first(world, store)
    assert isinstance(verify(world.conn), Verified)  # I8
    claims = await store.claims()
    live = {release.id for release in releases if release.is_live}
    assert set(claims.values()) == live  # I4: no end leaks a lock, nothing lives without one
    return releases


async def _check_release(world: World, release: Release, facts: list[f.Fact]) -> None:
    store = open_inline(world.conn)
    rows = await store.statuses(limit=1000)
    row = next(row for row in rows if row.stream == release.id)
    assert row == status_of(release)  # I7: the projection is what folding gives
    _steps_were_earned(release, facts)
    _way_back(world, release, facts)
    _names_whom_it_waits_for(release)


def _steps_were_earned(release: Release, facts: list[f.Fact]) -> None:
    """I16, I35: no step moved on without a pass of every check and its time."""
    wanted = {check.name for check in release.rules.checks}
    for fact in facts:
        if isinstance(fact, f.StepBaked | f.LastStepBaked | f.GateReached):
            step = release.rules.strategy.steps[fact.step]
            passed = {v.check for v in fact.verdicts if v.outcome is Outcome.PASS}
            assert fact.watched >= step.bake
            assert wanted <= passed or not step.meets_users


def _way_back(world: World, release: Release, facts: list[f.Fact]) -> None:
    decided = [fact for fact in facts if isinstance(fact, f.RollbackDecided)]
    automatic = [fact for fact in decided if fact.by == f.BOT]
    assert len(automatic) <= 1  # I20
    done = [key for key, _ in world.deployer.effects if key.startswith(f"{release.id}/")]
    backs = [index for index, key in enumerate(done) if key.endswith("/roll-back")]
    if backs:
        assert not [key for key in done[backs[0] :] if key.endswith(FORWARD)]  # I18
    for key, desired in world.deployer.effects:
        if key.startswith(f"{release.id}/") and key.endswith("/roll-back"):  # I19
            assert desired.stable == (release.stable and release.stable.revision)
            assert desired.weight.percent == 0


def _names_whom_it_waits_for(release: Release) -> None:
    """I21, I22: over, or standing still for a reason that a person can read."""
    if release.state in ENDS:
        return
    assert release.state in (State.HELD, State.GATED, State.STUCK), release.state
    assert release.holds or release.state is not State.HELD


def _at_most_once(world: World) -> None:
    """I1: nothing was done twice, at the deployer or in the chat."""
    keys = [key for key, _ in world.deployer.effects]
    assert len(keys) == len(set(keys)), keys
    posted = [(post.place.channel, post.key) for post in world.chat.posts]
    assert len(posted) == len(set(posted)), posted


async def _effects_were_written_first(world: World, store: object) -> None:
    """I2, I23: each effect has its row; each row that waits has a time."""
    rows = world.conn.execute("SELECT key, done_at, due_at, body FROM outbox").fetchall()
    keys = {row[0] for row in rows}
    assert {key for key, _ in world.deployer.effects} <= keys
    assert {post.key for post in world.chat.posts} <= keys
    waiting = [json.loads(row[3])["do"] for row in rows if row[1] is None]
    assert not [do for do in waiting if not do.startswith("alarm-")], waiting
