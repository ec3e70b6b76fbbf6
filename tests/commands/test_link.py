"""`link`: a claim only takes power away; what gives any needs a second person. [G2]"""

from bot.domain.facts.people import PEOPLE_STREAM
from bot.domain.terms.changes import Author, Change
from bot.ports.directory import Person
from tests.commands.desk import Shop
from tests.domain.builders import MEI, NOON
from tests.engine.rig import FakeDirectory, Group, lenient

RUI, ANA = "U0RUI", "U0ANA"
BY_MEI_GH = (
    Change(revision="8f3c1e2", subject="Retry", at=NOON, authors=(Author(account="Mei-GH"),)),
)


def shop() -> Shop:
    people = {
        each: Person(id=each, name=each.removeprefix("U0").lower()) for each in (MEI, RUI, ANA)
    }
    people[ANA] = Person(id=ANA, name="ana", email="ana@x.example")
    people["U0GUEST"] = Person(id="U0GUEST", name="guest", is_member=False)
    return Shop(
        lenient(may={"override": ("leads",)}, changes="repo"),
        directory=FakeDirectory(people=people),
        people={"leads": Group(users=(RUI, MEI))},
        accounts={"kim-gh": "U0KIM"},
    )


async def change(made: Shop) -> Change:
    (found,) = await made.rig.book.named(BY_MEI_GH)
    return found


async def test_G2_a_claim_counts_against_at_once_and_for_nothing_else() -> None:
    made = shop()
    text = await made.said("link mei-gh")
    assert "approves none of them" in text
    found = await change(made)
    assert found.people == {MEI}
    assert [author.account for author in found.unmapped] == ["Mei-GH"]
    assert await made.rig.book.accounts(MEI) == ()


async def test_G2_a_second_person_confirms_it() -> None:
    made = shop()
    reply = await made.types("link mei-gh")
    assert "link mei-gh confirm" in str(reply.message.blocks)
    assert (await made.refused("link mei-gh confirm"))[0] == "OWN_CLAIM"
    assert (await made.refused("link mei-gh confirm", by=ANA))[0] == "NO_RIGHT"
    assert "are by mei" in await made.said("link mei-gh confirm", by=RUI)
    found = await change(made)
    assert found.people == {MEI}
    assert found.unmapped == ()
    assert await made.rig.book.accounts(MEI) == ("mei-gh",)
    assert "Commits by mei-gh are yours" in await made.said("whoami")


async def test_G2_a_rejected_claim_counts_no_more() -> None:
    made = shop()
    await made.said("link mei-gh")
    assert "are not by mei" in await made.said("link mei-gh reject", by=RUI)
    assert (await change(made)).people == frozenset()
    assert (await made.refused("link mei-gh confirm", by=RUI))[0] == "NOTHING_CLAIMED"


async def test_G2_two_who_claim_one_account_are_both_authors_and_neither_is_confirmed() -> None:
    made = shop()
    await made.said("link mei-gh")
    await made.said("link mei-gh", by=ANA)
    assert (await change(made)).people == {MEI, ANA}
    assert (await made.refused("link mei-gh confirm", by=RUI))[0] == "SEVERAL"


async def test_G2_what_is_somebodys_is_not_claimed() -> None:
    made = shop()
    assert (await made.refused("link kim-gh"))[0] == "TAKEN"
    assert (await made.refused("link ana@x.example"))[0] == "TAKEN"
    assert (await made.refused("link ana@x.example", by=ANA))[0] == "YOURS"
    await made.said("link mei-gh")
    assert (await made.refused("link MEI-GH"))[0] == "CLAIMED"


async def test_a_guest_links_nothing_and_an_account_is_needed() -> None:
    assert (await shop().refused("link mei-gh", by="U0GUEST"))[0] == "NO_RIGHT"
    assert (await shop().refused("link"))[0] == "NEEDS_ACCOUNT"


async def test_an_email_comes_through_as_slack_writes_it() -> None:
    made = shop()
    await made.said("link <mailto:mei@home.example|mei@home.example>")
    assert (await made.rig.book.links()).claimants("mei@home.example") == {MEI}


async def test_the_same_input_again_links_once() -> None:
    made = shop()
    for _ in range(2):
        made.typed = 0
        await made.types("link mei-gh")
    assert await made.rig.kinds(PEOPLE_STREAM) == ["AccountClaimed"]


async def test_links_survive_a_restart() -> None:
    made = shop()
    await made.said("link mei-gh")
    await made.said("link mei-gh confirm", by=RUI)
    again = Shop(lenient(), store=made.rig.store)
    assert (await again.rig.book.people_behind({"mei-gh"})) == {"mei-gh": MEI}
