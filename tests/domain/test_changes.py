"""Who wrote what a release brings, and what a record from before it was asked still says."""

import pytest

from bot.domain.state.moves import State
from bot.domain.terms.changes import Author, Change
from tests.domain.builders import NOON, release_in

MEI = Author(name="Mei", email="mei@x.example", person="U0MEI")
RUI = Author(name="Rui", account="rui", person="U0RUI")
STRANGER = Author(name="Kim", email="kim@elsewhere.example")


def change(subject: str = "Retry card payments", *authors: Author) -> Change:
    return Change(revision="8f3c1e2", subject=subject, at=NOON, authors=authors)


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Retry card payments (#812)", 812),
        ("Merge pull request #815 from acme/ledger", 815),
        ("Mend what (#1) broke", None),
        ("Retry card payments", None),
    ],
)
def test_a_pull_request_is_read_off_the_subject(subject: str, number: int | None) -> None:
    assert change(subject).pull_request == number


def test_co_authors_are_authors_and_strangers_stay_named() -> None:
    both = change("Retry", MEI, RUI, STRANGER)
    assert both.people == {"U0MEI", "U0RUI"}
    assert both.unmapped == (STRANGER,)


def test_a_release_from_before_it_was_asked_has_no_authors() -> None:
    release = release_in(State.BAKING)
    assert release.changes == ()
    assert release.authors == frozenset()
    assert release.unmapped == ()
