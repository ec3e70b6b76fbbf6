"""From the tables of an environment, which are sound by now, to what decisions read of it."""

from bot.config.models import EmergencyTable, Environment, May, RollbackTable, Service
from bot.config.polls import poll_rules
from bot.config.shared import Shared
from bot.domain.terms.calendar import CalendarWindow, WindowKind
from bot.domain.terms.emergency import EmergencyRules
from bot.domain.terms.place import Place, PlacePolicy
from bot.domain.terms.rules import RollbackRules, Rules, pin
from bot.domain.terms.strategy import Strategy
from bot.domain.terms.when import Weekly


def assemble_policies(rules: Rules, table: Environment, shared: Shared) -> PlacePolicy:
    """Keys that stand beside what a release is pinned to: these are read fresh at each act."""
    return PlacePolicy(
        rules=pin(rules),
        covered=_covered(table.covered, shared.timezone),
        region=table.region or "",
        emergency=_emergency(table.emergency, shared.time_scale),
    )


def _covered(hours: tuple[Weekly, ...] | None, zone: str) -> CalendarWindow | None:
    if not hours:
        return None
    return CalendarWindow(name="covered", when=hours, zone=zone, kind=WindowKind.ALLOW)


def rules_of_table(
    place: Place, service: Service, table: Environment, moves: Strategy, shared: Shared
) -> Rules:
    return Rules(
        service=place.service,
        environment=place.environment,
        deployer=table.deployer or "",
        target=table.target or {},
        strategy=moves,
        checks=tuple(shared.checks[name] for name in table.checks or ()),
        rollback=_rollback(table.rollback, shared.time_scale),
        may=rights_of(table.may),
        after=table.after,
        tier=table.tier,
        mode=table.mode,
        advance=table.advance,
        poll=poll_rules(table.poll, shared.time_scale),
        changes=table.changes,
        channel=service.channel,
        owner=service.owner,
    )


def _emergency(table: EmergencyTable, time_scale: float) -> EmergencyRules:
    return EmergencyRules(
        bake=table.bake.percent / 100,
        review_within=table.review_within / time_scale,
        override_for=table.override_for / time_scale,
        alone=table.override_alone,
    )


def _rollback(table: RollbackTable, time_scale: float) -> RollbackRules:
    return RollbackRules(
        upon=table.upon,
        on_no_data=table.on_no_data,
        ask_after=table.ask_after / time_scale,
        within=table.within / time_scale,
        shift_within=table.shift_within / time_scale,
        page=table.page,
    )


def rights_of(may: May) -> dict[str, tuple[str, ...]]:
    return {right: who for right, who in may if who is not None}
