"""How releases begin, and what people say of a service: start, undo, adopt, mark."""

from collections.abc import Callable
from datetime import datetime

from bot.domain import facts as f
from bot.domain import intents as i
from bot.domain.emergency_start import may_be_urgent, owed_by, rules_of
from bot.domain.evolve import begin
from bot.domain.freezing import covered, not_frozen
from bot.domain.known import Accepted, Decision, Known, denied
from bot.domain.moves import Refusal, State
from bot.domain.release import Release
from bot.domain.rules import Mode, Right, Rules
from bot.domain.service import ServiceState, stream_of


def start(intent: i.Start, known: Known, now: datetime) -> Decision:
    """A new release, or why not: each reason names who or what would help."""
    rules = known.rules
    if rules is None:
        return unknown_service(intent.service, intent.environment, known)
    if against := blocked_by(intent, known, now):
        return against[0]
    first = _requested(intent, rules, known, now)
    stream = stream_of(rules.service, rules.environment)
    owed = [(stream, fact) for fact in owed_by(intent, begin(first), known, now)]
    return Accepted(
        facts=[first],
        also=[*_superseding(intent, known, now), *owed],
        note=f"{intent.release}: {rules.service} {intent.version} to {rules.environment}.",
    )


def blocked_by(intent: i.Start, known: Known, now: datetime) -> tuple[Refusal, ...]:
    """Every reason against, the first of them first; a start and a question meet the same."""
    rules = known.rules
    if rules is None:
        return (unknown_service(intent.service, intent.environment, known),)
    return tuple(filter(None, (gate(intent, rules, known, now) for gate in START_GATES)))


def propose(intent: i.Start, known: Known, now: datetime) -> f.ReleaseRequested | None:
    """The first fact that a start would have, whether or not it would be refused."""
    return _requested(intent, known.rules, known, now) if known.rules is not None else None


def unknown_service(service: str, environment: str, known: Known) -> Refusal:
    """Why there are no rules: the config has a mistake there, or no such place at all."""
    if known.quarantine:
        return quarantined(service, known)
    return Refusal(
        "UNKNOWN_SERVICE",
        f"Nothing happened: the config knows no {service} in {environment}.",
        "Look at /release status for the services there are.",
    )


