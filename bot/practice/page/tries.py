"""The six things to try, and what has to happen really before one is ticked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.domain.facts.fact import BOT
from bot.domain.facts.release import Hold
from bot.domain.state.moves import BEFORE_FLIGHT, State
from bot.domain.state.release import Release

OWNER = "U0MEI"
"""Whom the page opens as."""
GROUND = frozenset({State.REQUESTED, *BEFORE_FLIGHT, State.REJECTED, State.CANCELLED})
LANDED = frozenset({"ephemeral", "message", "modal", "message_changed"})


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedDeed:
    """What somebody did on the page: the words they typed, or the button they pressed."""

    person: str
    words: str
    answered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenStage:
    """What has happened so far.

    `killed` maps each release that was live at a kill to its version then; `listening` says
    whether the bot answers now.
    """

    releases: tuple[Release, ...] = ()
    deeds: tuple[NotedDeed, ...] = ()
    killed: Mapping[str, int] = field(default_factory=dict)
    listening: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Try:
    """One of the six. `fills` is put into the message box as `person`, `points` names a switch."""

    name: str
    title: str
    how: str
    holds: Callable[[SeenStage], bool]
    fills: str = ""
    person: str = ""
    points: str = ""


def started(seen: SeenStage) -> bool:
    return any(release.state not in GROUND for release in seen.releases)


def came_back(seen: SeenStage) -> bool:
    """The bot itself decided a rollback, and it is over."""
    return any(
        release.state is State.ROLLED_BACK and release.way is not None and release.way.by == BOT
        for release in seen.releases
    )


def asked_why(seen: SeenStage) -> bool:
    return any(deed.answered and "why" in deed.words.lower().split() for deed in seen.deeds)


def acted_as_another(seen: SeenStage) -> bool:
    return any(deed.answered and deed.person != OWNER for deed in seen.deeds)


def went_blind(seen: SeenStage) -> bool:
    return any(release.hold(Hold.NO_DATA) is not None for release in seen.releases)


def outlived_a_kill(seen: SeenStage) -> bool:
    """A release that was live when the bot died has new facts since."""
    return seen.listening and any(
        release.version > seen.killed.get(release.id, release.version) for release in seen.releases
    )


TRIES: tuple[Try, ...] = (
    Try(
        name="start",
        title="Start a release",
        how="It waits in the message box: press Enter. The card then tells where it is.",
        holds=started,
        fills="/release start checkout v1.4.2",
        person=OWNER,
    ),
    Try(
        name="break",
        title="Break it and watch it come back",
        how="While some users are on the new version, let it fail requests. Hands off after that.",
        holds=came_back,
        points="errors",
    ),
    Try(
        name="why",
        title="Ask why",
        how="Press Why on a card, or type it. The answer shows the numbers that decided.",
        holds=asked_why,
        fills="/release why checkout",
    ),
    Try(
        name="another",
        title="Act as another person",
        how="Be Rui, the release lead, and start the next version, or press a button as Rui.",
        holds=acted_as_another,
        fills="/release start checkout v1.4.3",
        person="U0RUI",
    ),
    Try(
        name="blind",
        title="Cut the metrics",
        how="While a release is on its way: no numbers is never good, so it stays and asks.",
        holds=went_blind,
        points="metrics",
    ),
    Try(
        name="kill",
        title="kill -9 the bot while it moves",
        how="The record survives. The bot comes back and goes on where it was.",
        holds=outlived_a_kill,
        points="kill",
    ),
)


def deed_of(asked: Mapping[str, Any], answer: Mapping[str, Any]) -> NotedDeed:
    """A deed of the control API, with what came of it.

    A mention is answered later and elsewhere, so it counts as soon as it is said.
    """
    pressed = str(asked.get("action_id", "")).replace(":", " ")
    words = f"{asked.get('text', '')} {pressed}".strip()
    saw = {str(each.get("kind")) for each in answer.get("saw", ())}
    asks_bot = asked.get("do") == "command" and bool(saw & LANDED) and "error" not in saw
    said = asked.get("do") in ("click", "select", "submit") and answer.get("sent") is True
    mentions = asked.get("do") == "message" and "@slipway" in words
    return NotedDeed(
        person=str(asked.get("as", "")),
        words=words,
        answered=(asks_bot or said or mentions) and "error" not in saw,
    )


def newly_done(done: Iterable[str], seen: SeenStage) -> frozenset[str]:
    """The names of what is done; what was done once stays done."""
    return frozenset(done) | {each.name for each in TRIES if each.holds(seen)}


def show_tries(done: Iterable[str]) -> list[dict[str, Any]]:
    """The list as the page draws it."""
    ticked = frozenset(done)
    return [
        {
            "name": each.name,
            "title": each.title,
            "how": each.how,
            "fills": each.fills,
            "person": each.person,
            "points": each.points,
            "done": each.name in ticked,
        }
        for each in TRIES
    ]
