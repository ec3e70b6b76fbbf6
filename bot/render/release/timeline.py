"""One plain sentence per fact: for the log, `why`, the command line and stories as JSON.

Sentences are unescaped and hold no clock times: each stands beside its own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.domain.facts import advance as a
from bot.domain.facts import bot as r
from bot.domain.facts import release as f
from bot.domain.facts import release as m
from bot.domain.facts.bot import BotStarted, ConfigReloaded, Denied
from bot.domain.facts.fact import BOT, Fact
from bot.domain.facts.gate import (
    ApprovalAsked,
    GateAnswered,
    GateClosed,
    GateOpened,
    GateRefused,
    StepApproved,
)
from bot.domain.facts.vote import PollOpened
from bot.domain.judge.samples import Verdict
from bot.domain.judge.words import name_versions
from bot.domain.terms.strategy import Observed
from bot.domain.terms.units import spell
from bot.render.advice import SENTENCES
from bot.render.calendar.sentences import FROZEN
from bot.render.kit.blocks import cut_plain, one_line
from bot.render.kit.voice import because, name_of, place_of
from bot.render.override.sentences import OVERRIDDEN
from bot.render.people import LINKED
from bot.render.release.holds import HOLDS
from bot.render.vote.sentences import SAID

LONGEST = 300


@dataclass(frozen=True, slots=True)
class TimelineNames:
    """Names of people by id, and of versions by revision; `new` and `old` are what is compared."""

    names: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    new: str = ""
    old: str = ""

    def name(self, person: str) -> str:
        return name_of(person, self.names)

    def traffic(self, observed: Observed) -> str:
        return traffic(observed, self.versions)

    def judged(self, because: str, by: str = BOT) -> str:
        """A reason of the judge with the versions in it; a person's stays as it was given."""
        said = one_line(because)
        return name_versions(said, one_line(self.new), one_line(self.old)) if by == BOT else said


FactSentence: TypeAlias = Callable[[Any, TimelineNames], str]


def lines(facts: Sequence[Fact], names: Mapping[str, str]) -> list[tuple[datetime, str, str]]:
    """(when, the fact's name, its sentence) per fact, in the order they happened."""
    known = known_of(facts, names)
    return [(fact.at, type(fact).__name__, sentence(fact, known)) for fact in facts]


def known_of(facts: Sequence[Fact], names: Mapping[str, str]) -> TimelineNames:
    """What sentences about one release call its people and its versions."""
    return TimelineNames(names, versions_by_revision(facts), *_compared(facts))


def sentence(fact: Fact, known: TimelineNames) -> str:
    """What happened, in one line that stands alone."""
    return cut_plain(one_line(TELLS[type(fact)](fact, known)), LONGEST)


def traffic(observed: Observed, versions: Mapping[str, str]) -> str:
    """`v1.4.2 10 %, v1.4.1 90 %`: what runs, by the versions' names where they are known."""
    named = replace(
        observed,
        revisions={versions.get(name, name): pct for name, pct in observed.revisions.items()},
        mirrors={versions.get(name, name): pct for name, pct in observed.mirrors.items()},
    )
    return named.spelled()


def versions_by_revision(facts: Sequence[Fact]) -> dict[str, str]:
    """What the facts of one release call each revision."""
    found: dict[str, str] = {}
    for fact in facts[:1]:
        if isinstance(fact, f.ReleaseRequested | f.RollbackRequested):
            runs = [each for each in (fact.running, fact.stable) if each is not None]
            found.update({each.revision: each.version for each in runs})
    new, _ = _compared(facts)
    passed = [fact for fact in facts if isinstance(fact, f.PreflightPassed | PollOpened)]
    return {**found, **({passed[-1].revision: new} if passed and new else {})}


def _compared(facts: Sequence[Fact]) -> tuple[str, str]:
    """The new version and the old one of a release, "" where unknown."""
    first = facts[0] if facts else None
    if isinstance(first, f.ReleaseRequested):
        return first.version, first.running.version if first.running else ""
    if isinstance(first, f.RollbackRequested):
        return first.running.version, first.stable.version
    return "", ""


