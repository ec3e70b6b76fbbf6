"""The six things are ticked by what really happened, and by nothing less."""

from typing import Any

import pytest

from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.practice.page.tries import TRIES, NotedDeed, SeenStage, deed_of, newly_done, show_tries
from tests.domain.builders import (
    MEI,
    after,
    decided,
    minutes,
    passed,
    release_in,
    requested,
    step_reached,
)

PRESSED = {"as": "U0MEI", "do": "click", "action_id": "act:why"}
WHY = {"as": "U0MEI", "do": "command", "text": "/release why checkout"}
TOLD = {"ok": True, "saw": [{"kind": "ephemeral", "text": "Why: …"}]}
FAILED = {"ok": True, "saw": [{"kind": "error", "text": "failed"}]}


def done(**seen: Any) -> set[str]:
    return set(newly_done((), SeenStage(**seen)))


def blind() -> Release:
    stopped = f.DataLost(at=minutes(4), by=BOT, because="no numbers", escalates_at=minutes(5))
    return after([requested(), passed(), step_reached(), stopped])


def test_at_first_nothing_is_done() -> None:
    assert done() == set()


@pytest.mark.parametrize("state", [State.SHIFTING, State.BAKING, State.SUCCEEDED])
def test_a_release_that_left_the_ground_was_started(state: State) -> None:
    assert "start" in done(releases=(release_in(state),))


@pytest.mark.parametrize("state", [State.PREFLIGHT, State.REJECTED, State.CANCELLED])
def test_a_release_that_never_moved_was_not(state: State) -> None:
    assert done(releases=(release_in(state),)) == set()


def test_it_came_back_once_the_rollback_is_over() -> None:
    assert "break" in done(releases=(release_in(State.ROLLED_BACK),))
    assert "break" not in done(releases=(release_in(State.ROLLING_BACK),))


def test_a_rollback_by_a_person_is_not_the_bot_watching() -> None:
    by_hand = f.RollbackDecided(
        at=minutes(5),
        by=MEI,
        cause=f.Cause.PERSON,
        because="",
        verdicts=(),
        reached=10.0,
        deadline=minutes(7),
    )
    ended = f.RollbackVerified(at=minutes(7), by=BOT, confirmed=True, because="normal", verdicts=())
    back = f.TrafficBack(
        at=minutes(6), by=BOT, observed=step_reached().observed, confirm_by=minutes(9)
    )
    release = after([requested(), passed(), step_reached(), by_hand, back, ended])
    assert release.state is State.ROLLED_BACK
    assert "break" not in done(releases=(release,))


@pytest.mark.parametrize("asked", [WHY, PRESSED])
def test_why_counts_when_it_was_answered(asked: dict[str, Any]) -> None:
    told = TOLD | {"sent": True}
    assert "why" in done(deeds=(deed_of(asked, told),))
    assert "why" not in done(deeds=(deed_of(asked, FAILED),))


def test_a_message_that_only_says_why_asks_nobody() -> None:
    deed = deed_of({"as": "U0MEI", "do": "message", "text": "why oh why"}, {"ok": True})
    assert "why" not in done(deeds=(deed,))


def test_why_may_be_asked_by_naming_the_bot() -> None:
    deed = deed_of({"as": "U0MEI", "do": "message", "text": "@slipway why"}, {"ok": True})
    assert "why" in done(deeds=(deed,))


def test_only_somebody_else_is_another_person() -> None:
    mine = NotedDeed(person="U0MEI", words="/release status", answered=True)
    ruis = NotedDeed(person="U0RUI", words="/release status", answered=True)
    assert "another" not in done(deeds=(mine,))
    assert "another" in done(deeds=(mine, ruis))


def test_a_pause_by_a_person_is_no_blindness() -> None:
    assert "blind" not in done(releases=(release_in(State.HELD),))


def test_a_kill_counts_when_the_release_goes_on_after_it() -> None:
    before = release_in(State.BAKING)
    later = after([requested(), passed(), step_reached(), decided()])
    killed = {before.id: before.version}
    assert "kill" not in done(releases=(before,), killed=killed)
    assert "kill" not in done(releases=(later,), killed=killed, listening=False)
    assert "kill" in done(releases=(later,), killed=killed)


def test_a_kill_while_nothing_moves_is_none() -> None:
    assert "kill" not in done(releases=(release_in(State.SUCCEEDED),), killed={})


def test_what_was_done_once_stays_done() -> None:
    assert newly_done({"why"}, SeenStage()) == {"why"}


def test_the_list_says_everything_the_page_draws() -> None:
    drawn = show_tries({"start"})
    assert [each["name"] for each in drawn] == [each.name for each in TRIES]
    assert [each["done"] for each in drawn] == [True, False, False, False, False, False]
    assert all(each["how"] and (each["fills"] or each["points"]) for each in drawn)


def test_lost_numbers_count() -> None:
    assert "blind" in done(releases=(blind(),))
