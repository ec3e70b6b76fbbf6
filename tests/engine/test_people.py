"""People of the config and authors of changes, found by e-mail and account."""

from bot.domain.terms.changes import Author, Change
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right
from bot.ports.directory import Person
from tests.domain.builders import MEI, NOON
from tests.engine.rig import FakeDirectory, Group, Rig, lenient

RUI = Person(id="U0RUI", name="rui", email="rui@x.example")
MEIS = Person(id=MEI, name="mei", email="mei@x.example")


class Deaf(FakeDirectory):
    """Answers no e-mail once it is deaf."""

    deaf = False

    async def by_email(self, email: str, *, urgent: bool = True) -> str | None:
        return None if self.deaf else await super().by_email(email)


def rig(directory: FakeDirectory | None = None, **accounts: str) -> Rig:
    may = {"start": ("leads",), "rollback": ("leads",)}
    return Rig(
        lenient(may=may),
        directory=directory or FakeDirectory(people={"U0RUI": RUI, MEI: MEIS}),
        people={"leads": Group(emails=("rui@x.example",))},
        accounts={key.replace("_", "-"): person for key, person in accounts.items()},
    )


def change(*authors: Author) -> tuple[Change, ...]:
    return (Change(revision="8f3c1e2", subject="Retry", at=NOON, authors=authors),)


async def test_people_may_be_named_by_their_email() -> None:
    here = rig()
    rules = here.book.at(Place("checkout", "prod")).rules
    assert Right.START in await here.book.rights("U0RUI", rules)
    assert Right.START not in await here.book.rights(MEI, rules)


async def test_with_the_directory_down_looking_and_the_rollback_of_those_last_known_are_left() -> (
    None
):
    directory = Deaf(people={"U0RUI": RUI})
    here = rig(directory)
    rules = here.book.at(Place("checkout", "prod")).rules
    assert await here.book.rights("U0RUI", rules) == {
        right for right in Right if right not in (Right.OVERRIDE, Right.BREAK_GLASS)
    }
    directory.deaf = True
    directory.people.clear()
    assert await here.book.rights("U0RUI", rules) == frozenset()
    directory.remembered["U0RUI"] = True
    assert await here.book.rights("U0RUI", rules) == {Right.ROLLBACK, Right.READ}


async def test_G2_an_equal_email_maps_an_author_and_the_config_goes_first() -> None:
    told = change(Author(email="Mei@x.example"), Author(email="rui@x.example"))
    assert (await rig().book.named(told))[0].people == {MEI, "U0RUI"}
    other = Rig(directory=FakeDirectory(people={MEI: MEIS}), accounts={"mei@x.example": "U0ANA"})
    assert (await other.book.named(told))[0].people == {"U0ANA"}


async def test_G2_an_email_that_cannot_be_asked_after_maps_nobody() -> None:
    directory = Deaf(people={MEI: MEIS})
    directory.deaf = True
    told = await rig(directory).book.named(change(Author(email="mei@x.example")))
    assert told[0].people == frozenset()
    assert [author.email for author in told[0].unmapped] == ["mei@x.example"]


async def test_a_person_is_known_by_the_config_and_by_their_email() -> None:
    here = rig(rui_gh="U0RUI")
    assert await here.book.accounts("U0RUI") == ("rui-gh", "rui@x.example")
    assert await here.book.accounts("U0STRANGER") == ()
