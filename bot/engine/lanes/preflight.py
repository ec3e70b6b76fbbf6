"""What is looked at before anything moves; it reads and changes nothing."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.intents import release as i
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.strategy import WHOLE, Observed, StrategyKind
from bot.engine.lanes.changes import NameAuthors, brought
from bot.engine.parts import Ports, target_for
from bot.ports.deployer import Deployer, RollbackPlan
from bot.ports.outcomes import IntegrationError


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What the deployer answered."""

    deployer: Deployer
    observed: Observed
    revision: str
    plan: RollbackPlan


async def preflight(release: Release, ports: Ports, named: NameAuthors) -> i.PreflightReported:
    """A proven way back, the revision to go to and what it brings, or every reason against."""
    try:
        looked = await _look(release, ports)
    except IntegrationError as error:
        return i.PreflightReported(reasons=(_unready(Code.DEPLOYER_NOT_READY, str(error)),))
    against = [reason for gate in GATES for reason in await gate(release, looked, ports)]
    if against:
        return i.PreflightReported(reasons=tuple(against))
    brings = await brought(release, ports, named)
    return i.PreflightReported(
        revision=looked.revision,
        mechanism=looked.plan.mechanism,
        proof=looked.plan.proof,
        observed=looked.observed,
        changes=brings.changes,
        changes_unknown=brings.unknown,
    )


async def _look(release: Release, ports: Ports) -> Looked:
    deployer = ports.deployer(release.rules.deployer)
    target = target_for(release)
    revision = await deployer.resolve(target, release.name)
    observed = await deployer.observe(target)
    to = release.stable.revision if release.stable else None
    plan = await deployer.plan_rollback(target, to)
    return Looked(deployer=deployer, observed=observed, revision=revision, plan=plan)


def _unready(code: str, sentence: str, remedy: str = "Mend that and start again.") -> Refusal:
    return Refusal(code=code, sentence=sentence, remedy=remedy)


async def _can_move_so(release: Release, looked: Looked, ports: Ports) -> list[Refusal]:
    can, strategy = looked.deployer.capabilities, release.rules.strategy
    shares = [step for step in strategy.steps if 0 < step.weight.percent < 100]
    copies = [step for step in strategy.steps if step.mirror.percent > 0]
    needs = (
        (bool(shares) and not can.weights, "split traffic by weight"),
        (bool(copies) and not can.mirrors, "copy traffic"),
        (
            strategy.kind is StrategyKind.BLUE_GREEN and not can.keeps_warm,
            "keep the old version warm",
        ),
        (release.stable is None and not can.removes, "take a first release away again"),
    )
    remedy = f"Choose another strategy for {release.service}, or a deployer that can."
    return [
        _unready(
            Code.DEPLOYER_CANNOT, f"The deployer {release.rules.deployer} cannot {what}.", remedy
        )
        for lacks, what in needs
        if lacks
    ]


async def _world_is_as_recorded(release: Release, looked: Looked, ports: Ports) -> list[Refusal]:
    if release.running is None:
        return _nothing_runs(release, looked)
    whole = looked.observed.share_of(release.running.revision)
    if whole >= WHOLE and looked.observed.settled:
        return []
    return [
        _unready(
            Code.DRIFT,
            f"{release.service} does not run {release.running.version} alone, as the record says, "
            f"but {looked.observed.spelled()}.",
            f"If that is right: /release adopt {release.service} in {release.environment}.",
        )
    ]


def _nothing_runs(release: Release, looked: Looked) -> list[Refusal]:
    serving = {name: pct for name, pct in looked.observed.revisions.items() if pct > 0}
    if not serving:
        return []
    return [
        _unready(
            Code.NOT_ADOPTED,
            f"{release.service} in {release.environment} already runs {looked.observed.spelled()}, "
            "but nothing is recorded that a rollback could return to.",
            f"Adopt it first: /release adopt {release.service} in {release.environment}.",
        )
    ]


async def _is_another(release: Release, looked: Looked, ports: Ports) -> list[Refusal]:
    """Two names of one revision cannot be told apart, going there or coming back."""
    beside = [each for each in (release.running, release.stable) if each is not None]
    same = next((each.version for each in beside if each.revision == looked.revision), None)
    if same is None:
        return []
    return [
        _unready(
            Code.SAME_REVISION,
            f"{release.name} is the same revision as {same} ({looked.revision}), "
            f"which {release.environment} has already.",
            "Name a version that differs.",
        )
    ]


async def _checks_answer(release: Release, looked: Looked, ports: Ports) -> list[Refusal]:
    reasons = []
    for name in sorted({check.source for check in release.rules.checks}):
        try:
            await ports.source(name).ping()
        except IntegrationError as error:
            reasons.append(_unready(Code.SOURCE_SILENT, f"The metric source {name}: {error}"))
    return reasons


GATES: tuple[Callable[[Release, Looked, Ports], Awaitable[list[Refusal]]], ...] = (
    _can_move_so,
    _is_another,
    _world_is_as_recorded,
    _checks_answer,
)
