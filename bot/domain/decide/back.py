"""The way back: one fact, from wherever the release is; in the mode `ask` a person decides it."""

from datetime import datetime

from bot.domain.decide.hold import lift
from bot.domain.decide.known import Decided, Decision
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.release import RollbackProposed
from bot.domain.intents import release as i
from bot.domain.judge.samples import Verdict
from bot.domain.state.release import Release
from bot.domain.state.service import stream_of
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Mode


def go_back(
    release: Release,
    cause: f.Cause,
    because: str,
    verdicts: tuple[Verdict, ...],
    by: str,
    now: datetime,
) -> f.RollbackDecided:
    """The decision to return to stable, with the time by which traffic has to be there."""
    return f.RollbackDecided(
        at=now,
        by=by,
        cause=cause,
        because=because,
        verdicts=verdicts,
        reached=reached_weight(release),
        deadline=now + release.rules.rollback.within,
    )


def reached_weight(release: Release) -> float:
    """The greatest share of users, in percent, that can have seen the new revision."""
    if release.way is not None:
        return release.way.reached
    steps = release.rules.strategy.steps[: release.step + 1]
    return max(step.weight.percent for step in steps)


def is_asking_mode(release: Release) -> bool:
    """Whether a person decides what the bot would otherwise do by itself."""
    return release.rules.mode is Mode.ASK


def back_or_ask(
    release: Release,
    cause: f.Cause,
    because: str,
    verdicts: tuple[Verdict, ...],
    now: datetime,
) -> Decided:
    """The way back, or where a person decides, the proposal of it. Asked once per cause."""
    if not is_asking_mode(release):
        return Decided(facts=[go_back(release, cause, because, verdicts, BOT, now)])
    if release.proposal is not None and cause is not f.Cause.VERDICT:
        return Decided()
    fact = RollbackProposed(
        at=now,
        by=BOT,
        cause=cause,
        because=because,
        verdicts=verdicts,
        escalates_at=now + release.rules.rollback.ask_after,
    )
    return Decided(facts=[fact])


def is_answered(release: Release, against: tuple[Verdict, ...]) -> bool:
    """Whether a person was asked about all of these, or said already that it is not its fault."""
    known = set(release.excused)
    if release.proposal is not None and release.proposal.cause is f.Cause.VERDICT:
        known |= release.proposal.blamed
    return is_asking_mode(release) and {each.check for each in against} <= known


def stay(release: Release, intent: i.Resume, now: datetime) -> Decision:
    """A person says that it stays although a rollback was proposed: that needs a reason."""
    if not intent.because:
        return Refusal(
            Code.NO_REASON,
            f"Not resumed: I would roll {release.id} back, and what speaks against that is "
            "recorded with its reason. None was given.",
            f"Type /release resume {release.id} because <reason>, or roll it back: "
            f"/release rollback {release.id}.",
        )
    fact = lift(release, f.Hold.PROPOSAL, intent.because, intent.by, now)
    return Decided(facts=[fact], note=f"{release.id} stays. It is watched on.")


def agree(
    release: Release, proposal: RollbackProposed, intent: i.Rollback, now: datetime
) -> Decided:
    """A person says yes to what was proposed: then it is what the checks said, and so recorded."""
    because = intent.because or proposal.because
    back = go_back(release, proposal.cause, because, proposal.verdicts, intent.by, now)
    also = [bad_mark(release, proposal.because, intent.by, now)] if proposal.blamed else []
    note = f"Rolling {release.service} back to {release.back_to} now."
    return Decided(facts=[back], also=also, note=note)


def bad_mark(release: Release, because: str, by: str, now: datetime) -> tuple[str, Fact]:
    """The fact by which the version of a release is refused here from now on."""
    fact = f.VersionMarked(
        at=now,
        by=by,
        version=release.name,
        mark=f.Mark.BAD,
        because=because,
        release=release.id,
        revision=release.revision,
        config=release.rules.digest,
    )
    return stream_of(release.service, release.environment), fact
