"""The mode `ask`: what would be done by itself is proposed, and a person decides."""

from datetime import datetime

from bot.domain import facts as f
from bot.domain import intents as i
from bot.domain.holds import lift
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.known import Accepted, Decision
from bot.domain.mode_facts import RollbackProposed
from bot.domain.moves import Refusal
from bot.domain.release import Release
from bot.domain.rollback import go_back
from bot.domain.rules import Mode
from bot.domain.service import stream_of


def asks(release: Release) -> bool:
    """Whether a person decides what the bot would otherwise do by itself."""
    return release.rules.mode is Mode.ASK


def back_or_ask(
    release: Release,
    cause: f.Cause,
    because: str,
    verdicts: tuple[Verdict, ...],
    now: datetime,
) -> Accepted:
    """The way back, or where a person decides, the proposal of it. Asked once per cause."""
    if not asks(release):
        return Accepted(facts=[go_back(release, cause, because, verdicts, f.BOT, now)])
    if release.proposal is not None and cause is not f.Cause.VERDICT:
        return Accepted()
    fact = RollbackProposed(
        at=now,
        by=f.BOT,
        cause=cause,
        because=because,
        verdicts=verdicts,
        escalates_at=now + release.rules.rollback.ask_after,
    )
    return Accepted(facts=[fact])


def is_answered(release: Release, against: tuple[Verdict, ...]) -> bool:
    """Whether a person was asked about all of these, or said already that it is not its fault."""
    known = set(release.excused)
    if release.proposal is not None and release.proposal.cause is f.Cause.VERDICT:
        known |= release.proposal.blamed
    return asks(release) and {each.check for each in against} <= known


def excused_now(release: Release, verdicts: tuple[Verdict, ...]) -> frozenset[str]:
    """Checks that still say harm, of which a person said with a reason that it stays."""
    failing = {each.check for each in verdicts if each.outcome is Outcome.FAIL}
    return frozenset(failing) & frozenset(release.excused)


def stay(release: Release, intent: i.Resume, now: datetime) -> Decision:
    """A person says that it stays although a rollback was proposed: that needs a reason."""
    if not intent.because:
        return Refusal(
            "NO_REASON",
            f"Not resumed: I would roll {release.id} back, and what speaks against that is "
            "recorded with its reason. None was given.",
            f"Type /release resume {release.id} because <reason>, or roll it back: "
            f"/release rollback {release.id}.",
        )
    fact = lift(release, f.Hold.PROPOSAL, intent.because, intent.by, now)
    return Accepted(facts=[fact], note=f"{release.id} stays. It is watched on.")


def agree(
    release: Release, proposal: RollbackProposed, intent: i.Rollback, now: datetime
) -> Accepted:
    """A person says yes to what was proposed: then it is what the checks said, and so recorded."""
    because = intent.because or proposal.because
    back = go_back(release, proposal.cause, because, proposal.verdicts, intent.by, now)
    also = [bad_mark(release, proposal.because, intent.by, now)] if proposal.blamed else []
    note = f"Rolling {release.service} back to {release.back_to} now."
    return Accepted(facts=[back], also=also, note=note)


def bad_mark(release: Release, because: str, by: str, now: datetime) -> tuple[str, f.Fact]:
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
