"""Stories with other words in them: long, empty, right to left, full of tokens."""

from dataclasses import fields, is_dataclass, replace
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st

from bot.domain.facts.fact import Fact
from bot.domain.terms.strategy import Observed
from bot.render.kit.view import ReleaseView
from tests.render.builders import STORIES, view_of

NASTY = (
    "",
    " ",
    "\n\n",
    "x" * 3000,
    "🚀" * 3000,
    "<!channel> <!here> <@U0ANA> <#C1> <!subteam^S1>",
    "<https://evil.example|click>",
    "&<>" * 1000,
    "&amp;" * 800,
    "<!date^1^{time}|now>",
    "إصدار \u202e خطير",
    "@channel https://evil.example *bold* `code` ~x~",
    "half \ud83d a letter",
    "a|b|c",
)
WORDS = st.sampled_from(NASTY) | st.text(max_size=60)
KEPT = frozenset({"by", "release"})
"""Ids: of people and of releases, which the bot itself makes."""


def views() -> st.SearchStrategy[ReleaseView]:
    return st.builds(
        view_from,
        st.sampled_from(sorted(STORIES)),
        st.lists(WORDS, min_size=1, max_size=6),
        st.integers(min_value=0, max_value=200),
        st.booleans(),
    )


def view_from(story: str, words: list[str], minutes: int, demo: bool) -> ReleaseView:
    told = Words(words)
    facts = tuple(told.into(fact) for fact in STORIES[story])
    return view_of(
        facts,
        watched=timedelta(minutes=minutes),
        names={person: told.next() for person in ("U0MEI", "U0RUI")},
        refresh=timedelta(seconds=5) if demo else timedelta(minutes=5),
        paged=told.next(),
        mention=("U0MEI", "cli:root", told.next()),
    )


class Words:
    """Deals words round and round into the texts of facts."""

    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def next(self) -> str:
        self._at += 1
        return self._words[self._at % len(self._words)]

    def into(self, fact: Fact) -> Fact:
        return replace(fact, **{each.name: self._field(fact, each.name) for each in fields(fact)})

    def _field(self, fact: Any, name: str) -> Any:
        value = getattr(fact, name)
        return value if name in KEPT else self._value(value)

    def _value(self, value: Any) -> Any:
        if type(value) is str:
            return self.next()
        if isinstance(value, Observed):
            return replace(value, revisions={self.next(): 90.0, self.next(): 10.0})
        if isinstance(value, tuple):
            return tuple(self._value(each) for each in value)
        if is_dataclass(value) and not isinstance(value, type) and type(value).__name__ in INTO:
            changes = {each.name: self._field(value, each.name) for each in fields(value)}
            return replace(value, **changes)
        return value


INTO: frozenset[str] = frozenset({"Running", "Reason", "Rules", "CheckRule", "Limits", "Verdict"})