def _quarantined(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return quarantined(rules.service, known) if known.quarantine else None


def quarantined(service: str, known: Known) -> Refusal:
    return Refusal(
        "QUARANTINED",
        f"Nothing happened: the config of {service} has a mistake ({known.quarantine}).",
        "Mend it; slipway check shows every mistake with its place.",
    )


def _has_right(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    if intent.by == f.BOT:
        return None if rules.advance and intent.cause else not_by_itself(rules)
    return denied(known, Right.START, "Not started")


def not_by_itself(rules: Rules) -> Refusal:
    return Refusal(
        "NOT_BY_ITSELF",
        f"Not started: nothing begins by itself in {rules.environment}.",
        'Write advance = "by itself" there, or start it by hand.',
    )


def _claim_is_free(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    live = known.live
    if live is None or (can_be_superseded(live) and live.name != intent.version):
        return None
    return Refusal(
        "ALREADY_LIVE",
        f"Not started: {live.id} ({live.name} by {live.requested_by}) is live for "
        f"{rules.service} in {rules.environment}.",
        f"Wait until it ends, or take it back: /release rollback {live.id}.",
    )


def can_be_superseded(live: Release) -> bool:
    """Live for all users and only still being watched."""
    whole = live.rules.strategy.steps[live.step].weight.percent == 100
    return live.state is State.BAKING and live.is_last_step and whole


def _not_marked_bad(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    mark = known.service.marks.get(intent.version)
    if mark is None or mark.mark is not f.Mark.BAD:
        return None
    return Refusal(
        "MARKED_BAD",
        f"Not started: {intent.version} is marked bad in {rules.environment} since "
        f"{mark.release or 'a person said so'} ({mark.because}).",
        f"Start a fix, or say why it is good: /release mark {rules.service} {intent.version} "
        "good because <reason>.",
    )


def _something_new(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    stable, live = known.service.stable, known.live
    if stable is None or stable.version != intent.version:
        return None
    if live is not None:
        return Refusal(
            "ALREADY_STABLE",
            f"Not started: {intent.version} is what a rollback of {live.id} returns to.",
            f"Take it back instead: /release rollback {live.id}.",
        )
    return Refusal(
        "ALREADY_STABLE",
        f"Not started: {intent.version} is what {rules.environment} runs already.",
        "Name another version.",
    )


def _certified_before(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    if rules.after is None:
        return None
    if known.earlier is not None and known.earlier.named(intent.version) is not None:
        return None
    return Refusal(
        "NOT_CERTIFIED_BEFORE",
        f"Not started: {intent.version} has not been certified in {rules.after}, "
        f"which comes before {rules.environment}.",
        f"Release it there first: /release start {rules.service} {intent.version} "
        f"to {rules.after}.",
    )


def only_advises(not_done: str, rules: Rules) -> Refusal:
    """Where deploys are made elsewhere, nothing is moved from here."""
    return Refusal(
        "ONLY_ADVISES",
        f"{not_done}: I only advise on {rules.service} in {rules.environment}; deploys are made "
        "elsewhere, and I move nothing there.",
        'Do it where you always do. To let me: mode = "ask" or "act" in its config, then '
        "/release reload.",
    )


def _may_move(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return only_advises("Not started", rules) if rules.mode is Mode.ADVISE else None


def _not_frozen(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return not_frozen(rules, known, now)


def _covered(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return covered(rules, known, now)


def not_what_was_certified(release: Release, revision: str, known: Known) -> f.Reason | None:
    """One thing goes through all environments: its name for another thing is refused. [G13]"""
    before = release.rules.after
    certified = known.earlier.named(release.name) if before and known.earlier else None
    if certified is None or certified.revision == revision:
        return None
    return f.Reason(
        code="NOT_THE_SAME",
        sentence=f"{release.name} is {revision} here, and {certified.revision} was certified in "
        f"{before}: that is not the same thing.",
        remedy=f"Release it in {before} again, or name the version that was certified.",
    )


START_GATES: tuple[Callable[[i.Start, Rules, Known, datetime], Refusal | None], ...] = (
    _has_right,
    _quarantined,
    _may_move,
    _claim_is_free,
    _not_marked_bad,
    _something_new,
    may_be_urgent,
    _certified_before,
    _not_frozen,
    _covered,
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


def _superseding(intent: i.Start, known: Known, now: datetime) -> list[tuple[str, f.Fact]]:
    if known.live is None:
        return []
    fact = f.Superseded(at=now, by=intent.by, successor=intent.release)
    return [(known.live.id, fact)]


def undo_ended(intent: i.UndoEnded, known: Known, now: datetime) -> Decision:
    """A rollback of what already ended is a release of its own that skips every gate."""
    if known.rules is None:
        return unknown_service(intent.service, intent.environment, known)
    if lacks := denied(known, Right.ROLLBACK, "Not rolled back"):
        return lacks
    if known.rules.mode is Mode.ADVISE:
        return only_advises("Not rolled back", known.rules)
    running, to = known.service.stable, _undo_to(intent, known.service)
    if refusal := _no_way_back(intent, known, running, to):
        return refusal
    if running is None or to is None:
        return _nothing_to_return_to(intent, running)
    rules = known.rules
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
    return Accepted(facts=[fact], note=note)


def _no_way_back(
    intent: i.UndoEnded, known: Known, running: f.Running | None, to: f.Running | None
) -> Refusal | None:
    """A live release goes first, and nobody is taken back to where they are."""
    if known.live is not None:
        return Refusal(
            "ALREADY_LIVE",
            f"Not rolled back: {known.live.id} ({known.live.name}) is live there, "
            "and what is live goes first.",
            f"Take that one back: /release rollback {known.live.id}.",
        )
    if running is None or to is None or running.version != to.version:
        return None
    return Refusal(
        "ALREADY_STABLE",
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
        "NOTHING_TO_RETURN_TO",
        f"Not rolled back: {intent.service} in {intent.environment} has no {wanted} "
        f"to return to ({has}).",
        "Release a fix instead: /release start <service> <version>.",
    )


def adopt(intent: i.Adopt, known: Known, now: datetime) -> Decision:
    """What runs now becomes what rollbacks return to."""
    if known.rules is None:
        return unknown_service(intent.service, intent.environment, known)
    if lacks := denied(known, Right.ADOPT, "Not adopted"):
        return lacks
    if known.live is not None:
        return Refusal(
            "ALREADY_LIVE",
            f"Not adopted: {known.live.id} is moving {intent.service} just now.",
            "Wait until it ends; if it ends well its version is certified anyway.",
        )
    return _adopt_seen(intent, now)


def _adopt_seen(intent: i.Adopt, now: datetime) -> Decision:
    whole = [name for name, percent in intent.seen.revisions.items() if percent >= 99.5]
    if len(whole) != 1 or not intent.seen.settled:
        return Refusal(
            "NOT_ONE_VERSION",
            f"Not adopted: {intent.service} in {intent.environment} does not run one version "
            f"alone ({intent.seen.spelled()}).",
            "Bring it to one version first, then adopt it.",
        )
    running = f.Running(version=whole[0], revision=whole[0])
    fact = f.StableAdopted(at=now, by=intent.by, running=running, observed=intent.seen)
    note = f"{intent.service} runs {whole[0]}. It is now what a rollback returns to."
    return Accepted(also=[(stream_of(intent.service, intent.environment), fact)], note=note)


def mark(intent: i.MarkVersion, known: Known, now: datetime) -> Decision:
    """A version is said to be bad, or good again."""
    if known.rules is None:
        return unknown_service(intent.service, intent.environment, known)
    if lacks := denied(known, Right.PROMOTE, "Not marked"):
        return lacks
    if not intent.because:
        return Refusal(
            "NO_REASON",
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
    return Accepted(also=[(stream_of(intent.service, intent.environment), fact)], note=note)
