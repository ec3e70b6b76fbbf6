"""Overrides and reviews of a service as its facts tell them; part of bot.domain.state.service.

Nothing here waives the proven way back, the checks or the digest: they are no gates.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.facts import override as o
from bot.domain.facts.fact import Fact

FREEZE, COVERED, POLL = "freeze", "covered", "poll"
GATES = (FREEZE, POLL, COVERED)
"""Everything that can be overridden, as people type it."""
QUEUE_LIKE = frozenset({FREEZE, COVERED})
"""What an emergency does not wait for; whoever agrees to it is still asked."""
LONGEST = timedelta(hours=24)
"""An override, and what an emergency is let past, never lasts longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """`glass`: it stands without a second person, and is looked at by one afterwards."""

    id: str
    gates: tuple[str, ...]
    version: str
    release: str
    by: str
    because: str
    asked_at: datetime
    until: datetime
    glass: bool = False
    own: str = ""
    incident: str = ""
    granted_by: str = ""
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def second(self) -> str:
        """The second person, if there was one."""
        return self.granted_by if self.granted_by != self.by else ""

    def is_over(self, now: datetime) -> bool:
        return self.ended_at is not None or now >= self.until

    def stands(self, now: datetime) -> bool:
        return not self.is_over(now) and (self.glass or bool(self.granted_by))

    def waits(self, now: datetime) -> bool:
        """Whether a second person is asked for: before it stands, or after glass was broken."""
        return not self.granted_by and not self.is_over(now)

    def covers(self, version: str, now: datetime, authors: frozenset[str] = frozenset()) -> bool:
        """A second person who wrote of it is none: who did is known only once it is released."""
        second = self.glass or self.second not in authors
        return self.stands(now) and self.version in ("", version) and second


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A look back at a release, owed by somebody until it was had."""

    release: str
    version: str
    because: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None = None
    closed_by: str = ""
    approved: bool | None = None
    said: str = ""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


Overrides = Mapping[str, Override]
Reviews = Mapping[str, Review]


def with_override(overrides: Overrides, fact: Fact) -> Overrides:
    """The overrides after one more fact; another kind of fact changes none."""
    if isinstance(fact, o.OverrideAsked | o.GlassBroken):
        return {**overrides, fact.override: _asked(fact)}
    if isinstance(fact, o.OverrideGranted):
        return _changed(overrides, fact.override, granted_by=fact.by)
    if isinstance(fact, o.OverrideRefused | o.OverrideEnded):
        ended = {"ended_at": fact.at, "ended_because": fact.because}
        return _changed(overrides, fact.override, **ended)
    return overrides


def _asked(fact: o.OverrideAsked | o.GlassBroken) -> Override:
    glass = isinstance(fact, o.GlassBroken)
    return Override(
        id=fact.override,
        gates=fact.gates,
        version=fact.version,
        release=fact.release,
        by=fact.by,
        because=fact.because,
        asked_at=fact.at,
        until=fact.until,
        glass=glass,
        own=fact.own if isinstance(fact, o.GlassBroken) else "",
        incident=fact.incident if isinstance(fact, o.GlassBroken) else "",
    )


def _changed(overrides: Overrides, name: str, **changes: object) -> Overrides:
    known = overrides.get(name)
    if known is None:
        return overrides
    return {**overrides, name: replace(known, **changes)}  # type: ignore[arg-type]


def with_review(reviews: Reviews, fact: Fact) -> Reviews:
    if isinstance(fact, o.ReviewOpened):
        opened = Review(
            release=fact.release,
            version=fact.version,
            because=fact.because,
            opened_at=fact.at,
            due_at=fact.due_at,
        )
        return {**reviews, fact.release: opened}
    if isinstance(fact, o.ReviewClosed) and fact.release in reviews:
        closed = replace(
            reviews[fact.release],
            closed_at=fact.at,
            closed_by=fact.by,
            approved=fact.approved,
            said=fact.because,
        )
        return {**reviews, fact.release: closed}
    return reviews


def next_id(overrides: Overrides) -> str:
    """Ids are a service's own: they are read beside it."""
    return f"O-{len(overrides) + 1}"


def find_waived(
    overrides: Overrides,
    version: str,
    emergency_since: datetime | None,
    now: datetime,
    authors: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """The gates that a version is let past at an instant: by overrides, or as an emergency."""
    standing = (each for each in overrides.values() if each.covers(version, now, authors))
    named = frozenset(gate for each in standing for gate in each.gates)
    urgent = emergency_since is not None and now - emergency_since < LONGEST
    return named | QUEUE_LIKE if urgent else named
