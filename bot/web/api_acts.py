"""Acts: JSON becomes the words a person would type, and goes in by the same door."""

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from aiohttp import web

from bot.config.words import list_some
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, UNNOTED, Door, Inbound, Reply
from bot.engine.record.engine import Answer, Engine
from bot.ports.store import Batch, BeingRecorded, CommitResult, Replayed, Withdrawn
from bot.render.kit.blocks import escape
from bot.render.kit.shell import shell_text
from bot.web.api_answers import ApiProblem, in_a_while, said
from bot.web.api_fields import Given, bad, fields_of, object_in
from bot.web.api_keys import IDEMPOTENCY
from commands import COMMANDS

VIA: Final = "api"
"""A signed request confirms itself, as what is typed in a shell does: no button is offered."""
_KEY = re.compile(r"[A-Za-z0-9._~/+=-]{1,255}", re.ASCII)


WORDS: Final = "/words"
OF_A_RELEASE: Final = "/releases/{release}"
OF_A_PLACE: Final = "/services/{service}/{environment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One row: its route, its reader and its description derive from it.

    `status` is what the answer has where it went well.
    """

    verb: str
    path: str
    summary: str
    needed: tuple[str, ...] = ()
    possible: tuple[str, ...] = ("because",)
    status: int = 200


def on_release(verb: str, summary: str, *more: str) -> Act:
    """An act on one release; `more` is taken before what the verb's declaration takes."""
    spec = next(spec for spec in COMMANDS if spec.name == verb)
    declared = tuple(word for word in ("for", "early", "because") if word in spec.words)
    path = f"{OF_A_RELEASE}/{verb}"
    return Act(verb=verb, path=path, summary=summary, possible=(*more, *declared))


ACTS: Final = (
    Act(
        verb="start",
        path="/releases",
        summary="Start a release.",
        needed=("service", "version", "environment"),
        status=201,
    ),
    on_release("promote", "Send it on to its next step.", "step"),
    on_release("pause", "Stay at this step; it is still watched."),
    on_release("resume", "Go on."),
    on_release("rollback", "Take all users back, now."),
    on_release("abort", "End it; in flight that is a rollback."),
    Act(
        verb="rollback",
        path=f"{OF_A_PLACE}/rollback",
        summary="Take all users back, now, whether a release is live there or ended.",
        possible=("version", "because"),
    ),
    Act(
        verb="",
        path=WORDS,
        summary="Whatever can be typed after /release, acts and asks, read by the same grammar.",
        needed=("text",),
        possible=(),
    ),
)
"""Every act of the API. A new one is a row here."""
UNLIMITED: Final = ("/rollback", "/abort")
"""How the paths of the ways back end: no bucket holds them up."""
WAYS_BACK: Final = frozenset(
    word
    for spec in COMMANDS
    if spec.name in ("rollback", "abort")
    for word in (spec.name, *spec.aliases)
)
STATUS: Final[Mapping[str, int]] = {
    Code.NO_RIGHT: 403,
    Code.UNKNOWN_RELEASE: 404,
    Code.UNKNOWN_SERVICE: 404,
    "UNKNOWN_ENVIRONMENT": 404,
    Code.NOTHING_LIVE: 404,
    Code.NOT_RECORDED: 503,
    "WITHDRAWN": 503,
    Code.BEING_RECORDED: 202,
}
"""By the code of the answer; every other refusal is a 409."""


