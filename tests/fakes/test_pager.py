"""The fake pager obeys what the adapters obey, and fails as it is told."""

from collections.abc import Mapping

import pytest

from bot.ports.outcomes import Ambiguous, Rejected, Unavailable, WriteOutcome
from bot.ports.pager import Page, Pager
from tests.contracts.pager import PagerContract, Trouble
from tests.fakes.pager import FakePager

MEETS: Mapping[Trouble, WriteOutcome | Exception] = {
    Trouble.AWAY: Unavailable("The pager does not answer. Look whether it is up."),
    Trouble.REFUSES: Rejected("there is no such schedule"),
    Trouble.LOST_ANSWER: Ambiguous("no answer came"),
}


class FakeWorld:
    def __init__(self) -> None:
        self._fake = FakePager()

    @property
    def pager(self) -> Pager:
        return self._fake

    @property
    def open(self) -> Mapping[str, Page]:
        return self._fake.open

    @property
    def woken(self) -> int:
        return self._fake.woken

    def fail_next(self, trouble: Trouble) -> None:
        self._fake.answers.append(MEETS[trouble])


class TestFakePager(PagerContract):
    @pytest.fixture
    def world(self) -> FakeWorld:
        return FakeWorld()
