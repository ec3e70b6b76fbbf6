"""[accounts], and people by e-mail."""

import pytest

from bot.config.diff import difference
from tests.config.sample import read, refusals


def test_accounts_are_found_in_any_capitals() -> None:
    config = read({"accounts": {"U0MEI": ["Mei-GH", "Mei@Acme.example"], "U0RUI": "rui"}})
    assert config.accounts == {"mei-gh": "U0MEI", "mei@acme.example": "U0MEI", "rui": "U0RUI"}


def test_people_by_email() -> None:
    config = read({"people.business": {"emails": "ana@acme.example"}})
    assert config.people["business"].emails == ("ana@acme.example",)


@pytest.mark.parametrize(
    ("accounts", "word"),
    [
        ({"mei": "mei-gh"}, "the id of a Slack user"),
        ({"U0MEI": []}, "empty"),
        ({"U0MEI": "two words"}, "an account or an e-mail"),
        ({"U0MEI": "mei", "U0RUI": "MEI"}, "mei is U0MEI already"),
        ({"U0MEI": 7}, "not text"),
    ],
)
def test_what_is_no_account_is_refused_by_name(accounts: dict[str, object], word: str) -> None:
    (said,) = refusals({"accounts": accounts})
    assert said.startswith("accounts.")
    assert word.casefold() in said.casefold()


@pytest.mark.parametrize("email", ["ana", "ana@", "@acme.example", "a b@acme.example", "ana@acme"])
def test_what_is_no_email_is_refused(email: str) -> None:
    (said,) = refusals({"people.business": {"emails": [email]}})
    assert "an e-mail" in said


def test_a_changed_account_is_told_by_person_and_never_by_email() -> None:
    old = read({"accounts": {"U0MEI": "mei@acme.example"}})
    new = read({"accounts": {"U0MEI": "mei@home.example", "U0RUI": "rui"}})
    assert difference(old, new) == ("changed accounts.U0MEI: known as", "added accounts.U0RUI")
