"""Every query of every place, asked once for both versions, and what it found."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.cli.lines import CheckLine
from bot.domain.judge.samples import Counts, Window
from bot.domain.terms.rules import CheckRule, Rules
from bot.domain.terms.strategy import Observed
from bot.domain.terms.traffic import too_thin
from bot.domain.terms.units import spell
from bot.engine.parts import target_of
from bot.engine.watch.measure import ARM_WORDS, CANARY, STABLE, fill, histogram, ratio
from bot.ports.clock import Clock
from bot.ports.integration import Parts
from bot.ports.metrics import MetricSource, Samples
from bot.ports.outcomes import IntegrationError

QUESTIONS = ("requests", "errors", "buckets")
MAIN = ("requests", "buckets")
"""The questions that must find something; no errors are no fault."""
COUNTED_FOR = timedelta(seconds=2)
"""How long a source that counts by itself is given to see requests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckQuestion:
    """One question of a check for one version, as it was asked, and its answer."""

    question: str
    query: str
    samples: Samples

    @property
    def is_empty(self) -> bool:
        return not self.samples.points


@dataclass(frozen=True, slots=True, kw_only=True)
class Looking:
    """Looks at the numbers of one place. Nothing is released now, so all is the old version's."""

    rules: Rules
    parts: Mapping[str, Parts]
    clock: Clock

    async def lines(self) -> list[CheckLine]:
        running = await self._running() if self._names_revisions() else ""
        return [await self._line(check, running) for check in self.rules.checks]

    def _names_revisions(self) -> bool:
        return any("revision" in text for check in self.rules.checks for text in texts(check))

    async def _running(self) -> str:
        """The revision that most users are on, for queries that name it."""
        deployer = self.parts[self.rules.deployer].deployer if self._has_deployer() else None
        if deployer is None:
            return ""
        try:
            return busiest(await deployer.observe(target_of(self.rules)))
        except IntegrationError:
            # Its own line says so.
            return ""

    def _has_deployer(self) -> bool:
        return self.rules.deployer in self.parts

    async def _line(self, check: CheckRule, running: str) -> CheckLine:
        what = f"{check.name} for {self.rules.service} in {self.rules.environment}"
        source = self.parts.get(check.source)
        if source is None or source.metrics is None:
            return CheckLine(
                what, f"{check.source} is no metric source that can be asked", fault=True
            )
        try:
            window = await self._window(check, source)
            words = [words_of(self.rules, track, running, check.window) for track in tracks(check)]
            arms = [await ask(check, each, window, source.metrics) for each in words]
            return await self._said(what, check, arms, source)
        except IntegrationError as error:
            return CheckLine(what, str(error), fault=True)

    async def _window(self, check: CheckRule, source: Parts) -> Window:
        """The window to ask about; a source that counts by itself begins, and is given time."""
        start = self.clock.now()
        if not source.counts_itself or source.metrics is None:
            return Window(start=start - check.window, end=start)
        words = words_of(self.rules, STABLE, "", check.window)
        await ask(check, words, Window(start=start - COUNTED_FOR, end=start), source.metrics)
        await self.clock.sleep(COUNTED_FOR)
        return Window(start=start, end=self.clock.now())

    async def _said(
        self, what: str, check: CheckRule, arms: list[list[CheckQuestion]], source: Parts
    ) -> CheckLine:
        """The numbers of the version that runs; nothing there is a fault, and why is said."""
        old, new = arms[0], arms[1:]
        empty = missing(old)
        if empty is not None and new and missing(new[0]) is None:
            # Whoever labels by hand leaves the last release under "canary" until the next one.
            old, new = new[0], [old]
        elif empty is not None:
            return CheckLine(what, await nothing(empty, source), fault=True)
        counts = counted(old)
        if counts is None:
            return CheckLine(what, unknown(old), fault=True)
        said = f"{numbers(old, counts)}{beside(new)}"
        thin = self._thin(check, counts, span(old[0].samples.window))
        return CheckLine(what, f"{said}. {thin}", remark=True) if thin else CheckLine(what, said)

    def _thin(self, check: CheckRule, counts: Counts, seen: timedelta) -> str:
        per_minute = counts.requests / (seen / timedelta(minutes=1))
        thin = too_thin(self.rules.strategy.steps, check.limits.needs, per_minute)
        return f"{thin}. Begin with more, bake longer, or lower needs" if thin else ""


