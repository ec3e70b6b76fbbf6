"""What people read in each story, as plain text: a changed word is a changed line.

`python -m tests.render.test_snapshots` writes the files anew; the diff is the review.
"""

from pathlib import Path

import pytest

from tests.render import homes, outlooks
from tests.render.messages import MESSAGES
from tests.render.polls import POLLS
from tests.render.shown import shown
from tests.render.stories import STORIES, view

HERE = Path(__file__).parent / "snapshots"
OTHERS = {
    "alert": ("rolling-back", "rolling-back-by-person", "stuck", "undo"),
    "alert_edit": ("rolled-back", "stuck-taken", "settled"),
    "over": ("rolled-back", "rolled-back-unconfirmed", "undone"),
    "stuck": ("stuck", "stuck-taken"),
    "ask": (
        "no-data",
        "drift",
        "gated",
        "gate-asked",
        "gate-shut",
        "finish-overdue",
        "watching",
        "ask-proposed",
        "ask-gate-ready",
    ),
    "ask_edit": ("watching", "no-data-taken", "rolling-back"),
    "ended": ("done", "rolled-back", "rejected", "superseded"),
    "log": ("settled", "done", "frozen"),
    "why": (
        "rolled-back",
        "watching",
        "gated",
        "no-data",
        "stuck",
        "done",
        "ask-agreed",
        "gate-asked",
    ),
    "poll": tuple(POLLS),
    "poll_reminder": ("polling", "polled-go"),
}
PAIRS = [("card", story) for story in sorted(STORIES)] + [
    (name, story) for name, stories in OTHERS.items() for story in stories
]
PAIRS += [("home", story) for story in homes.HOMES]
PAIRS += [("calendar", story) for story in outlooks.OUTLOOKS]


def drawn(name: str, story: str) -> str:
    if name == "home":
        return homes.drawn(homes.HOMES[story])
    if name == "calendar":
        return outlooks.drawn(story)
    return shown(MESSAGES[name](view(story)))


def place(name: str, story: str) -> Path:
    return HERE / f"{name}-{story}.txt"


@pytest.mark.parametrize(("name", "story"), PAIRS, ids=["-".join(pair) for pair in PAIRS])
def test_it_reads_as_agreed(name: str, story: str) -> None:
    assert drawn(name, story) == place(name, story).read_text(encoding="utf-8")


def test_no_snapshot_is_left_over() -> None:
    assert {path.name for path in HERE.iterdir()} == {place(*pair).name for pair in PAIRS}


def write() -> None:
    for pair in PAIRS:
        place(*pair).write_text(drawn(*pair), encoding="utf-8")


if __name__ == "__main__":
    write()