def goes_back(path: str, body: bytes) -> bool:
    """Whether this takes users back, by its address or by the first word that is typed."""
    if not path.endswith(WORDS):
        return path.endswith(UNLIMITED)
    try:
        typed = str(object_in(body).get("text", "")).split()
    except ApiProblem:
        return False
    return bool(typed) and typed[0].lower() in WAYS_BACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request for an act: by whose key, under which Idempotency-Key, over which bytes."""

    by: str
    idempotency: str
    path: str
    body: bytes

    @property
    def key(self) -> str:
        return f"{self.by}/{self.idempotency}"

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256(self.path.encode() + b"\0" + self.body).hexdigest()


def asked_of(request: web.Request, by: str, body: bytes) -> Asked:
    """Raises Problem 400 where the Idempotency-Key is missing or unfit."""
    key = request.headers.get(IDEMPOTENCY, "")
    if not _KEY.fullmatch(key):
        raise bad(
            f"the header {IDEMPOTENCY} is missing or unfit",
            "Send one of 1 to 255 letters, digits and . _ ~ / + = -, a new one for each act, "
            "and the same one where you repeat it.",
        )
    return Asked(by=by, idempotency=key, path=request.raw_path, body=body)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """Where acts are handed in; `services` are the environments of each service just now."""

    door: Door
    engine: Engine
    services: Callable[[], Mapping[str, tuple[str, ...]]]


async def perform(counter: Counter, act: Act, asked: Asked, where: Given) -> web.Response:
    """One effect and one answer per Idempotency-Key, however often it comes."""
    given = {**fields_of(asked.body, act.needed, act.possible), **where}
    demand_known(counter.services(), given)
    engine = counter.engine
    await claim(engine, asked)
    reply = await counter.door.hear(inbound(act, asked, given))
    await keep(engine, asked, reply)
    return answered(act, reply)


def demand_known(services: Mapping[str, tuple[str, ...]], given: Given) -> None:
    """Raises Problem 404. A word after `to` that is no environment would be read as a version."""
    if "service" not in given:
        return
    environments = services.get(str(given["service"]))
    if environments is None:
        raise unknown("service", services)
    if given["environment"] not in environments:
        raise unknown("environment", environments)


def unknown(what: str, known: Iterable[str]) -> ApiProblem:
    why = f"Nothing happened: there is no such {what}."
    return ApiProblem(404, f"UNKNOWN_{what.upper()}", why, f"There are: {list_some(known)}.")


def inbound(act: Act, asked: Asked, given: Given) -> Inbound:
    at = given.get("step")
    seen = str(int(at) - 1) if at is not None else ""
    return Inbound(key=f"api/{asked.key}", text=words(act, given), by=asked.by, via=VIA, seen=seen)


def words(act: Act, given: Given) -> str:
    """The line a person would type. Every value is quoted, so that none is read as a word.

    The reason comes last, for all that follows `because` is the reason.
    """
    if "text" in given:
        return str(given["text"])
    said = [f'{name}="{given[name]}"' for name in QUOTED if name in given]
    said += ["early"] if given.get("early") else []
    said += [f"because {escape(str(given['because']))}"] if "because" in given else []
    return " ".join((act.verb, *said))


QUOTED: Final = ("service", "release", "environment", "version", "for")


async def claim(engine: Engine, asked: Asked) -> None:
    """This key stands for this request from now on. Raises Problem where it stood for another."""
    kept = {"request": asked.fingerprint}
    result = await commit(engine, f"api-request/{asked.key}", kept, PATIENCE)
    if isinstance(result, Withdrawn | BeingRecorded):
        why = "Nothing happened: the record takes longer than usual."
        raise in_a_while(Code.SLOW_RECORD, why, f"Repeat it with the same {IDEMPOTENCY}.")
    if isinstance(result, Replayed) and result.reply != kept:
        raise ApiProblem(
            409,
            Code.OTHER_REQUEST,
            f"Nothing happened: this {IDEMPOTENCY} came with another request before.",
            "Send a new one for a new act; to repeat an act, send the same body to the same path.",
        )


async def keep(engine: Engine, asked: Asked, reply: Reply) -> None:
    """An answer that no fact carries is kept too, so that a repetition gets the same."""
    answer = reply.answer
    if answer is None or reply.code in UNNOTED or (answer.ok and answer.recorded):
        return
    await commit(engine, f"api/{asked.key}", answer.plain(), PATIENCE)


async def commit(
    engine: Engine, inbox: str, reply: dict[str, str], patience: timedelta
) -> CommitResult:
    batch = Batch(at=engine.clock.now(), inbox=inbox, reply=reply)
    return await engine.store.commit(batch, patience)


def answered(act: Act, reply: Reply) -> web.Response:
    answer = reply.answer or Answer(text=shell_text(reply.message), code=reply.code)
    if answer.ok:
        return said({"sentence": answer.text, "release": answer.release}, act.status)
    body = {"code": answer.code, "sentence": answer.text, "remedy": answer.remedy}
    status = STATUS.get(answer.code, 409)
    return said(body, status, {"Retry-After": "1"} if status == 503 else {})