def _requested(fact: f.ReleaseRequested, known: TimelineNames) -> str:
    over = f" over {fact.running.version}" if fact.running else ", the first version here"
    place = place_of(fact.environment)
    why = because(fact.because)
    return f"{known.name(fact.by)} asked for {fact.service} {fact.version} to {place}{over}{why}"


def _undo(fact: f.RollbackRequested, known: TimelineNames) -> str:
    why = because(fact.because)
    back = f"{fact.running.version} to {fact.stable.version}"
    place = place_of(fact.environment)
    return f"{known.name(fact.by)} asked to take {fact.service} in {place} from {back}{why}"


def _passed(fact: f.PreflightPassed, _known: TimelineNames) -> str:
    proof = f" ({'; '.join(fact.proof)})" if fact.proof else ""
    return f"checked and ready; the way back: {fact.mechanism or 'known'}{proof}"


def _not_ready(fact: f.PreflightFailed, _known: TimelineNames) -> str:
    return f"not ready{because('; '.join(reason.sentence for reason in fact.reasons))}"


def _cancelled(fact: f.Cancelled, known: TimelineNames) -> str:
    return f"{known.name(fact.by)} cancelled it before anything moved{because(fact.because)}"


def _reached(fact: f.StepReached, known: TimelineNames) -> str:
    return f"step {fact.step + 1} reached: {known.traffic(fact.observed)}"


def _baked(fact: f.StepBaked, _known: TimelineNames) -> str:
    return f"step {fact.step + 1} went well, watched {spell(fact.watched)}; going on by itself"


def _gated(fact: f.GateReached, _known: TimelineNames) -> str:
    return f"step {fact.step + 1} went well, watched {spell(fact.watched)}; waiting for a person"


def _gate_closed(fact: GateClosed, _known: TimelineNames) -> str:
    return f"step {fact.step + 1} went well, watched {spell(fact.watched)}; waiting at its gate"


def _approved(fact: StepApproved, known: TimelineNames) -> str:
    return f"{known.name(fact.by)} agreed to step {fact.step + 2}{because(fact.because)}"


def _gate_answered(fact: GateAnswered, _known: TimelineNames) -> str:
    until = f", worth {spell(fact.expires_at - fact.at)}" if fact.expires_at else ""
    return f"the gate before step {fact.step + 2} was answered: yes{until}{because(fact.because)}"


def _gate_refused(fact: GateRefused, _known: TimelineNames) -> str:
    return f"the gate before step {fact.step + 2} stays shut{because(fact.because)}"


def _gate_opened(fact: GateOpened, _known: TimelineNames) -> str:
    return f"the gate before step {fact.step + 2} is open; going on by itself"


def _last_baked(fact: f.LastStepBaked, _known: TimelineNames) -> str:
    return f"the last step went well, watched {spell(fact.watched)}; finishing"


def _promoted(fact: f.Promoted, known: TimelineNames) -> str:
    early = f" early, although {fact.early}" if fact.early else ""
    return (
        f"{known.name(fact.by)} promoted it from step {fact.step + 1}{early}{because(fact.because)}"
    )


def _verdicts(fact: f.VerdictReached, known: TimelineNames) -> str:
    told = [_verdict(each, known) for each in fact.verdicts]
    return f"the checks say: {'; '.join(told) or 'nothing'}"


def _verdict(verdict: Verdict, known: TimelineNames) -> str:
    outcome = verdict.outcome.value.replace("_", " ")
    return f"{verdict.check} {outcome} ({known.judged(verdict.because)})"


def _paused(fact: f.Paused, known: TimelineNames) -> str:
    span = f" for {spell(fact.until - fact.at)}" if fact.until else ""
    return f"{known.name(fact.by)} paused it{span}{because(fact.because)}"


def _blind(fact: f.DataLost, known: TimelineNames) -> str:
    wait = spell(fact.escalates_at - fact.at)
    why = known.judged(fact.because)
    return f"no data, so it stays ({why}); a person is asked, on-call in {wait}"


