"""Overrides, emergencies and looks back. [G1.12] [G5] [G6] [G7]"""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.domain.decide.known import Known
from bot.domain.decide.override import OVERSEEN
from bot.domain.decide.release import decide
from bot.domain.decide.start import start, undo_ended
from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.vote import NoGoGiven
from bot.domain.intents import release as i
from bot.domain.intents.override import (
    AnswerOverride,
    AskOverride,
    BreakGlass,
    EndOverride,
    LookBack,
)
from bot.domain.judge.samples import Outcome
from bot.domain.state.moves import IN_FLIGHT, State
from bot.domain.state.override import COVERED, FREEZE, GATES, LONGEST, POLL, find_waived
from bot.domain.state.release import Release
from bot.domain.state.service import evolve_service
from bot.domain.terms.emergency import APPROVER, EmergencyRules, shorten_rules
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import PollRules, Right, Seat
from tests.domain.builders import (
    FACTS_TO,
    MEI,
    NEW,
    after,
    changed,
    known,
    minutes,
    opened,
    passed,
    release_in,
    requested,
    rules,
    verdict,
)
from tests.domain.deciding import accepted, go, refusal
from tests.domain.test_freezing import frozen

RUI, ANA, SAM = "U0RUI", "U0ANA", "U0SAM"
NOW = minutes(30)
HERE = {"service": "checkout", "environment": "prod"}
SEATS = PollRules(seats=(Seat(name="owner", people=("owners",)),), quorum=1)


def asks(gate: str = FREEZE, by: str = RUI, **changes: object) -> AskOverride:
    values = {**HERE, "by": by, "gate": gate, "version": NEW.version, "because": "INC-77"}
    return AskOverride(**{**values, **changes})  # type: ignore[arg-type]


def answers(by: str, *, yes: bool = True, **changes: object) -> AnswerOverride:
    return AnswerOverride(**{**HERE, "by": by, "yes": yes, **changes})  # type: ignore[arg-type]


def learnt(world: Known, *intents: i.Intent, at: datetime = NOW) -> Known:
    """The world after each of these was accepted."""
    for intent in intents:
        for _, fact in accepted(OVERSEEN[type(intent)](intent, world, at)).also:
            world = replace(world, service=evolve_service(world.service, fact))
    return world


def past(world: Known, release: Release, now: datetime = NOW) -> Known:
    """What the engine makes known of the gates that a release is let past."""
    found = world.service.overrides
    since, own = release.emergency_since, release.authors
    return replace(world, waived=find_waived(found, release.name, since, now, own))


def test_G7_a_freeze_is_let_past_only_by_a_second_person() -> None:
    asked = learnt(frozen(), asks())
    release = release_in(State.BAKING)
    assert past(asked, release).waived == frozenset()
    same = refusal(OVERSEEN[AnswerOverride](answers(RUI), asked, NOW))
    assert same.code == "SAME_PERSON"
    granted = learnt(asked, answers(ANA))
    assert past(granted, release).waived == {FREEZE}


def test_G7_an_override_ends_by_the_clock_and_not_by_anybody_noticing() -> None:
    granted = learnt(frozen(), asks(until=minutes(40)), answers(ANA))
    release = release_in(State.BAKING)
    assert past(granted, release, minutes(39)).waived == {FREEZE}
    assert past(granted, release, minutes(40)).waived == frozenset()


def test_G7_it_lasts_a_day_at_most() -> None:
    long = OVERSEEN[AskOverride](asks(until=NOW + LONGEST + timedelta(seconds=1)), known(), NOW)
    assert refusal(long).code == "BAD_END"
    assert accepted(OVERSEEN[AskOverride](asks(until=NOW + LONGEST), known(), NOW)).also


def test_G7_another_version_is_not_let_past_by_it() -> None:
    granted = learnt(frozen(), asks(version="v9"), answers(ANA))
    assert past(granted, release_in(State.BAKING)).waived == frozenset()


def test_it_is_recorded_with_a_reason_or_not_at_all() -> None:
    assert refusal(OVERSEEN[AskOverride](asks(because=""), known(), NOW)).code == "NO_REASON"


def test_who_lacks_the_right_neither_asks_nor_grants() -> None:
    lacking = known(Right.READ)
    assert refusal(OVERSEEN[AskOverride](asks(), lacking, NOW)).code == "NO_RIGHT"
    assert refusal(OVERSEEN[AnswerOverride](answers(ANA), lacking, NOW)).code == "NO_RIGHT"


def test_what_waits_is_not_asked_for_twice_so_that_a_yes_means_one_thing() -> None:
    asked = learnt(known(), asks())
    assert refusal(OVERSEEN[AskOverride](asks(by=SAM), asked, NOW)).code == "OVERRIDE_THERE"


