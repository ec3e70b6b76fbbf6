"""The kinds of values a key may have: what reads each, and what the help says it takes."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import PlainValidator

from bot.config import fields, hours
from bot.config.errors import Wrong
from bot.domain.judge.samples import Outcome
from bot.domain.terms.units import Share
from bot.domain.terms.when import Weekly

Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Takes:
    """What stands in the help and in the schema for editors, beside what reads a value."""

    shape: Schema


def _text(says: str, **more: Any) -> Schema:
    return {"type": "string", "title": says, **more}


def _some(says: str, one: Schema) -> Schema:
    return {"title": says, "anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}


_NAME = _text("a name", minLength=1)
Line: TypeAlias = Annotated[
    str, PlainValidator(fields.line), Takes(_text("text on one line", minLength=1))
]
Name: TypeAlias = Annotated[str, PlainValidator(fields.name), Takes(_NAME)]
Names: TypeAlias = Annotated[
    tuple[str, ...], PlainValidator(fields.names), Takes(_some("a name, or a list of them", _NAME))
]
Query: TypeAlias = Annotated[
    str,
    PlainValidator(fields.query),
    Takes(_text("a question, over several lines if need be", minLength=1)),
]
Channel: TypeAlias = Annotated[
    str, PlainValidator(fields.channel), Takes(_text('a channel, "#releases"', pattern="^(#|[CG])"))
]
Command: TypeAlias = Annotated[
    str, PlainValidator(fields.command), Takes(_text('a slash command, "/release"', pattern="^/"))
]
Secret: TypeAlias = Annotated[
    str,
    PlainValidator(fields.reference),
    Takes(_text('where a secret is, "env:NAME" or "file:PATH"', pattern="^(env|file):")),
]
Span: TypeAlias = Annotated[
    timedelta,
    PlainValidator(fields.span),
    Takes(_text('a duration, "20m"', pattern=r"^\s*\d.*[a-z]\s*$")),
]
Amount: TypeAlias = Annotated[
    str,
    PlainValidator(fields.amount),
    Takes(_text('"1%", "350ms" or "1.5x"', pattern=r"\d.*[%a-z]")),
]
Hours: TypeAlias = Annotated[
    tuple[Weekly, ...],
    PlainValidator(hours.hours),
    Takes(
        _some(
            'hours of the week, "fri 16:00 - mon 08:00", or a list of them',
            _text("hours of the week", pattern="[a-z]{3}"),
        )
    ),
]
Part: TypeAlias = Annotated[
    Share, PlainValidator(fields.part), Takes(_text('a share, "10%"', pattern=r"%\s*$"))
]
WallTime: TypeAlias = Annotated[
    str,
    PlainValidator(fields.wall_time),
    Takes(_text('a time of a day, "08:00" or "mon 08:00"', pattern=r"\d:\d\d\s*$")),
]
YesNo: TypeAlias = Annotated[
    bool, PlainValidator(fields.yes_no), Takes({"type": "boolean", "title": "true or false"})
]
Seats: TypeAlias = Annotated[
    dict[str, tuple[str, ...]],
    PlainValidator(fields.seats),
    Takes(
        {
            "type": "object",
            "title": "names of people by seat",
            "additionalProperties": _some("a name, or a list of them", _NAME),
        }
    ),
]
Section: TypeAlias = Annotated[
    dict[str, Any], PlainValidator(fields.table), Takes({"type": "object", "title": "a table"})
]
PlainTable: TypeAlias = Annotated[
    dict[str, Any],
    PlainValidator(fields.plain_table),
    Takes({"type": "object", "title": "a table"}),
]
Host: TypeAlias = Annotated[
    str, PlainValidator(fields.host), Takes(_text("an address to listen on"))
]
WebAddress: TypeAlias = Annotated[
    str, PlainValidator(fields.url), Takes(_text("an HTTP address", pattern="^https?://"))
]
UserIds: TypeAlias = Annotated[
    tuple[str, ...],
    PlainValidator(fields.people),
    Takes(_some('ids, ["U0ANA"]', _text("an id", minLength=1))),
]
Emails: TypeAlias = Annotated[
    tuple[str, ...],
    PlainValidator(fields.emails),
    Takes(_some('e-mails, ["ana@example.com"]', _text("an e-mail", minLength=1))),
]
UserGroup: TypeAlias = Annotated[
    str | None, PlainValidator(fields.group), Takes(_text('a user group, "S0LEADS"', pattern="^S"))
]
ClockTime: TypeAlias = Annotated[
    datetime | None,
    PlainValidator(hours.moment),
    Takes({"title": 'a time on the clock, "2026-12-23 18:00"'}),
]
ClockTimes: TypeAlias = Annotated[
    tuple[datetime, ...],
    PlainValidator(hours.moments),
    Takes({"type": "array", "title": 'times on the clock, ["2026-12-25 09:00"]'}),
]
Days: TypeAlias = Annotated[
    tuple[date, ...] | None,
    PlainValidator(hours.days),
    Takes({"type": "array", "title": 'days, ["2026-12-25"]'}),
]
TierNumbers: TypeAlias = Annotated[
    tuple[int, ...],
    PlainValidator(hours.tiers),
    Takes({"title": "a tier from 1 to 4, or a list of them"}),
]
TimeScale: TypeAlias = Annotated[
    float,
    PlainValidator(fields.scale),
    Takes({"type": "number", "title": "1 to 100000", "minimum": 1, "maximum": 100_000}),
]


class Delivery(StrEnum):
    """How Slack's events reach the bot."""

    SOCKET = "socket"
    HTTP = "http"


def _upon(value: object) -> frozenset[Outcome]:
    if value in (["fail"], "fail"):
        return frozenset({Outcome.FAIL})
    why = "a release is taken back upon a failing check and nothing else: no_data asks a person"
    raise Wrong(why, 'write upon = ["fail"], or leave it out')


def _version(value: object) -> int:
    if value == 1 and not isinstance(value, bool):
        return 1
    raise Wrong("this is not a version of the config that I know", "write version = 1")


BackUpon: TypeAlias = Annotated[
    frozenset[Outcome], PlainValidator(_upon), Takes({"title": "a list of words"})
]
FormatVersion: TypeAlias = Annotated[
    int, PlainValidator(_version), Takes({"title": "1", "const": 1})
]
