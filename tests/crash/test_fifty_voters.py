"""Fifty people vote at once, each twice, everything is delivered twice, and the bot is killed."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.facts.vote import Choice
from bot.engine.record.history import History
from bot.practice.stage.config import Tempo
from bot.practice.stage.stage import CHANNEL, Stage, opened
from bot.practice.workspace.seed import ROOMS, Member, Seed
from bot.store.sqlite import open_reader
from bot.store.verify import Verified, verify
from tests.auditor import at_most_once
from tests.crash.stage import start, supervised, world_of

VOTERS = tuple(f"U0V{number:02d}" for number in range(50))
"""Who holds a seat of their own each: the release goes with the last of them, whoever that is."""
FIRST_DIES_AT = 12
"""Ballots in the record when the bot is killed."""
LAST = 2
"""Who vote when all others have: either of them may be the one with whom it goes."""
FAST = '{ kind = "rolling", bake = "2m" }'


def people() -> tuple[Member, ...]:
    return tuple(
        Member(id=each, name=each.lower(), real_name=each, email=f"{each}@practice.example")
        for each in VOTERS
    )


def seed() -> Seed:
    """Nobody waits for Slack's limits here: they are met elsewhere."""
    base = Seed(rate_factor=20.0)
    rooms = tuple(
        replace(room, members=(*room.members, *VOTERS)) if room.id == CHANNEL else room
        for room in ROOMS
    )
    return replace(base, people=(*base.people, *people()), rooms=rooms)


def poll() -> str:
    seats = ", ".join(f'seat-{each.lower()} = "{each.lower()}"' for each in VOTERS)
    return (
        f"poll     = {{ seats = {{ {seats} }}, quorum = {len(VOTERS)}, "
        'closes_after = "4h", valid_for = "4h" }\n'
    )


def named() -> str:
    return "\n".join(f'[people.{each.lower()}]\nusers = ["{each}"]' for each in VOTERS)


TEMPO = Tempo(
    scale=60,
    needs=5,
    within="60m",
    shift_within="60m",
    strategies={"checkout": FAST},
    modes={"checkout": poll()},
    sections=named(),
    seed=seed(),
)


@dataclass(slots=True)
class Hall:
    """The stage with the fifty in front of it, and what its record says of their ballots."""

    stage: Stage
    cast: tuple[p.BallotCast, ...] = ()

    async def watches(self) -> None:
        """Reads the record again and again: a person sees there whether they were counted."""
        while True:
            facts = await recorded(self.stage)
            self.cast = tuple(fact for fact in facts if isinstance(fact, p.BallotCast))
            await asyncio.sleep(0.1)

    def counted(self, person: str, choice: Choice) -> bool:
        return any(each.by == person and each.choice is choice for each in self.cast)

    async def votes(self, person: str, choice: Choice, way: int) -> None:
        """One vote by one way, and again by the same for as long as nobody counted it."""
        while not self.counted(person, choice):
            await self.says(person, choice, way)
            await self.seen(person, choice)

    async def seen(self, person: str, choice: Choice) -> None:
        for _ in range(30):
            if self.counted(person, choice):
                return
            await asyncio.sleep(0.1)

    async def says(self, person: str, choice: Choice, way: int) -> None:
        """By command, by button, by mention; a no-go says why, so it is typed."""
        because = " because not yet" if choice is Choice.NO_GO else ""
        line = f"vote {choice} R-1{because}"
        if because or way == 0:
            await self.stage.types(person, f"/release {line}")
        elif way == 1:
            await self.presses(person, choice)
        else:
            await self.stage.mentions(person, line)

    async def presses(self, person: str, choice: Choice) -> None:
        [said] = self.stage.questions()
        buttons = [one for block in said["blocks"] for one in block.get("elements", [])]
        found = [one for one in buttons if f"vote {choice} " in one.get("value", "")]
        for button in found:
            act = button["action_id"]
            await self.stage.does(person, do="click", ts=said["ts"], action_id=act)

    async def dies(self) -> None:
        """kill -9 among the ballots."""
        await self.stage.until("some have voted", self.some_voted)
        await self.stage.kill_bot()

    async def comes_again(self) -> int:
        """All that the bot ever acknowledged, in its earlier life too, is delivered once more."""
        waiting = self.stage.workspace.courier.pending.values()
        heard = [pending.envelope for pending in waiting if pending.acks]
        url = f"{self.stage.workspace.url}/control/inject"
        for envelope in reversed(heard):
            async with self.stage.http.post(url, json={"envelope": envelope}) as response:
                assert response.status == 200, await response.text()
        return len(heard)

    async def some_voted(self) -> bool:
        return len(self.cast) >= FIRST_DIES_AT