def test_a_button_of_an_older_override_grants_no_newer_one() -> None:
    again = learnt(known(), asks(until=minutes(31)))
    later = learnt(again, asks(until=minutes(90)), at=minutes(32))
    old = OVERSEEN[AnswerOverride](answers(ANA, seen="O-1"), later, minutes(33))
    assert refusal(old).code == "NO_OVERRIDE"


@pytest.mark.parametrize(
    ("gate", "tier", "alone", "second"),
    [
        (FREEZE, 3, True, True),
        (COVERED, 3, True, False),
        (COVERED, 1, True, True),
        (COVERED, 3, False, True),
    ],
)
def test_a_freeze_and_tier_1_always_take_a_second_person(
    gate: str, tier: int, alone: bool, second: bool
) -> None:
    world = changed(known(), rules=rules(tier=tier), emergency=EmergencyRules(alone=alone))
    kinds = [type(fact) for _, fact in accepted(OVERSEEN[AskOverride](asks(gate), world, NOW)).also]
    assert kinds == [o.OverrideAsked, *([] if second else [o.OverrideGranted])]


# The vote


def voted(*more: Fact) -> Release:
    first = requested(rules=rules(poll=SEATS))
    return after([first, opened(), *more])


NO_GO = NoGoGiven(at=minutes(20), by=ANA, round=1, seat="owner", reasons=())


def test_G1_row_12_a_no_go_is_overridden_for_a_new_start_by_two_who_did_not_ask_for_it() -> None:
    ended = voted(NO_GO)
    world = changed(known(), rules=rules(poll=SEATS, tier=1), about=ended)
    granted = learnt(world, asks(POLL, release="R-1"), answers(ANA))
    fresh = after([requested(release="R-2", rules=rules(poll=SEATS, tier=1))])
    report = i.PreflightReported(
        revision=NEW.revision, mechanism="switch", proof=("kept",), observed=passed().observed
    )
    moved = accepted(decide(fresh, report, past(granted, fresh), NOW))
    used, forward = moved.facts
    assert isinstance(used, o.OverrideUsed)
    assert (used.gates, used.asked_by, used.second) == ((POLL,), RUI, ANA)
    assert isinstance(forward, f.PreflightPassed)
    assert [type(fact) for _, fact in moved.also] == [o.ReviewOpened]
    waits = accepted(decide(fresh, report, past(world, fresh), NOW))
    assert not any(isinstance(fact, f.PreflightPassed) for fact in waits.facts)


def test_G1_row_12_who_asked_for_the_release_does_not_override_its_no_go() -> None:
    world = replace(known(), about=voted(NO_GO))
    assert refusal(OVERSEEN[AskOverride](asks(POLL, by=MEI), world, NOW)).code == "REQUESTER"
    asked = learnt(world, asks(POLL))
    assert refusal(OVERSEEN[AnswerOverride](answers(MEI), asked, NOW)).code == "REQUESTER"


def test_G1_row_12_where_nobody_voted_there_is_no_vote_to_override() -> None:
    assert refusal(OVERSEEN[AskOverride](asks(POLL), known(), NOW)).code == "NOTHING_VOTED"


def test_G1_row_12_a_vote_that_is_open_is_not_waited_for_once_it_is_granted() -> None:
    live = voted()
    world = learnt(replace(known(), about=live), asks(POLL), answers(ANA))
    after_it = go(live, decide(live, i.PollLooked(), past(world, live), NOW))
    assert after_it.state is State.PREFLIGHT


def test_G1_row_12_a_second_person_who_turns_out_to_have_written_it_is_none() -> None:
    granted = learnt(frozen(), asks(), answers(ANA))
    found = granted.service.overrides
    assert find_waived(found, NEW.version, None, NOW, frozenset({ANA})) == frozenset()


def test_G1_row_12_an_override_of_something_else_ends_no_vote() -> None:
    live = voted()
    base = changed(known(), about=live, rules=rules(poll=SEATS))
    world = learnt(base, asks(COVERED), answers(ANA))
    assert accepted(decide(live, i.PollLooked(), past(world, live), NOW)).facts == ()


# Emergencies


def test_G5_an_emergency_is_let_past_a_freeze_for_a_day_and_not_for_ever() -> None:
    assert find_waived({}, "v2", NOW, NOW + LONGEST - timedelta(seconds=1)) == {FREEZE, COVERED}
    assert find_waived({}, "v2", NOW, NOW + LONGEST) == frozenset()


def urgent(**changes: object) -> i.Start:
    values = {"by": MEI, "release": "R-9", **HERE, "version": "v2", "incident": "INC-77"}
    return i.Start(**{**values, **changes})  # type: ignore[arg-type]


def urgent_world(intent: i.Start, base: Known | None = None) -> Known:
    world = base or frozen()
    since = NOW if intent.incident else None
    return replace(world, waived=find_waived(world.service.overrides, intent.version, since, NOW))


