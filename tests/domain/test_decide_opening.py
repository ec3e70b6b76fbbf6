"""How releases begin, and what people say of a service."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.domain.decide.known import Known
from bot.domain.decide.start import adopt, mark, start, undo_ended
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.state.evolve import begin, evolve
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState, evolve_service, fold_service
from bot.domain.terms.rules import Right
from bot.domain.terms.strategy import WHOLE, Observed
from tests.domain.builders import (
    CANARY,
    MEI,
    NEW,
    NOON,
    OLD,
    after,
    known,
    minutes,
    passed,
    release_in,
    requested,
    rules,
    step_reached,
)
from tests.domain.deciding import accepted, first, refusal

OLDER = f.Running(version="v1.4.0", revision="v1.4.0")


def asks(version: str = "v1.4.2") -> i.Start:
    return i.Start(by=MEI, release="R-2", service="checkout", environment="prod", version=version)


def undoes(to: str | None = None) -> i.UndoEnded:
    return i.UndoEnded(by=MEI, release="R-2", service="checkout", environment="prod", to=to)


def state(*certified: f.Running, bad: Sequence[str] = ()) -> ServiceState:
    marks = {version: marked(version) for version in bad}
    return ServiceState(version=3, certified=certified, marks=marks)


def marked(version: str, as_: f.Mark = f.Mark.BAD) -> f.VersionMarked:
    return f.VersionMarked(
        at=NOON, by=BOT, version=version, mark=as_, because="2 % failed", release="R-1"
    )


def at_last_step() -> Release:
    whole = rules(replace(CANARY, steps=CANARY.steps[-1:]))
    return after((requested(rules=whole), passed(), step_reached(percent=100)))


def code_of(intent: i.Start, world: Known) -> str:
    return refusal(start(intent, world, NOON)).code


def test_a_start_pins_its_rules_and_knows_what_runs() -> None:
    fact = first(start(asks(), known(), NOON), f.ReleaseRequested)
    assert (fact.release, fact.running, fact.stable, fact.rules) == ("R-2", OLD, OLD, rules())
    assert begin(fact).state is State.PREFLIGHT


def test_a_first_release_has_nothing_to_return_to() -> None:
    fact = first(start(asks(), known(service=ServiceState()), NOON), f.ReleaseRequested)
    assert (fact.running, fact.stable) == (None, None)


def test_what_the_config_does_not_know_is_not_started() -> None:
    assert code_of(asks(), known(rules=None)) == "UNKNOWN_SERVICE"


@pytest.mark.parametrize("pinned", [rules(), None])
def test_a_quarantined_service_is_not_started_and_says_what_is_wrong(pinned: object) -> None:
    said = refusal(start(asks(), known(rules=pinned, quarantine="no check named errs"), NOON))
    assert said.code == "QUARANTINED"
    assert "no check named errs" in said.sentence


def test_a_start_needs_the_right() -> None:
    assert code_of(asks(), known(Right.ROLLBACK)) == "NO_RIGHT"


@pytest.mark.parametrize("live", [State.PREFLIGHT, State.BAKING, State.HELD, State.STUCK])
def test_a_second_start_names_the_release_in_the_way(live: State) -> None:
    said = refusal(start(asks("v1.4.3"), known(live=release_in(live)), NOON))
    assert said.code == "ALREADY_LIVE"
    assert "R-1 (v1.4.2 by U0MEI)" in said.sentence


def test_what_is_live_for_all_may_be_superseded_by_a_newer_version() -> None:
    decision = accepted(start(asks("v1.4.3"), known(live=at_last_step()), NOON))
    [begun] = decision.facts
    assert isinstance(begun, f.ReleaseRequested)
    assert (begun.running, begun.stable) == (NEW, OLD)
    [(stream, fact)] = decision.also
    assert (stream, fact.by) == ("R-1", MEI)
    ended = evolve(at_last_step(), fact)
    assert (ended.state, ended.certified, ended.successor) == (State.SUCCEEDED, False, "R-2")


def test_a_version_does_not_supersede_itself() -> None:
    assert code_of(asks("v1.4.2"), known(live=at_last_step())) == "ALREADY_LIVE"


def test_the_way_back_is_a_rollback_and_no_start() -> None:
    said = refusal(start(asks(OLD.version), known(live=at_last_step()), NOON))
    assert said.remedy == "Take it back instead: /release rollback R-1."


def test_what_runs_already_is_not_started() -> None:
    assert code_of(asks(OLD.version), known()) == "ALREADY_STABLE"


def test_a_bad_mark_refuses_and_a_good_one_lifts_it() -> None:
    bad = state(OLD, bad=["v1.4.2"])
    said = refusal(start(asks(), known(service=bad), NOON))
    assert (said.code, "2 % failed" in said.sentence) == ("MARKED_BAD", True)
    good = evolve_service(bad, marked("v1.4.2", f.Mark.GOOD))
    first(start(asks(), known(service=good), NOON), f.ReleaseRequested)


def test_an_environment_after_another_takes_only_what_was_certified_there() -> None:
    later = rules(after="staging")
    assert code_of(asks(), known(rules=later, earlier=state(OLD))) == "NOT_CERTIFIED_BEFORE"
    assert code_of(asks(), known(rules=later, earlier=None)) == "NOT_CERTIFIED_BEFORE"
    first(start(asks(), known(rules=later, earlier=state(NEW, OLD)), NOON), f.ReleaseRequested)


# Undo of what ended


def test_undo_returns_to_the_version_before() -> None:
    world = known(Right.ROLLBACK, service=state(OLDER, OLD))
    fact = first(undo_ended(undoes(), world, NOON), f.RollbackRequested)
    assert (fact.running, fact.stable) == (OLD, OLDER)
    begun = begin(fact)
    assert (begun.state, begun.kind) == (State.ROLLING_BACK, f.ReleaseKind.ROLLBACK)
    assert begun.back().stable == OLDER.revision


def test_undo_leaves_out_what_is_bad() -> None:
    world = known(service=state(OLDER, OLD, NEW, bad=[OLD.version]))
    assert first(undo_ended(undoes(), world, NOON), f.RollbackRequested).stable == OLDER


def test_undo_to_a_named_version_of_any_age() -> None:
    world = known(service=state(OLDER, OLD, NEW))
    fact = first(undo_ended(undoes(OLDER.version), world, NOON), f.RollbackRequested)
    assert fact.stable == OLDER


def test_undoing_twice_does_not_bring_back_what_was_undone() -> None:
    undone = state(OLDER, OLD, NEW, OLD)
    fact = first(undo_ended(undoes(), known(service=undone), NOON), f.RollbackRequested)
    assert fact.stable == OLDER


@pytest.mark.parametrize(
    ("has", "to"),
    [(state(), None), (state(OLD), None), (state(OLDER, OLD), "v9"), (state(OLD, NEW, OLD), None)],
)
def test_undo_without_anything_to_return_to_says_so(has: ServiceState, to: str | None) -> None:
    assert refusal(undo_ended(undoes(to), known(service=has), NOON)).code == "NOTHING_TO_RETURN_TO"


def test_nobody_is_taken_back_to_where_they_are() -> None:
    world = known(service=state(OLDER, OLD))
    assert refusal(undo_ended(undoes(OLD.version), world, NOON)).code == "ALREADY_STABLE"


def test_undo_never_takes_the_claim_of_a_live_release() -> None:
    world = known(service=state(OLDER, OLD), live=at_last_step())
    said = refusal(undo_ended(undoes(), world, NOON))
    assert (said.code, "rollback R-1" in said.remedy) == ("ALREADY_LIVE", True)


def test_undo_needs_the_right() -> None:
    world = known(Right.START, service=state(OLDER, OLD))
    assert refusal(undo_ended(undoes(), world, NOON)).code == "NO_RIGHT"


# Adopt and mark


def sees(**revisions: float) -> i.Adopt:
    seen = Observed(revisions=dict(revisions))
    return i.Adopt(by=MEI, service="checkout", environment="prod", seen=seen)


@pytest.mark.parametrize("share", [100.0, WHOLE])
def test_adopt_takes_the_one_version_that_runs(share: float) -> None:
    seen = sees(a=share, b=100.0 - share)
    [(stream, fact)] = accepted(adopt(seen, known(), NOON)).also
    assert stream == "S/checkout/prod"
    assert fold_service([fact]).stable == f.Running(version="a", revision="a")


@pytest.mark.parametrize("seen", [sees(), sees(a=90.0, b=10.0), sees(a=50.0), sees(a=WHOLE - 0.1)])
def test_adopt_refuses_what_is_not_one_version(seen: i.Adopt) -> None:
    assert refusal(adopt(seen, known(), NOON)).code == "NOT_ONE_VERSION"


def test_adopt_refuses_what_still_moves() -> None:
    moving = sees(a=100.0)
    moving = replace(moving, seen=replace(moving.seen, settled=False))
    assert refusal(adopt(moving, known(), NOON)).code == "NOT_ONE_VERSION"


def test_adopt_waits_for_a_live_release() -> None:
    world = known(live=release_in(State.BAKING))
    assert refusal(adopt(sees(a=100.0), world, NOON)).code == "ALREADY_LIVE"


@pytest.mark.parametrize(("world", "code"), [(known(rules=None), "UNKNOWN_SERVICE")])
def test_adopt_and_mark_need_a_service(world: Known, code: str) -> None:
    assert refusal(adopt(sees(a=100.0), world, NOON)).code == code
    assert refusal(mark(says("x"), world, NOON)).code == code


def says(because: str) -> i.MarkVersion:
    return i.MarkVersion(
        by=MEI,
        service="checkout",
        environment="prod",
        version="v1.4.2",
        mark=f.Mark.BAD,
        because=because,
    )


def test_adopt_needs_the_right() -> None:
    assert refusal(adopt(sees(a=100.0), known(Right.ROLLBACK), NOON)).code == "NO_RIGHT"


def test_mark_needs_a_right_and_a_reason() -> None:
    assert refusal(mark(says("dns"), known(Right.ROLLBACK), NOON)).code == "NO_RIGHT"
    assert refusal(mark(says(""), known(), NOON)).code == "NO_REASON"
    [(stream, fact)] = accepted(mark(says("dns"), known(), minutes(1))).also
    assert (stream, fact.at) == ("S/checkout/prod", minutes(1))
