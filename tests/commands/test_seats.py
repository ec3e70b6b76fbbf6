"""Seats before anybody is asked: who could fill them, and where nobody can. [G1, G2]"""

from pathlib import Path

from bot.domain.terms.rules import PollRules, Rules, Seat, SeatKind
from bot.ports.directory import Person
from tests.commands.desk import Shop
from tests.domain.builders import MEI
from tests.engine.rig import FakeDirectory, Group, lenient
from tests.integrations.git.world import Repository

RUI, ANA = "U0RUI", "U0ANA"
OWNER = Seat(name="owner", people=("devs",))
LEAD = Seat(name="release", people=("leads",), kind=SeatKind.VETO)


def polled(*seats: Seat, **changes: object) -> Rules:
    poll = PollRules(seats=seats or (OWNER, LEAD), quorum=len(seats) or 2)
    return lenient(poll=poll, **changes)


async def shop(rules: Rules, **groups: tuple[str, ...]) -> Shop:
    names = {MEI: "mei", RUI: "rui", ANA: "ana", "U0GUEST": "guest"}
    people = {
        each: Person(id=each, name=name, email=f"{name}@x.example", is_member=each != "U0GUEST")
        for each, name in names.items()
    }
    made = Shop(
        rules,
        directory=FakeDirectory(people=people),
        people={name: Group(users=users) for name, users in groups.items()},
    )
    await made.rig.adopt()
    made.runs()
    return made


async def planned(made: Shop, by: str = ANA) -> str:
    reply = await made.types("plan checkout v1.4.2", by=by)
    return f"{reply.message.text}\n{reply.message.blocks}"


async def test_G1_a_plan_names_who_could_fill_each_seat() -> None:
    made = await shop(polled(), devs=(MEI,), leads=(RUI,))
    text = await planned(made)
    assert "would start: yes" in text
    assert "owner: mei." in text
    assert "release (can veto): rui." in text
    assert "every seat that is needed can be filled" in text


async def test_G1_one_person_cannot_fill_two_seats_and_the_plan_says_so() -> None:
    made = await shop(polled(), devs=(RUI,), leads=(RUI,))
    text = await planned(made)
    assert "would start: no" in text
    assert "no go can come about: nobody is left for the seat release" in text


async def test_G2_an_author_is_named_with_why_they_cannot(tmp_path: Path) -> None:
    made = await shop(polled(changes="repo"), devs=(MEI, RUI), leads=(ANA,))
    world = Repository(tmp_path)
    for version in ("v1.4.1", "v1.4.2"):
        world.commits(f"Make {version} (#812)")
        world.tags(version)
    made.rig.ports.changes = {"repo": world.source}
    text = await planned(made, by="cli:ops")
    assert "owner: rui. Not mei (you wrote part of this change (#812))." in text
    world.breaks()
    text = await planned(made, by="cli:ops")
    assert "would start: no" in text
    assert "Nobody can tell who wrote it" in text


async def test_G2_who_asks_fills_no_seat_and_why_not_says_what_that_means() -> None:
    made = await shop(polled(OWNER), devs=(MEI,))
    text = (await made.types("why not start checkout", by=MEI)).message.text
    assert "nobody is left for the seat owner" in text
    text = (await made.types("why not start checkout", by=RUI)).message.text
    assert "Nothing is against it" in text


async def test_G1_a_guest_in_a_seat_does_not_fill_it() -> None:
    made = await shop(polled(OWNER), devs=("U0GUEST",))
    text = await planned(made)
    assert "would start: no" in text
    assert "owner: nobody of devs can fill it. Not guest (only full members" in text


async def test_G3_where_nobody_is_asked_no_seat_is_spoken_of() -> None:
    made = await shop(lenient())
    assert "Votes" not in await planned(made)
