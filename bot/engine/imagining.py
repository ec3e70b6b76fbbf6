"""What would be decided now, by the very predicates that decide; nothing is written or done."""

from bot.domain.decide.condition import blocked_by
from bot.domain.decide.known import Decision
from bot.domain.decide.release import blocked_by as blocked_for
from bot.domain.decide.release import decide
from bot.domain.decide.start import propose
from bot.domain.intents import release as i
from bot.domain.state.evolve import begin
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Refusal
from bot.engine.engine import Engine, Opening


async def refusals(engine: Engine, intent: Opening) -> tuple[Refusal, ...]:
    """Every reason why it would be refused."""
    known = await engine.known_for(intent)
    if isinstance(intent, i.Start):
        return blocked_by(intent, known, engine.clock.now())
    decision = engine.opened(intent, known)
    return (decision,) if isinstance(decision, Refusal) else ()


async def refusals_of(engine: Engine, release: Release, intent: i.Intent) -> tuple[Refusal, ...]:
    """The same of an intent that is put to a release."""
    known = await engine.known_to(release, intent)
    return blocked_for(release, intent, known, engine.clock.now())


async def decision_on(engine: Engine, release: Release, intent: i.Intent) -> Decision:
    """What would be decided of a release, recorded or not."""
    return decide(release, intent, await engine.known_to(release, intent), engine.clock.now())


async def proposed(engine: Engine, intent: i.Start) -> Release | None:
    """The release that a start would make, for whoever wants to look first. None: no rules."""
    fact = propose(intent, await engine.known_for(intent), engine.clock.now())
    return begin(fact) if fact is not None else None
