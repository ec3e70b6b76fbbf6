"""How releases begin, and what people say of a service: start, undo, adopt, mark."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.decide.condition import conditions_against, only_advises, refuse_unknown_service
from bot.domain.decide.emergency import owed_by, rules_of
from bot.domain.decide.known import Decided, Decision, Known, Need, refuse_unentitled
from bot.domain.decide.override import OVERSEEN
from bot.domain.facts import release as f
from bot.domain.facts.fact import Fact
from bot.domain.intents import release as i
from bot.domain.intents.override import EndOverride, OfService
from bot.domain.state.evolve import begin
from bot.domain.state.service import ServiceState, stream_of
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Mode, Rules
from bot.domain.terms.strategy import WHOLE


def start(intent: i.Start, known: Known, now: datetime) -> Decision:
    """A new release, or why not: each reason names who or what would help."""
    rules = known.here.rules
    if rules is None:
        return refuse_unknown_service(intent.service, intent.environment, known)
    if against := conditions_against(intent, known, now):
        return against[0]
    first = _requested(intent, rules, known, now)
    stream = stream_of(rules.service, rules.environment)
    owed = [(stream, fact) for fact in owed_by(intent, begin(first), known, now)]
    return Decided(
        facts=[first],
        also=[*_superseding(intent, known, now), *owed],
        note=f"{intent.release}: {rules.service} {intent.version} to {rules.environment}.",
    )


def propose(intent: i.Start, known: Known, now: datetime) -> f.ReleaseRequested | None:
    """The first fact that a start would have, whether or not it would be refused."""
    return (
        _requested(intent, known.here.rules, known, now) if known.here.rules is not None else None
    )


def _requested(intent: i.Start, rules: Rules, known: Known, now: datetime) -> f.ReleaseRequested:
    live = known.live
    over = f.Running(version=live.name, revision=live.revision) if live else None
    return f.ReleaseRequested(
        at=now,
        by=intent.by,
        release=intent.release,
        kind=intent.kind,
        service=rules.service,
        environment=rules.environment,
        version=intent.version,
        rules=rules_of(intent, rules, known),
        running=over or known.service.stable,
        stable=known.service.stable,
        cause=intent.cause,
        because=intent.because,
        incident=intent.incident,
    )


def _superseding(intent: i.Start, known: Known, now: datetime) -> list[tuple[str, Fact]]:
    if known.live is None:
        return []
    fact = f.Superseded(at=now, by=intent.by, successor=intent.release)
    return [(known.live.id, fact)]


def undo_ended(intent: i.UndoEnded, known: Known, now: datetime) -> Decision:
    """A rollback of what already ended is a release of its own that skips every gate."""
    if known.here.rules is None:
        return refuse_unknown_service(intent.service, intent.environment, known)
    if lacks := refuse_unentitled(intent, known, "Not rolled back"):
        return lacks
    if known.here.rules.mode is Mode.ADVISE:
        return only_advises("Not rolled back", known.here.rules)
    running, to = known.service.stable, _undo_to(intent, known.service)
    if refusal := _no_way_back(intent, known, running, to):
        return refusal
    if running is None or to is None:
        return _nothing_to_return_to(intent, running)
    rules = known.here.rules
    fact = f.RollbackRequested(
        at=now,
        by=intent.by,
        release=intent.release,
        service=rules.service,
        environment=rules.environment,
        rules=rules,
        running=running,
        stable=to,
        cause="",
        because=intent.because,
        deadline=now + rules.rollback.within,
    )
    note = f"Rolling {rules.service} back from {running.version} to {to.version} now."
    return Decided(facts=[fact], note=note)


def _no_way_back(
    intent: i.UndoEnded, known: Known, running: f.Running | None, to: f.Running | None
) -> Refusal | None:
    """A live release goes first, and nobody is taken back to where they are."""
    if known.live is not None:
        return Refusal(
            Code.ALREADY_LIVE,
            f"Not rolled back: {known.live.id} ({known.live.name}) is live there, "
            "and what is live goes first.",
            f"Take that one back: /release rollback {known.live.id}.",
        )
    if running is None or to is None or running.version != to.version:
        return None
    return Refusal(
        Code.ALREADY_STABLE,
        f"Not rolled back: {intent.environment} runs {running.version} already.",
        f"Name another one: /release rollback {intent.service} in {intent.environment} "
        "--version <version>.",
    )


def _undo_to(intent: i.UndoEnded, service: ServiceState) -> f.Running | None:
    if intent.to is not None:
        return service.named(intent.to)
    return service.before(service.stable.version) if service.stable else None


def _nothing_to_return_to(intent: i.UndoEnded, running: f.Running | None) -> Refusal:
    wanted = intent.to or "earlier certified version"
    has = f"it runs {running.version}" if running else "nothing was ever certified"
    return Refusal(
        Code.NOTHING_TO_RETURN_TO,
        f"Not rolled back: {intent.service} in {intent.environment} has no {wanted} "
        f"to return to ({has}).",
        "Release a fix instead: /release start <service> <version>.",
    )


def adopt(intent: i.Adopt, known: Known, now: datetime) -> Decision:
    """What runs now becomes what rollbacks return to."""
    if known.here.rules is None:
        return refuse_unknown_service(intent.service, intent.environment, known)
    if lacks := refuse_unentitled(intent, known, "Not adopted"):
        return lacks
    if known.live is not None:
        return Refusal(
            Code.ALREADY_LIVE,
            f"Not adopted: {known.live.id} is moving {intent.service} just now.",
            "Wait until it ends; if it ends well its version is certified anyway.",
        )
    return _adopt_seen(intent, now)


def _adopt_seen(intent: i.Adopt, now: datetime) -> Decision:
    whole = [name for name, percent in intent.seen.revisions.items() if percent >= WHOLE]
    if len(whole) != 1 or not intent.seen.settled:
        return Refusal(
            Code.NOT_ONE_VERSION,
            f"Not adopted: {intent.service} in {intent.environment} does not run one version "
            f"alone ({intent.seen.spelled()}).",
            "Bring it to one version first, then adopt it.",
        )
    running = f.Running(version=whole[0], revision=whole[0])
    fact = f.StableAdopted(at=now, by=intent.by, running=running, observed=intent.seen)
    note = f"{intent.service} runs {whole[0]}. It is now what a rollback returns to."
    return Decided(also=[(stream_of(intent.service, intent.environment), fact)], note=note)


def mark(intent: i.MarkVersion, known: Known, now: datetime) -> Decision:
    """A version is said to be bad, or good again."""
    if known.here.rules is None:
        return refuse_unknown_service(intent.service, intent.environment, known)
    if lacks := refuse_unentitled(intent, known, "Not marked"):
        return lacks
    if not intent.because:
        return Refusal(
            Code.NO_REASON,
            "Not marked: it is recorded with its reason, and none was given.",
            f"Type /release mark {intent.service} {intent.version} {intent.mark} because <reason>.",
        )
    certified = known.service.named(intent.version)
    fact = f.VersionMarked(
        at=now,
        by=intent.by,
        version=intent.version,
        mark=intent.mark,
        because=intent.because,
        release="",
        revision=certified.revision if certified else "",
    )
    note = f"{intent.service} {intent.version} is marked {intent.mark}."
    if false := known.service.was_false(fact):
        note += f" The rollback {false} counts as a false one."
    return Decided(also=[(stream_of(intent.service, intent.environment), fact)], note=note)


Opening = i.Start | i.UndoEnded | i.Adopt | i.MarkVersion | OfService
OPENINGS: Mapping[type[i.Intent], Callable[[Any, Known, datetime], Decision]] = {
    i.Start: start,
    i.UndoEnded: undo_ended,
    i.Adopt: adopt,
    i.MarkVersion: mark,
    **OVERSEEN,
}
HERE = frozenset({Need.HERE, Need.SERVICE})
NEEDS: Mapping[type[i.Intent], frozenset[Need]] = {
    i.Start: HERE | {Need.EARLIER, Need.LIVE, Need.CALENDAR},
    i.UndoEnded: HERE | {Need.LIVE},
    i.Adopt: HERE | {Need.LIVE},
    i.MarkVersion: HERE,
    **dict.fromkeys(OVERSEEN, HERE | {Need.LIVE, Need.ABOUT}),
    EndOverride: HERE,
}


def open_release(intent: Opening, known: Known, now: datetime) -> Decision:
    """What is asked of a place, and of no release that is there already."""
    return OPENINGS[type(intent)](intent, known, now)
