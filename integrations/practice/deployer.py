"""A deployer for the practice fleet: one PUT says where to be, one GET where it is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from urllib.parse import quote

from bot.domain.terms.strategy import Desired, Observed
from bot.ports.answers import ask_vendor, load_json, quote_answer
from bot.ports.clock import Clock
from bot.ports.deployer import Capabilities, RollbackPlan, Target
from bot.ports.fields import Address, span
from bot.ports.http import Http, HttpError, Request, Response
from bot.ports.integration import Parts, Settings
from bot.ports.outcomes import (
    Accepted,
    AlreadyDone,
    Ambiguous,
    Conflict,
    Nonsense,
    NotFound,
    Rejected,
    Throttled,
    Unavailable,
    WriteOutcome,
)
from integrations.practice.reading import (
    read_found,
    read_observed,
    read_sites,
    read_versions,
    sentence,
    wait,
)

WHO = "The practice fleet"


class PracticeSettings(Settings):
    """`url` is where the fleet answers."""

    url: Address
    """Where the fleet answers."""
    deadline: Annotated[timedelta, span(timedelta(minutes=1))] = timedelta(seconds=5)
    """How long one answer may take."""


class PracticeTarget(Settings):
    """The fleet knows a target by its service and environment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeDeployer:
    settings: PracticeSettings
    http: Http

    @property
    def capabilities(self) -> Capabilities:
        return Capabilities(weights=True, mirrors=True, keeps_warm=True, removes=True)

    async def resolve(self, target: Target, version: str) -> str:
        known = read_versions(await self._read(path_of(target)))
        if version in known:
            return version
        raise NotFound(f"There is no version {version[:60]}; there are: {', '.join(known)}.")

    async def observe(self, target: Target) -> Observed:
        return read_observed(await self._read(path_of(target)))

    async def apply(
        self, target: Target, desired: Desired, *, key: str, expect: Observed | None = None
    ) -> WriteOutcome:
        request = Request(
            method="PUT",
            url=self.settings.url.rstrip("/") + path_of(target),
            json=order(desired, key, expect),
            deadline=self.settings.deadline,
        )
        try:
            return outcome(await self.http.call(request))
        except HttpError as error:
            if error.sent:
                return Ambiguous(f"the practice fleet was told, and did not answer: {error}")
            raise Unavailable(f"{WHO} was not told: {error}. It is told again later.") from error

    async def find(self, target: Target, key: str) -> bool | None:
        return read_found(await self._read(path_of(target) + "/find", key=key))

    async def plan_rollback(self, target: Target, to: str | None) -> RollbackPlan:
        answer = await self._read(path_of(target))
        seen, known = read_observed(answer), read_versions(answer)
        if to is not None and to not in known:
            raise NotFound(f"There is no way back to {to}: the fleet has {', '.join(known)}.")
        proof = f"{to} is among the fleet's versions" if to else "the fleet can stop a version"
        now = f"now {seen.spelled()}"
        return RollbackPlan(to=to, mechanism="the fleet's proxy is switched", proof=(proof, now))

    async def check(self) -> str:
        """Lists what there is to deploy; reads only."""
        sites = read_sites(await self._read("/fleet"))
        return f"{WHO} at {self.settings.url} has {', '.join(sites) or 'nothing to deploy'}"

    async def _read(self, path: str, **params: str) -> Any:
        request = Request(
            method="GET",
            url=self.settings.url.rstrip("/") + path,
            params=params,
            deadline=self.settings.deadline,
        )
        return load_json((await ask_vendor(self.http, request, WHO)).body, WHO)


def path_of(target: Target) -> str:
    return f"/fleet/{quote(target.service, safe='')}/{quote(target.environment, safe='')}"


def order(desired: Desired, key: str, expect: Observed | None) -> dict[str, Any]:
    """The body of a PUT: where to be, and what is believed to be so."""
    body: dict[str, Any] = {
        "key": key,
        "revision": desired.revision,
        "stable": desired.stable,
        "weight": desired.weight.percent,
        "mirror": desired.mirror.percent,
        "keep": desired.keep,
    }
    return body if expect is None else {**body, "expect": dict(expect.revisions)}


def outcome(answer: Response) -> WriteOutcome:
    """What a PUT's answer means. What cannot be read was sent all the same."""
    otherwise = _rejected if 400 <= answer.status < 500 else _unclear
    try:
        return OUTCOMES.get(answer.status, otherwise)(answer)
    except Nonsense as error:
        return Ambiguous(str(error))


def _accepted(answer: Response) -> WriteOutcome:
    body = _object(answer)
    if not isinstance(body.get("already_done"), bool):
        raise Nonsense(f"{WHO} did not say whether it was done. Look at what its address serves.")
    return AlreadyDone() if body["already_done"] else Accepted(str(body.get("key", "")))


def _conflict(answer: Response) -> WriteOutcome:
    body = _object(answer)
    if body.get("error") != "conflict":
        return Rejected(sentence(body))
    return Conflict(read_observed(body.get("current")).spelled())


def _rejected(answer: Response) -> WriteOutcome:
    return Rejected(sentence(_object(answer)))


def _unclear(answer: Response) -> WriteOutcome:
    return Ambiguous(f"the practice fleet answered {answer.status}: {quote_answer(answer)}")


def _throttled(answer: Response) -> WriteOutcome:
    return Throttled(wait(answer.headers))


OUTCOMES: Mapping[int, Callable[[Response], WriteOutcome]] = {
    200: _accepted,
    202: _accepted,
    409: _conflict,
    429: _throttled,
}


def _object(answer: Response) -> Mapping[str, Any]:
    body = load_json(answer.body, WHO)
    if isinstance(body, dict):
        return body
    raise Nonsense(f"{WHO} answered no JSON object. Look at what its address serves.")


def build(settings: PracticeSettings, http: Http, clock: Clock) -> Parts:
    deployer = PracticeDeployer(settings=settings, http=http)
    return Parts(deployer=deployer, check=deployer.check)
