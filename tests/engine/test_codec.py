"""Facts as the record keeps them: a changed shape is seen here before it is met in a record."""

import json
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.facts import FACTS
from bot.domain.facts import release as f
from bot.domain.facts import vote as p
from bot.domain.facts.advice import Went
from bot.domain.facts.fact import Fact
from bot.domain.facts.release import RollbackProposed
from bot.domain.judge.samples import Outcome
from bot.domain.state.release import Release
from bot.domain.terms.changes import Author, Change
from bot.domain.terms.refusal import Refusal
from bot.domain.terms.rules import SeatKind
from bot.domain.terms.strategy import Observed
from bot.engine.record.codec import (
    SCHEMAS,
    UPCASTERS,
    UnknownFact,
    event_of,
    fact_of,
    plain,
    restore,
)
from bot.ports.store import Event, Json
from tests.domain.builders import FACTS_TO, NOON, OLD, release_in, rules, verdict

GOLDEN = Path(__file__).parent / "golden"
TEXT = st.text(st.characters(codec="utf-8"))
INSTANT = st.datetimes(timezones=st.just(UTC))
SPAN = st.timedeltas(timedelta(days=-400), timedelta(days=400))
SHARE = st.floats(0, 100)
OBSERVED = st.builds(
    Observed,
    revisions=st.dictionaries(TEXT, SHARE, max_size=3),
    mirrors=st.dictionaries(TEXT, SHARE, max_size=1),
    settled=st.booleans(),
    note=TEXT,
)
for kind, how in {
    datetime: INSTANT,
    timedelta: SPAN,
    Observed: OBSERVED,
    str: TEXT,
    float: SHARE,
    rules().__class__: st.just(rules()),
    verdict(Outcome.PASS).__class__: st.sampled_from([verdict(each) for each in Outcome]),
}.items():
    st.register_type_strategy(kind, how)


def event(fact: Fact, **changes: Any) -> Event:
    new = event_of(fact, "R-1", "R-0")
    stored: dict[str, Any] = {name.name: getattr(new, name.name) for name in fields(new)}
    stored["body"] = json.loads(json.dumps(stored["body"], allow_nan=False))
    return Event(**{**stored, "seq": 7, "version": 1, "prev_hash": "", "hash": "", **changes})


@settings(max_examples=60)
@given(st.sampled_from(sorted(FACTS)).flatmap(lambda name: st.from_type(FACTS[name])))
def test_every_fact_survives_the_record(fact: Fact) -> None:
    assert fact_of(event(fact)) == fact


@pytest.mark.parametrize("state", FACTS_TO)
def test_a_release_survives_the_projection(state: object) -> None:
    release = release_in(state)  # type: ignore[arg-type]
    assert restore(Release, json.loads(json.dumps(plain(release)))) == release


def sample(kind: type[Fact]) -> Fact:
    """One fact of a kind with every field filled in."""
    values = {item.name: VALUES[item.name] for item in fields(kind)}
    return kind(**values)


