"""What every change source must do, as a test class to inherit.

An adapter's test class inherits ChangesContract and supplies one fixture, `world`: a history that
a test writes, and the source that reads it.
"""

from typing import Protocol

import pytest

from bot.ports.changes import ChangeSource
from bot.ports.outcomes import IntegrationError, NotFound

MEI = ("Mei", "mei@x.example")
RUI = ("Rui", "rui@x.example")


class World(Protocol):
    @property
    def source(self) -> ChangeSource: ...

    def commits(self, subject: str, author: tuple[str, str] = MEI, body: str = "") -> str:
        """One more commit on the line; its whole hash."""
        ...

    def tags(self, version: str) -> None:
        """The newest commit gets this name."""
        ...

    def returns_to(self, version: str) -> None:
        """The line goes on from this version, leaving behind what came after."""
        ...

    def breaks(self) -> None:
        """From now on the source cannot be asked."""
        ...


class ChangesContract:
    async def test_what_lies_between_two_versions_is_told_newest_first(self, world: World) -> None:
        world.commits("First")
        world.tags("v1.0.0")
        world.commits("Second (#2)")
        world.commits("Third", RUI)
        world.tags("v1.1.0")
        compared = await world.source.between("v1.0.0", "v1.1.0")
        assert [change.subject for change in compared.changes] == ["Third", "Second (#2)"]
        assert [change.authors[0].email for change in compared.changes] == [RUI[1], MEI[1]]
        assert (compared.whole, compared.dropped) == (True, 0)
        assert compared.changes[0].at.tzinfo is not None

    async def test_authors_are_as_they_are_written_and_nobody_yet(self, world: World) -> None:
        world.commits("First")
        world.tags("v1")
        (change,) = (await world.source.between(None, "v1")).changes
        assert change.people == frozenset()
        assert [author.email for author in change.unmapped] == [MEI[1]]

    async def test_G2_co_authors_are_authors(self, world: World) -> None:
        world.commits("First")
        world.tags("v1")
        world.commits("Together", MEI, f"Why.\n\nCo-authored-by: {RUI[0]} <{RUI[1]}>")
        world.tags("v2")
        (change,) = (await world.source.between("v1", "v2")).changes
        assert [author.email for author in change.authors] == [MEI[1], RUI[1]]

    async def test_a_hash_is_as_good_as_a_name(self, world: World) -> None:
        old = world.commits("First")
        new = world.commits("Second")
        (change,) = (await world.source.between(old, new)).changes
        assert change.revision == new

    async def test_a_first_release_brings_everything(self, world: World) -> None:
        world.commits("First")
        world.commits("Second")
        world.tags("v1")
        assert len((await world.source.between(None, "v1")).changes) == 2

    async def test_the_same_version_brings_nothing(self, world: World) -> None:
        world.commits("First")
        world.tags("v1")
        assert (await world.source.between("v1", "v1")).changes == ()

    async def test_versions_that_grew_apart_say_what_is_dropped(self, world: World) -> None:
        world.commits("First")
        world.tags("v1")
        world.commits("Left behind")
        world.tags("v2")
        world.returns_to("v1")
        world.commits("The fix", RUI)
        world.tags("v1.0.1")
        compared = await world.source.between("v2", "v1.0.1")
        assert [change.subject for change in compared.changes] == ["The fix"]
        assert compared.dropped == 1

    @pytest.mark.parametrize("version", ["v9.9.9", "0123456789abcdef0123456789abcdef01234567"])
    async def test_an_unknown_version_is_not_found_by_name(
        self, world: World, version: str
    ) -> None:
        world.commits("First")
        world.tags("v1")
        for base, head in ((version, "v1"), ("v1", version)):
            with pytest.raises(NotFound, match=version):
                await world.source.between(base, head)

    async def test_a_source_that_cannot_be_asked_says_so(self, world: World) -> None:
        world.commits("First")
        world.tags("v1")
        await world.source.ping()
        world.breaks()
        with pytest.raises(IntegrationError):
            await world.source.ping()
        with pytest.raises(IntegrationError):
            await world.source.between(None, "v1")
