"""How one message speaks: names, times and versions as its readers see them."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.domain.facts.fact import BOT
from bot.domain.judge.words import name_versions
from bot.domain.state.release import Release
from bot.domain.terms.strategy import Step
from bot.domain.terms.units import spell
from bot.render.kit.blocks import clock_time, cut_plain, date_token, escape, one_line
from bot.render.kit.view import ReleaseView

NAME = 60
WORDS = 600
PERSON = re.compile(r"[UW][A-Z0-9]{2,}")
ENVIRONMENTS: Mapping[str, str] = {"prod": "production"}
CLI = "cli:"
NameOf: TypeAlias = Callable[[str], str]
"""A person's name by their id."""


@dataclass(frozen=True, slots=True)
class Voice:
    """`rich`: for blocks, where times are tokens; else for the plain sentence beside them."""

    view: ReleaseView
    rich: bool = True

    def time(self, moment: datetime) -> str:
        """To the minute; to the second where minutes are played as seconds."""
        return self._spelled(moment, self.view.refresh < timedelta(minutes=1))

    def exact(self, moment: datetime) -> str:
        return self._spelled(moment, seconds=True)

    def _spelled(self, moment: datetime, seconds: bool) -> str:
        form = date_token if self.rich else clock_time
        return form(moment, self.view.zone, self.view.now, seconds)

    def words(self, text: str) -> str:
        """Somebody's words: on one line, of bearable length, without power."""
        return escape(cut_plain(one_line(text), WORDS))

    def short(self, text: str) -> str:
        return escape(cut_plain(one_line(text), NAME)) or "(no name)"

    def name(self, person: str) -> str:
        return escape(name_of(person, self.view.names))

    def called(self, person: str) -> str:
        """A mention where the person is asked for something; the name elsewhere."""
        asked = person in self.view.mention and PERSON.fullmatch(person)
        return f"<@{person}>" if asked else self.name(person)

    def everyone_asked(self) -> str:
        return ", ".join(self.called(person) for person in self.view.mention[:5])

    @property
    def new(self) -> str:
        return self.short(self.view.release.name)

    @property
    def old(self) -> str:
        """What users had before, and what it is compared with."""
        running = self.view.release.running or self.view.release.stable
        return self.short(running.version) if running else "nothing"

    @property
    def back(self) -> str:
        """What a rollback returns to."""
        stable = self.view.release.stable
        return self.short(stable.version) if stable else "nothing"

    @property
    def service(self) -> str:
        return self.short(self.view.release.service)

    @property
    def place(self) -> str:
        return self.short(place_of(self.view.release.environment))

    def reason(self, text: str, by: str) -> str:
        """A because: the judge's names no versions, so it is told which is which.

        Words of people, and of vendors within the bot's own, stay as they were given.
        """
        if by != BOT:
            return self.words(text)
        release = self.view.release
        before = release.running or release.stable
        old = before.version if before else "the version before"
        return self.words(name_versions(one_line(text), one_line(release.name), one_line(old)))


def name_of(person: str, names: Mapping[str, str]) -> str:
    """A person's name, unescaped and on one line; the id where no name is known."""
    if person == BOT:
        return "the bot"
    known = one_line(names.get(person, ""))
    if known:
        return cut_plain(known, NAME)
    if person.startswith(CLI):
        return f"{cut_plain(one_line(person.removeprefix(CLI)), NAME)} (command line)"
    return cut_plain(one_line(person), NAME) or "somebody"


def place_of(environment: str) -> str:
    return ENVIRONMENTS.get(environment, environment)


def stand(step: Step) -> str:
    """A planned position in two words: `10 %`, `10 % copied`, `standing by`."""
    if step.mirror.percent > 0:
        return f"{step.mirror} copied"
    return str(step.weight) if step.weight.percent > 0 else "standing by"


def step_of(release: Release) -> Step:
    return release.rules.strategy.steps[release.step]


def progress(done: timedelta, planned: timedelta) -> str:
    """`12 of 20 min`; what is done never passes what is planned."""
    part, whole = spell(min(done, planned)).split(" "), spell(planned).split(" ")
    if len(part) == len(whole) == 2 and part[1] == whole[1]:
        return f"{part[0]} of {' '.join(whole)}"
    return f"{' '.join(part)} of {' '.join(whole)}"


def join_dotted(parts: list[str]) -> str:
    """The parts that say something, with a dot between."""
    return " · ".join(part for part in parts if part)


def sentences(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def because(text: str) -> str:
    """`: odd log lines`, or nothing where no reason was given."""
    return f": {text}" if text else ""


def full_stop(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
