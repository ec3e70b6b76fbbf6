"""What a start would meet, looked at without any effect: the start's own gates and its preflight.

Reads only: the deployer is asked where the target is and how it would go back, sources are pinged,
and the change source tells what comes. No fact, no effect, no number for a release.
"""

from dataclasses import dataclass, replace

from bot.domain.decide.known import Decided
from bot.domain.facts.release import PreflightFailed
from bot.domain.intents import release as i
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Refusal
from bot.engine.door.why_not import decision_on, propose_release, refusals_of_start
from bot.engine.lanes.changes import Brought, brought
from bot.engine.lanes.preflight import preflight
from bot.engine.parts import Ports
from bot.engine.record.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """`release` is what a start would make, with what was found out; `refused` are its gates."""

    release: Release
    refused: tuple[Refusal, ...]
    unready: tuple[Refusal, ...]


async def plan(intent: i.Start, engine: Engine, ports: Ports) -> Planned | None:
    """None where the config knows no such service and environment."""
    release = await propose_release(engine, intent)
    if release is None:
        return None
    report = await preflight(release, ports, engine.book.named)
    brings = await brought(release, ports, engine.book.named)
    return Planned(
        release=_told(release, report, brings),
        refused=await refusals_of_start(engine, intent),
        unready=await _unready(release, report, engine),
    )


async def _unready(
    release: Release, report: i.PreflightReported, engine: Engine
) -> tuple[Refusal, ...]:
    """What the report would be made of: its own reasons, or that nobody could say go."""
    decision = await decision_on(engine, release, report)
    facts = decision.facts if isinstance(decision, Decided) else ()
    failed = (fact.reasons for fact in facts if isinstance(fact, PreflightFailed))
    return next(failed, ())


def _told(release: Release, report: i.PreflightReported, brings: Brought) -> Release:
    return replace(
        release,
        revision=report.revision,
        mechanism=report.mechanism,
        proof=report.proof,
        changes=brings.changes,
        changes_unknown=brings.unknown,
    )
