"""What single messages promise: first words, buttons, numbers, times."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts import FACTS, RELEASE_FACTS
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.judge.samples import Outcome, Verdict, VerdictSums
from bot.domain.state.moves import State
from bot.render.kit.numbers import harm_done, rounded_down, sure
from bot.render.kit.voice import progress
from bot.render.release import alerts
from bot.render.release.card import card
from bot.render.release.holds import HOLDS
from bot.render.release.log import SHOWN, log, sections
from bot.render.release.page import DETAILS, SUMMARY, page_details, page_summary
from bot.render.release.timeline import TELLS, lines
from bot.render.release.why import why
from bot.render.vote.question import poll_aside, poll_reminder
from tests.render.builders import (
    BAD,
    NAMES,
    STORIES,
    TO_TEN,
    at,
    errors,
    reached,
    rules,
    view,
    view_of,
)
from tests.render.limits import complaints, elements
from tests.render.polls import POLLS
from tests.render.shown import shown
from tests.render.stories import view as told_in

FIRST = [
    (alerts.alert_message, "rolling-back", "ROLLING BACK checkout, production: v1.4.2 → v1.4.1."),
    (alerts.alert_message, "rolled-back", "OVER checkout, production: back on v1.4.1"),
    (alerts.alert_edit, "settled", "OVER checkout, production: settled by rui."),
    (alerts.over_message, "undone", "OVER checkout, production: back on v1.4.1"),
    (alerts.stuck_message, "stuck", "NOT OVER checkout, production: rollback stuck. <@U0MEI>"),
    (alerts.stuck_message, "rolled-back", "OVER checkout, production"),
    (alerts.ask_message, "no-data", "NEEDS A PERSON checkout, production: no data."),
    (alerts.ask_message, "watching", "NO LONGER NEEDED. Watching at 10 %: checkout v1.4.2"),
    (alerts.end_message, "rejected", "Not ready: checkout v1.4.2 → production."),
]


@pytest.mark.parametrize(("tell", "story", "start"), FIRST)
def test_the_first_words_say_what_to_do(tell: object, story: str, start: str) -> None:
    assert callable(tell)
    assert tell(view(story)).text.startswith(start)


@pytest.mark.parametrize("kind", FACTS.values(), ids=list(FACTS))
def test_every_kind_of_fact_has_its_sentence(kind: type[Fact]) -> None:
    assert kind in TELLS


@pytest.mark.parametrize("hold", f.Hold)
def test_every_kind_of_hold_has_its_words_in_one_row(hold: f.Hold) -> None:
    words = HOLDS[hold]
    assert words.label
    assert words.headline.startswith("needs a person") <= words.asks
    assert bool(words.paged) == (words.wanted != "it is held")


def test_the_stories_tell_most_kinds_of_facts() -> None:
    told = {type(fact) for facts in {**STORIES, **POLLS}.values() for fact in facts}
    assert len(told) >= len(RELEASE_FACTS) - 8


@pytest.mark.parametrize("story", sorted(STORIES))
def test_a_timeline_has_one_line_per_fact_with_its_time(story: str) -> None:
    told = lines(STORIES[story], NAMES)
    assert [when for when, _, _ in told] == [fact.at for fact in STORIES[story]]
    assert all(text and "\n" not in text and len(text) <= 300 for _, _, text in told)
    assert [kind for _, kind, _ in told] == [type(fact).__name__ for fact in STORIES[story]]


def test_a_timeline_names_versions_not_revisions() -> None:
    assert lines(TO_TEN, NAMES)[-1][2] == "step 2 reached: v1.4.1 90.3 %, v1.4.2 9.7 %"


def long_story() -> tuple[Fact, ...]:
    away = f.WatchInterrupted(at=at(13), by=BOT, since=at(12.6))
    return (*TO_TEN, *[replace(away, at=at(13 + nth)) for nth in range(200)])


def test_a_long_log_counts_what_it_leaves_out() -> None:
    told = log(view_of(long_story()))
    assert complaints(told) == []
    assert f"… {len(long_story()) - SHOWN} earlier" in shown(told)
    assert shown(told).rstrip().endswith("does not count as watched")


def test_lines_are_never_broken_in_two() -> None:
    told = [f"{nth} {'x' * 200}" for nth in range(50)]
    assert "\n".join(sections(told)).split("\n") == told


@pytest.mark.parametrize(
    ("story", "asks"), [("gated", True), ("rolling-back", False), ("stuck", False)]
)
def test_only_a_promotion_to_half_of_the_users_is_asked_again(story: str, asks: bool) -> None:
    found = [each for each in elements(card(view(story))) if "confirm" in each]
    assert bool(found) is asks


def test_the_dialog_names_who_is_hit() -> None:
    button = elements(card(view("gated")))[0]
    assert button["confirm"]["text"]["text"] == (
        "50 % of users get v1.4.2 of checkout in production."
    )


def test_a_live_card_says_from_when_on_nobody_watches() -> None:
    told = shown(card(view("watching", refresh=timedelta(seconds=5))))
    assert "as of 14:24:30 UTC; if that is over 5 s old, nobody is watching" in told


@pytest.mark.parametrize("story", [s for s in STORIES if not view(s).release.is_live])
def test_an_ended_card_does_not(story: str) -> None:
    assert "nobody is watching" not in shown(card(view(story)))


def test_what_was_measured_is_shown_only_where_it_differs() -> None:
    exact = view_of((*TO_TEN[:-1], reached(1, 10, 12.5)))
    assert "(measured 9.7 %)" in card(view("watching")).text
    assert "measured" not in card(exact).text


def test_nobody_is_said_to_be_paged_where_no_pager_is_set() -> None:
    seen = view("no-data")
    silent = replace(seen.release.rules.rollback, page=None)
    told = replace(seen.release, rules=replace(seen.release.rules, rollback=silent))
    assert "no pager is set" in card(replace(seen, release=told)).text
    assert "on-call is paged" not in card(replace(seen, release=told)).text


def test_a_release_without_checks_is_not_called_harmless() -> None:
    seen = view("watching", verdicts=())
    told = replace(seen.release, rules=replace(seen.release.rules, checks=()), verdicts=())
    assert "I cannot see whether it does harm" in card(replace(seen, release=told)).text


def test_a_missing_number_is_never_a_zero() -> None:
    assert "errors: no data" in shown(card(view("no-data")))


def test_harm_is_told_beside_what_is_usual() -> None:
    assert harm_done(BAD, rules()) == "39 failed requests seen, 33 more than usual"


def test_harm_that_was_not_measured_is_not_made_up() -> None:
    unknown = Verdict(
        check="errors", outcome=Outcome.FAIL, because="", evidence=VerdictSums(window=None)
    )
    assert harm_done([unknown], rules()) == ""


def test_how_sure_it_is_never_overstated() -> None:
    assert sure([errors(Outcome.FAIL)]).endswith("fewer than 1 of 42,000 releases")
    assert [rounded_down(number) for number in (2, 40_199, 999_999)] == [2, 40_000, 990_000]


def test_progress_speaks_one_unit_where_it_can() -> None:
    assert progress(timedelta(minutes=12), timedelta(minutes=20)) == "12 of 20 min"
    assert progress(timedelta(minutes=5), timedelta(hours=1)) == "5 min of 1 h"
    assert progress(timedelta(seconds=90), timedelta(seconds=20)) == "20 of 20 s"


def test_why_of_a_waiting_release_says_what_for_since_when_and_who() -> None:
    told = why(view("gated")).text
    assert "It waits for a person to promote it (mei, rui can), since 14:33 UTC." in told


@pytest.mark.parametrize("story", sorted(STORIES))
def test_a_page_fits_and_names_where(story: str) -> None:
    release = view(story).release
    assert "checkout, production" in page_summary(release)
    assert len(page_summary(release)) <= SUMMARY
    assert 0 < len(page_details(release)) <= DETAILS


def test_a_page_begins_with_what_to_do() -> None:
    starts = {
        story: page_summary(view(story).release).split(" checkout")[0]
        for story in ("stuck", "no-data", "rolling-back", "rolled-back")
    }
    assert starts == {
        "stuck": "ACT NOW",
        "no-data": "LOOK",
        "rolling-back": "ROLLING BACK",
        "rolled-back": "OVER",
    }


def test_names_without_a_name_are_ids() -> None:
    said = card(view("watching", names={})).text + shown(card(view("watching", names={})))
    assert "by U0MEI" in said
    assert not re.search(r"by <@", said)


def test_a_rollback_that_was_taken_has_no_button_to_take_it() -> None:
    ids = {each["action_id"] for each in elements(alerts.stuck_message(view("stuck-taken")))}
    assert ids == {"act:rollback", "ask:settle"}
    assert view("stuck-taken").release.state is State.STUCK


def test_to_one_person_names_stand_and_who_never_spoke_is_named_by_slack() -> None:
    named = {person: name for person, name in NAMES.items() if person != "U0SAM"}
    asked = replace(told_in("polling"), mention=("U0RUI", "U0SAM"), names=named)
    for told in (poll_aside(asked), poll_reminder(asked)):
        text = shown(told)
        assert "<@U0SAM>" in text
        assert "<@U0RUI>" not in text
        assert "rui" in text