async def ask(
    check: CheckRule, words: Mapping[str, str], window: Window, source: MetricSource
) -> list[CheckQuestion]:
    """Every question of a check, for one version."""
    queries = {
        name: fill(getattr(check, name), words) for name in QUESTIONS if getattr(check, name)
    }
    return [
        CheckQuestion(question=name, query=query, samples=await source.measure(query, window))
        for name, query in queries.items()
    ]


async def nothing(empty: CheckQuestion, source: Parts) -> str:
    """That there is nothing, why as far as the source can tell, and what was asked."""
    window = empty.samples.window
    why = await source.explain(empty.query, window) if source.explain is not None else ""
    rest = why or "Either nobody calls it now, or the query asks for something else"
    return f"0 series for {empty.question} in {spell(span(window))}. {rest}. Asked: {empty.query}"


def span(window: Window) -> timedelta:
    return window.end - window.start


def texts(check: CheckRule) -> Iterator[str]:
    yield from filter(None, (getattr(check, question) for question in QUESTIONS))


def tracks(check: CheckRule) -> tuple[str, ...]:
    """The old version first; the new one only where the queries tell them apart."""
    told_apart = any(word in text for text in texts(check) for word in ARM_WORDS)
    return (STABLE, CANARY) if told_apart else (STABLE,)


def words_of(rules: Rules, track: str, running: str, window: timedelta) -> Mapping[str, str]:
    return {
        "service": rules.service,
        "environment": rules.environment,
        "revision": running if track == STABLE else "none",
        "track": track,
        "window": f"{max(1, round(window.total_seconds()))}s",
    }


def busiest(observed: Observed) -> str:
    return max(observed.revisions, key=observed.share_of, default="")


def missing(asked: list[CheckQuestion]) -> CheckQuestion | None:
    """The question that had to find something and did not."""
    return next((each for each in asked if each.question in MAIN and each.is_empty), None)


def counted(asked: list[CheckQuestion]) -> Counts | None:
    found = {each.question: each.samples for each in asked}
    if "buckets" in found:
        return histogram(found["buckets"])
    return ratio(found.get("requests"), found.get("errors"))


def unknown(asked: list[CheckQuestion]) -> str:
    """Why there are answers and yet no counts."""
    for each in asked:
        if not each.samples.are_counts:
            return f"a number of {each.question} is no count. Asked: {each.query}"
        if each.is_empty:
            return (
                f"0 series for {each.question}, and the source does not prove that this means "
                f"zero: releases would wait for numbers. Check the metric's name, or make the "
                f"query answer 0, in PromQL by adding `or vector(0)`. Asked: {each.query}"
            )
    return "the buckets have no +Inf; ask for all of them by le"


def numbers(asked: list[CheckQuestion], counts: Counts) -> str:
    """`240 requests, 0 errors in 60 s (1 series)`"""
    window = asked[0].samples.window
    series = sum(len(each.samples.points) for each in asked if each.question in MAIN)
    errors = "" if counts.buckets else f", {counts.errors:.0f} errors"
    return f"{counts.requests:,.0f} requests{errors} in {spell(span(window))} ({series} series)"


def beside(new: list[list[CheckQuestion]]) -> str:
    """What there is of the other version while none is released."""
    if not new:
        return "; old and new are not told apart: the queries name no $track and no $revision"
    series = sum(len(each.samples.points) for each in new[0] if each.question in MAIN)
    return f"; other version: {series} series" + ("" if series else ", as nothing is released now")
