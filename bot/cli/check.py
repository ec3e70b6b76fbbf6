"""`slipway check`: the config and every integration, looked at; nothing is changed anywhere."""

import argparse
import asyncio
import logging
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

from bot.cli.adopted import find_unadopted
from bot.cli.lines import CheckLine
from bot.cli.live import Trial, who_is_there
from bot.cli.logs import to_stderr
from bot.cli.numbers import Looking
from bot.cli.rooms import SLACK, slack, tokens
from bot.cli.wiring import Built, build, http_for, policy_of, quarantine
from bot.config import Config, load
from bot.config.errors import wrong
from bot.domain.terms.units import UnitError, duration
from bot.engine.clock import SystemClock
from bot.engine.people.contradictions import contradictions
from bot.engine.registry import find_integrations
from bot.ports.integration import Parts
from bot.ports.outcomes import IntegrationError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--config", default="slipway.toml", help="the config: a file, or a folder (slipway.toml)"
    )
    parser.add_argument(
        "--live", action="store_true", help="post, edit, and wait for a command to arrive"
    )
    parser.add_argument(
        "--me",
        help="with --live: your name or id in Slack, to be written to; asked where left out",
    )
    parser.add_argument("--within", default="60s", help="with --live: how long to wait (60s)")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    if asked.live:
        return asyncio.run(try_live(asked))
    lines = asyncio.run(look(Path(asked.config)))
    faults = [line for line in lines if line.fault]
    for line in (*faults, *(line for line in lines if not line.fault)):
        print(line)
    return 1 if faults else 0


async def try_live(asked: argparse.Namespace) -> int:
    """Line by line as it happens: a person is waiting, and has to type."""
    to_stderr(logging.ERROR)  # a person reads along: what comes and goes is said in the lines
    config = load(Path(asked.config), find_integrations())
    lacking = [line for line in tokens(config) if line.fault]
    for line in lacking:
        print(line)
    if lacking:
        return 1
    me, nobody = who_is_there(asked.me, sys.stdin)
    if nobody is not None:
        print(nobody)
    trial = Trial(config=config, me=me, within=patience(asked.within))
    status = 0
    async for line in trial.lines():
        print(line, flush=True)
        status |= int(line.fault)
    return status


def patience(text: str) -> timedelta:
    try:
        return duration(text)
    except UnitError as error:
        raise wrong(("--within",), str(error), 'write one like "60s"') from None


async def look(path: Path) -> list[CheckLine]:
    """Every line there is to say, in the order of looking."""
    config = load(path, find_integrations())
    counted = f"{len(config.services)} services and environments, {len(config.checks)} checks"
    lines = [CheckLine(config.source, counted), *quarantined(config), *untold(config)]
    lines += [*contradicting(config), *tokens(config)]
    if not any(line.fault and line.what == SLACK for line in lines):
        lines += [line async for line in slack(config)]
    lines += [line async for line in integrations(config)]
    return lines + [line async for line in find_unadopted(config)]


def quarantined(config: Config) -> list[CheckLine]:
    """Mistakes inside one service: it may not start, and the rest run."""
    return [
        CheckLine(
            " in ".join(where) if isinstance(where, tuple) else where, str(problem), fault=True
        )
        for where, problems in config.quarantined.items()
        for problem in problems
    ]


def untold(config: Config) -> list[CheckLine]:
    """Mistakes in templates and in files of teams that no service was stopped for."""
    said = {problem for why in config.quarantined.values() for problem in why}
    rest = [problem for problem in config.mistakes if problem not in said]
    return [CheckLine(problem.file or config.source, str(problem), fault=True) for problem in rest]


def contradicting(config: Config) -> list[CheckLine]:
    """Rules that can never be met together: nothing is stopped for it, and nothing would move."""
    found = contradictions(policy_of(config, Built()))
    return [
        CheckLine(f"{each.service} in {each.environment}", str(each), fault=True) for each in found
    ]


async def integrations(config: Config) -> AsyncIterator[CheckLine]:
    clock = SystemClock()
    async with http_for(config, clock) as http:
        built = build(config, http, clock)
        for name, why in built.broken.items():
            yield CheckLine(name, why, fault=True)
        for name, parts in built.parts.items():
            yield await asked(name, parts)
        for line in await numbers(config, built, clock):
            yield line
        for parts in built.parts.values():
            await close(parts)


async def numbers(config: Config, built: Built, clock: SystemClock) -> list[CheckLine]:
    """What every query finds now, in all places at once; the HTTP core knows what a host takes."""
    looking = [
        Looking(rules=rules, parts=built.parts, clock=clock)
        for place, rules in config.services.items()
        if not quarantine(config, built, place)
    ]
    found = await asyncio.gather(*(each.lines() for each in looking))
    return [line for lines in found for line in lines]


async def asked(name: str, parts: Parts) -> CheckLine:
    if parts.check is None:
        return CheckLine(name, "there is nothing to ask it before a release")
    try:
        return CheckLine(name, str(await parts.check()))
    except IntegrationError as error:
        return CheckLine(name, str(error), fault=True)


async def close(parts: Parts) -> None:
    if parts.close is not None:
        await parts.close()
