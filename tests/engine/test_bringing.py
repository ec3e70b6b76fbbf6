"""What a release brings, from the tag to the fact; and what is said where it cannot be known."""

from pathlib import Path

from bot.domain.state.release import Release
from bot.engine.lanes.preflight import preflight
from bot.engine.parts import target_for
from tests.domain.builders import OLD
from tests.engine.rig import Rig, lenient
from tests.integrations.git.world import Repository


def rig_of(world: Repository | None) -> Rig:
    rig = Rig(lenient(changes="repo"))
    rig.ports.changes = {"repo": world.source} if world else {}
    return rig


def history(path: Path, **settings: object) -> Repository:
    world = Repository(path, **settings)
    for version in ("v1.4.0", "v1.4.1", "v1.4.2"):
        world.commits(f"Make {version}")
        world.tags(version)
    return world


async def test_what_is_not_certified_yet_is_what_it_brings(tmp_path: Path) -> None:
    rig = rig_of(history(tmp_path))
    release = await requested(rig)
    report = await preflight(release, rig.ports, rig.book.named)
    assert [change.subject for change in report.changes] == ["Make v1.4.2"]
    assert report.changes_unknown == ""
    assert (await rig.engine.tell("R-1", report)).ok
    assert [each.subject for each in (await rig.release()).changes] == ["Make v1.4.2"]


async def test_a_source_that_fails_is_said_and_stops_nothing_by_itself(tmp_path: Path) -> None:
    world = history(tmp_path)
    world.breaks()
    for rig, word in ((rig_of(world), "no git repository"), (rig_of(None), "does not tell")):
        report = await preflight(await requested(rig), rig.ports, rig.book.named)
        assert report.reasons == ()
        assert word in report.changes_unknown
        assert report.changes == ()


async def test_more_than_the_source_tells_is_not_known(tmp_path: Path) -> None:
    world = history(tmp_path, most=1)
    world.commits("One more")
    world.run("tag", "--force", "v1.4.2")
    rig = rig_of(world)
    report = await preflight(await requested(rig), rig.ports, rig.book.named)
    assert [change.subject for change in report.changes] == ["One more"]
    assert "authors are not all known" in report.changes_unknown


async def test_where_nothing_is_configured_nothing_is_missing() -> None:
    rig = Rig()
    report = await preflight(await requested(rig), rig.ports, rig.book.named)
    assert (report.changes, report.changes_unknown) == ((), "")


async def requested(rig: Rig) -> Release:
    await rig.adopt()
    await rig.start()
    release = await rig.release()
    rig.deployer.drift(target_for(release), **{OLD.revision: 100.0})
    return release