def _drift(fact: f.DriftSeen, known: TimelineNames) -> str:
    found = known.traffic(fact.observed)
    return f"the target is not where it was left: expected {fact.expected}; found {found}"


def _proposed(fact: m.RollbackProposed, known: TimelineNames) -> str:
    wait = spell(fact.escalates_at - fact.at)
    why = because(known.judged(fact.because))
    return f"would be rolled back; a person is asked, on-call in {wait}{why}"


def _lifted(fact: f.HoldLifted, known: TimelineNames) -> str:
    return f"{_lift(fact, known)}; it is still held"


def _last_lifted(fact: f.LastHoldLifted, known: TimelineNames) -> str:
    return f"{_lift(fact, known)}; it goes on"


def _finish_resumed(fact: m.FinishResumed, known: TimelineNames) -> str:
    return f"{_lift(fact, known)}; the last tidying is asked for again"


def _shift_resumed(fact: f.ShiftResumed, known: TimelineNames) -> str:
    return f"{_lift(fact, known)}; the step is asked for again"


def _lift(
    fact: f.HoldLifted | f.LastHoldLifted | f.ShiftResumed | m.FinishResumed, known: TimelineNames
) -> str:
    held = HOLDS[fact.hold].label
    if fact.by == BOT:
        return fact.because or f"no longer held ({held})"
    return f"{known.name(fact.by)} lifted the hold ({held}){because(fact.because)}"


def _escalated(fact: f.Escalated, known: TimelineNames) -> str:
    wait = spell(fact.next_at - fact.at)
    why = because(known.judged(fact.because))
    return f"nobody answered, so on-call is told; again in {wait}{why}"


def _taken(fact: f.Taken, known: TimelineNames) -> str:
    return f"{known.name(fact.by)} has it"


def _away(fact: f.WatchInterrupted, _known: TimelineNames) -> str:
    return (
        f"the bot was away for {spell(fact.at - fact.since)}; that time does not count as watched"
    )


def _superseded(fact: f.Superseded, known: TimelineNames) -> str:
    return f"{fact.successor} by {known.name(fact.by)} started over it; it ends here, uncertified"


def _untidy(fact: f.FinishOverdue, _known: TimelineNames) -> str:
    wait = spell(fact.deadline - fact.at)
    return f"finishing takes too long; asked for again, due in {wait}, and a person is asked"


def _finished(fact: f.Finished, _known: TimelineNames) -> str:
    return "done and certified" if fact.certified else "done; not certified, it was only tried"


def _back(fact: f.RollbackDecided, known: TimelineNames) -> str:
    wait = spell(fact.deadline - fact.at)
    why = because(known.judged(fact.because, fact.by))
    return f"{known.name(fact.by)} decided to roll back, due in {wait}{why}"


def _again(fact: f.RollbackReasserted, known: TimelineNames) -> str:
    return f"not back yet ({known.traffic(fact.observed)}); the target is told again"


def _traffic(fact: f.TrafficBack, known: TimelineNames) -> str:
    return f"traffic is back: {known.traffic(fact.observed)}"


def _verified(fact: f.RollbackVerified, _known: TimelineNames) -> str:
    said = "confirmed" if fact.confirmed else "over, but not confirmed"
    return f"the rollback is {said}{because(fact.because)}"


def _stuck(fact: f.RollbackFailed, _known: TimelineNames) -> str:
    wait = spell(fact.next_at - fact.at)
    return f"the rollback is stuck, on-call is called, again in {wait}{because(fact.because)}"


def _settled(fact: f.Settled, known: TimelineNames) -> str:
    return f"{known.name(fact.by)} settled it by hand{because(fact.because)}"


def _adopted(fact: f.StableAdopted, known: TimelineNames) -> str:
    return f"{known.name(fact.by)} adopted {fact.running.version}: rollbacks return to it"


