"""What one value may be: parsers that answer a plain value, or raise Wrong with a remedy."""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.config.errors import Wrong
from bot.config.words import TOKEN_SHAPES, list_some, show_value
from bot.domain.terms.units import Share, UnitError, duration, share
from bot.domain.terms.when import WallError, wall

E = TypeVar("E", bound=StrEnum)

LONGEST_SPAN = timedelta(days=30)
LONGEST_LINE, LONGEST_QUERY = 200, 10_000
_UNIT_TEXT = 40
_NAME = re.compile(r"(?!.*\.\.)[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
_REFERENCE = re.compile(r"(?:env:[A-Za-z_][A-Za-z0-9_]*|file:[^\0\r\n]+)")


def line(value: object) -> str:
    """Printable text on one line."""
    text = _text(value, LONGEST_LINE)
    if not text.isprintable():
        raise Wrong("the text holds a line break or a control character", "write it on one line")
    return text


def query(value: object) -> str:
    """A question to a metric source; it may span lines."""
    return _text(value, LONGEST_QUERY)


def _text(value: object, longest: int) -> str:
    if not isinstance(value, str):
        raise Wrong(f"{show_value(value)} is not text", "write it in quotes")
    text = value.strip()
    if not text:
        raise Wrong("the text is empty", "fill it in, or take the key out")
    if len(text) > longest:
        raise Wrong(f"the text is {len(text)} characters long", f"{longest} are the most")
    return text


def name(value: object) -> str:
    """A name as people type it: letters, digits, and . _ - inside."""
    text = line(value)
    if not _NAME.fullmatch(text):
        raise Wrong(
            f"{show_value(text)} is no name",
            "use letters, digits, dots, dashes and underscores, begin with a letter or digit, "
            "at most 63",
        )
    return text


def is_name(value: str) -> bool:
    """Whether a text is a name as people type it."""
    return _NAME.fullmatch(value) is not None


def names(value: object) -> tuple[str, ...]:
    """One name or a list of them, each once."""
    many = value if isinstance(value, list) else [value]
    if not many:
        raise Wrong("the list is empty", "name at least one, or take the key out")
    return tuple(dict.fromkeys(name(each) for each in many))


def seats(value: object) -> dict[str, tuple[str, ...]]:
    """Names of people by the seat that they fill."""
    return {name(seat): names(people) for seat, people in table(value).items()}


def matching(pattern: str, what: str, example: str) -> Callable[[object], str]:
    """A parser of text that matches a pattern as a whole."""
    compiled = re.compile(pattern)

    def parse(value: object) -> str:
        text = line(value)
        if not compiled.fullmatch(text):
            raise Wrong(f"{show_value(text)} is not {what}", f'write one like "{example}"')
        return text

    return parse


channel = matching(r"#[^\s#,@]{1,80}|[CG][A-Z0-9]{2,20}", "a channel", "#releases")
person = matching(
    r"[UW][A-Z0-9]{2,20}|(?:api|cli):[A-Za-z0-9_][A-Za-z0-9._-]{0,62}",
    "the id of a Slack user, a shell's or an API key's",
    'U0ANA" or "api:ci',
)
group = matching(r"S[A-Z0-9]{2,20}", "the id of a Slack user group", "S0LEADS")
account = matching(
    r"[A-Za-z0-9][A-Za-z0-9._+-]{0,99}(?:@[A-Za-z0-9.-]{1,100})?",
    "an account or an e-mail",
    "mei@acme.example",
)
email = matching(
    r"[^\s@<>,;\"]{1,100}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+", "an e-mail", "mei@acme.example"
)
command = matching(r"/[a-z0-9_-]{1,31}", "a slash command", "/release")
host = matching(r"[A-Za-z0-9.:_-]{1,253}", "an address to listen on", "127.0.0.1")


def people(value: object) -> tuple[str, ...]:
    """A list of ids: Slack users, `cli:<user>` of this machine, `api:<key>` of [api.keys]."""
    many = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(person(each) for each in many))


def emails(value: object) -> tuple[str, ...]:
    """One e-mail or a list of them, each once."""
    many = value if isinstance(value, list) else [value]
    return tuple(dict.fromkeys(email(each) for each in many))


def url(value: object) -> str:
    """An absolute HTTP address, with a slash at its end."""
    text = line(value)
    remedy = 'write one like "https://slack.com/api/"'
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise Wrong(f"{show_value(text)} is not an HTTP address", remedy) from None
    if not usable or re.search(r"\s", text):
        raise Wrong(f"{show_value(text)} is not an HTTP address", remedy)
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Wrong("the address holds more than scheme, host and path", remedy)
    return text.rstrip("/") + "/"


def reference(value: object) -> str:
    """Where a secret is: `env:NAME` or `file:PATH`. What was written instead is never repeated."""
    text = value.strip() if isinstance(value, str) else ""
    if _REFERENCE.fullmatch(text):
        return text
    if text.startswith(("env:", "file:")) and not TOKEN_SHAPES.search(text):
        raise Wrong(f"{show_value(text)} names no secret", 'write "env:NAME" or "file:PATH"')
    raise literal_secret()