def begun(intent: i.Start, world: Known) -> tuple[Release, list[Fact]]:
    found = accepted(start(intent, urgent_world(intent, world), NOW))
    return after(found.facts), [fact for _, fact in found.also]


def test_G5_an_emergency_starts_in_a_freeze_and_asks_one_who_did_not_ask_for_it() -> None:
    assert refusal(start(replace(urgent(), incident=""), frozen(), NOW)).code == "FROZEN"
    release, also = begun(urgent(), frozen())
    assert [type(fact) for fact in also] == [o.ReviewOpened]
    assert release.incident == "INC-77"
    poll = release.rules.poll
    assert poll is not None
    assert [(seat.name, seat.people) for seat in poll.seats] == [(APPROVER, ("shop-devs",))]
    assert poll.quorum == 1


def test_G5_the_watch_may_be_shortened_and_the_checks_never() -> None:
    usual, short = rules(), shorten_rules(rules(), EmergencyRules(bake=0.25))
    assert [step.bake for step in short.strategy.steps] == [
        timedelta(minutes=5),
        timedelta(minutes=7.5),
        timedelta(minutes=15),
    ]
    assert (short.checks, short.rollback) == (usual.checks, usual.rollback)
    assert [step.weight for step in short.strategy.steps] == [
        step.weight for step in usual.strategy.steps
    ]


def test_G5_the_watch_is_never_shorter_than_one_look_of_its_checks() -> None:
    short = shorten_rules(rules(), EmergencyRules(bake=0.0))
    assert {step.bake for step in short.strategy.steps} == {timedelta(minutes=1)}


def test_G5_without_anybody_who_could_agree_there_is_no_emergency() -> None:
    world = changed(frozen(), rules=rules(may={"start": ("anyone",)}))
    assert refusal(start(urgent(), urgent_world(urgent(), world), NOW)).code == "NO_APPROVER"


def test_G5_the_way_back_and_the_checks_are_asked_of_an_emergency_too() -> None:
    release, _ = begun(urgent(), frozen())
    reason = Refusal(code="NO_WAY_BACK", sentence="No way back.", remedy="Make one.")
    for gates in (frozenset(), frozenset(GATES)):
        world = replace(frozen(), waived=gates)
        failed = accepted(decide(release, i.PreflightReported(reasons=(reason,)), world, NOW))
        assert [type(fact) for fact in failed.facts] == [f.PreflightFailed]


def test_G5_breaking_glass_needs_the_role_an_incident_and_a_reason() -> None:
    glass = urgent(glass=True, because="it is down")
    lacking = frozen(*(right for right in Right if right is not Right.BREAK_GLASS))
    assert refusal(start(glass, urgent_world(glass, lacking), NOW)).code == "NO_RIGHT"
    mute = replace(glass, because="")
    assert refusal(start(mute, urgent_world(mute), NOW)).code == "NO_REASON"
    vague = replace(glass, incident="")
    assert (
        refusal(start(vague, replace(known(), waived=frozenset(GATES)), NOW)).code
        == "NEEDS_INCIDENT"
    )


def test_G5_broken_glass_goes_past_every_gate_at_once_and_is_flagged_as_ones_own() -> None:
    release, also = begun(urgent(glass=True, because="it is down"), frozen())
    broken = next(fact for fact in also if isinstance(fact, o.GlassBroken))
    assert (broken.own, broken.incident, broken.release) == ("requester", "INC-77", release.id)
    world = frozen()
    for fact in also:
        world = replace(world, service=evolve_service(world.service, fact))
    assert past(world, release).waived == set(GATES)
    agreed = learnt(replace(world, about=release), answers(ANA))
    assert agreed.service.overrides["O-1"].second == ANA


def test_G5_what_lives_goes_past_its_gates_by_the_role() -> None:
    live = release_in(State.BAKING)
    world = replace(frozen(), about=live)
    broken = learnt(world, BreakGlass(**HERE, by=ANA, release="R-1", because="down"))
    assert past(broken, live).waived == set(GATES)
    assert broken.service.reviews["R-1"].is_open


def test_G5_a_look_back_is_had_by_somebody_whose_release_it_was_not() -> None:
    live = release_in(State.BAKING)
    broken = replace(frozen(), about=live)
    broken = learnt(broken, BreakGlass(**HERE, by=ANA, release="R-1", because="down"))
    back = LookBack(**HERE, by=MEI, release="R-1", approved=True)
    assert refusal(OVERSEEN[LookBack](back, broken, NOW)).code == "REQUESTER"
    hers = replace(back, by=ANA)
    assert refusal(OVERSEEN[LookBack](hers, broken, NOW)).code == "SAME_PERSON"
    mute = replace(back, by=SAM, approved=False)
    assert refusal(OVERSEEN[LookBack](mute, broken, NOW)).code == "NO_REASON"
    done = learnt(broken, replace(back, by=SAM))
    assert not done.service.reviews["R-1"].is_open
    assert refusal(OVERSEEN[LookBack](replace(back, by=SAM), done, NOW)).code == "NO_REVIEW"


