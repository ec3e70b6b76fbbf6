"""[G6] [G7] [G8] The calendar at decisions: nothing goes forward, and everything may go back."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.domain.decide.alarm import ALARMS
from bot.domain.decide.calendar import freeze, unfreeze
from bot.domain.decide.calendar_hold import FREEZABLE, needed
from bot.domain.decide.known import HouseKnown, Known
from bot.domain.decide.release import decide
from bot.domain.decide.start import start, undo_ended
from bot.domain.facts import release as f
from bot.domain.facts.calendar import CALENDAR, FreezeBegan, FreezeDeclared, FreezeLifted
from bot.domain.facts.fact import Fact
from bot.domain.intents import release as i
from bot.domain.intents.calendar import Freeze, Unfreeze
from bot.domain.judge.samples import Outcome
from bot.domain.state.calendar import Declared, fold_declared
from bot.domain.state.evolve import evolve
from bot.domain.state.moves import IN_FLIGHT, MOVES, Do, State
from bot.domain.state.release import Release
from bot.domain.terms.calendar import Calendar, CalendarWindow, OnFlight, WindowKind
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import Right
from bot.domain.terms.strategy import Step, Strategy, StrategyKind
from bot.domain.terms.units import EVERYBODY
from bot.domain.terms.when import Once, Weekly
from tests.domain.builders import (
    FACTS_TO,
    MEI,
    NOON,
    OLD,
    after,
    changed,
    known,
    minutes,
    passed,
    release_in,
    requested,
    rules,
    split,
    step_reached,
    verdict,
)
from tests.domain.deciding import accepted, first, go, refusal

NOW = minutes(30)
UNTIL = minutes(120)


def lasting(begin: datetime, end: datetime | None, **changes: object) -> CalendarWindow:
    when = Once(begin=begin.replace(tzinfo=None), lasts=end - begin if end else None)
    values = {"name": "weekend", "when": (when,), "because": "nobody is here", "owner": "ana"}
    return CalendarWindow(**{**values, **changes})  # type: ignore[arg-type]


def frozen(*rights: Right, **changes: object) -> Known:
    return known(*rights, calendar=Calendar(windows=(lasting(NOON, UNTIL, **changes),)))


GOOD = i.Judged(verdicts=(verdict(Outcome.PASS, "fine"),), watched=timedelta(hours=1))
START = i.Start(by=MEI, release="R-9", service="checkout", environment="prod", version="v2")


def test_G7_a_start_in_a_freeze_is_refused_with_who_why_and_until_when() -> None:
    found = refusal(start(START, frozen(), NOW))
    assert found.code == "FROZEN"
    assert found.sentence == (
        "Not started: checkout in prod is frozen until 14:00 UTC "
        "(weekend: nobody is here, set by ana)."
    )


@pytest.mark.parametrize(
    ("region", "stops"), [("eu", True), (None, True), ("us", False), ("", False)]
)
def test_G7_a_window_of_a_region_means_it_and_what_may_be_there(
    region: str | None, stops: bool
) -> None:
    world = changed(frozen(regions=("eu",)), region=region)
    assert isinstance(start(START, world, NOW), Refusal) == stops


def test_G7_a_start_outside_of_it_is_accepted() -> None:
    assert accepted(start(START, frozen(), minutes(121))).facts


def test_G6_a_finished_release_is_taken_back_in_a_freeze() -> None:
    certified = (f.Running(version="v1.4.0", revision="v1.4.0"), OLD)
    world = frozen()
    world = replace(world, service=replace(world.service, certified=certified))
    undo = i.UndoEnded(by=MEI, release="R-9", service="checkout", environment="prod")
    assert accepted(undo_ended(undo, world, NOW)).facts


@pytest.mark.parametrize("state", IN_FLIGHT)
@pytest.mark.parametrize("intent", [i.Rollback(by=MEI), i.Abort(by=MEI)], ids=["rollback", "abort"])
def test_G6_every_way_back_is_open_in_a_freeze(state: State, intent: i.Intent) -> None:
    release = release_in(state)
    open_world = decide(release, intent, known(), NOW)
    assert decide(release, intent, frozen(), NOW) == open_world
    assert accepted(open_world).facts


@pytest.mark.parametrize("state", [*FREEZABLE, State.FINISHING])
def test_G6_a_failing_check_takes_back_what_a_freeze_holds(state: State) -> None:
    release = release_in(state)
    bad = i.Judged(verdicts=(verdict(Outcome.FAIL),), watched=timedelta(0))
    assert isinstance(accepted(decide(release, bad, frozen(), NOW)).facts[0], f.RollbackDecided)


def test_G7_a_release_meets_a_freeze_at_its_step_and_says_which() -> None:
    began = first(decide(release_in(State.BAKING), i.CalendarTurned(), frozen(), NOW), FreezeBegan)
    assert (began.name, began.set_by, began.until) == ("weekend", "ana", UNTIL)
    held = after([*FACTS_TO[State.BAKING], began]).hold(f.Hold.FREEZE)
    assert held is not None
    assert held.because == 'the freeze "weekend" (nobody is here)'


@pytest.mark.parametrize("state", FREEZABLE)
def test_G7_every_state_that_could_go_forward_is_held(state: State) -> None:
    release = release_in(state)
    after_it = go(release, decide(release, i.CalendarTurned(), frozen(), NOW))
    assert after_it.state is State.HELD
    assert after_it.flying_in is release.flying_in
    assert accepted(decide(after_it, i.CalendarTurned(), frozen(), NOW)).facts == ()


@pytest.mark.parametrize("state", FREEZABLE)
def test_G7_the_end_of_the_freeze_lets_go_by_itself(state: State) -> None:
    release = release_in(state)
    held = go(release, decide(release, i.CalendarTurned(), frozen(), NOW))
    freed = go(held, decide(held, i.CalendarTurned(), frozen(), minutes(121)))
    assert freed.hold(f.Hold.FREEZE) is None
    assert freed.state is release.state


@pytest.mark.parametrize(
    "state", [each for each in State if each not in {*FREEZABLE, State.REQUESTED}]
)
def test_G7_what_is_not_on_its_way_forward_is_not_held(state: State) -> None:
    assert accepted(decide(release_in(state), i.CalendarTurned(), frozen(), NOW)).facts == ()


def test_G7_a_baked_step_stays_where_it_is() -> None:
    release = release_in(State.BAKING)
    first(decide(release, GOOD, known(), NOW), f.StepBaked)
    first(decide(release, GOOD, frozen(), NOW), FreezeBegan)


def test_G7_who_promotes_in_a_freeze_is_told_until_when() -> None:
    release = release_in(State.GATED)
    found = refusal(decide(release, i.Promote(by=MEI), frozen(), NOW))
    assert found.sentence.startswith("Not promoted: checkout in prod is frozen until 14:00 UTC")


def test_G7_promoting_early_does_not_pass_a_freeze() -> None:
    asked = i.Promote(by=MEI, early=True, because="hurry")
    assert refusal(decide(release_in(State.BAKING), asked, frozen(), NOW)).code == "FROZEN"


def test_G7_who_promotes_what_a_freeze_holds_is_told_until_when() -> None:
    release = release_in(State.GATED)
    held = go(release, decide(release, i.CalendarTurned(), frozen(), NOW))
    assert refusal(decide(held, i.Promote(by=MEI), frozen(), NOW)).code == "FROZEN"


def test_G7_what_passed_preflight_in_a_freeze_stays_at_nothing() -> None:
    release = release_in(State.PREFLIGHT)
    report = i.PreflightReported(
        revision="r", mechanism="m", proof=("p",), observed=split(0), reasons=()
    )
    held = go(release, decide(release, report, frozen(), NOW))
    assert (held.state, held.flying_in, held.step) == (State.HELD, State.SHIFTING, 0)
    freed = go(held, decide(held, i.CalendarTurned(), frozen(), minutes(121)))
    assert (freed.state, freed.step) == (State.SHIFTING, 0)


def test_G7_a_pause_that_ends_in_a_freeze_goes_nowhere() -> None:
    paused = f.Paused(at=minutes(2), by=MEI, until=None, because="odd")
    release = after([requested(), passed(), paused])
    held = go(release, decide(release, i.Resume(by=MEI), frozen(), NOW))
    assert held.state is State.HELD
    assert [each.hold for each in held.holds] == [f.Hold.FREEZE]


@pytest.mark.parametrize("state", [State.BAKING, State.GATED])
def test_G7_what_may_go_on_in_flight_goes_on(state: State) -> None:
    gentle = frozen(on_flight=OnFlight.CONTINUE)
    assert accepted(decide(release_in(state), i.CalendarTurned(), gentle, NOW)).facts == ()
    first(decide(release_in(State.BAKING), GOOD, gentle, NOW), f.StepBaked)


def test_G7_what_may_go_on_in_flight_does_not_begin_its_flight() -> None:
    gentle = frozen(on_flight=OnFlight.CONTINUE)
    assert refusal(start(START, gentle, NOW)).code == "FROZEN"
    release = release_in(State.SHIFTING)
    first(decide(release, i.CalendarTurned(), gentle, NOW), FreezeBegan)


WHOLE = Strategy(kind=StrategyKind.ROLLING, steps=(Step(weight=EVERYBODY),))
WARM = Strategy(kind=StrategyKind.BLUE_GREEN, steps=(Step(weight=EVERYBODY),))


def at_the_end(strategy: Strategy) -> Release:
    return after([requested(rules=rules(strategy)), passed(), step_reached(percent=100)])


def test_G7_what_all_users_have_is_certified_in_a_freeze() -> None:
    release = at_the_end(WHOLE)
    assert accepted(decide(release, i.CalendarTurned(), frozen(), NOW)).facts == ()
    first(decide(release, GOOD, frozen(), NOW), f.LastStepBaked)


def test_G7_the_old_version_is_kept_warm_until_the_freeze_is_over() -> None:
    release = at_the_end(WARM)
    first(decide(release, i.CalendarTurned(), frozen(), NOW), FreezeBegan)
    first(decide(release, GOOD, frozen(), NOW), FreezeBegan)


def test_I15_no_decision_of_the_whole_table_moves_forward_in_a_freeze() -> None:
    """Whatever state and whatever the bot or a person says: nothing is sent on."""
    report = i.PreflightReported(revision="r", mechanism="m", proof=("p",), observed=split(0))
    asked = [
        report,
        GOOD,
        i.Promote(by=MEI),
        i.Promote(by=MEI, early=True, because="x"),
        i.Resume(by=MEI),
        i.CalendarTurned(),
        i.Seen(observed=split(10), idle=True),
        *(i.AlarmRang(alarm=alarm, version=1) for alarm in ALARMS),
    ]
    for state in FACTS_TO:
        release = release_in(state)
        for intent in asked:
            decision = decide(release, intent, frozen(), NOW)
            facts = getattr(decision, "facts", ())
            done = [MOVES[(now.state, type(fact))].do for now, fact in walk(release, facts)]
            sent = [Do.APPLY in each for each in done]
            still = go(release, decision).state if facts else release.state
            assert not any(sent) or still is State.HELD, (state, intent)


def walk(release: Release, facts: tuple[Fact, ...]) -> list[tuple[Release, Fact]]:
    found = []
    for fact in facts:
        found.append((release, fact))
        release = evolve(release, fact)
    return found


HOURS = CalendarWindow(
    name="covered",
    kind=WindowKind.ALLOW,
    when=tuple(Weekly(day=day, begin=time(9), lasts=timedelta(hours=8)) for day in range(5)),
)


def test_G8_a_start_that_fits_into_the_covered_hours_is_accepted() -> None:
    assert needed(rules()) == timedelta(minutes=110 + 10 + 6)
    assert accepted(start(START, known(covered=HOURS), NOON)).facts


def test_G8_a_start_that_would_outlast_them_is_refused_on_any_day() -> None:
    tuesday = datetime(2026, 11, 17, 15, tzinfo=UTC)
    found = refusal(start(START, known(covered=HOURS), tuesday))
    assert found.code == "NOT_COVERED"
    assert "it takes 2 h 6 min with a way back at its end, and there is only 2 h left" in (
        found.sentence
    )
    assert found.remedy.endswith("They begin again Wed 09:00 UTC.")


def test_G8_outside_of_them_nothing_starts() -> None:
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC)
    found = refusal(start(START, known(covered=HOURS), saturday))
    assert "this is outside of them" in found.sentence


def declared(**changes: object) -> FreezeDeclared:
    values = {
        "at": NOON,
        "by": MEI,
        "freeze": "F-1",
        "service": "",
        "environment": "prod",
        "because": "INC-77",
        "until": None,
    }
    return FreezeDeclared(**{**values, **changes})  # type: ignore[arg-type]


def test_G7_a_person_freezes_a_place_and_its_window_says_who() -> None:
    asked = Freeze(by=MEI, environment="prod", until=UNTIL, because="INC-77")
    found = accepted(freeze(asked, house(Right.PAUSE), NOW))
    [(stream, fact)] = found.also
    assert stream == CALENDAR
    state = fold_declared([fact])
    standing = Calendar(windows=state.windows()).standing(NOW)
    assert [(each.name, each.by, each.until) for each in standing.denials] == [
        ("INC-77", MEI, UNTIL)
    ]


def house(*rights: Right, declared: Declared | None = None) -> HouseKnown:
    return HouseKnown(rights=frozenset(rights), declared=declared or Declared())


def test_G7_who_may_not_pause_may_not_freeze() -> None:
    assert refusal(freeze(Freeze(by=MEI), house(), NOW)).code == "NO_RIGHT"


def test_a_freeze_that_is_over_before_it_begins_is_refused() -> None:
    asked = Freeze(by=MEI, until=NOON)
    assert refusal(freeze(asked, house(Right.PAUSE), NOW)).code == "TIME_IS_OVER"


def test_G7_ones_own_freeze_is_ones_own_to_lift() -> None:
    state = fold_declared([declared()])
    found = accepted(unfreeze(Unfreeze(by=MEI, environment="prod"), house(declared=state), NOW))
    [(_, fact)] = found.also
    assert isinstance(fact, FreezeLifted)
    assert fold_declared([declared(), fact]).standing == ()


def test_G7_anothers_freeze_is_lifted_by_right_only() -> None:
    state = fold_declared([declared()])
    asked = Unfreeze(by="U0SAM", environment="prod")
    assert refusal(unfreeze(asked, house(declared=state), NOW)).code == "NO_RIGHT"
    assert accepted(unfreeze(asked, house(Right.PROMOTE, declared=state), NOW)).also


@pytest.mark.parametrize("facts", [[], [declared(until=minutes(1))], [declared(service="ledger")]])
def test_what_nobody_froze_is_not_lifted(facts: list[Fact]) -> None:
    asked = Unfreeze(by=MEI, environment="prod")
    found = unfreeze(asked, house(Right.PROMOTE, declared=fold_declared(facts)), NOW)
    assert refusal(found).code == "NOT_FROZEN"
