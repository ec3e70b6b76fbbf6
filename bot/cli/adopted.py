"""Whether each place has a version that a rollback would return to."""

from collections.abc import AsyncIterator

from bot.cli.lines import CheckLine
from bot.config import Config
from bot.engine.record.history import History
from bot.ports.store import StoreError
from bot.store.sqlite import open_reader


async def find_unadopted(config: Config) -> AsyncIterator[CheckLine]:
    """A remark for what is not adopted: it cannot be done before the bot has run."""
    if not config.database.exists():
        said = "there is none yet: slipway run makes it, then adopt what runs now"
        yield CheckLine(f"record {config.database.name}", said, remark=True)
        return
    try:
        store = open_reader(config.database)
    except StoreError as error:
        yield CheckLine(f"record {config.database.name}", str(error), fault=True)
        return
    try:
        history = History(store)
        for service, environment in config.services:
            yield await line_of(history, service, environment, config.slack.command)
    finally:
        await store.close()


async def line_of(history: History, service: str, environment: str, command: str) -> CheckLine:
    state = await history.service(service, environment)
    what = f"{service} in {environment}"
    if state.stable is None:
        said = (
            f"nothing that a rollback could return to: {command} adopt {service} in {environment}"
        )
        return CheckLine(what, said, remark=True)
    return CheckLine(what, f"a rollback returns to {state.stable.version}")