def literal_secret() -> Wrong:
    """The refusal of a secret that stands in the file itself."""
    return Wrong(
        "a secret is written in the file",
        'put it in the environment and name it "env:NAME", or in a file and name it "file:PATH"; '
        "if the file was ever shared, replace the secret",
    )


def is_reference(value: object) -> bool:
    """Whether a text names a secret instead of being one."""
    return isinstance(value, str) and _REFERENCE.fullmatch(value.strip()) is not None


def yes_no(value: object) -> bool:
    """true or false."""
    if isinstance(value, bool):
        return value
    raise Wrong(
        f"{show_value(value)} is neither true nor false", "write true or false, without quotes"
    )


@dataclass(frozen=True, slots=True)
class Whole:
    """A parser of whole numbers within bounds."""

    least: int
    most: int

    def __call__(self, value: object) -> int:
        remedy = f"write one from {self.least} to {self.most}, without quotes"
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong(f"{show_value(value)} is not a whole number", remedy)
        if not self.least <= value <= self.most:
            raise Wrong(f"{show_value(value)} is out of range", remedy)
        return value


whole = Whole


def scale(value: object) -> float:
    """By how much faster than life the bot runs."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"{show_value(value)} is not a number", "write one like 60")
    if not 1 <= value <= 100_000:
        raise Wrong(
            f"{show_value(value)} is out of range", "write one from 1 (real time) to 100000"
        )
    return float(value)


def span(value: object) -> timedelta:
    """A duration longer than nothing and shorter than any release."""
    if bare := _bare_number(value):
        raise Wrong(f"{bare} is a number without a unit", f'write "{bare}m" or "{bare}s"')
    parsed = _parse(duration, value, 'write one like "20m", "90s" or "1h 30m"')
    if not parsed:
        raise Wrong(
            f"{show_value(value)} is no time at all", 'write one like "20m", "90s" or "1h 30m"'
        )
    if parsed > LONGEST_SPAN:
        raise Wrong(f"{show_value(value)} is longer than any release", "30 days are the most")
    return parsed


def wall_time(value: object) -> str:
    """`mon 08:00` or `08:00`."""
    text = line(value)
    try:
        wall(text)
    except WallError as error:
        raise Wrong(f"{text!r} is no time of a day", 'write "08:00" or "mon 08:00"') from error
    return text


def amount(value: object) -> str:
    """A number with its unit, as text; the unit is looked at where the check's kind is known."""
    if bare := _bare_number(value):
        raise Wrong(
            f"{bare} is a number without a unit", f'write "{bare}%", "{bare}ms" or "{bare}x"'
        )
    return line(value)


def part(value: object) -> Share:
    """A share of the traffic."""
    if bare := _bare_number(value):
        raise Wrong(f"{bare} is a number without a unit", f'write "{bare}%"')
    return _parse(share, value, 'write one like "10%", at most "100%"')


def _bare_number(value: object) -> str:
    text = value.strip() if isinstance(value, str) else value
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return ""
    return (
        show_value(text).strip('"') if re.fullmatch(r"\d{1,17}(\.\d{1,17})?", _digits(text)) else ""
    )


def _digits(value: str | int | float) -> str:
    return value if isinstance(value, str) else show_value(value)


V = TypeVar("V")


def _parse(parse: Callable[[object], V], value: object, remedy: str) -> V:
    text = line(value)[:_UNIT_TEXT]
    try:
        return parse(text)
    except UnitError as error:
        why = str(error).partition("; ")[0].removeprefix(repr(text))
        raise Wrong(f"{show_value(text)}{why}", remedy) from None


def one_of(words: type[E], later: dict[str, str] | None = None) -> Callable[[object], E]:
    """A parser of one word of a closed set; `later` has words that are known but not built."""

    def parse(value: object) -> E:
        text = value if isinstance(value, str) else ""
        if text in (later or {}):
            raise Wrong(f"{show_value(value)} is not built yet", (later or {})[text])
        if text not in words.__members__.values():
            every = list_some(f'"{word}"' for word in words)
            raise Wrong(
                f"{show_value(value)} is none of the words for this", f"write one of {every}"
            )
        return words(text)

    return parse


def table(value: object) -> dict[str, Any]:
    """A table whose keys are looked at elsewhere."""
    if isinstance(value, dict):
        return value
    raise Wrong(f"{show_value(value)} is not a table", "write its keys in { } or under a [header]")


def plain_table(value: object) -> dict[str, Any]:
    """A table of plain values, which a release can keep in its record."""
    found = table(value)
    _demand_plain(found)
    return found


def _demand_plain(value: object) -> None:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            _demand_plain(each)
    if isinstance(value, date | datetime | time):
        raise Wrong(f"{show_value(value)} is a date", "write it as text, in quotes")
    if isinstance(value, float) and not math.isfinite(value):
        raise Wrong(f"{show_value(value)} is not a finite number", "write a finite one")
    if isinstance(value, int) and abs(value) >= 2**63:
        raise Wrong("a number is too large", "write it as text, in quotes")
