"""Who is let in: the table of what is known of somebody, now and before, and what they ask."""

from itertools import product
from typing import Final

import pytest

from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right
from bot.engine.door.door import NO_RIGHT
from bot.engine.door.visibility import is_open_to
from bot.engine.people.admission import Standing, standing_of
from bot.ports.directory import Person
from commands import COMMANDS
from tests.commands.desk import Shop
from tests.engine.rig import FakeDirectory

ANA: Final = "U0ANA"
NOW: Final = {"full": True, "no member": False, "silent": None}
"""What the directory says now; a guest, a stranger and the deactivated are all no members."""
BEFORE: Final = {"full": True, "no member": False, "never seen": None}
ASKED: Final = {
    "read": "status",
    "read one": "why R-1",
    "rollback": "rollback R-1",
    "promote": "promote R-1 early because urgent",
    "pause": "pause R-1",
    "ack": "ack R-1",
    "freeze": "freeze all for 1h because x",
    "link": "link ana-gh",
    "mark": "mark checkout v1.4.2 bad because x",
}
WAY_BACK: Final = frozenset({"read", "read one", "rollback"})


def knowing(now: str, before: str) -> FakeDirectory:
    said, last = NOW[now], BEFORE[before]
    people = {ANA: Person(id=ANA, name="ana", is_member=said)} if said is not None else {}
    return FakeDirectory(people=people, remembered={ANA: last} if last is not None else {})


def expected(now: str, before: str) -> Standing:
    if now != "silent":
        return Standing.MEMBER if now == "full" else Standing.STRANGER
    return {
        "full": Standing.REMEMBERED,
        "no member": Standing.STRANGER,
        "never seen": Standing.UNPLACED,
    }[before]


@pytest.mark.parametrize(("now", "before"), [*product(NOW, BEFORE)])
async def test_what_is_said_now_decides_and_the_memory_only_where_nothing_is(
    now: str, before: str
) -> None:
    """A1: unknown is refused, and a newer answer is never overruled by an older one."""
    standing = await standing_of(ANA, knowing(now, before))
    assert standing is expected(now, before)
    lets_in = standing in (Standing.MEMBER, Standing.REMEMBERED)
    assert (standing.refusal == "") is lets_in


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_every_verb_is_open_to_members_and_to_the_remembered_only_the_way_back(
    spec: object,
) -> None:
    """A1: no verb, also none that is yet to come, is open to who cannot be placed."""
    verb = next(each for each in COMMANDS if each is spec)
    assert is_open_to(verb, Standing.MEMBER)
    assert not is_open_to(verb, Standing.STRANGER)
    assert not is_open_to(verb, Standing.UNPLACED)
    is_way_back = verb.name in {"abort", "rollback", "settle"}
    assert is_open_to(verb, Standing.REMEMBERED) is (is_way_back or not verb.is_act)


@pytest.mark.parametrize(("now", "before", "asked"), [*product(NOW, BEFORE, ASKED)])
async def test_the_real_door_lets_nobody_through_who_is_not_placed(
    now: str, before: str, asked: str
) -> None:
    """A1: known and unknown, full or not, with the directory up or silent, for each kind of act."""
    shop = Shop()
    await shop.rig.baking()
    shop.rig.book.directory = knowing(now, before)
    facts = await shop.facts()
    reply = await shop.types(ASKED[asked], by=ANA)
    standing = expected(now, before)
    if standing is Standing.MEMBER:
        assert reply.code != NO_RIGHT
    elif standing is Standing.REMEMBERED and asked in WAY_BACK:
        assert reply.code == ""
    else:
        assert reply.code == NO_RIGHT
        assert await shop.facts() == facts


async def test_rights_are_gone_with_the_membership() -> None:
    """A1: the rights are asked of the same table, for whatever does not come by the door."""
    shop = Shop()
    rules = shop.rig.book.at(Place("checkout", "prod")).rules
    every = {}
    for now, before in product(NOW, BEFORE):
        shop.rig.book.directory = knowing(now, before)
        every[expected(now, before)] = await shop.rig.book.rights(ANA, rules)
    assert Right.START in every[Standing.MEMBER]
    assert every[Standing.REMEMBERED] == {Right.READ, Right.ROLLBACK}
    assert every[Standing.STRANGER] == every[Standing.UNPLACED] == frozenset()
