"""Reading what others answer: JSON that can be believed, statuses as errors, text without secrets.

Every function is pure but `ask`, which makes one call through the HTTP port.
"""

import json
import math
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bot.ports.http import Http, HttpError, Request, Response
from bot.ports.outcomes import AccessDenied, Nonsense, NotFound, Unavailable

MAX_DEPTH = 64
MAX_DIGITS = 100
MASK = "[redacted]"
LONGEST = 64 * 1024
"""Characters of a text that are looked through for secrets; nobody is shown more."""
NEW_LINE = "\n"

_SHORTEST_SECRET = 4
_HALF_CHARACTER = re.compile(r"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# Others write what this looks through: each part begins in one place only and gives nothing back
# (the atomic group and the possessive repeats), or a long text would stop the bot.
_CREDENTIAL = re.compile(
    r"(?i)\b(?:bearer|basic)\s++[a-z0-9._~+/=-]{8,}+"
    r"|(?<![\w-])(?>[\w-]*?(?:password|passwd|secret|token|api[_-]?key|authorization))[\w-]*+"
    r"\s*+[=:]\s*+(?:(?:bearer|basic)\s++)?\S++"
    r"|\bxox[a-z]-[\w-]++|\bgh[a-z]_\w{20,}+|(?<=//)[^\s/@:]*+:[^\s/@]*+(?=@)"
)


def load_json(body: bytes, who: str = "The other side") -> Any:
    """The value of a JSON text. Raises Nonsense, naming `who`, for what cannot be believed.

    Refused are NaN, infinities and numbers that become one, numbers of over 100 characters,
    nesting of over 64 levels, halves of a character, and anything that is not UTF-8.
    """
    try:
        value = json.loads(
            body.decode("utf-8-sig"), parse_constant=_constant, parse_float=_real, parse_int=_whole
        )
        _shallow(value, body)
        if _HALF_CHARACTER.search(body.decode("latin-1")):
            json.dumps(value, ensure_ascii=False).encode()
    except RecursionError:
        raise Nonsense(_unbelievable(who, f"nested deeper than {MAX_DEPTH} levels")) from None
    except ValueError as error:
        raise Nonsense(_unbelievable(who, _why(error))) from error
    return value


def _unbelievable(who: str, why: str) -> str:
    return f"{who} answered something unusable: {why}. Look at what its address really serves."


def _why(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg.lower()}, line {error.lineno})"
    return "not UTF-8 text" if isinstance(error, UnicodeError) else str(error)


def _constant(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _real(digits: str) -> float:
    number = float(digits) if len(digits) <= MAX_DIGITS else math.inf
    if not math.isfinite(number):
        raise ValueError(f"{digits[:20]} is too large or too long a number")
    return number


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(f"{digits[:20]}… is a number of {len(digits)} digits")
    return int(digits)


def _shallow(value: Any, body: bytes) -> None:
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [part for whole in level for part in _parts(whole)]
    if any(isinstance(part, dict | list) for part in level):
        raise RecursionError


def _parts(whole: Any) -> Iterator[Any]:
    parts = whole.values() if isinstance(whole, dict) else whole
    return (part for part in parts if isinstance(part, dict | list))


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """`text` without `secrets` and without what looks like a credential.

    A secret shorter than four characters is left: masking it would only blacken the text. Of a
    text of over LONGEST characters, the beginning and the end are kept.
    """
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, MASK)
    return _CREDENTIAL.sub(MASK, shorten_middle(text))


def shorten_middle(text: str, limit: int = LONGEST) -> str:
    """At most `limit` characters: whole words of the beginning, and whole lines of the end."""
    if len(text) <= limit:
        return text
    half = limit // 2 - 1
    # Half of a word may be half of a secret, which nothing would know any more.
    head = text[: max(text.rfind(gap, 0, half) for gap in (" ", NEW_LINE)) + 1]
    return f"{head}…{NEW_LINE}{text[-half:].partition(NEW_LINE)[2]}"


def one_line(text: str, limit: int = 300) -> str:
    """Text on one line without control characters, cut to `limit` characters."""
    line = " ".join(_CONTROLS.sub(" ", text).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


async def ask_vendor(http: Http, request: Request, who: str) -> Response:
    """One read. Raises Unavailable, Denied or NotFound for everything but a 2xx."""
    try:
        response = await http.call(request)
    except HttpError as error:
        raise Unavailable(f"{who} was not asked successfully: {error}.") from error
    if 200 <= response.status < 300:
        return response
    raise find_refusal(response.status, who, quote_answer(response))


def quote_answer(response: Response) -> str:
    """The beginning of an answer, fit to stand in a sentence."""
    return one_line(redact(response.body[:2000].decode("utf-8", "replace")), 200)


def find_refusal(
    status: int, who: str, why: str
) -> Unavailable | AccessDenied | NotFound | Nonsense:
    """The error that a status of 300 or more means to somebody who only wanted to read."""
    error, remedy = next((kind, remedy) for covers, kind, remedy in _STATUSES if covers(status))
    return error(f"{who} answered {status}{f' ({why})' if why else ''}. {remedy}")


_Refusal = type[Unavailable] | type[AccessDenied] | type[NotFound] | type[Nonsense]

_STATUSES: tuple[tuple[Callable[[int], bool], _Refusal, str], ...] = (
    (
        lambda status: status in (401, 403, 407),
        AccessDenied,
        "Check the credentials in its settings.",
    ),
    (lambda status: status in (404, 410), NotFound, "Check the address in its settings."),
    (lambda status: status in (408, 425, 429), Unavailable, "It is asked again later."),
    (lambda status: status >= 500, Unavailable, "It is asked again later."),
    (lambda status: status < 400, Nonsense, "Redirects are not followed: name the last address."),
    (lambda _: True, Nonsense, "It does not understand what is asked of it; check its version."),
)
