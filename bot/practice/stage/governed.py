"""The governed story: who may decide what, and what is recorded of it, from the vote to the end."""

from typing import Any

from bot.practice.stage.config import Tempo
from bot.practice.stage.repository import Repository
from bot.practice.stage.stage import ANA, CHANNEL, MEI, RUI, SAM, OffScript, Stage

ILL = 0.35
_STEPS = (
    '{ kind = "canary", steps = [ { weight = "10%", bake = "5m" }, '
    '{ weight = "50%", bake = "5m" }, { weight = "100%", bake = "4m" } ] }'
)
_CHECKOUT = """\
changes  = "repo"
poll     = { seats = { owner = "shop-devs", business = "stakeholders" }, closes_after = "4h" }

[services.checkout.environments.prod.may]
promote     = ["shop-devs", "on-call"]
override    = ["release-leads", "on-call"]
break_glass = "release-leads"
"""
_SECTIONS = """
[integrations.repo]
use  = "git"
path = "checkout.git"
"""
GOVERNED = Tempo(strategies={"checkout": _STEPS}, modes={"checkout": _CHECKOUT}, sections=_SECTIONS)


def repository(stage: Stage) -> Repository:
    return Repository(stage.folder / "checkout.git")


async def written(stage: Stage) -> None:
    """What runs, and what mei wrote since: nobody else can say for her that it may go."""
    shop = repository(stage)
    await shop.begins("v1.4.1")
    await shop.brings("v1.4.2", "Retry card payments (#812)", "Additive migration (#815)")


async def play_governed(stage: Stage) -> None:
    await written(stage)
    await stage.raise_bot()
    await stage.listens()
    await stage.types(MEI, "/release adopt checkout in prod")
    await stage.types(MEI, "/release start checkout v1.4.2 to prod")
    await votes(stage)
    await votes_again(stage)
    await is_frozen(stage)
    await breaks_glass(stage)
    await turns_bad(stage)
    await is_looked_back_at(stage)


async def votes(stage: Stage) -> None:
    """Who asked for it is not counted; rui is for it, ana is against it and says why."""
    asked = await question(stage, 1)
    await hears(stage, MEI, "/release vote go R-1", "Not counted")
    await stage.presses(ANA, asked, "No-go…")
    why = "the receipts still say test shop"
    await stage.does(ANA, do="submit", values={"because": why}, wait=3.0)
    await stage.presses(RUI, await question(stage, 1), "Go")


async def votes_again(stage: Stage) -> None:
    """mei mends it under the same version: what people said was of something else."""
    await repository(stage).brings("v1.4.2", "Receipts name the shop (#819)")
    await stage.types(ANA, "/release vote go R-1 because the receipts are mended")
    asked = await question(stage, 2)
    await stage.presses(RUI, asked, "Go")
    await stage.mentions(ANA, "vote go")
    await stage.reaches("baking")


async def is_frozen(stage: Stage) -> None:
    """It stays where it is, watched."""
    await stage.types(SAM, "/release freeze prod for 2h because INC-77")
    await stage.reaches("held")
    await hears(stage, RUI, "/release promote R-1", "INC-77")


async def breaks_glass(stage: Stage) -> None:
    """rui lets it past the freeze, for all to read; sam is the second person."""
    line = "/release break-glass R-1 hotfix INC-77 because v1.4.2 is what ends INC-77"
    await stage.types(RUI, line)
    await stage.presses(SAM, await told(stage, "Glass broken"), "Agree")
    await stage.until("it goes past the freeze", lambda: is_watched_at(stage, 1))


async def is_watched_at(stage: Stage, step: int) -> bool:
    status = await stage.status()
    return status is not None and (status.state, status.body["step"]) == ("baking", step)


async def turns_bad(stage: Stage) -> None:
    """What was let past is taken back like everything else, and its version is refused after."""
    await stage.breaks("checkout", "v1.4.2", error_rate=ILL)
    await stage.reaches("rolled_back")
    await stage.types(SAM, "/release unfreeze prod")
    await hears(stage, MEI, "/release start checkout v1.4.2 to prod", "marked bad")


async def is_looked_back_at(stage: Stage) -> None:
    """Whoever goes past a gate owes it to the others that one of them looks at it afterwards."""
    await hears(stage, MEI, "/release review R-1 approve", "Not recorded")
    await stage.types(SAM, "/release review R-1 not-approved because the freeze was right")


async def told(stage: Stage, begin: str) -> dict[str, Any]:
    """The message in the channel that begins so, once it stands."""

    def found() -> list[dict[str, Any]]:
        room = stage.workspace.workspace.snapshot(CHANNEL)["channels"][0]
        return [said for said in room["messages"] if said["text"].startswith(begin)]

    async def stands() -> bool:
        return bool(found())

    await stage.until(f"the channel reads {begin!r}", stands)
    return found()[0]


async def question(stage: Stage, round_: int) -> dict[str, Any]:
    """The question of a round, once it stands in the thread and is open."""

    async def stands() -> bool:
        return len(stage.questions()) >= round_

    await stage.until(f"people are asked for the {round_}. time", stands)
    return stage.questions()[round_ - 1]


async def hears(stage: Stage, person: str, typed: str, words: str) -> None:
    """What a person types is refused with these words."""
    answer = await stage.types(person, typed)
    if words not in answer:
        raise OffScript(f"{person} typed {typed!r} and read {answer!r}, without {words!r}")