def test_its_end_is_noted_once_and_not_before_its_time() -> None:
    world = learnt(known(), asks(until=minutes(40)))
    ends = EndOverride(**HERE, override="O-1")
    assert accepted(OVERSEEN[EndOverride](ends, world, minutes(39))).also == ()
    over = learnt(world, ends, at=minutes(40))
    assert over.service.overrides["O-1"].ended_because == "nobody granted it in time"
    assert accepted(OVERSEEN[EndOverride](ends, over, minutes(41))).also == ()


# The way back


BAD = i.Judged(verdicts=(verdict(Outcome.FAIL),), watched=timedelta(0))
WORLDS = {
    "asked": learnt(frozen(), asks()),
    "granted": learnt(frozen(), asks(), answers(ANA)),
    "refused": learnt(frozen(), asks(), answers(ANA, yes=False)),
    "glass": learnt(
        replace(frozen(), about=release_in(State.BAKING)),
        BreakGlass(**HERE, by=ANA, release="R-1", because="down"),
    ),
}


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
@pytest.mark.parametrize("state", [*IN_FLIGHT, State.STUCK])
@pytest.mark.parametrize("gates", [(), (FREEZE,), GATES], ids=str)
def test_G6_rollback_is_never_refused_by_an_override_or_the_lack_of_one(
    world: Known, state: State, gates: tuple[str, ...]
) -> None:
    release = release_in(state)
    met = replace(world, waived=frozenset(gates))
    for intent in (i.Rollback(by=MEI), BAD):
        if state is State.STUCK and intent is BAD:
            continue
        plain = accepted(decide(release, intent, known(), NOW))
        assert accepted(decide(release, intent, met, NOW)).facts == plain.facts
        assert any(isinstance(fact, f.RollbackDecided) for fact in plain.facts)


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_G6_rollback_is_never_refused_by_what_waits_for_a_finished_release(world: Known) -> None:
    certified = (f.Running(version="v1.4.0", revision="v1.4.0"), *world.service.certified)
    ready = replace(world, service=replace(world.service, certified=certified))
    undo = i.UndoEnded(by=MEI, release="R-9", **HERE)
    assert accepted(undo_ended(undo, ready, NOW)).facts


# The bad mark


def test_the_same_thing_under_another_name_is_refused() -> None:
    bad = f.VersionMarked(
        at=NOW,
        by=BOT,
        version=NEW.version,
        mark=f.Mark.BAD,
        because="2.1 % of requests failed",
        release="R-1",
        revision="sha256:8f3c",
    )
    world = replace(known(), service=evolve_service(known().service, bad))
    renamed = after([requested(version="v1.4.2-again")])
    report = i.PreflightReported(
        revision="sha256:8f3c", mechanism="switch", proof=("kept",), observed=passed().observed
    )
    [failed] = accepted(decide(renamed, report, world, NOW)).facts
    assert isinstance(failed, f.PreflightFailed)
    assert failed.reasons[0].code == "MARKED_BAD"
    other = replace(report, revision="sha256:0000")
    [moved] = accepted(decide(renamed, other, world, NOW)).facts
    assert isinstance(moved, f.PreflightPassed)


def test_calling_what_was_taken_back_good_counts_a_false_rollback() -> None:
    bad = f.VersionMarked(
        at=NOW, by=BOT, version="v2", mark=f.Mark.BAD, because="errors", release="R-7"
    )
    good = replace(bad, by=MEI, mark=f.Mark.GOOD, because="it was DNS", release="")
    state = evolve_service(evolve_service(known().service, bad), good)
    assert state.false_rollbacks == ("R-7",)
    assert evolve_service(state, good).false_rollbacks == ("R-7",)
    by_hand = replace(bad, by=MEI, release="")
    assert evolve_service(evolve_service(known().service, by_hand), good).false_rollbacks == ()


def test_every_state_that_goes_forward_names_what_it_was_let_past_once() -> None:
    granted = learnt(frozen(), asks(), answers(ANA))
    baked = i.Judged(verdicts=(verdict(Outcome.PASS, "fine"),), watched=timedelta(hours=1))
    release = after(FACTS_TO[State.BAKING])
    moved = accepted(decide(release, baked, past(granted, release), NOW))
    assert isinstance(moved.facts[0], o.OverrideUsed)
    onward = go(release, moved)
    assert onward.state is State.SHIFTING
    assert [used.override for used in onward.overrides] == ["O-1"]
