"""What is said of a release that goes forward only because a gate lets it past."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from bot.domain.decide.calendar_hold import forward_at, frozen_for, has_begun, refuse_uncovered
from bot.domain.decide.known import Decided, Known
from bot.domain.decide.override import review_of, spell_gates
from bot.domain.decide.vote.open import poll_before
from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.state.override import COVERED, FREEZE, POLL, Override
from bot.domain.state.release import Release
from bot.domain.state.service import stream_of
from bot.domain.state.vote import PollOutcome


def with_uses(release: Release, accepted: Decided, known: Known, now: datetime) -> Decided:
    """The same, with each override that it needs named in the record of the release, once."""
    at = forward_at(release, accepted.facts) if known.waived else None
    if at is None:
        return accepted
    used = tuple(_uses(release, accepted.facts[at], known, now))
    if not used:
        return accepted
    because = f"an override was used: {spell_gates(tuple(g for each in used for g in each.gates))}"
    stream = stream_of(release.service, release.environment)
    also = [(stream, each) for each in review_of(release, because, known, now)]
    return replace(accepted, facts=[*used, *accepted.facts], also=[*accepted.also, *also])


def _uses(release: Release, fact: Fact, known: Known, now: datetime) -> Iterator[o.OverrideUsed]:
    named = {used.override for used in release.overrides}
    needed = frozenset(gate for gate in known.waived if NEEDED[gate](release, fact, known, now))
    for each in known.service.overrides.values():
        gates = tuple(gate for gate in each.gates if gate in needed)
        if gates and each.id not in named and each.covers(release.name, now, release.authors):
            yield _used(each, gates, now)


def _used(override: Override, gates: tuple[str, ...], now: datetime) -> o.OverrideUsed:
    return o.OverrideUsed(
        at=now,
        by=BOT,
        override=override.id,
        gates=gates,
        asked_by=override.by,
        second=override.second,
        because=override.because,
    )


def _frozen(release: Release, fact: Fact, known: Known, now: datetime) -> bool:
    return frozen_for(_strict(known), now, flying=has_begun(release)).frozen


def _not_covered(release: Release, fact: Fact, known: Known, now: datetime) -> bool:
    begins = isinstance(fact, f.PreflightPassed)
    return begins and refuse_uncovered(release.rules, _strict(known), now) is not None


def _not_voted(release: Release, fact: Fact, known: Known, now: datetime) -> bool:
    if not isinstance(fact, f.PreflightPassed) or poll_before(release) is None:
        return False
    return release.poll is None or release.poll.outcome is not PollOutcome.GO


def _strict(known: Known) -> Known:
    return replace(known, waived=frozenset())


NEEDED: Mapping[str, Callable[[Release, Fact, Known, datetime], bool]] = {
    FREEZE: _frozen,
    COVERED: _not_covered,
    POLL: _not_voted,
}
