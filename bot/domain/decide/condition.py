"""The conditions before a start: each says why not, and who or what would help."""

from collections.abc import Callable
from datetime import datetime

from bot.domain.decide.calendar_hold import refuse_frozen, refuse_uncovered
from bot.domain.decide.emergency import may_be_urgent
from bot.domain.decide.known import Known, refuse_unentitled
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Mode, Rules


def conditions_against(intent: i.Start, known: Known, now: datetime) -> tuple[Refusal, ...]:
    """Every reason against, the first of them first; a start and a question meet the same."""
    rules = known.here.rules
    if rules is None:
        return (refuse_unknown_service(intent.service, intent.environment, known),)
    return tuple(filter(None, (gate(intent, rules, known, now) for gate in CONDITIONS)))


def refuse_unknown_service(service: str, environment: str, known: Known) -> Refusal:
    """Why there are no rules: the config has a mistake there, or no such place at all."""
    if known.here.quarantine:
        return refuse_quarantined(service, known)
    return Refusal(
        Code.UNKNOWN_SERVICE,
        f"Nothing happened: the config knows no {service} in {environment}.",
        "Look at /release status for the services there are.",
    )


def _quarantined(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return refuse_quarantined(rules.service, known) if known.here.quarantine else None


def refuse_quarantined(service: str, known: Known) -> Refusal:
    return Refusal(
        Code.QUARANTINED,
        f"Nothing happened: the config of {service} has a mistake ({known.here.quarantine}).",
        "Mend it; slipway check shows every mistake with its place.",
    )


def _has_right(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    if intent.by == BOT:
        return None if rules.advance and intent.cause else not_by_itself(rules)
    return refuse_unentitled(intent, known, "Not started")


def not_by_itself(rules: Rules) -> Refusal:
    return Refusal(
        Code.NOT_BY_ITSELF,
        f"Not started: nothing begins by itself in {rules.environment}.",
        'Write advance = "by itself" there, or start it by hand.',
    )


def _claim_is_free(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    live = known.live
    if live is None or (can_be_superseded(live) and live.name != intent.version):
        return None
    return Refusal(
        Code.ALREADY_LIVE,
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
        Code.MARKED_BAD,
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
            Code.ALREADY_STABLE,
            f"Not started: {intent.version} is what a rollback of {live.id} returns to.",
            f"Take it back instead: /release rollback {live.id}.",
        )
    return Refusal(
        Code.ALREADY_STABLE,
        f"Not started: {intent.version} is what {rules.environment} runs already.",
        "Name another version.",
    )


def _certified_before(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    if rules.after is None:
        return None
    if known.earlier is not None and known.earlier.named(intent.version) is not None:
        return None
    return Refusal(
        Code.NOT_CERTIFIED_BEFORE,
        f"Not started: {intent.version} has not been certified in {rules.after}, "
        f"which comes before {rules.environment}.",
        f"Release it there first: /release start {rules.service} {intent.version} "
        f"to {rules.after}.",
    )


def only_advises(not_done: str, rules: Rules) -> Refusal:
    """Where deploys are made elsewhere, nothing is moved from here."""
    return Refusal(
        Code.ONLY_ADVISES,
        f"{not_done}: I only advise on {rules.service} in {rules.environment}; deploys are made "
        "elsewhere, and I move nothing there.",
        'Do it where you always do. To let me: mode = "ask" or "act" in its config, then '
        "/release reload.",
    )


def _may_move(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return only_advises("Not started", rules) if rules.mode is Mode.ADVISE else None


def _not_frozen(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return refuse_frozen(rules, known, now)


def _covered(intent: i.Start, rules: Rules, known: Known, now: datetime) -> Refusal | None:
    return refuse_uncovered(rules, known, now)


def not_what_was_certified(release: Release, revision: str, known: Known) -> Refusal | None:
    """One thing goes through all environments: its name for another thing is refused. [G13]"""
    before = release.rules.after
    certified = known.earlier.named(release.name) if before and known.earlier else None
    if certified is None or certified.revision == revision:
        return None
    return Refusal(
        code=Code.NOT_THE_SAME,
        sentence=f"{release.name} is {revision} here, and {certified.revision} was certified in "
        f"{before}: that is not the same thing.",
        remedy=f"Release it in {before} again, or name the version that was certified.",
    )


CONDITIONS: tuple[Callable[[i.Start, Rules, Known, datetime], Refusal | None], ...] = (
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


def bad_by_another_name(release: Release, revision: str, known: Known) -> Refusal | None:
    """Why what a name turned out to be is refused: its like was taken back before."""
    mark = known.service.bad_as(revision)
    if mark is None:
        return None
    where = f"since {mark.release}" if mark.release else "since a person said so"
    return Refusal(
        code=Code.MARKED_BAD,
        sentence=f"{release.name} is the same as {mark.version}, which is marked bad in "
        f"{release.environment} {where} ({mark.because}).",
        remedy=f"Start a fix, or say why it is good: /release mark {release.service} "
        f"{mark.version} good in {release.environment} because <reason>.",
    )
