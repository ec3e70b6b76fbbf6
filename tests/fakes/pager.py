"""A pager in memory: keeps what rings, knows its keys, and answers as it is told."""

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.ports.outcomes import AlreadyDone, Ambiguous, Done, WriteOutcome
from bot.ports.pager import Page


@dataclass(slots=True)
class FakePager:
    """`answers` come before its own, in order; of these only Ambiguous was carried out."""

    answers: list[WriteOutcome | Exception] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)
    open: dict[str, Page] = field(default_factory=dict)
    woken: int = 0
    keys: set[str] = field(default_factory=set)

    async def page(self, page: Page, *, key: str) -> WriteOutcome:
        self.pages.append(page)
        return self._answer(key, lambda: self._ring(page))

    async def resolve(self, dedup: str, *, key: str) -> WriteOutcome:
        self.resolved.append(dedup)
        return self._answer(key, lambda: self._quiet(dedup))

    def _answer(self, key: str, carry_out: Callable[[], None]) -> WriteOutcome:
        answer = self.answers.pop(0) if self.answers else Done()
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, Done | Ambiguous):
            return answer
        if key in self.keys:
            return AlreadyDone()
        self.keys.add(key)
        carry_out()
        return answer

    def _ring(self, page: Page) -> None:
        rang = self.open.get(page.dedup)
        self.woken += rang is None or rang.urgency is not page.urgency
        self.open[page.dedup] = page

    def _quiet(self, dedup: str) -> None:
        self.open.pop(dedup, None)
