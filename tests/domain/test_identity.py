"""Nobody approves what is theirs, and nobody is taken for somebody else. [G0, G2]"""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.decide.people import cannot_approve
from bot.domain.state.moves import State
from bot.domain.state.people import key_of, keys_of, name_authors
from bot.domain.state.release import Release
from bot.domain.terms.changes import Author, Change
from tests.domain.builders import MEI, NOON, release_in, rules

RUI, ANA = "U0RUI", "U0ANA"
PEOPLE = {"mei@x.example": MEI, "rui-gh": RUI}


def written(*authors: Author, subject: str = "Retry (#812)") -> tuple[Change, ...]:
    change = Change(revision="8f3c1e2", subject=subject, at=NOON, authors=authors)
    return name_authors((change,), PEOPLE)


def release(*authors: Author, source: str | None = "repo", unknown: str = "") -> Release:
    return replace(
        release_in(State.PREFLIGHT),
        requested_by=ANA,
        rules=rules(changes=source),
        changes=written(*authors),
        changes_unknown=unknown,
    )


MEIS = Author(name="Mei", email="Mei@X.example")
RUIS = Author(name="Rui", account="rui-gh")
HIDDEN = Author(name="Rui", email="12345+rui-gh@users.noreply.github.com")


@pytest.mark.parametrize(("author", "person"), [(MEIS, MEI), (RUIS, RUI), (HIDDEN, RUI)])
def test_an_author_is_the_person_known_by_account_or_email(author: Author, person: str) -> None:
    assert release(author).authors == {person}


def test_a_name_alone_is_nobody() -> None:
    assert release(Author(name="mei@x.example")).authors == frozenset()
    assert keys_of(Author(name="Mei")) == ()


def code(of: Release, person: str, *accounts: str) -> str | None:
    reason = cannot_approve(of, person, accounts)
    return reason.code if reason else None


def test_G2_an_author_of_any_commit_does_not_approve() -> None:
    both = release(MEIS, HIDDEN)
    assert [code(both, who, "known") for who in (MEI, RUI)] == ["AUTHOR", "AUTHOR"]
    reason = cannot_approve(both, RUI, ("rui-gh",))
    assert reason is not None
    assert "(#812)" in reason.sentence


def test_G2_the_requester_does_not_approve() -> None:
    assert code(release(MEIS), ANA, "ana@x.example") == "REQUESTER"


def test_G2_who_is_not_known_to_version_control_does_not_approve() -> None:
    assert code(release(MEIS), RUI) == "UNMAPPED"
    assert code(release(MEIS), RUI, "rui-gh") is None


def test_G2_where_authors_are_unknown_nobody_approves() -> None:
    assert code(release(unknown="git does not answer"), RUI, "rui-gh") == "AUTHORS_UNKNOWN"


def test_without_a_source_only_the_requester_is_ruled_out() -> None:
    assert code(release(source=None), RUI) is None
    assert code(release(source=None), ANA) == "REQUESTER"


@given(st.text(max_size=40))
def test_capitals_do_not_tell_people_apart(text: str) -> None:
    assert key_of(text.upper().casefold()) == key_of(text.upper())