VALUES: dict[str, Any] = {
    "account": "mei-gh",
    "at": NOON,
    "by": "U0MEI",
    "answer_by": NOON,
    "asked": "start checkout",
    "away_since": NOON,
    "because": "2.1 % of requests failed",
    "cause": "R-0",
    "certified": True,
    "changes": (
        Change(
            revision="8f3c1e2",
            subject="Retry card payments (#812)",
            at=NOON,
            authors=(Author(name="Mei", email="mei@x.example", account="mei", person="U0MEI"),),
        ),
    ),
    "changes_unknown": "git does not answer",
    "code": "NO_RIGHT",
    "config": "ab12",
    "confirm_by": NOON,
    "confirmed": True,
    "deadline": NOON,
    "diff": ("added ledger in prod",),
    "digest": "ab12",
    "early": "8 min of 20 min",
    "answers": "the newsletter moved",
    "caller": "U0RUI",
    "callers": ("U0RUI",),
    "chairs": (p.Chair(seat="owner", kind=SeatKind.VETO, able=("U0RUI",)),),
    "choice": p.Choice.NO_GO,
    "closes_at": NOON,
    "filled": (p.Filled(seat="owner", person="U0RUI", on_behalf_of="U0ANA"),),
    "meaning": "go: checkout v1.4.2 may reach users",
    "missing": ("owner",),
    "on_behalf_of": "U0ANA",
    "people": ("U0RUI",),
    "quorum": 2,
    "reminds_at": NOON,
    "round": 1,
    "seat": "owner",
    "seats": ("owner",),
    "to": "U0RUI",
    "valid_until": NOON,
    "environment": "prod",
    "escalates_at": NOON,
    "expected": "v1.4.2 10 %",
    "expires_at": NOON,
    "freeze": "F-1",
    "freezes": ("F-1",),
    "hash": "ab12",
    "hold": f.Hold.DRIFT,
    "kind": f.ReleaseKind.START,
    "live": "R-2",
    "mark": f.Mark.BAD,
    "mechanism": "switch",
    "name": "weekend",
    "next_at": NOON,
    "observed": Observed(revisions={"v1.4.2": 10.0}, mirrors={"v1.4.2": 1.0}, note="warm"),
    "opens_at": NOON,
    "person": "U0MEI",
    "proof": ("it is kept",),
    "reached": 10.0,
    "reason": Refusal(code="AFTER_ROLLBACK", sentence="Not started.", remedy="Start it."),
    "reasons": (Refusal(code="DRIFT", sentence="It drifted.", remedy="Adopt it."),),
    "release": "R-1",
    "revision": "v1.4.2",
    "role": "",
    "rules": rules(),
    "running": OLD,
    "sentence": "Not started.",
    "seq": 7,
    "service": "checkout",
    "set_by": "U0MEI",
    "since": NOON,
    "stable": OLD,
    "step": 1,
    "successor": "R-2",
    "times": 3,
    "until": NOON,
    "verdicts": (verdict(Outcome.FAIL),),
    "version": "v1.4.2",
    "via": "slash",
    "watched": timedelta(minutes=20),
    "baseline": "v1.4.1",
    "differ": 1,
    "judged": True,
    "number": 3,
    "seen": 41,
    "took": 2,
    "unjudged": 3,
    "warned": True,
    "weight": 10.0,
    "went": Went.BACK,
    "would": 2,
    "alone": True,
    "approved": False,
    "asked_by": "U0RUI",
    "due_at": NOON,
    "gates": ("freeze", "poll"),
    "incident": "INC-77",
    "override": "O-1",
    "own": "requester",
    "second": "U0ANA",
}


@pytest.mark.parametrize("name", sorted(FACTS))
def test_the_shape_of_a_fact_is_the_one_on_file(name: str) -> None:
    """A new shape needs a new schema, an upcaster from this one, and a new file beside it."""
    fact = sample(FACTS[name])
    if isinstance(fact, f.RollbackDecided | RollbackProposed):
        fact = replace(fact, cause=f.Cause.VERDICT)
    body = event_of(fact, "R-1", "").body
    on_file = json.loads((GOLDEN / f"{name}.{SCHEMAS.get(name, 1)}.json").read_text())
    assert body == on_file


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_shape_that_ever_was_can_be_read(path: Path) -> None:
    name, schema = path.stem.split(".")
    stored = event(
        sample(f.Taken), kind=name, schema=int(schema), body=json.loads(path.read_text())
    )
    assert type(fact_of(stored)) is FACTS[name]


def test_there_is_an_upcaster_for_every_older_schema() -> None:
    older = {(kind, old) for kind, newest in SCHEMAS.items() for old in range(1, newest)}
    assert set(UPCASTERS) == older


def rename(body: Json) -> Json:
    return {"because": body["why"]}


def shout(body: Json) -> Json:
    return {"because": body["because"].upper()}


def test_old_shapes_are_lifted_one_schema_at_a_time() -> None:
    upcasters = {("Cancelled", 1): rename, ("Cancelled", 2): shout}
    first = event(sample(f.Cancelled), schema=1, body={"why": "wrong"})
    second = event(sample(f.Cancelled), schema=2, body={"because": "wrong"})
    for stored in (first, second):
        fact = fact_of(stored, upcasters=upcasters, schemas={"Cancelled": 3})
        assert isinstance(fact, f.Cancelled)
        assert fact.because == "WRONG"


@pytest.mark.parametrize("changes", [{"kind": "Teleported"}, {"schema": 2}])
def test_what_a_newer_program_wrote_is_not_guessed_at(changes: dict[str, object]) -> None:
    with pytest.raises(UnknownFact, match=r"row 7 .* Run the version that wrote it"):
        fact_of(event(sample(f.Cancelled), **changes))


def test_a_body_that_was_tampered_with_names_its_row_and_field() -> None:
    with pytest.raises(UnknownFact, match=r"row 7 \(Cancelled\) .* because.*audit verify"):
        fact_of(event(sample(f.Cancelled), body={"because": 7}))
