"""Who comes in while Slack does not say who is who: a real bot beside the practice workspace."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from typing import Any, Final

import pytest

from bot.practice.stage.config import Tempo
from bot.practice.stage.stage import MEI, RUI, Stage, opened
from bot.practice.stage.stories import begins
from bot.practice.workspace.seed import Group, Member, Seed
from bot.store.sqlite import open_reader

GUEST: Final = "U0GUEST"
NEW: Final = "U0NEW"
OUTSIDE: Final = (
    Member(id=GUEST, name="guest", is_restricted=True),
    Member(id="U0GONE", name="gone", deleted=True),
    Member(id="U0STRANGE", name="strange", is_stranger=True),
)
CROWD: Final = tuple(Member(id=f"U0B{number:03d}", name=f"b{number}") for number in range(150))
SEATED: Final = 'poll     = { seats = { owner = "crowd" }, closes_after = "4h" }\n'


def seed() -> Seed:
    usual = Seed()
    joined = (*usual.people, *OUTSIDE, *CROWD)
    room = usual.rooms[0]
    members = (*room.members, *(each.id for each in OUTSIDE))
    crowd = Group(
        id="S0CROWD", handle="crowd", name="Crowd", members=tuple(each.id for each in CROWD)
    )
    return replace(
        usual,
        people=joined,
        rooms=(replace(room, members=members), *usual.rooms[1:]),
        groups=(*usual.groups, crowd),
    )


@asynccontextmanager
async def crowded() -> AsyncIterator[Stage]:
    tempo = Tempo(modes={"search": SEATED}, seed=seed())
    async with opened(tempo=tempo) as stage:
        path = stage.folder / "slipway.toml"
        text = path.read_text()
        path.write_text(text.replace("[people]", '[people]\ncrowd = { group = "S0CROWD" }'))
        yield stage


async def acts_of(stage: Stage, person: str) -> list[str]:
    """The kinds of facts that somebody caused."""
    store = open_reader(stage.database)
    try:
        return [event.kind for event in await store.events() if event.actor == person]
    finally:
        await store.close()


async def falls_silent(stage: Stage, **how: Any) -> None:
    for method in ("users.info", "users.list"):
        asked = {"method": method, "times": -1, **how}
        async with stage.http.post(f"{stage.workspace.url}/control/faults", json=asked) as answer:
            assert answer.status == 200


def joins(stage: Stage) -> None:
    """A full member whom the bot has never heard of."""
    state = stage.workspace.workspace.state
    state.people[NEW] = Member(id=NEW, name="new")
    room = next(each for each in state.channels.values() if each.name == "releases")
    room.members[NEW] = None


def home_of(stage: Stage, person: str) -> str:
    """What the Home tab of somebody says."""
    state = stage.workspace.workspace.state
    view = state.views.get(state.homes.get(person, ""))
    return str(view.body) if view is not None else ""


async def home_says(stage: Stage, person: str, why: str) -> bool:
    return why in home_of(stage, person)


@pytest.mark.timeout(120)
async def test_nobody_comes_in_by_a_flood_of_look_ups_nor_is_a_member_locked_out() -> None:
    """A1: a seat of 150, then a silent directory, then a restart: by command, button, mention."""
    async with crowded() as stage:
        await begins(stage, "checkout", "v1.4.2")
        await stage.reaches("baking")
        await stage.types(MEI, "/release adopt search in prod")
        await stage.types(MEI, "/release start search v2.0.3 to prod")
        await stage.reaches("polling", release="R-2")
        for each in OUTSIDE[:1] + OUTSIDE[2:]:
            assert "only full members" in await stage.types(each.id, "/release status")
        joins(stage)
        await falls_silent(stage, status=500)
        await stage.kill_bot()
        await stage.raise_bot()
        await stage.listens()
        for person, why in ((GUEST, "only full members"), (NEW, "I have never seen you")):
            assert why in await stage.types(person, "/rollback checkout because I may")
            await stage.clicks(person, "rollback")
            await stage.mentions(person, "rollback because I may")
            await stage.does(person, do="home")
            await stage.until("Home says no", partial(home_says, stage, person, why))
            assert "checkout" not in home_of(stage, person)
            assert set(await acts_of(stage, person)) == {"Denied"}
        assert "nothing else" in await stage.types(RUI, "/release pause checkout")
        assert "R-1" in await stage.types(MEI, "/release status")
        await stage.types(MEI, "/rollback checkout because it is bad")
        await stage.reaches("rolled_back", "rolling_back")
