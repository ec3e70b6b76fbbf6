"""What a message is made from: the release, what is known of it now, and names for ids."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.domain.facts.fact import Fact
from bot.domain.judge.samples import Verdict
from bot.domain.state.release import Release
from bot.render.kit.blocks import Button


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartPoint:
    """What both versions did in the window that ended then: error ratios, or seconds."""

    at: datetime
    canary: float | None
    baseline: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartSeries:
    """One check over time, oldest first."""

    check: str
    points: tuple[ChartPoint, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseView:
    """`verdicts` and `watched` are the newest the watcher has; `facts` the whole stream.

    `series` are there for messages with charts only. `names` gives what to show for a person's id
    where it is known. `refresh` is how often the card is edited at least while it is live; older
    than that, nobody is watching. `mention` are the ids of those who are asked for something.
    `paged` says what became of the last page.
    `round` is the round of the poll that is told of, 0: the newest.
    """

    release: Release
    now: datetime
    facts: Sequence[Fact] = ()
    verdicts: tuple[Verdict, ...] = ()
    watched: timedelta = timedelta(0)
    series: tuple[ChartSeries, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    refresh: timedelta = timedelta(minutes=5)
    mention: tuple[str, ...] = ()
    paged: str = ""
    command: str = "/release"
    zone: str = "UTC"
    round: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeRow:
    """One thing to read, and what can be done about it. `text` is mrkdwn, escaped."""

    text: str
    buttons: tuple[Button, ...] = ()