def _certified(fact: f.StableCertified, _known: TimelineNames) -> str:
    return f"{fact.running.version} is certified by {fact.release}: rollbacks return to it"


def _marked(fact: f.VersionMarked, known: TimelineNames) -> str:
    why = because(known.judged(fact.because, fact.by))
    return f"{known.name(fact.by)} marked {fact.version} {fact.mark.value}{why}"


def _denied(fact: Denied, known: TimelineNames) -> str:
    times = f" ({fact.times} times)" if fact.times > 1 else ""
    return f'{known.name(fact.by)} asked "{fact.asked}" and was refused{times}: {fact.sentence}'


def _started(fact: BotStarted, _known: TimelineNames) -> str:
    away = f" after {spell(fact.at - fact.away_since)} away" if fact.away_since else ""
    return f"the bot {fact.version} started{away}"


def _reloaded(fact: ConfigReloaded, known: TimelineNames) -> str:
    return f"{known.name(fact.by)} reloaded the config: {'; '.join(fact.diff) or 'nothing changed'}"


def _anchored(fact: r.HeadAnchored, _known: TimelineNames) -> str:
    return f"the head of the record, fact {fact.seq}, was kept elsewhere: {fact.hash[:12]}…"


def _waits(fact: a.AdvanceWaited, _known: TimelineNames) -> str:
    wait = spell(fact.until - fact.at)
    return f"{fact.version} waits for {fact.live} before it goes on by itself, {wait} at most"


def _not_on(fact: a.AdvanceRefused, _known: TimelineNames) -> str:
    return f"{fact.version} of {fact.release} does not go on by itself: {fact.reason.sentence}"


def _read(fact: r.EvidenceRead, known: TimelineNames) -> str:
    return f"{known.name(fact.by)} was shown the evidence of {fact.release}"


def _with_names(say: Callable[[Any, Callable[[str], str]], str]) -> FactSentence:
    return lambda fact, known: say(fact, known.name)


TELLS: Mapping[type[Fact], FactSentence] = {
    **{kind: _with_names(say) for kind, say in {**SAID, **FROZEN, **LINKED, **OVERRIDDEN}.items()},
    f.ReleaseRequested: _requested,
    f.RollbackRequested: _undo,
    f.PreflightPassed: _passed,
    f.PreflightFailed: _not_ready,
    f.Cancelled: _cancelled,
    f.StepReached: _reached,
    f.StepBaked: _baked,
    f.GateReached: _gated,
    GateClosed: _gate_closed,
    ApprovalAsked: _gate_closed,
    StepApproved: _approved,
    GateAnswered: _gate_answered,
    GateRefused: _gate_refused,
    GateOpened: _gate_opened,
    f.LastStepBaked: _last_baked,
    f.Promoted: _promoted,
    f.VerdictReached: _verdicts,
    f.Paused: _paused,
    f.DataLost: _blind,
    f.DriftSeen: _drift,
    m.RollbackProposed: _proposed,
    m.FinishResumed: _finish_resumed,
    f.HoldLifted: _lifted,
    f.LastHoldLifted: _last_lifted,
    f.ShiftResumed: _shift_resumed,
    f.Escalated: _escalated,
    f.Taken: _taken,
    f.WatchInterrupted: _away,
    f.Superseded: _superseded,
    f.FinishOverdue: _untidy,
    f.Finished: _finished,
    f.RollbackDecided: _back,
    f.RollbackReasserted: _again,
    f.TrafficBack: _traffic,
    f.RollbackVerified: _verified,
    f.RollbackFailed: _stuck,
    f.Settled: _settled,
    f.StableAdopted: _adopted,
    f.StableCertified: _certified,
    f.VersionMarked: _marked,
    Denied: _denied,
    BotStarted: _started,
    ConfigReloaded: _reloaded,
    r.HeadAnchored: _anchored,
    r.EvidenceRead: _read,
    a.AdvanceWaited: _waits,
    a.AdvanceRefused: _not_on,
    **{kind: lambda fact, _known: SENTENCES[type(fact)](fact) for kind in SENTENCES},
}
