"""Reads the record and says where people's rules were broken; nothing here asks the bot. [I11-I16]

What a release was let do forward is told by its rows in the outbox, and when by the fact that each
row's key names. Everything else is read off the facts of all streams, in the order of the chain.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.facts import override as o
from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.calendar import FreezeDeclared, FreezeLifted
from bot.domain.facts.fact import Fact
from bot.domain.judge.samples import Outcome
from bot.domain.terms.rules import SeatKind
from bot.engine.record.codec import fact_of
from bot.ports.store import Store

ENDS_ROUND = (p.GoGiven, p.NoGoGiven, p.PollExpired, p.PollVoided, f.Cancelled)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A fact with its place in the chain, in its stream, and the stream."""

    seq: int
    stream: str
    version: int
    fact: Fact


async def chain(store: Store, streams: Sequence[str]) -> list[Told]:
    events = [event for stream in streams for event in await store.load(stream)]
    told = [
        Told(seq=each.seq, stream=each.stream, version=each.version, fact=fact_of(each))
        for each in events
    ]
    return sorted(told, key=lambda each: each.seq)


async def forward(store: Store, release: str) -> list[int]:
    """The versions of the release at which its target was told to go forward."""
    rows = await store.effects(release)
    return [int(row.key.split("/")[1]) for row in rows if row.body.get("do") == "apply"]


async def oversee(store: Store, services: Sequence[str], releases: Sequence[str]) -> None:
    """Raises AssertionError with what is not true of any of these releases."""
    told = await chain(store, [*services, "calendar", *releases])
    grants_are_of_two(told)
    for release in releases:
        mine = [each for each in told if each.stream == release]
        rounds_are_clean(mine)
        for version in await forward(store, release):
            move = next(each for each in mine if each.version == version)
            if has_poll(mine, move):
                there_was_a_go(mine, move)
            no_freeze_was_passed(told, move)
        steps_were_passed(mine)


def has_poll(mine: Sequence[Told], move: Told) -> bool:
    pinned = [
        each.fact.rules
        for each in mine
        if each.seq < move.seq and isinstance(each.fact, f.ReleaseRequested | p.PollVoided)
    ]
    return pinned[-1].poll is not None and bool(pinned[-1].poll.seats)


def rounds_are_clean(mine: Sequence[Told]) -> None:
    """I12-I14: ballots belong to the round that is open, before its close, and last ones count."""
    opened: p.PollOpened | None = None
    last: dict[str, p.BallotCast] = {}
    for fact in (each.fact for each in mine):
        if isinstance(fact, p.PollOpened):
            assert opened is None, "two rounds at once"
            opened, last = fact, {}
        elif isinstance(fact, p.BallotCast):
            assert opened is not None, "a vote while nobody was asked"
            assert fact.round == opened.round
            assert fact.at < opened.closes_at, "a vote after the close"
            last[fact.by] = fact
        elif isinstance(fact, p.GoGiven):
            assert opened is not None
            a_go_was_earned(opened, last, fact, first_of(mine))
        opened = None if isinstance(fact, ENDS_ROUND) else opened


def first_of(mine: Sequence[Told]) -> f.ReleaseRequested:
    assert isinstance(mine[0].fact, f.ReleaseRequested)
    return mine[0].fact


def a_go_was_earned(
    opened: p.PollOpened, last: dict[str, p.BallotCast], go: p.GoGiven, asked: f.ReleaseRequested
) -> None:
    """I11: distinct people who say go now, none of them its author or who asked for it."""
    people = [each.person for each in go.filled]
    wrote = {author.person for change in opened.changes for author in change.authors}
    assert len(people) == len(set(people)) >= opened.quorum
    assert not {asked.by, *wrote} & set(people)
    assert all(last[person].choice is p.Choice.GO for person in people)
    needed = {chair.seat for chair in opened.chairs if chair.kind is not SeatKind.ADVICE}
    assert needed <= {each.seat for each in go.filled}
    assert go.digest == opened.digest


def there_was_a_go(mine: Sequence[Told], move: Told) -> None:
    """I11, I14: the vote that stands before a move is a go that nothing made void."""
    before = [each.fact for each in mine if each.seq <= move.seq]
    votes = [fact for fact in before if isinstance(fact, (*ENDS_ROUND, p.PollOpened, p.GoExpired))]
    past = [fact for fact in before if isinstance(fact, o.OverrideUsed) and "poll" in fact.gates]
    went = bool(votes) and isinstance(votes[-1], p.GoGiven)
    assert went or past, f"{move.stream} moved at {move.version} without a go"
    if went and isinstance(move.fact, f.PreflightPassed):
        assert isinstance(votes[-1], p.GoGiven)
        assert move.fact.at < votes[-1].valid_until, "the go was too old"


def no_freeze_was_passed(told: Sequence[Told], move: Told) -> None:
    """I15: in a freeze nothing goes forward, unless an override of two people said so before."""
    if any(stands(told, move.seq, move.fact.at)):
        past = [
            each.fact
            for each in told
            if each.stream == move.stream
            and each.seq <= move.seq
            and isinstance(each.fact, o.OverrideUsed)
            and "freeze" in each.fact.gates
        ]
        assert past, f"{move.stream} moved at {move.version} in a freeze"
        was_let(told, past[-1], move)


def stands(told: Sequence[Told], seq: int, now: datetime) -> Iterator[FreezeDeclared]:
    before = [each.fact for each in told if each.seq < seq]
    lifted = {name for fact in before if isinstance(fact, FreezeLifted) for name in fact.freezes}
    declared = [fact for fact in before if isinstance(fact, FreezeDeclared)]
    for fact in declared:
        if fact.freeze not in lifted and (fact.until is None or now < fact.until):
            yield fact


def grants_are_of_two(told: Sequence[Told]) -> None:
    """G7: who grants is not who asked, whether or not anything came of it."""
    asked: dict[str, str] = {}
    for fact in (each.fact for each in told):
        if isinstance(fact, o.OverrideAsked | o.GlassBroken):
            asked[fact.override] = fact.by
        elif isinstance(fact, o.OverrideGranted):
            assert fact.alone or fact.by != asked[fact.override], "one person alone"


def was_let(told: Sequence[Told], used: o.OverrideUsed, move: Told) -> None:
    """Somebody asked and somebody else granted, or broke the glass; and its time is not over."""
    before = [each.fact for each in told if each.seq < move.seq]
    begun = [
        fact
        for fact in before
        if isinstance(fact, o.OverrideAsked | o.GlassBroken) and fact.override == used.override
    ]
    granted = [
        fact
        for fact in before
        if isinstance(fact, o.OverrideGranted) and fact.override == used.override
    ]
    assert begun, "nobody asked for that override"
    assert begun[0].because, "an override without a reason"
    assert move.fact.at < begun[0].until, "the override was over"
    if isinstance(begun[0], o.OverrideAsked):
        assert [fact for fact in granted if fact.by != begun[0].by], "one person alone"


def steps_were_passed(mine: Sequence[Told]) -> None:
    """I16: a step moved on only with a pass of every check."""
    rules = first_of(mine).rules
    for fact in (each.fact for each in mine):
        if isinstance(fact, p.PollVoided):
            rules = fact.rules
        if isinstance(fact, f.StepBaked | f.LastStepBaked):
            passed = {each.check for each in fact.verdicts if each.outcome is Outcome.PASS}
            assert {check.name for check in rules.checks} <= passed
