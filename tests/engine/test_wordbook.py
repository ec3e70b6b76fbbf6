"""What lines are read against: built once for each config, and looked up only where it matters."""

from dataclasses import replace

import pytest

from bot.domain.facts.release import Mark
from bot.domain.intents.release import MarkVersion
from bot.domain.terms.rules import Rules
from bot.engine.door.grammar import BegunLine, Surroundings, begin
from bot.engine.door.wordbook import Wordbook
from commands import COMMANDS
from tests.domain.builders import MEI
from tests.engine.rig import Rig, lenient
from tests.fakes.places import places


def words(rig: Rig) -> Wordbook:
    return Wordbook(COMMANDS, rig.book, rig.readers, rig.engine.history)


def reloaded(rig: Rig, *pinned: Rules) -> None:
    rig.book.policy = replace(rig.book.policy, places=places(*pinned))


def begun(wordbook: Wordbook, text: str) -> BegunLine:
    line = begin(text, Surroundings(vocabulary=wordbook.vocabulary()))
    assert isinstance(line, BegunLine), line
    return line


async def around(rig: Rig, wordbook: Wordbook, text: str) -> Surroundings:
    live = await rig.engine.history.release("R-1")
    return await wordbook.around(begun(wordbook, text), live)


async def mark(rig: Rig, version: str) -> None:
    where = {"service": "checkout", "environment": "prod", "version": version}
    told = await rig.engine.open(MarkVersion(by=MEI, mark=Mark.BAD, because="slow", **where))
    assert told.ok, told.text


def test_the_vocabulary_is_built_once_until_the_config_is_read_anew() -> None:
    rig = Rig()
    wordbook = words(rig)
    first = wordbook.vocabulary()
    assert wordbook.vocabulary() is first
    reloaded(rig, lenient(service="ledger"))
    assert wordbook.vocabulary() is not first
    assert tuple(wordbook.vocabulary().services) == ("ledger",)


async def test_a_version_is_known_as_soon_as_it_stands_in_the_record() -> None:
    rig = Rig()
    await rig.adopt()
    wordbook = words(rig)
    line = "rollback checkout to v1"
    assert (await around(rig, wordbook, line)).versions == {"checkout": ("v1.4.1",)}
    await mark(rig, "nightly")
    assert (await around(rig, wordbook, line)).versions == {"checkout": ("nightly", "v1.4.1")}


async def test_versions_that_did_not_change_are_not_read_again() -> None:
    rig = Rig()
    await rig.baking()
    wordbook = words(rig)
    first = (await around(rig, wordbook, "rollback checkout")).versions
    assert (await around(rig, wordbook, "rollback checkout")).versions is first
    rig.engine.history.forget("S/checkout/prod")
    again = (await around(rig, wordbook, "rollback checkout")).versions
    assert again is not first
    assert again == first


async def test_versions_of_a_service_that_the_config_lost_are_forgotten() -> None:
    rig = Rig()
    await rig.adopt()
    wordbook = words(rig)
    assert (await around(rig, wordbook, "rollback checkout")).versions
    reloaded(rig, lenient(service="ledger"))
    assert (await around(rig, wordbook, "rollback ledger")).versions == {}


@pytest.mark.parametrize(
    ("text", "live", "versions"),
    [
        ("start checkout v1.4.2", False, True),
        ("rollback checkout", True, True),
        ("pause checkout", True, False),
        ("help", False, False),
        ("whoami", False, False),
        ("status", True, False),
    ],
)
async def test_only_what_the_verb_looks_at_is_read(text: str, live: bool, versions: bool) -> None:
    rig = Rig()
    await rig.baking()
    found = await around(rig, words(rig), text)
    assert (bool(found.live), bool(found.versions)) == (live, versions)
