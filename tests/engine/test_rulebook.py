"""Who may do what: given, inherited, by group, and never by accident."""

import pytest

from bot.domain.terms.emergency import EmergencyRules
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right
from bot.engine.people.rulebook import Policy, Rulebook
from bot.ports.directory import Directory, NoDirectory, Person
from tests.domain.builders import rules
from tests.engine.rig import FakeDirectory, Group

PEOPLE = {
    "shop-devs": Group(users=("U0MEI",), group="S0DEV"),
    "leads": Group(users=("U0ANA",)),
}


def book(directory: Directory | None = None) -> Rulebook:
    return Rulebook(Policy(people=PEOPLE), directory or NoDirectory())


def test_what_the_config_does_not_name_has_no_rules_and_may_be_in_any_region() -> None:
    here = book().at(Place("checkout", "prod"))
    assert (here.rules, here.region, here.emergency) == (None, None, EmergencyRules())


async def has(person: str, directory: Directory | None = None, **may: tuple[str, ...]) -> set[str]:
    return {str(right) for right in await book(directory).rights(person, rules(may=may))}


async def test_nothing_given_leaves_only_what_everybody_may() -> None:
    assert await has("U0MEI") == {"rollback", "pause", "read"}


async def test_who_may_start_may_promote_and_adopt_unless_it_is_said() -> None:
    assert {"start", "promote", "adopt"} <= await has("U0MEI", start=("shop-devs",))
    told = await has("U0MEI", start=("shop-devs",), promote=("leads",))
    assert ("promote" in told, "start" in told) == (False, True)


async def test_overriding_goes_with_nothing() -> None:
    every = ("anyone",)
    assert "override" not in await has("U0MEI", start=every, promote=every, rollback=every)


async def test_nobody_is_nobody() -> None:
    assert await has("U0MEI", rollback=("nobody",), read=("nobody",)) == set()


RUI = Person(id="U0RUI", name="rui")


async def test_a_group_that_cannot_be_known_gives_nothing() -> None:
    assert "start" not in await has("U0RUI", start=("shop-devs",))
    knows = FakeDirectory(people={"U0RUI": RUI}, groups={"S0DEV": frozenset({"U0RUI"})})
    assert "start" in await has("U0RUI", knows, start=("shop-devs",))


async def test_a_name_that_is_not_among_the_people_gives_nothing() -> None:
    assert "start" not in await has("U0MEI", start=("ghosts",))


async def test_strangers_may_nothing_even_where_anyone_may() -> None:
    guest = Person(id="U0GUEST", name="guest", is_member=False)
    directory = FakeDirectory(people={"U0GUEST": guest})
    assert await has("U0GUEST", directory, start=("anyone",)) == set()


async def test_with_the_directory_down_only_looking_and_a_rollback_are_left() -> None:
    may = {"start": ("anyone",), "rollback": ("anyone",)}
    down = FakeDirectory(remembered={"U0MEI": True, "U0GUEST": False})
    assert await has("U0MEI", down, **may) == {"rollback", "read"}
    assert await has("U0GUEST", down, **may) == set()
    assert await has("U0NEVER", down, **may) == set()


async def test_with_the_directory_down_the_last_known_members_may_roll_back() -> None:
    remembered = {"U0RUI": True, "U0SAM": True}
    down = FakeDirectory(known_once={"S0DEV": frozenset({"U0RUI"})}, remembered=remembered)
    may = {"start": ("shop-devs",), "rollback": ("shop-devs",)}
    assert await has("U0RUI", down, **may) == {"rollback", "read"}
    assert await has("U0SAM", down, **may) == {"read"}


async def test_no_rules_no_rights() -> None:
    assert await book().rights("U0MEI", None) == frozenset()


@pytest.mark.parametrize(
    ("names", "told"),
    [(("leads", "shop-devs"), "leads, shop-devs"), (("anyone",), "any full member"), ((), "")],
)
def test_a_refusal_can_name_whom_to_ask(names: tuple[str, ...], told: str) -> None:
    assert book().who_may(rules(may={"override": names}))[Right.OVERRIDE] == told


async def test_mentions_are_of_people_by_name_only() -> None:
    knows = FakeDirectory(groups={"S0DEV": frozenset({"U0RUI"})})
    who = await book(knows).who(rules(may={"start": ("shop-devs",)}), Right.PROMOTE)
    assert who == ("U0MEI", "U0RUI")
    assert await book().who(rules(may={"start": ("anyone",)}), Right.START) == ()
