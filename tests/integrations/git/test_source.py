"""The git source against real repositories, and what must never reach git."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.ports.outcomes import IntegrationError, Nonsense, NotFound, Unavailable
from integrations.git.process import git
from integrations.git.reading import changes_in, is_safe, references
from integrations.git.settings import GitSettings
from integrations.git.source import GitChanges
from tests.contracts.changes import RUI, ChangesContract
from tests.integrations.git.world import Repository


@pytest.fixture
def world(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


class TestGitContract(ChangesContract):
    pass


async def test_a_version_may_lack_its_v_or_have_one_too_many(world: Repository) -> None:
    world.commits("First")
    world.tags("1.0.0")
    world.commits("Second")
    world.tags("v1.1.0")
    assert len((await world.source.between("v1.0.0", "1.1.0")).changes) == 1


async def test_tags_may_be_called_otherwise(tmp_path: Path) -> None:
    world = Repository(tmp_path, tag="checkout/$version")
    world.commits("First")
    world.tags("checkout/v1")
    world.tags("v2")
    assert len((await world.source.between(None, "v1")).changes) == 1
    with pytest.raises(NotFound):
        await world.source.between(None, "v2")


async def test_a_tag_with_words_of_its_own_is_its_commit(world: Repository) -> None:
    first = world.commits("First")
    world.run("tag", "--annotate", "-m", "Released", "v1")
    (change,) = (await world.source.between(None, "v1")).changes
    assert change.revision == first


async def test_a_branch_is_no_version(world: Repository) -> None:
    world.commits("First")
    with pytest.raises(NotFound, match="no tag and no commit main"):
        await world.source.between(None, "main")


async def test_merges_are_left_out_and_what_they_bring_is_told(world: Repository) -> None:
    world.commits("First")
    world.tags("v1")
    world.run("checkout", "--quiet", "-b", "side")
    world.commits("On the side", RUI)
    world.run("checkout", "--quiet", "main")
    world.commits("On main")
    world.run("merge", "--no-ff", "--quiet", "-m", "Merge side", "side")
    world.tags("v2")
    compared = await world.source.between("v1", "v2")
    assert {change.subject for change in compared.changes} == {"On the side", "On main"}


async def test_G2_nobody_hides_behind_a_mailmap_or_a_replaced_commit(world: Repository) -> None:
    first = world.commits("First")
    world.tags("v1")
    second = world.commits("Second")
    world.tags("v2")
    (world.path / ".mailmap").write_text("Rui <rui@x.example> <mei@x.example>\n")
    forged = world.run("commit-tree", f"{second}^{{tree}}", "-p", first, "-m", "x", author=RUI)
    world.run("replace", second, forged)
    (change,) = (await world.source.between("v1", "v2")).changes
    assert change.authors[0].email == "mei@x.example"


async def test_G2_a_co_author_counts_wherever_the_message_says_so(world: Repository) -> None:
    body = "co-authored-by: Rui <rui@x.example>\n\nMore words.\n\nSigned-off-by: Mei <m@x>"
    world.commits("Together", body=body)
    world.tags("v1")
    (change,) = (await world.source.between(None, "v1")).changes
    assert [author.email for author in change.authors] == ["mei@x.example", "rui@x.example"]


async def test_odd_names_and_subjects_come_through_whole(world: Repository) -> None:
    author = ("Zoë \x1f O’Néil", "zoë@x.example")
    world.commits("Retry \x1e payments", author)
    world.tags("v1")
    (change,) = (await world.source.between(None, "v1")).changes
    assert (change.subject, change.authors[0].email) == ("Retry \x1e payments", author[1])


async def test_more_than_fits_is_said_to_be_a_part(tmp_path: Path) -> None:
    world = Repository(tmp_path, most=2)
    for number in range(3):
        world.commits(f"Number {number}")
    world.tags("v1")
    compared = await world.source.between(None, "v1")
    assert (len(compared.changes), compared.whole) == (2, False)


async def test_a_shallow_clone_does_not_know_every_author(tmp_path: Path) -> None:
    whole = Repository(make(tmp_path / "whole"))
    whole.commits("First")
    whole.commits("Second")
    whole.run("clone", "--quiet", "--depth=1", f"file://{whole.path}", str(tmp_path / "part"))
    source = GitChanges(GitSettings(path=tmp_path / "part"))
    with pytest.raises(Nonsense, match="--unshallow"):
        await source.between(None, "v1")


async def test_a_bare_repository_is_as_good(tmp_path: Path) -> None:
    whole = Repository(make(tmp_path / "whole"))
    whole.commits("First")
    whole.tags("v1")
    whole.run("clone", "--quiet", "--bare", str(whole.path), str(tmp_path / "bare"))
    compared = await GitChanges(GitSettings(path=tmp_path / "bare")).between(None, "v1")
    assert len(compared.changes) == 1


@pytest.mark.parametrize("path", ["missing", "plain"])
async def test_a_folder_that_is_no_repository_is_named(tmp_path: Path, path: str) -> None:
    (tmp_path / "plain").mkdir()
    with pytest.raises(NotFound, match=path):
        await GitChanges(GitSettings(path=tmp_path / path)).ping()


async def test_a_git_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = tmp_path / "git"
    slow.write_text("#!/bin/sh\nexec sleep 60\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(Unavailable, match=r"within 0\.2 s"):
        await git(tmp_path, timedelta(seconds=0.2), "log")


HOSTILE = [
    "--upload-pack=touch x",
    "-v1",
    "v1..v2",
    "v1^{/x}",
    "v1~1",
    "v1:path",
    "@{-1}",
    "HEAD@{1}",
    "v1\nv2",
    "v1 v2",
    "$(touch x)",
    "`touch x`",
    "v1;touch x",
    "*",
    "v?",
    "[v]",
    "../v1",
    "/v1",
    "v1/",
    "v1.lock",
    "a/.b",
    "v1.",
    "v1\0",
    "",
    "ü",
    "v" * 201,
]


@pytest.mark.parametrize("version", HOSTILE)
async def test_a_hostile_name_never_reaches_git(world: Repository, version: str) -> None:
    world.commits("First")
    world.tags("v1")
    world.breaks()
    assert not is_safe(version)
    with pytest.raises(NotFound, match="not looked up in git"):
        references(version, "$version")


@given(st.text(max_size=30))
def test_what_is_looked_up_is_a_tag_or_a_hash_and_nothing_else(version: str) -> None:
    if not is_safe(version):
        return
    for name in references(version, "$version"):
        assert name.startswith("refs/tags/") or set(name) <= set("0123456789abcdef")
        assert not set(name) & set(" ~^:?*[\\@{}\0\n;$`")


@given(st.binary(max_size=200))
def test_what_is_no_log_is_nonsense_or_changes(output: bytes) -> None:
    try:
        changes = changes_in(output)
    except IntegrationError:
        return
    assert all(change.at >= datetime(1970, 1, 1, tzinfo=UTC) for change in changes)


@pytest.mark.parametrize("tag", ["v", "$version-$version", "$versions$", "$service-$version"])
def test_a_tag_without_one_version_is_refused(tag: str) -> None:
    with pytest.raises(ValidationError, match=r"\$version"):
        GitSettings(path=Path(), tag=tag)


def make(path: Path) -> Path:
    path.mkdir()
    return path
