"""The poll through the engine: one ballot whatever comes twice, and timers that survive a death."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.facts import vote as p
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.state.moves import Do, State
from bot.domain.terms.rules import PollRules, Seat, SeatKind
from bot.domain.terms.strategy import Observed
from bot.engine.lanes.timer import TimerLane
from bot.engine.people.rulebook import Policy
from bot.engine.record.codec import fact_of
from bot.engine.record.engine import Answer, Engine
from bot.engine.watch.calendar import look_at_polls
from bot.ports.directory import Person
from bot.ports.store import Store
from bot.store.sqlite import open_store
from tests.domain.builders import MEI, OLD
from tests.engine.rig import FakeDirectory, Group, Rig, lenient
from tests.fakes.places import places

RUI, ANA, SAM, KIM = "U0RUI", "U0ANA", "U0SAM", "U0KIM"
POLL = PollRules(
    seats=(
        Seat(name="owner", people=("devs",)),
        Seat(name="release", people=("leads",), kind=SeatKind.VETO),
        Seat(name="business", people=("others",), kind=SeatKind.ADVICE),
    ),
    quorum=2,
)
PEOPLE = {
    "devs": Group(users=(MEI, RUI)),
    "leads": Group(group="S0LEADS"),
    "others": Group(users=(SAM,)),
}
HOUR = timedelta(hours=1)


def directory() -> FakeDirectory:
    names = (MEI, RUI, ANA, SAM, KIM)
    return FakeDirectory(
        people={name: Person(id=name, name=name[2:].lower()) for name in names},
        groups={"S0LEADS": frozenset({ANA})},
    )


@pytest.fixture
async def on_disk(tmp_path: Path) -> AsyncIterator[Store]:
    store = await open_store(tmp_path / "slipway.db")
    yield store
    await store.close()


async def polling(store: Store | None = None, poll: PollRules = POLL) -> Rig:
    """R-1 was checked, and people are asked."""
    rig = Rig(lenient(poll=poll), directory=directory(), people=PEOPLE, store=store)
    await rig.adopt()
    await rig.start()
    await checked(rig)
    assert (await rig.release()).state is State.POLLING
    return rig


async def checked(rig: Rig) -> None:
    """The checks pass; as when the bot performs them."""
    report = i.PreflightReported(
        revision="v1.4.2",
        mechanism="switch",
        proof=("kept",),
        observed=Observed(revisions={OLD.revision: 100.0}),
    )
    await rig.engine.tell("R-1", report)


def reborn(rig: Rig) -> Engine:
    """A new process over the same record."""
    return Engine(rig.store, rig.clock, rig.book)


async def votes(
    rig: Rig,
    by: str,
    choice: p.Choice = p.Choice.GO,
    because: str = "",
    inbox: str | None = None,
    engine: Engine | None = None,
) -> Answer:
    told = i.Vote(by=by, choice=choice, because=because)
    return await (engine or rig.engine).tell("R-1", told, inbox=inbox)


async def ballots(rig: Rig) -> list[tuple[str, str]]:
    facts = [fact_of(event) for event in await rig.store.load("R-1")]
    return [(each.by, each.choice.value) for each in facts if isinstance(each, p.BallotCast)]


async def rings(rig: Rig, engine: Engine, kind: Do) -> None:
    """The alarm row that stands for a kind comes due, in whatever process there is."""
    row = [each for each in await rig.rows(kind) if each.done_at is None][-1]
    timers = TimerLane(engine, lambda _release: asyncio.sleep(0, True))
    await timers.perform(row)
    await rig.store.settle(row.key, {"rang": True}, rig.clock.now())


async def test_G1_row_01_a_go_is_checked_once_more_and_then_moves() -> None:
    rig = await polling()
    await votes(rig, RUI)
    assert (await votes(rig, ANA)).text.startswith("Go: R-1")
    assert (await rig.release()).state is State.PREFLIGHT
    assert [row.attempts for row in await rig.rows(Do.APPLY)] == []
    await checked(rig)
    assert (await rig.release()).state is State.SHIFTING
    assert len(await rig.rows(Do.APPLY)) == 1


async def test_G1_row_01_votes_before_a_restart_count_after_it() -> None:
    rig = await polling()
    await votes(rig, RUI)
    answer = await votes(rig, ANA, engine=reborn(rig))
    assert answer.text.startswith("Go: R-1")


async def test_G1_row_02_a_veto_ends_it_and_frees_the_place() -> None:
    rig = await polling()
    await votes(rig, ANA, p.Choice.NO_GO, "ledger is migrating", engine=reborn(rig))
    rig.engine.history.forget("R-1")
    assert (await rig.release()).state is State.REJECTED
    assert await rig.store.claims() == {}


async def test_G1_row_05_reminder_and_close_ring_after_a_restart() -> None:
    rig = await polling()
    await votes(rig, RUI)
    for span in (HOUR / 2, HOUR / 3):
        rig.clock.advance(span)
        await rings(rig, reborn(rig), Do.ALARM_REMIND)
    rig.engine.history.forget("R-1")
    told = [row.body["person"] for row in await rig.rows(Do.POLL_REMIND)]
    assert told == [ANA, ANA]
    rig.clock.advance(HOUR)
    await rings(rig, reborn(rig), Do.ALARM_POLL)
    rig.engine.history.forget("R-1")
    assert (await rig.release()).state is State.REJECTED
    assert (await rig.kinds("R-1")).count("PollExpired") == 1


async def test_G1_row_06_a_changed_vote_counts_once_and_both_stay_in_the_record() -> None:
    rig = await polling()
    await votes(rig, RUI, p.Choice.NO_GO, "flag is off")
    await votes(rig, RUI, engine=reborn(rig))
    assert await ballots(rig) == [(RUI, "no-go"), (RUI, "go")]
    rig.engine.history.forget("R-1")
    assert (await votes(rig, ANA)).text.startswith("Go: R-1")


async def test_G1_row_07_a_group_that_cannot_be_read_gives_nobody_a_seat() -> None:
    rig = await polling()
    silent = directory()
    silent.groups.clear()
    rig.book.directory = silent
    assert (await votes(rig, ANA)).code == "SEAT_UNKNOWN"
    silent.people.pop(RUI)
    assert (await votes(rig, RUI)).code in ("MEMBER_UNKNOWN", "NO_RIGHT")


async def test_G1_row_07_a_program_is_nobody() -> None:
    people = {**PEOPLE, "devs": Group(users=("api:ci", RUI))}
    rig = Rig(lenient(poll=POLL), people={**people, "leads": Group(users=(ANA,))})
    await rig.adopt()
    await rig.start()
    await checked(rig)
    assert (await votes(rig, "api:ci")).code == "NOT_A_MEMBER"


async def test_G1_row_08_a_reload_voids_the_votes_and_asks_again() -> None:
    rig = await polling()
    await votes(rig, RUI)
    changed = lenient(poll=POLL, target={"deployment": "other"})
    rig.book.policy = Policy(places=places(changed), people=PEOPLE)
    await look_at_polls(reborn(rig))
    rig.engine.history.forget("R-1")
    release = await rig.release()
    assert release.state is State.PREFLIGHT
    assert release.rules.target == {"deployment": "other"}
    await checked(rig)
    asked = [row for row in await rig.rows(Do.POLL_ASIDE) if row.slot.startswith("poll-aside/2/")]
    assert {row.body["person"] for row in asked} == {RUI, ANA, SAM}
    await votes(rig, RUI)
    assert (await votes(rig, ANA)).text.startswith("Go: R-1")


async def test_G1_row_08_the_last_vote_looks_at_the_config_itself() -> None:
    rig = await polling()
    await votes(rig, RUI)
    changed = lenient(poll=replace(POLL, quorum=3))
    rig.book.policy = Policy(places=places(changed), people=PEOPLE)
    assert "void" in (await votes(rig, ANA)).text
    assert await ballots(rig) == [(RUI, "go")]


async def test_G1_row_10_clicks_retries_and_processes_make_one_ballot(on_disk: Store) -> None:
    rig = await polling(on_disk)
    engines = [rig.engine, reborn(rig), reborn(rig)]
    clicks = [votes(rig, RUI, engine=engine) for engine in engines for _ in range(5)]
    retries = [votes(rig, RUI, inbox="I1", engine=engine) for engine in engines for _ in range(3)]
    answers = await asyncio.gather(*clicks, *retries)
    assert {answer.code for answer in answers} == {""}
    assert await ballots(rig) == [(RUI, "go")]


async def test_G1_row_10_of_two_last_votes_at_once_one_gives_the_go(on_disk: Store) -> None:
    rig = await polling(on_disk)
    others = [reborn(rig), reborn(rig)]
    await asyncio.gather(
        votes(rig, RUI, engine=others[0]),
        votes(rig, ANA, engine=others[1]),
        votes(rig, ANA, engine=rig.engine),
    )
    assert (await rig.kinds("R-1")).count("GoGiven") == 1
    assert sorted(await ballots(rig)) == [(ANA, "go"), (RUI, "go")]


async def test_G1_row_11_a_recorded_delegation_is_read_from_the_record() -> None:
    rig = await polling()
    until = rig.clock.now() + HOUR
    given = p.Delegated(at=rig.clock.now(), by=ANA, seat="release", to=KIM, until=until)
    await rig.engine.note(p.DELEGATIONS, given)
    await votes(rig, RUI)
    assert (await votes(rig, KIM, engine=reborn(rig))).text.startswith("Go: R-1")


async def test_a_ballot_stands_in_the_record_with_the_seat_it_is_for() -> None:
    rig = await polling()
    await votes(rig, RUI)
    facts = [fact_of(event) for event in await rig.store.load("R-1")]
    [ballot] = [fact for fact in facts if isinstance(fact, p.BallotCast)]
    assert ballot.role == f"seat {ballot.seat}"


async def test_G3_without_a_poll_there_are_no_clicks() -> None:
    rig = Rig()
    await rig.adopt()
    await rig.start()
    await checked(rig)
    people = [event.actor for event in await rig.store.load("R-1") if event.actor != BOT]
    assert people == [MEI]
    assert (await rig.release()).state is State.SHIFTING


async def test_who_is_asked_is_told_directly_and_what_they_see_is_edited() -> None:
    rig = await polling()
    for row in await rig.rows(Do.CARD, Do.POLL, Do.POLL_ASIDE):
        result = await rig.teller.perform(row)
        await rig.store.settle(row.key, getattr(result, "outcome", {}), rig.clock.now())
    places = {post.place.channel for post in rig.chat.posts}
    assert places == {"C0RELEASES", f"D-{RUI}", f"D-{ANA}", f"D-{SAM}"}
    await votes(rig, ANA, p.Choice.NO_GO, "ledger is migrating")
    edits = [row for row in await rig.rows(Do.POLL_ASIDE_EDIT) if row.done_at is None]
    for row in edits:
        await rig.teller.perform(row)
    aside = [post for post in rig.chat.posts if post.place.channel.startswith("D-")]
    assert all("NO-GO" in post.message.text and post.edits == 1 for post in aside)
    assert not any("act:vote" in str(post.message.blocks) for post in aside)
