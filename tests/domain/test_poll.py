"""The go/no-go poll, row by row of its decision table. [G1]"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.domain.decide.known import Known
from bot.domain.decide.release import decide
from bot.domain.facts import vote as p
from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome as JudgedAs
from bot.domain.state.moves import Do, State
from bot.domain.state.override import GATES
from bot.domain.state.release import Release
from bot.domain.state.vote import Electorate, PollOutcome
from bot.domain.terms.changes import Author, Change
from bot.domain.terms.place import PlacePolicy
from bot.domain.terms.rules import PollRules, Right, Rules, Seat, SeatKind
from bot.domain.terms.strategy import Observed
from tests.domain import builders
from tests.domain.builders import (
    CANARY,
    MEI,
    NEW,
    NOON,
    OLD,
    after,
    minutes,
    release_in,
    requested,
    rules,
    verdict,
)
from tests.domain.deciding import accepted, go, refusal

RUI, ANA, SAM, KIM, BO = "U0RUI", "U0ANA", "U0SAM", "U0KIM", "U0BO"
OWNER = Seat(name="owner", people=("shop-devs",))
LEAD = Seat(name="release", people=("release-leads",), kind=SeatKind.VETO)
BUSINESS = Seat(name="business", people=("stakeholders",), kind=SeatKind.ADVICE)
POLL = PollRules(seats=(OWNER, LEAD, BUSINESS), quorum=2)
HOLDERS = {
    "owner": frozenset({RUI, MEI, BO}),
    "release": frozenset({ANA, KIM}),
    "business": frozenset({SAM}),
}
EVERYBODY = (MEI, RUI, ANA, SAM, KIM, BO)
GO, NO_GO, ABSTAIN = p.Choice


def voters(**changes: object) -> Electorate:
    base = Electorate(seats=HOLDERS, members=dict.fromkeys(EVERYBODY, True))
    return replace(base, **changes)  # type: ignore[arg-type]


def with_poll(poll: PollRules = POLL, **changes: object) -> Rules:
    return rules(**{"poll": poll, **changes})  # type: ignore[arg-type]


def known(release: Release, electorate: Electorate | None = None, **changes: object) -> Known:
    may = frozenset({Right.READ})
    here = PlacePolicy(rules=release.rules)
    base = Known(here=here, rights=may, electorate=electorate or voters())
    return builders.changed(base, **changes)


def change(person: str = BO) -> Change:
    wrote = Author(name="bo", email="bo@x.example", person=person)
    return Change(revision="8f3c1e2", subject="Retry (#812)", at=NOON, authors=(wrote,))


def report(**changes: object) -> i.PreflightReported:
    base = i.PreflightReported(
        revision=NEW.revision,
        mechanism="set the weight back",
        proof=("v1.4.1 is there and warm",),
        observed=Observed(revisions={OLD.revision: 100.0}),
        changes=(change(),),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def checked(pinned: Rules) -> Release:
    return after((requested(rules=pinned),))


def polling(
    pinned: Rules | None = None, electorate: Electorate | None = None, **found: object
) -> Release:
    release = checked(pinned or with_poll())
    release = go(release, decide(release, report(**found), known(release, electorate), minutes(1)))
    assert release.state is State.POLLING, release.reasons
    return release


def ballot(by: str, choice: p.Choice = GO, because: str = "", **more: object) -> i.Vote:
    return i.Vote(by=by, choice=choice, because=because, **more)  # type: ignore[arg-type]


def voted(
    release: Release,
    *ballots: i.Vote,
    electorate: Electorate | None = None,
    now: datetime | None = None,
) -> Release:
    for nth, each in enumerate(ballots):
        moment = now or minutes(2 + nth)
        release = go(release, decide(release, each, known(release, electorate), moment))
    return release


def refused(
    release: Release, vote: i.Intent, electorate: Electorate | None = None, now: float = 5
) -> str:
    return refusal(decide(release, vote, known(release, electorate), minutes(now))).code


def counted(release: Release) -> dict[str, str]:
    assert release.poll is not None
    return {each.by: each.choice.value for each in release.poll.standing()}


def rechecked(release: Release, *, now: float = 10, **found: Any) -> Release:
    return go(release, decide(release, report(**found), known(release), minutes(now)))


GIVEN = (ballot(RUI), ballot(ANA))


def test_G1_row_01_needed_seats_and_quorum_are_a_go_with_digest_and_expiry() -> None:
    release = voted(polling(), *GIVEN)
    assert release.state is State.PREFLIGHT
    assert release.poll is not None
    given = release.poll.go
    assert given is not None
    assert given.digest == release.poll.digest
    assert given.valid_until - given.at == timedelta(hours=4)
    assert {(each.seat, each.person) for each in given.filled} == {("owner", RUI), ("release", ANA)}
    assert rechecked(release).state is State.SHIFTING


def test_G1_row_01_the_final_caller_confirms_where_one_is_configured() -> None:
    pinned = with_poll(replace(POLL, caller=("directors",)))
    electorate = voters(callers=frozenset({KIM}))
    release = voted(polling(pinned, electorate), *GIVEN, electorate=electorate)
    assert release.state is State.POLLING
    assert refused(release, ballot(KIM, ABSTAIN), electorate) == "FINAL_WORD"
    release = voted(release, ballot(KIM), electorate=electorate)
    assert release.state is State.PREFLIGHT
    assert release.poll is not None
    assert release.poll.go is not None
    assert release.poll.go.caller == KIM


def test_G1_row_01_whoever_fills_a_seat_has_not_the_final_word_as_well() -> None:
    pinned = with_poll(replace(POLL, caller=("directors",)))
    electorate = voters(callers=frozenset({ANA, KIM}))
    release = voted(polling(pinned, electorate), *GIVEN, electorate=electorate)
    again = accepted(decide(release, ballot(ANA), known(release, electorate), minutes(6)))
    assert again.facts == ()
    release = voted(release, ballot(KIM, NO_GO, "not today"), electorate=electorate)
    assert release.state is State.REJECTED


def test_G1_row_01_a_quorum_counts_different_people_in_seats() -> None:
    release = voted(polling(with_poll(replace(POLL, quorum=3))), *GIVEN)
    assert release.state is State.POLLING
    assert voted(release, ballot(SAM)).state is State.PREFLIGHT


def test_G1_row_02_a_veto_is_a_no_go_at_once_and_says_why() -> None:
    release = voted(polling(), ballot(RUI))
    assert refused(release, ballot(ANA, NO_GO)) == "NO_REASON"
    release = voted(release, ballot(ANA, NO_GO, "the ledger is migrating"))
    assert release.state is State.REJECTED
    assert "the ledger is migrating" in release.reasons[0].sentence
    assert counted(release) == {RUI: "go", ANA: "no-go"}


@pytest.mark.parametrize(("person", "code"), [(MEI, "REQUESTER"), (BO, "AUTHOR")])
@pytest.mark.parametrize("choice", [GO, ABSTAIN])
def test_G1_row_03_author_and_requester_fill_no_seat(
    person: str, code: str, choice: p.Choice
) -> None:
    assert refused(polling(), ballot(person, choice)) == code


def test_G1_row_03_who_cannot_be_told_from_an_author_fills_no_seat() -> None:
    release = polling(with_poll(changes="repo"), voters(accounts={RUI: ("rui",), ANA: ("ana",)}))
    assert refused(release, ballot(RUI), voters()) == "UNMAPPED"
    mapped = voters(accounts={RUI: ("rui",)})
    assert counted(voted(release, ballot(RUI), electorate=mapped)) == {RUI: "go"}


def test_G1_row_03_where_nobody_knows_who_wrote_it_nobody_is_asked() -> None:
    release = checked(with_poll())
    found = report(changes=(), changes_unknown="git does not answer")
    release = go(release, decide(release, found, known(release), minutes(1)))
    assert release.state is State.REJECTED
    assert release.reasons[0].code == "AUTHORS_UNKNOWN"


def test_G1_row_04_one_person_fills_one_of_two_seats() -> None:
    both = voters(seats={**HOLDERS, "release": frozenset({RUI, ANA})})
    release = voted(polling(electorate=both), ballot(RUI), electorate=both)
    assert release.state is State.POLLING
    # Another owner comes: who could fill either moves to the seat that is open.
    other = voters(seats={**both.seats, "owner": frozenset({RUI, KIM})})
    release = voted(release, ballot(KIM), electorate=other)
    assert release.state is State.PREFLIGHT
    assert release.poll is not None
    assert release.poll.go is not None
    assert {(each.seat, each.person) for each in release.poll.go.filled} == {
        ("owner", KIM),
        ("release", RUI),
    }


def test_G1_row_04_seats_that_only_one_person_could_fill_are_refused_before_asking() -> None:
    alone = voters(seats={**HOLDERS, "owner": frozenset({ANA}), "release": frozenset({ANA})})
    release = checked(with_poll())
    release = go(release, decide(release, report(), known(release, alone), minutes(1)))
    assert release.state is State.REJECTED
    assert release.reasons[0].code == "SEAT_EMPTY"


def test_G1_row_04_a_directory_that_is_silent_for_a_moment_refuses_nothing_yet() -> None:
    silent = voters(members=dict.fromkeys(EVERYBODY))
    release = polling(electorate=silent)
    assert release.poll is not None
    assert release.poll.chairs[1].able == (ANA, KIM)
    assert refused(release, ballot(ANA), silent) == "MEMBER_UNKNOWN"


def close(release: Release, now: float = 61, electorate: Electorate | None = None) -> Release:
    alarm = i.AlarmRang(alarm=Do.ALARM_POLL, version=release.version)
    return go(release, decide(release, alarm, known(release, electorate), minutes(now)))


@pytest.mark.parametrize("ballots", [(), (ballot(RUI),), (ballot(RUI), ballot(ANA, ABSTAIN))])
def test_G1_row_05_silence_until_the_deadline_is_a_no_go(ballots: Sequence[i.Vote]) -> None:
    release = voted(polling(), *ballots)
    assert close(release, 60).state is State.POLLING
    release = close(release)
    assert release.state is State.REJECTED
    assert release.poll is not None
    assert release.poll.outcome is PollOutcome.EXPIRED
    assert "release" in release.reasons[0].sentence


def test_G1_row_05_a_missing_final_word_is_no_go_either() -> None:
    pinned = with_poll(replace(POLL, caller=("directors",)))
    electorate = voters(callers=frozenset({KIM}))
    release = voted(polling(pinned, electorate), *GIVEN, electorate=electorate)
    release = close(release, electorate=electorate)
    assert release.state is State.REJECTED
    assert "final word" in release.reasons[0].sentence


def test_G1_row_05_reminders_go_to_those_who_have_not_voted() -> None:
    release = voted(polling(), ballot(RUI))
    told = []
    for now in (30, 31, 40, 51, 55):
        alarm = i.AlarmRang(alarm=Do.ALARM_REMIND, version=release.version)
        decision = accepted(decide(release, alarm, known(release), minutes(now)))
        told += [(now, fact.people) for fact in decision.facts if isinstance(fact, p.PollReminded)]
        release = go(release, decision)
    assert told == [(31, (ANA, KIM)), (51, (ANA, KIM))]


def test_G1_row_05_a_no_go_of_a_needed_seat_stands_until_the_close() -> None:
    release = voted(polling(), ballot(RUI, NO_GO, "flag is off"), ballot(ANA))
    assert release.state is State.POLLING
    # Another owner cannot outvote it.
    more = voters(seats={**HOLDERS, "owner": frozenset({RUI, SAM})})
    assert voted(release, ballot(SAM), electorate=more).state is State.POLLING
    release = close(release)
    assert release.state is State.REJECTED
    assert "flag is off" in release.reasons[0].sentence


def test_G1_row_06_the_last_ballot_counts_and_both_are_kept() -> None:
    release = voted(polling(), ballot(RUI, NO_GO, "flag is off"), ballot(RUI))
    assert counted(release) == {RUI: "go"}
    assert release.poll is not None
    assert [each.choice for each in release.poll.ballots] == [NO_GO, GO]
    assert voted(release, ballot(ANA)).state is State.PREFLIGHT


def test_G1_row_07_a_vote_after_the_close_is_refused() -> None:
    assert refused(polling(), ballot(RUI), now=61) == "POLL_CLOSED"
    gone = rechecked(voted(polling(), *GIVEN))
    assert refused(gone, ballot(KIM)) == "SHIFTING_VOTE"
    assert refused(close(polling()), ballot(RUI)) == "REJECTED_VOTE"


@pytest.mark.parametrize(("member", "code"), [(False, "NOT_A_MEMBER"), (None, "MEMBER_UNKNOWN")])
def test_G1_row_07_only_known_members_vote(member: bool | None, code: str) -> None:
    electorate = voters(members={**dict.fromkeys(EVERYBODY, True), RUI: member})
    assert refused(polling(), ballot(RUI), electorate) == code


def test_G1_row_07_who_holds_no_seat_is_told_whose_they_are() -> None:
    assert refused(polling(), ballot(SAM), voters(seats={**HOLDERS, "business": frozenset()})) == (
        "NO_SEAT"
    )
    assert refused(polling(), ballot(SAM), voters(seats={"owner": None})) == "SEAT_UNKNOWN"


def test_G1_row_07_a_ballot_of_somebody_who_lost_the_seat_counts_no_more() -> None:
    release = voted(polling(), ballot(RUI))
    gone = voters(seats={**HOLDERS, "owner": frozenset({BO})})
    assert voted(release, ballot(ANA), electorate=gone).state is State.POLLING


def voided(release: Release, vote: i.Intent, config: Rules, now: float = 5) -> Release:
    changed = known(release, rules=config)
    release = go(release, decide(release, vote, changed, minutes(now)))
    assert release.state is State.PREFLIGHT
    assert release.poll is not None
    assert release.poll.outcome is PollOutcome.VOID
    return release


TARGET = with_poll(target={"deployment": "other"})
PLAN = with_poll(strategy=replace(CANARY, steps=CANARY.steps[1:]))
SEATS = with_poll(replace(POLL, seats=(OWNER,), quorum=1))


@pytest.mark.parametrize("config", [TARGET, PLAN, SEATS])
@pytest.mark.parametrize("asked", [ballot(ANA), i.PollLooked()])
def test_G1_row_08_a_change_of_config_voids_the_votes(config: Rules, asked: i.Intent) -> None:
    release = voided(voted(polling(), ballot(RUI)), asked, config)
    assert release.rules == config
    release = rechecked(release)
    assert release.state is State.POLLING
    assert release.poll is not None
    assert (release.poll.round, counted(release)) == (2, {})
    assert release.poll.again == "the config of this release changed"


def test_G1_row_08_a_change_of_rights_or_channel_alone_voids_nothing() -> None:
    release = voted(polling(), ballot(RUI))
    config = with_poll(may={"start": ("others",)}, channel="#elsewhere")
    looked = decide(release, i.PollLooked(), known(release, rules=config), minutes(5))
    assert accepted(looked).facts == ()


@pytest.mark.parametrize(
    "found",
    [{"revision": "v1.4.2-moved"}, {"changes": (change(), change(KIM))}],
)
def test_G1_row_08_what_is_found_after_the_go_must_be_what_was_voted_on(
    found: dict[str, Any],
) -> None:
    release = rechecked(voted(polling(), *GIVEN), **found)
    assert release.state is State.PREFLIGHT
    assert release.poll is not None
    assert release.poll.outcome is PollOutcome.VOID
    again = rechecked(release, **found)
    assert again.state is State.POLLING
    assert again.poll is not None
    assert again.poll.round == 2


def test_G1_row_08_a_button_of_the_void_round_counts_for_nothing() -> None:
    release = rechecked(voided(polling(), i.PollLooked(), TARGET))
    assert refused(release, ballot(RUI, round=1), now=11) == "OLD_BUTTON"
    assert counted(voted(release, ballot(RUI, round=2), now=minutes(11))) == {RUI: "go"}


def test_G1_row_09_advice_against_it_does_not_block_but_is_answered() -> None:
    release = voted(polling(), ballot(SAM, NO_GO, "newsletter at 15:00"), ballot(RUI))
    assert refused(release, ballot(ANA)) == "ANSWER_FIRST"
    release = voted(release, ballot(ANA, GO, "the newsletter moved"))
    assert release.state is State.PREFLIGHT
    assert release.poll is not None
    assert release.poll.go is not None
    assert release.poll.go.answers == "the newsletter moved"


def test_G1_row_09_the_final_caller_answers_where_there_is_one() -> None:
    pinned = with_poll(replace(POLL, caller=("directors",)))
    electorate = voters(callers=frozenset({KIM}))
    release = polling(pinned, electorate)
    release = voted(release, *GIVEN, ballot(SAM, NO_GO, "newsletter"), electorate=electorate)
    assert refused(release, ballot(KIM), electorate) == "ANSWER_FIRST"
    answered = voted(release, ballot(KIM, GO, "it moved"), electorate=electorate)
    assert answered.state is State.PREFLIGHT


def test_G1_row_10_the_same_ballot_again_is_one_ballot() -> None:
    release = voted(polling(), ballot(RUI), ballot(RUI), ballot(RUI))
    assert release.poll is not None
    assert len(release.poll.ballots) == 1


def given(by: str = ANA, to: str = SAM, seat: str = "release", until: float = 30) -> p.Delegated:
    return p.Delegated(at=NOON, by=by, seat=seat, to=to, until=minutes(until))


def test_G1_row_11_a_delegation_counts_while_it_is_valid_and_says_for_whom() -> None:
    electorate = voters(delegated=(given(),))
    release = voted(polling(electorate=electorate), ballot(RUI), electorate=electorate)
    late = voted(release, ballot(SAM), electorate=electorate, now=minutes(31))
    assert late.state is State.POLLING
    release = voted(release, ballot(SAM), electorate=electorate)
    assert release.poll is not None
    assert release.poll.go is not None
    assert p.Filled(seat="release", person=SAM, on_behalf_of=ANA) in release.poll.go.filled
    assert release.poll.ballots[-1].on_behalf_of == ANA


@pytest.mark.parametrize(
    "delegated",
    [
        (given(), given(to=ANA)),
        (given(), given(to=KIM)),
        (given(by=RUI),),
        (given(by=BO, seat="owner"),),
        (given(by=MEI, seat="owner"),),
    ],
    ids=["taken back", "given on", "not theirs", "of an author", "of the requester"],
)
def test_G1_row_11_a_delegation_that_does_not_hold_gives_no_seat(
    delegated: tuple[p.Delegated, ...],
) -> None:
    electorate = voters(delegated=delegated, seats={**HOLDERS, "business": frozenset()})
    release = polling(electorate=electorate)
    assert refused(release, ballot(SAM), electorate) == "NO_SEAT"


def test_G1_row_11_a_delegate_has_the_veto_of_the_seat() -> None:
    electorate = voters(delegated=(given(),))
    release = polling(electorate=electorate)
    release = voted(release, ballot(SAM, NO_GO, "ledger"), electorate=electorate)
    assert release.state is State.REJECTED


def test_G1_row_12_a_no_go_is_overridden_by_no_right_alone() -> None:
    release = voted(polling(), ballot(ANA, NO_GO, "the ledger is migrating"))
    everything = replace(known(release), rights=ALL_RIGHTS)
    for asked in (ballot(ANA), i.Promote(by=ANA, early=True, because="now"), i.Resume(by=ANA)):
        assert refusal(decide(release, asked, everything, minutes(9))).code


def test_G1_row_12_what_waives_a_poll_is_known_to_the_decision_and_to_nothing_else() -> None:
    release = checked(with_poll())
    waived = known(release, waived=frozenset(GATES))
    assert go(release, decide(release, report(), waived, minutes(1))).state is State.SHIFTING


def held_at_nothing() -> Release:
    release = rechecked(voted(polling(), *GIVEN))
    pause = i.Pause(by=MEI)
    everything = replace(known(release), rights=ALL_RIGHTS)
    release = go(release, decide(release, pause, everything, minutes(11)))
    assert release.state is State.HELD
    return release


ALL_RIGHTS = frozenset(Right)


@pytest.mark.parametrize(
    ("hours", "state"), [(3, State.SHIFTING), (4, State.PREFLIGHT), (9, State.PREFLIGHT)]
)
def test_G1_row_13_an_old_go_starts_nothing(hours: int, state: State) -> None:
    release = held_at_nothing()
    everything = replace(known(release), rights=ALL_RIGHTS)
    moment = minutes(3) + timedelta(hours=hours)
    release = go(release, decide(release, i.Resume(by=MEI), everything, moment))
    assert release.state is state
    if state is State.PREFLIGHT:
        assert rechecked(release, now=600).state is State.POLLING


def test_G1_row_13_what_was_checked_too_long_ago_is_checked_and_asked_again() -> None:
    pinned = with_poll(replace(POLL, closes_after=timedelta(hours=4)))
    release = voted(polling(pinned), ballot(RUI))
    stale = decide(release, ballot(ANA), known(release), minutes(1) + timedelta(hours=3.999))
    assert any(isinstance(fact, p.GoGiven) for fact in accepted(stale).facts)
    old = replace(POLL, closes_after=timedelta(hours=8))
    release = voted(polling(with_poll(old)), ballot(RUI))
    release = voted(release, ballot(ANA), now=minutes(1) + timedelta(hours=5))
    assert release.state is State.PREFLIGHT
    assert release.poll is not None
    assert release.poll.outcome is PollOutcome.VOID


def test_G3_without_a_poll_nobody_is_asked() -> None:
    release = rechecked(checked(rules()))
    assert release.state is State.SHIFTING
    assert release.polls == ()


@pytest.mark.parametrize("intent", [i.Rollback(by=MEI), i.Abort(by=MEI)])
def test_G6_a_poll_never_stands_in_the_way_of_ending_it(intent: i.Intent) -> None:
    release = polling()
    everything = replace(known(release), rights=ALL_RIGHTS)
    release = go(release, decide(release, intent, everything, minutes(5)))
    assert release.state is State.CANCELLED


def test_a_nudge_reminds_who_is_missing_at_most_every_half_hour() -> None:
    release = voted(polling(), ballot(RUI))
    nudge = i.Nudge(by=MEI)
    assert refused(release, nudge, now=20) == "NUDGED_LATELY"
    told = accepted(decide(release, nudge, known(release), minutes(32))).facts
    assert [fact.people for fact in told if isinstance(fact, p.PollReminded)] == [(ANA, KIM)]


def test_a_breach_while_a_person_is_asked_takes_it_back() -> None:
    gated = release_in(State.GATED)
    verdicts = (verdict(JudgedAs.FAIL),)
    seen = i.Judged(verdicts=verdicts, watched=timedelta(0))
    assert go(gated, decide(gated, seen, known(gated), minutes(30))).state is State.ROLLING_BACK
