"""What `slipway check` asks of Slack; it reads, and posts nothing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.cli.lines import CheckLine
from bot.cli.people import holders
from bot.config import Config, ConfigError
from bot.engine.clock import SystemClock
from bot.slack.calls import CallAnswer
from bot.slack.room import SlackRoom
from bot.slack.trial import channel_said, find_lacking, introduce

SLACK = "slack"


def quiet(_point: str) -> None:
    """Nobody watches the points of a check."""


@asynccontextmanager
async def room_of(config: Config) -> AsyncIterator[SlackRoom]:
    """A room that hears nothing yet. Raises ConfigError where a token is missing."""
    room = SlackRoom(config.slack, config.secrets.of_slack(config.slack), SystemClock(), quiet)
    try:
        yield room
    finally:
        await room.close()


def tokens(config: Config) -> list[CheckLine]:
    """Whether every token is there and of the right kind."""
    try:
        config.secrets.of_slack(config.slack)
    except ConfigError as error:
        return [CheckLine(SLACK, str(problem), fault=True) for problem in error.problems]
    return [CheckLine(SLACK, "every token is there and of the right kind")]


async def slack(config: Config) -> AsyncIterator[CheckLine]:
    """Who the bot is, what it may do, where it is, and who can do what."""
    async with room_of(config) as room:
        outcome = await room.who()
        said, well = introduce(outcome)
        yield CheckLine(SLACK, said, fault=not well)
        if not isinstance(outcome, CallAnswer):
            return
        for said, needed in find_lacking(outcome.scopes):
            yield CheckLine(SLACK, said, fault=needed, remark=not needed)
        for channel in channels(config):
            said, there = channel_said(await room.rooms(), channel)
            yield CheckLine(channel, said, fault=there is False, remark=there is None)
        async for line in holders(config, room.directory):
            yield line


def channels(config: Config) -> tuple[str, ...]:
    """Every channel that is told something."""
    told = [config.slack.announce, *(rules.channel for rules in config.services.values())]
    return tuple(dict.fromkeys(filter(None, told)))
