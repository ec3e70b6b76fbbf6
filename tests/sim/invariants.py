"""What the simulated world's logs look like to the auditor."""

from bot.domain.state.release import Release
from bot.store.sqlite import open_inline
from tests.auditor import Effect, WorldLog, audit
from tests.sim.world import World


async def check(world: World) -> list[Release]:
    """Every release of the world, after all invariants were found to hold."""
    effects = [
        Effect(key=key, stable=desired.stable, weight=desired.weight.percent)
        for key, desired in world.deployer.effects
    ]
    posts = [(post.place.channel, post.key) for post in world.chat.posts]
    log = WorldLog(effects=effects, posts=posts)
    return await audit(open_inline(world.conn), world.conn, log)
