"""Looking at open polls after the config was read: what people vote on must still be the plan."""

import structlog

from bot.domain.intents.release import PollLooked
from bot.domain.state.moves import State
from bot.engine.engine import Engine
from bot.ports.store import StoreError

log = structlog.get_logger()


async def look_at_polls(engine: Engine) -> None:
    """Where the record fails it is left: every ballot, and the close, look for themselves."""
    for release in await engine.history.all_live():
        if release.state is not State.POLLING:
            continue
        try:
            await engine.tell(release.id, PollLooked())
        except StoreError as error:
            log.error("polls.not_looked_at", release=release.id, why=str(error))
