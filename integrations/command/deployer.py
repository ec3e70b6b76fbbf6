"""A deployer that is a program: told where to be by its arguments, asked by what it prints."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.terms.strategy import Desired, Observed
from bot.ports.answers import one_line, redact
from bot.ports.deployer import Capabilities, RollbackPlan, Target
from bot.ports.outcomes import (
    Accepted,
    AlreadyDone,
    Ambiguous,
    Conflict,
    Nonsense,
    NotFound,
    Rejected,
    Unavailable,
    Unsupported,
    WriteOutcome,
)
from bot.ports.places import beyond, has_moved
from integrations.command.process import NotRun, Overdue, ProgramEnd, ProgramOrder, run
from integrations.command.reading import read_found, read_observed, read_versions
from integrations.command.settings import CommandSettings
from integrations.command.words import WordError, check_values, fill, is_safe


@dataclass(slots=True, kw_only=True)
class CommandDeployer:
    """`environment` is what every program gets; `secrets` are never repeated from its words.

    The same key twice is one deploy where `find` is configured; without it the program itself has
    to be harmless to repeat. Two programs never run for one target at once.
    """

    settings: CommandSettings
    environment: Mapping[str, str]
    secrets: tuple[str, ...] = ()
    _turns: defaultdict[tuple[str, str], asyncio.Lock] = field(
        default_factory=lambda: defaultdict(asyncio.Lock), init=False
    )

    @property
    def capabilities(self) -> Capabilities:
        can = self.settings
        return Capabilities(
            weights=can.weights, mirrors=can.mirrors, keeps_warm=can.keeps_warm, removes=can.removes
        )

    async def resolve(self, target: Target, version: str) -> str:
        if not is_safe(version):
            raise NotFound(f"There is no version {version[:60]!r}: no version is written so.")
        if self.settings.versions is None:
            return version
        known = await self._versions(target)
        if version in known:
            return version
        raise NotFound(f"There is no version {version}; there are: {', '.join(known[-10:])}.")

    async def observe(self, target: Target) -> Observed:
        words = self.settings.observe
        return read_observed(await self._look(words, target), words[0])

    async def apply(
        self, target: Target, desired: Desired, *, key: str, expect: Observed | None = None
    ) -> WriteOutcome:
        refusal = beyond(self.capabilities, desired) or uneven(desired)
        if refusal:
            return refusal
        values = position(target, desired)
        try:
            check_values({**values, "key": key})
        except WordError as error:
            return Rejected(f"Not moved: {error}.")
        async with self._turns[target.service, target.environment]:
            return await self._before(target, key, expect) or await self._run(values, desired, key)

    async def find(self, target: Target, key: str) -> bool | None:
        words = self.settings.find
        if words is None:
            return None
        return read_found(await self._look(words, target, SLIPWAY_KEY=key), words[0])

    async def plan_rollback(self, target: Target, to: str | None) -> RollbackPlan:
        seen = await self.observe(target)
        apply = self.settings.apply[0]
        if to is None and not self.settings.removes:
            raise NotFound(
                f"There is no way back to nothing: {apply} is not said to remove a version. "
                "Set removes = true if it does."
            )
        proof = f"{apply} takes it away" if to is None else await self._proof(target, seen, to)
        return RollbackPlan(to=to, mechanism=f"{apply} is run again", proof=(proof,))

    async def _proof(self, target: Target, seen: Observed, to: str) -> str:
        if to in seen.revisions:
            return f"{to} has {seen.share_of(to):g} % of the traffic now"
        if self.settings.versions and to in await self._versions(target):
            return f"{to} is among the versions that can be deployed"
        raise NotFound(
            f"There is no way back to {to}: it does not run, and {self.settings.apply[0]} is not "
            "known to have it. Set `versions` to a program that lists what can be deployed."
        )

    async def _versions(self, target: Target) -> tuple[str, ...]:
        words = self.settings.versions or ()
        return read_versions(await self._look(words, target), words[0])

    async def _before(
        self, target: Target, key: str, expect: Observed | None
    ) -> WriteOutcome | None:
        """A reason not to run; whatever cannot be looked at is raised, nothing having been run."""
        if self.settings.find is not None and await self.find(target, key):
            return AlreadyDone()
        if expect is None:
            return None
        seen = await self.observe(target)
        return Conflict(seen.spelled()) if has_moved(seen, expect) else None

    async def _run(self, values: Mapping[str, str], desired: Desired, key: str) -> WriteOutcome:
        program = self.settings.apply[0]
        told = {**values, "key": key, "keep": "true" if desired.keep else "false"}
        variables = {f"SLIPWAY_{name.upper()}": value for name, value in told.items()}
        try:
            finished = await run(self._order(fill(self.settings.apply, values), variables))
        except NotRun as error:
            return self._not_run(program, error)
        except Overdue:
            return Ambiguous(f"{program} was ended after {self._limit}")
        if finished.code < 0:
            return Ambiguous(f"{program} was ended by signal {-finished.code}")
        if finished.code:
            return Rejected(f"{program} refused: {self._said(finished)}")
        return Accepted()

    def _not_run(self, program: str, error: NotRun) -> WriteOutcome:
        if error.for_good:
            return Rejected(f"{program} was not run: {error}; put it there and make it executable")
        raise Unavailable(f"{program} was not run: {error}. It is tried again.") from error

    async def _look(self, words: tuple[str, ...], target: Target, **variables: str) -> bytes:
        place = {"service": target.service, "environment": target.environment}
        told = {f"SLIPWAY_{name.upper()}": value for name, value in place.items()}
        try:
            check_values({**place, **variables})
            finished = await run(self._order(fill(words, place), {**told, **variables}))
        except WordError as error:
            raise NotFound(f"{words[0]} was not asked: {error}.") from error
        except NotRun as error:
            raise Unavailable(
                f"{words[0]} was not run: {error}. Check that it is there."
            ) from error
        except Overdue as error:
            raise Unavailable(
                f"{words[0]} did not answer within {self._limit}. Try it by hand."
            ) from error
        return self._printed(words[0], finished)

    def _printed(self, program: str, finished: ProgramEnd) -> bytes:
        if finished.code:
            raise Unavailable(f"{program} failed: {self._said(finished)}. Try it by hand.")
        if not finished.whole:
            raise Nonsense(f"{program} printed over a megabyte. Print one JSON object.")
        return finished.stdout

    @property
    def _limit(self) -> str:
        return f"{self.settings.deadline.total_seconds():g} s"

    def _said(self, finished: ProgramEnd) -> str:
        """The last line of stderr, fit to be shown, or the bare code."""
        lines = redact(finished.stderr.decode("utf-8", "replace"), self.secrets).splitlines()
        last = next((line for line in reversed(lines) if line.strip()), "")
        return one_line(last).removesuffix(".") or f"exit code {finished.code}"

    def _order(self, words: tuple[str, ...], variables: Mapping[str, str]) -> ProgramOrder:
        return ProgramOrder(
            words=words,
            environment={**self.environment, **variables},
            cwd=self.settings.cwd,
            deadline=self.settings.deadline,
        )


def position(target: Target, desired: Desired) -> dict[str, str]:
    """What each placeholder stands for; `stable` is an empty word where nothing ran before."""
    return {
        "service": target.service,
        "environment": target.environment,
        "revision": desired.revision,
        "stable": desired.stable or "",
        "weight": f"{desired.weight.percent:.0f}",
        "mirror": f"{desired.mirror.percent:.0f}",
    }


def uneven(desired: Desired) -> Unsupported | None:
    """A program is told whole percents; half of one would silently become none."""
    shares = (desired.weight, desired.mirror)
    if all(share.percent % 1 == 0 for share in shares):
        return None
    return Unsupported(
        f"Not moved: a program is told whole percents, and {shares[0]} or {shares[1]} is none.",
        "Use whole percents in the steps.",
    )
