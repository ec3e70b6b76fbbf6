"""Voting by what people type, and what the record keeps of those who were refused. [G1]"""

from datetime import UTC, datetime

import pytest

from bot.domain.facts import vote as p
from bot.domain.facts.bot import Denied
from bot.domain.terms.clock import read_end
from bot.engine.door.door import DOOR_STREAM, Inbound, Reply
from bot.engine.record.codec import fact_of
from bot.ports.chat import Message
from bot.ports.directory import Person
from tests.commands.desk import Shop
from tests.domain.builders import MEI
from tests.engine.rig import lenient
from tests.engine.test_polling import ANA, KIM, PEOPLE, POLL, RUI, SAM, checked, directory

GUEST = "U0GUEST"


async def polling() -> Shop:
    there = directory()
    there.people[GUEST] = Person(id=GUEST, name="guest", is_member=False)
    shop = Shop(lenient(poll=POLL), directory=there, people=PEOPLE)
    await shop.rig.adopt()
    await shop.rig.start()
    await checked(shop.rig)
    return shop


async def ballots(shop: Shop) -> list[tuple[str, str]]:
    facts = [fact_of(event) for event in await shop.rig.store.load("R-1")]
    return [(each.by, each.choice.value) for each in facts if isinstance(each, p.BallotCast)]


async def denied(shop: Shop) -> list[tuple[str, str]]:
    facts = [fact_of(event) for event in await shop.rig.store.load(DOOR_STREAM)]
    return [(fact.by, fact.code) for fact in facts if isinstance(fact, Denied)]


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ("vote go R-1", "go"),
        ("vote go", "go"),
        ("approve checkout", "go"),
        ("vote no-go R-1 because flag is off", "no-go"),
        ("vote nogo checkout because flag is off", "no-go"),
        ("vote no go R-1 because flag is off", "no-go"),
        ("reject R-1 because flag is off", "no-go"),
        ("vote abstain R-1", "abstain"),
    ],
)
async def test_a_vote_may_be_typed_in_many_ways(typed: str, choice: str) -> None:
    shop = await polling()
    reply = await shop.types(typed, by=RUI, release="R-1")
    assert reply.code == "", reply.message.text
    assert not reply.public
    assert await ballots(shop) == [(RUI, choice)]


@pytest.mark.parametrize("typed", ["vote no-go R-1", "reject R-1"])
async def test_a_no_without_a_reason_is_asked_for_one(typed: str) -> None:
    shop = await polling()
    reply = await shop.types(typed, by=RUI)
    assert reply.code == "NO_REASON"
    assert reply.form is not None


async def test_a_vote_without_a_choice_shows_the_question_with_its_buttons() -> None:
    shop = await polling()
    text = str((await shop.types("vote R-1", by=RUI)).message)
    assert "GO OR NO-GO?" in text
    assert all(f"vote {choice} R-1" in text for choice in p.Choice)
    assert await ballots(shop) == []


async def test_G1_row_03_a_refused_ballot_is_in_the_record() -> None:
    shop = await polling()
    code, text = await shop.refused("vote go R-1", by=MEI)
    assert code == "REQUESTER"
    assert "you asked for this release" in text
    assert await denied(shop) == [(MEI, "REQUESTER")]


async def test_G1_row_07_a_guest_and_a_late_vote_are_in_the_record() -> None:
    shop = await polling()
    assert (await shop.types("vote go R-1", by=GUEST)).code == "NO_RIGHT"
    await shop.types("vote no-go R-1 because ledger", by=ANA)
    assert (await shop.types("vote go R-1", by=RUI)).code == "REJECTED_VOTE"
    assert await denied(shop) == [(GUEST, "NO_RIGHT"), (RUI, "REJECTED_VOTE")]


async def test_G1_row_07_who_may_not_come_in_at_all_is_in_the_record_once() -> None:
    shop = await polling()
    stranger = Inbound(key="E1", text="vote go R-1", by="U0ELSE", via="slash")
    away = Reply(message=Message(text="Nothing happened: only full members."), code="STRANGER")
    for _ in range(2):
        await shop.door.turned_away(stranger, away)
    assert await denied(shop) == [("U0ELSE", "STRANGER")]


async def test_G1_row_08_an_old_button_counts_for_nothing() -> None:
    shop = await polling()
    assert (await shop.types("vote go R-1", by=RUI, seen="7")).code == "OLD_BUTTON"
    assert (await shop.types("vote go R-1", by=RUI, seen="1")).code == ""


@pytest.mark.parametrize(
    "typed",
    [
        f"delegate release to <@{KIM}> until 18:00",
        f"delegate release to <@{KIM}|kim> for 6h",
        f"delegate Release to <@{KIM}> until mon 09:00",
    ],
)
async def test_G1_row_11_a_seat_is_delegated_by_what_one_types(typed: str) -> None:
    shop = await polling()
    assert "may fill the seat release" in await shop.said(typed, by=ANA)
    (fact,) = await shop.rig.engine.history.facts(p.DELEGATIONS)
    assert isinstance(fact, p.Delegated)
    assert (fact.by, fact.to, fact.seat) == (ANA, KIM, "release")
    await shop.types("vote go R-1", by=RUI)
    assert "Go: R-1" in await shop.said("vote go R-1", by=KIM)


async def test_G1_row_11_a_name_is_enough_where_it_is_one_persons() -> None:
    shop = await polling()
    await shop.types("whoami", by=KIM)
    assert KIM in await shop.said("delegate release to @kim until 18:00", by=ANA)
    assert "yours alone" in await shop.said("delegate release to me", by=ANA)
    assert (await shop.types("vote go R-1", by=KIM)).code == "NO_SEAT"


@pytest.mark.parametrize(
    ("typed", "by", "code"),
    [
        (f"delegate release to <@{KIM}> until 18:00", SAM, "NOT_YOUR_SEAT"),
        (f"delegate release to <@{GUEST}> until 18:00", ANA, "NOT_A_MEMBER"),
        ("delegate release to @nobody until 18:00", ANA, "NEEDS_PERSON"),
        (f"delegate release to <@{KIM}>", ANA, "NEEDS_END"),
        (f"delegate release to <@{KIM}> for 60d", ANA, "NEEDS_END"),
        (f"delegate to <@{KIM}> for 1d", ANA, "NEEDS_SEAT"),
        (f"delegate relase to <@{KIM}> for 1d", ANA, "NEEDS_SEAT"),
    ],
)
async def test_G1_row_11_what_cannot_be_delegated_is_refused(
    typed: str, by: str, code: str
) -> None:
    assert (await (await polling()).refused(typed, by=by))[0] == code


FRIDAY = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "at"),
    [
        ("14:30", (20, 14, 30)),
        ("11:30", (21, 11, 30)),
        ("mon 09:00", (23, 9, 0)),
        ("friday 11:00", (27, 11, 0)),
        ("fri 13:00", (20, 13, 0)),
        ("tomorrow 9:00", (21, 9, 0)),
        ("2026-11-27 10:00", (27, 10, 0)),
    ],
)
def test_a_time_that_is_ahead(typed: str, at: tuple[int, int, int]) -> None:
    read = read_end(typed, FRIDAY, "UTC")
    assert read is not None
    assert read.at == datetime(2026, 11, *at, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["", "soon", "2026-11-19 10:00", "25:00", "mon tue 9:00"])
def test_what_is_no_time_ahead(typed: str) -> None:
    assert read_end(typed, FRIDAY, "UTC") is None