async def recorded(stage: Stage) -> tuple[Fact, ...]:
    store = open_reader(stage.database)
    try:
        return tuple(await History(store).facts("R-1"))
    finally:
        await store.close()


async def twice(hall: Hall, number: int, person: str) -> None:
    """Half of them change their mind; the others say the same again by another way."""
    first = Choice.NO_GO if number % 2 == 0 else Choice.GO
    await hall.votes(person, first, number % 3)
    if first is Choice.GO:
        await hall.says(person, Choice.GO, (number + 1) % 3)
    await hall.votes(person, Choice.GO, (number + 1) % 3)


async def polling(stage: Stage) -> None:
    await start(stage)
    await stage.reaches("polling")
    await stage.until("the question stands", lambda: is_asked(stage))


async def is_asked(stage: Stage) -> bool:
    return len(stage.questions()) == 1


async def vote_all(stage: Stage) -> None:
    """Everything is delivered twice; before the last two vote, all of it comes a third time."""
    hall = Hall(stage)
    stage.workspace.workspace.faults.arrange("duplicate", -1)
    watching = asyncio.create_task(hall.watches())
    try:
        most, last = list(enumerate(VOTERS))[:-LAST], list(enumerate(VOTERS))[-LAST:]
        await asyncio.gather(hall.dies(), *(twice(hall, at, each) for at, each in most))
        assert await hall.comes_again() >= len(most)
        await asyncio.gather(*(twice(hall, at, each) for at, each in last))
    finally:
        watching.cancel()


@pytest.mark.timeout(400)
async def test_G1_row_10_fifty_people_vote_twice_at_once_and_each_has_one_ballot() -> None:
    async with opened(tempo=TEMPO) as stage, supervised(stage) as deaths:
        await polling(stage)
        await vote_all(stage)
        await stage.reaches("succeeded")
        await stage.until("the end of the vote is told", lambda: is_told(stage))
        each_has_one_ballot(await recorded(stage))
        assert len(deaths) == 1
        assert len(stage.questions()) == 1
        nothing_came_twice(stage)


async def is_told(stage: Stage) -> bool:
    return all(said["text"].startswith("GO: checkout v1.4.2") for said in stage.questions())


def each_has_one_ballot(facts: Sequence[Fact]) -> None:
    """What counts at the end, what was said before it, and that it went exactly once."""
    cast = [fact for fact in facts if isinstance(fact, p.BallotCast)]
    standing = {ballot.by: ballot.choice for ballot in cast}
    assert standing == dict.fromkeys(VOTERS, Choice.GO)
    said = Counter((ballot.by, ballot.choice) for ballot in cast)
    changed = VOTERS[::2]
    assert said == Counter(
        [*((each, Choice.GO) for each in VOTERS), *((each, Choice.NO_GO) for each in changed)]
    )
    kinds = Counter(type(fact) for fact in facts)
    ends = (p.PollOpened, p.GoGiven, p.NoGoGiven, p.PollExpired, p.PollVoided)
    assert [kinds[kind] for kind in ends] == [1, 1, 0, 0, 0]
    [go] = [fact for fact in facts if isinstance(fact, p.GoGiven)]
    assert sorted(filled.person for filled in go.filled) == sorted(VOTERS)


def nothing_came_twice(stage: Stage) -> None:
    """The last of fifty direct messages may still wait for Slack's limits; none is double."""
    conn = sqlite3.connect(f"file:{stage.database}?mode=ro", uri=True)
    try:
        at_most_once(world_of(stage, conn))
        assert isinstance(found := verify(conn), Verified), found
    finally:
        conn.close()
