"""`slipway init`: five questions, each answer looked at as it comes, and a short config."""

import argparse
import asyncio
import os
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.cli.draft import DraftAnswers, draft
from bot.cli.lines import CheckLine
from bot.config import fields, parse
from bot.config.errors import ConfigError, Wrong
from bot.domain.terms.rules import ANYONE
from bot.engine.clock import SystemClock, chance
from bot.engine.registry import find_integrations
from bot.net import HttpCore, origins_in
from bot.ports.metrics import Survey
from bot.ports.outcomes import IntegrationError

T = TypeVar("T")
HEALTH = "health "
PROMETHEUS = "http://localhost:9090"
MOST_OFFERED = 5
"""So many services are taken without asking which; of more, a person picks."""
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-…", "SLACK_APP_TOKEN": "xapp-…"}


class NoAnswer(Exception):
    """Nobody is there to be asked again; the sentence says what was wrong."""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", default="slipway.toml", help="what to write (slipway.toml)")
    parser.add_argument("--yes", action="store_true", help="ask nothing: flags, else the defaults")
    parser.add_argument("--announce", help="the channel that is told (#releases)")
    parser.add_argument("--prometheus", help=f"its address, or '{HEALTH}ADDRESS' ({PROMETHEUS})")
    parser.add_argument("--service", action="append", help="a service; may be given again")
    parser.add_argument("--environment", default="prod", help="where users are (prod)")
    parser.add_argument("--deploy", help="the program that moves a service (./deploy.sh)")
    parser.add_argument("--start", help="who may start: ids, e-mails, a group's id (anyone)")
    parser.add_argument("--slack-api", default="", help="another server that speaks Slack's API")
    parser.set_defaults(run=run)


def run(asked: argparse.Namespace) -> int:
    path = Path(asked.config)
    if path.exists():
        print(
            f"Nothing was written: {path} is there already. Change it by hand, or name another "
            "file: slipway init --config other.toml",
            file=sys.stderr,
        )
        return 1
    try:
        answers, survey = questions(asked)
        text = sound(draft(answers, survey), path)
    except (NoAnswer, ConfigError) as error:
        print(f"Nothing was written: {error}", file=sys.stderr)
        return 1
    path.write_text(text, encoding="utf-8")
    print(f"\n{path} is written: {len(text.splitlines())} lines. Look at it, then:\n")
    print("\n".join(next_steps(path, answers, os.environ)))
    return 0


def sound(text: str, path: Path) -> str:
    """The same text, if the config takes it. Raises ConfigError."""
    config = parse(text, find_integrations(), source=path.name, folder=path.parent)
    problems = [each for why in config.quarantined.values() for each in why]
    if problems:
        raise ConfigError(problems, path.name)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Asks on the terminal, or takes lines that were piped in; with `quiet` takes the defaults."""

    quiet: bool

    def ask(self, question: str, default: str, given: str | None, read: Callable[[str], T]) -> T:
        """The answer as `read` has it; asked again while it raises Wrong and somebody is there."""
        while True:
            answer = given if given is not None else self._typed(question, default)
            try:
                return read(answer)
            except Wrong as error:
                if given is not None or self.quiet or not sys.stdin.isatty():
                    raise NoAnswer(f"{question} {error}") from None
                print(f"  ✖ {error}")

    def _typed(self, question: str, default: str) -> str:
        if self.quiet:
            return default
        print(f"{question} [{default}] " if default else f"{question} ", end="", flush=True)
        line = sys.stdin.readline()
        if not sys.stdin.isatty():
            print(line.rstrip("\n"))
        return line.strip() or default


def questions(asked: argparse.Namespace) -> tuple[DraftAnswers, Survey]:
    """The five, in order; what was seen after each is said below it."""
    asker = Asker(quiet=asked.yes)
    announce = asker.ask(
        "1. Channel that is told of every release?", "#releases", asked.announce, fields.channel
    )
    for line in tokens(os.environ):
        print(f"  {line}")
    url, health = asker.ask(
        "2. Prometheus (its address; without one: health ADDRESS of the service)?",
        PROMETHEUS,
        asked.prometheus,
        addresses,
    )
    survey = asyncio.run(surveyed(url)) if url else Survey()
    seen = survey.services if len(survey.services) <= MOST_OFFERED else ()
    given = " ".join(asked.service) if asked.service else None
    services = asker.ask(
        "3. Services, as people call them?", " ".join(seen), given, one if health else named
    )
    for line in strangers(services, survey):
        print(f"  {line}")
    program = asker.ask(
        "4. Program that moves a service (it is told: apply|observe SERVICE ENVIRONMENT …)?",
        "./deploy.sh",
        asked.deploy,
        words,
    )
    print(f"  {found(program, Path(asked.config).absolute().parent)}")
    who = asker.ask(
        "5. Who may start (ids U…, e-mails, a group's id S…, or anyone)?",
        ANYONE,
        asked.start,
        starters,
    )
    answers = DraftAnswers(
        announce=announce,
        prometheus=url,
        health=health,
        services=services,
        environment=asked.environment,
        program=program,
        who=who,
        slack_api=asked.slack_api,
    )
    return answers, survey


def addresses(text: str) -> tuple[str, str]:
    """Of Prometheus, and of the service's own health; one of them is empty."""
    if text.startswith(HEALTH):
        return "", fields.url(text.removeprefix(HEALTH).strip()).rstrip("/")
    return fields.url(text).rstrip("/"), ""


