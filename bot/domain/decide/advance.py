"""From one environment to the next by itself: whether it may, and until when it waits its turn."""

from datetime import datetime, timedelta

from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.intents import release as i
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.state.service import ServiceState
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Rules

PATIENCE = 3
"""How many whole releases of the place it waits for, at the least time one takes."""


def onward(release: Release, rules: Rules) -> i.Start:
    """What is asked for: the same version in the next environment, because of this release."""
    return i.Start(
        by=BOT,
        release="",
        service=rules.service,
        environment=rules.environment,
        version=release.name,
        kind=f.ReleaseKind.PROMOTE,
        because=f"{release.name} is certified in {release.environment}",
        cause=release.id,
    )


def is_overtaken(release: Release, earlier: ServiceState) -> Refusal | None:
    """Whether what it would take along is no longer what runs well in the environment before."""
    stable = earlier.stable
    if stable is not None and stable.version == release.name:
        return None
    now = stable.version if stable else "nothing"
    return Refusal(
        Code.OVERTAKEN,
        f"Not taken on: {release.environment} is at {now} by now.",
        f"If you want {release.name} all the same, start it by hand.",
    )


def after_rollback(last: Release | None, service: ServiceState) -> Refusal | None:
    """After a rollback a person starts the next one, or says that the version was not at fault."""
    if last is None or last.state is not State.ROLLED_BACK:
        return None
    mark = service.marks.get(last.name)
    if mark is not None and mark.mark is f.Mark.GOOD and mark.at >= last.changed_at:
        return None
    return Refusal(
        Code.AFTER_ROLLBACK,
        f"Not started by itself: {last.name} was taken back in {last.environment} ({last.id}), "
        "and after that a person begins again.",
        f"Start it by hand, or say why {last.name} was not at fault: /release mark "
        f"{last.service} {last.name} good in {last.environment} because <reason>.",
    )


def waits_until(ended_at: datetime, rules: Rules) -> datetime:
    """How long it waits for its turn while another release is live there."""
    steps = rules.strategy.steps
    whole = sum((step.bake for step in steps), timedelta(0))
    return ended_at + PATIENCE * (whole + len(steps) * rules.rollback.shift_within)
