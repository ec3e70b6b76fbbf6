"""What can be played: each story is what people and the world do, and how it has to end."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.practice.stage.config import ADVISING, ASKING, SHORT, Tempo
from bot.practice.stage.governed import GOVERNED, play_governed
from bot.practice.stage.stage import MEI, RUI, SAM, OffScript, Stage

ILL = 0.35
"""The share of requests that a broken version fails."""
ADVISED = "advised"
"""How a story ends in which no release is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    name: str
    summary: str
    ends: str
    play: Callable[[Stage], Awaitable[None]]
    tempo: Tempo = field(default_factory=Tempo)


async def begins(stage: Stage, service: str, version: str) -> None:
    """The bot is up, what runs is adopted, and mei starts a release."""
    await stage.raise_bot()
    await stage.listens()
    await stage.types(MEI, f"/release adopt {service} in prod")
    await stage.types(MEI, f"/release start {service} {version} to prod")


async def healthy(stage: Stage) -> None:
    await begins(stage, "checkout", "v1.4.2")


async def regression(stage: Stage) -> None:
    await begins(stage, "checkout", "v1.4.2")
    await stage.reaches("baking")
    await stage.breaks("checkout", "v1.4.2", error_rate=ILL)


async def manual(stage: Stage) -> None:
    """By slash command, by button, by mention in the thread, and by the emergency command."""
    await begins(stage, "checkout", "v1.4.2")
    await stage.reaches("baking")
    await stage.types(MEI, "/release pause checkout because odd log lines")
    await stage.reaches("held")
    await stage.quiet()
    await stage.clicks(RUI, "resume")
    await stage.reaches("baking")
    await stage.mentions(RUI, "promote early because the dashboards look good")
    await stage.reaches("shifting")
    await stage.reaches("baking")
    await stage.types(SAM, "/rollback checkout")


async def blind(stage: Stage) -> None:
    """The numbers vanish; it stays where it is and asks, for as long as we look."""
    await begins(stage, "checkout", "v1.4.2")
    await stage.reaches("baking")
    await stage.breaks("checkout", "v1.4.2", metrics="absent")
    await stage.reaches("held")
    await asyncio.sleep(12)
    status = await stage.status()
    if status is None or status.state != "held" or status.body["step"] != 0:
        raise OffScript(f"it moved on without numbers: {status and status.state}")


async def killed(stage: Stage) -> None:
    """As regression, with kill -9 while it moves, while it watches, and on the way back."""
    await begins(stage, "checkout", "v1.4.2")
    await stage.reaches("preflight", "shifting", "baking")
    await dies_and_returns(stage)
    await stage.reaches("baking")
    await stage.breaks("checkout", "v1.4.2", error_rate=ILL)
    await dies_and_returns(stage)
    await stage.reaches("rolling_back", "rolled_back")
    await dies_and_returns(stage)


async def dies_and_returns(stage: Stage) -> None:
    await stage.kill_bot()
    await asyncio.sleep(0.3)
    await stage.raise_bot()


async def blue_green(stage: Stage) -> None:
    await begins(stage, "search", "v2.0.3")


async def shadow(stage: Stage) -> None:
    await begins(stage, "ledger", "v9.1")


async def ask(stage: Stage) -> None:
    """The bot proposes each move: a person sends it on, and a person takes it back."""
    await begins(stage, "checkout", "v1.4.2")
    await stage.reaches("gated")
    await stage.quiet()
    await stage.mentions(RUI, "promote")
    await stage.reaches("shifting")
    await stage.reaches("baking")
    await stage.breaks("checkout", "v1.4.2", error_rate=ILL)
    await stage.reaches("held")
    await stage.clicks(SAM, "rollback")


async def advise(stage: Stage) -> None:
    """Deploys are made by hand; the bot says what it would have done, and changes nothing."""
    await stage.raise_bot()
    await stage.listens()
    await stage.advised("AdviceBegan")
    await stage.types(MEI, "/release start checkout v1.4.2 to prod")
    await stage.deploys("checkout", "v1.4.1", "v1.4.2", 20)
    await stage.advised("DeploySeen")
    await stage.breaks("checkout", "v1.4.2", error_rate=ILL)
    await stage.advised("AdviceGiven")
    await stage.deploys("checkout", "v1.4.1", "v1.4.2", 0)
    await stage.advised("DeployOver")
    await stage.types(MEI, "/release status checkout")


_ALL = (
    Story(
        name="healthy",
        summary="a good version goes out step by step",
        ends="succeeded",
        play=healthy,
    ),
    Story(
        name="regression",
        summary="a version turns bad at 10 % and is taken back by itself",
        ends="rolled_back",
        play=regression,
    ),
    Story(
        name="manual",
        summary="people pause, resume, promote early and roll back",
        ends="rolled_back",
        play=manual,
    ),
    Story(
        name="blind",
        summary="the numbers vanish: it stays, and asks a person",
        ends="held",
        play=blind,
    ),
    Story(
        name="killed",
        summary="as regression, while the bot's process is killed three times",
        ends="rolled_back",
        play=killed,
    ),
    Story(
        name="blue-green",
        summary="prepared beside the old one, switched, and the old one retired",
        ends="succeeded",
        play=blue_green,
    ),
    Story(
        name="shadow",
        summary="a copy of the traffic is tried, and no user ever meets it",
        ends="succeeded",
        play=shadow,
    ),
    Story(
        name="ask",
        summary="the bot only proposes: people send a version on, and take it back",
        ends="rolled_back",
        play=ask,
        tempo=Tempo(strategies={"checkout": SHORT}, modes={"checkout": ASKING}),
    ),
    Story(
        name="advise",
        summary="deploys are made by hand: the bot says what it would have done, and keeps score",
        ends=ADVISED,
        play=advise,
        tempo=Tempo(strategies={"checkout": SHORT}, modes={"checkout": ADVISING}),
    ),
    Story(
        name="governed",
        summary="people vote, freeze, break the glass; the bad version is taken back and refused",
        ends="rolled_back",
        play=play_governed,
        tempo=GOVERNED,
    ),
)
STORIES: Mapping[str, Story] = {story.name: story for story in _ALL}