def named(text: str) -> tuple[str, ...]:
    if not text:
        raise Wrong("no service is named", 'write one like "checkout"')
    return fields.names(text.replace(",", " ").split())


def one(text: str) -> tuple[str, ...]:
    """A health address is that of one service."""
    names = named(text)
    if len(names) > 1:
        raise Wrong("a health address is of one service", "name one, and add the others by hand")
    return names


def words(text: str) -> tuple[str, ...]:
    try:
        split = tuple(shlex.split(text))
    except ValueError as error:
        raise Wrong(f"{text!r} cannot be split into words ({error})", "close the quotes") from None
    if not split:
        raise Wrong("no program is named", 'write one like "./deploy.sh"')
    return split


def starters(text: str) -> str:
    """Checked word by word; kept as typed."""
    if text == ANYONE:
        return text
    for word in text.replace(",", " ").split():
        kind = fields.email if "@" in word else fields.group if word[:1] == "S" else fields.person
        kind(word)
    return text


def tokens(environ: Mapping[str, str]) -> Iterator[CheckLine]:
    for name, shape in TOKENS.items():
        there = bool(environ.get(name))
        yield CheckLine(name, "is set" if there else f"is not set yet ({shape})", remark=not there)


async def surveyed(url: str) -> Survey:
    """What Prometheus has; empty, and said so, where it does not answer."""
    vendor = find_integrations()["prometheus"]
    clock = SystemClock()
    async with HttpCore(clock=clock, chance=chance(), allowed=origins_in([{"url": url}])) as http:
        parts = vendor.build(vendor.settings.model_validate({"url": url}), http, clock)
        try:
            said = await parts.check() if parts.check else ""
            survey = await parts.survey() if parts.survey else Survey()
        except IntegrationError as error:
            print(f"  ! {error} The queries are written as most services have them.")
            return Survey()
    print(f"  ✔ {said}; {recognised(survey)}")
    return survey


def recognised(survey: Survey) -> str:
    if not survey.metric:
        return "no counter of requests was recognised: mend the queries in [checks.errors]"
    listed = ", ".join(survey.services[:8]) or "none by name"
    return f"{survey.metric} has {', '.join(survey.labels)}; services there: {listed}"


def strangers(services: tuple[str, ...], survey: Survey) -> Iterator[CheckLine]:
    """Services that Prometheus does not know by that name."""
    for name in services:
        if survey.metric and name not in survey.services:
            told = f"{survey.metric} has no {survey.label}={name!r}: its query will find nothing"
            yield CheckLine(name, told, remark=True)


def found(program: tuple[str, ...], folder: Path) -> CheckLine:
    """Whether the program is there; it is run in the config's folder."""
    place = folder / program[0] if "/" in program[0] else shutil.which(program[0])
    if place is None or not Path(place).is_file():
        return CheckLine(
            program[0], "is not there yet; docs/deploying.md has one to copy", remark=True
        )
    if not os.access(place, os.X_OK):
        return CheckLine(program[0], f"cannot be run yet: chmod +x {program[0]}", remark=True)
    return CheckLine(program[0], "is there")


def next_steps(path: Path, answers: DraftAnswers, environ: Mapping[str, str]) -> Iterator[str]:
    missing = [name for name in TOKENS if not environ.get(name)]
    for name in missing:
        yield f"  export {name}={TOKENS[name]}"
    config = "" if path == Path("slipway.toml") else f" --config {path}"
    yield f"  slipway check{config}          # every query, every right; the first fault on top"
    yield f"  slipway check --live{config}   # posts, and waits for you to type /release whoami"
    yield f"  slipway run{config}"
    if answers.services:
        where = f"{answers.services[0]} in {answers.environment}"
        yield f"\nThen in Slack, once per service: /release adopt {where}"
