"""Home tabs as people meet them, and their plain text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.ports.chat import Message
from bot.render.home import HomeView, SourceSign, home
from bot.render.kit.blocks import Button, button_value
from bot.render.kit.view import HomeRow
from tests.render.builders import TWO, view
from tests.render.shown import shown

VOTE = HomeRow(
    text="checkout v1.4.2 → production, vote closes 14:58",
    buttons=(
        Button(label="Go", verb="vote", value=button_value("R-142", "vote go R-142")),
        Button(
            label="No-go…",
            verb="vote",
            value=button_value("R-142", "vote no-go R-142"),
            asks="no-go",
        ),
    ),
)
QUIET = HomeView(now=TWO, started=TWO - timedelta(days=3))
BUSY = replace(
    QUIET,
    waiting=(VOTE,),
    yours=(view("watching"),),
    live=(view("no-data"), view("stuck"), view("watching"), view("paused"), view("gated")),
    ahead=("Fri 16:00–Mon 08:00 CET freeze “weekend” (prod)", "bad: basket v3.1.0 in prod"),
    lately=(("prod", 7), ("staging", 1)),
    sources=(
        SourceSign(name="prom", answered_at=TWO - timedelta(seconds=3)),
        SourceSign(name="pager", silent_since=TWO - timedelta(minutes=10)),
        SourceSign(name="logs"),
    ),
    faults=("ledger in prod cannot start: [services.ledger] names no check",),
)
HOMES: Mapping[str, HomeView] = {"quiet": QUIET, "busy": BUSY}


def drawn(seen: HomeView) -> str:
    return shown(Message(text="Home", blocks=tuple(home(seen)["blocks"])))


def wild(words: str) -> HomeView:
    """A tab in which everything that has a name has this one, and there is too much of it."""
    strange = replace(view("no-data"), names={"U0MEI": words})
    release = replace(strange.release, name=words)
    rules = replace(release.rules, service=words, environment=words)
    one = replace(strange, release=replace(release, rules=rules, because=words))
    return replace(
        BUSY,
        waiting=(VOTE,) * 200,
        yours=(one,) * 200,
        live=(one, view("watching")) * 200,
        ahead=("a line",) * 200,
        lately=((words, 3),) * 3,
        sources=tuple(SourceSign(name=f"{words}{nth}") for nth in range(50)),
        faults=(words,) * 50,
    )


def blocks(seen: HomeView) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home(seen)["blocks"]
    return found
