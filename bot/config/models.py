"""The tables of the file as frozen models. Keys that are not here are refused."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, ConfigDict, PlainValidator

from bot.config import fields, hours
from bot.config.errors import Wrong
from bot.domain.judge.samples import Outcome
from bot.domain.terms.calendar import OnFlight, WindowKind
from bot.domain.terms.rules import Advance, IntegrationNeed, Mode, OnNoData, name_needs
from bot.domain.terms.strategy import StrategyKind
from bot.domain.terms.units import Share
from bot.domain.terms.when import Weekly

LATER_KINDS = {"flag": 'use "canary" with weights', "flag ramp": 'use "canary" with weights'}


class Delivery(StrEnum):
    """How Slack's events reach the bot."""

    SOCKET = "socket"
    HTTP = "http"


Line: TypeAlias = Annotated[str, PlainValidator(fields.line)]
Name: TypeAlias = Annotated[str, PlainValidator(fields.name)]
Names: TypeAlias = Annotated[tuple[str, ...], PlainValidator(fields.names)]
Query: TypeAlias = Annotated[str, PlainValidator(fields.query)]
Channel: TypeAlias = Annotated[str, PlainValidator(fields.channel)]
Command: TypeAlias = Annotated[str, PlainValidator(fields.command)]
Secret: TypeAlias = Annotated[str, PlainValidator(fields.reference)]
Span: TypeAlias = Annotated[timedelta, PlainValidator(fields.span)]
Amount: TypeAlias = Annotated[str, PlainValidator(fields.amount)]
Hours: TypeAlias = Annotated[tuple[Weekly, ...], PlainValidator(hours.hours)]
Part: TypeAlias = Annotated[Share, PlainValidator(fields.part)]
WallTime: TypeAlias = Annotated[str, PlainValidator(fields.wall_time)]
YesNo: TypeAlias = Annotated[bool, PlainValidator(fields.yes_no)]
Seats: TypeAlias = Annotated[dict[str, tuple[str, ...]], PlainValidator(fields.seats)]
Section: TypeAlias = Annotated[dict[str, Any], PlainValidator(fields.table)]
PlainTable: TypeAlias = Annotated[dict[str, Any], PlainValidator(fields.plain_table)]


class Table(BaseModel):
    """Base of every table: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Slack(Table):
    """The workspace. Tokens are names of secrets (`env:NAME`), never the secrets."""

    announce: Channel
    bot_token: Secret
    app_token: Secret | None = None
    signing_secret: Secret | None = None
    mode: Annotated[Delivery, PlainValidator(fields.one_of(Delivery))] = Delivery.SOCKET
    api_url: Annotated[str, PlainValidator(fields.url)] = "https://slack.com/api/"
    command: Command = "/release"
    rollback_command: Command = "/rollback"


class Web(Table):
    """Where the bot answers HTTP; port 0 takes any free one."""

    enabled: YesNo = True
    host: Annotated[str, PlainValidator(fields.host)] = "127.0.0.1"
    port: Annotated[int, PlainValidator(fields.whole(0, 65535))] = 8080
    calendar_token: Secret | None = None


class ApiKey(Table):
    """One who may ask over HTTP: `api:<name>` in [people]. The secret is named, never written."""

    secret: Secret


class Api(Table):
    """Who may sign requests to the HTTP API, by name; it is served where there is a key."""

    keys: dict[Name, ApiKey] = {}


class Audit(Table):
    """How the head of the record is kept elsewhere, so that a cut tail is seen."""

    every: Span = timedelta(days=1)
    post: YesNo = True
    channel: Channel | None = None
    heads: Line | None = None


class People(Table):
    """People by ids (Slack users, `cli:<user>`, `api:<key>`), e-mails, a user group, or all."""

    users: Annotated[tuple[str, ...], PlainValidator(fields.people)] = ()
    emails: Annotated[tuple[str, ...], PlainValidator(fields.emails)] = ()
    group: Annotated[str | None, PlainValidator(fields.group)] = None


class CheckTable(Table):
    """A check as written. What `limit` and `worse_by` mean depends on what is asked."""

    source: Name
    requests: Query | None = None
    errors: Query | None = None
    buckets: Query | None = None
    quantile: Line | None = None
    limit: Amount | None = None
    worse_by: Amount | None = None
    window: Span = timedelta(minutes=1)
    every: Span | None = None
    needs: Annotated[int, PlainValidator(fields.whole(1, 1_000_000_000))] = 100


class StepTable(Table):
    """One step of a strategy."""

    weight: Part | None = None
    mirror: Part | None = None
    bake: Span | None = None
    gate: YesNo = False
    approve: Name | None = None
    approvals: Annotated[int, PlainValidator(fields.whole(1, 50))] = 1
    wait_until: WallTime | None = None
    ask: Name | None = None
    ask_within: Span = timedelta(hours=1)


class StrategyTable(Table):
    """A strategy as written."""

    kind: Annotated[StrategyKind, PlainValidator(fields.one_of(StrategyKind, LATER_KINDS))]
    steps: tuple[StepTable, ...] | None = None
    bake: Span | None = None


def _upon(value: object) -> frozenset[Outcome]:
    if value in (["fail"], "fail"):
        return frozenset({Outcome.FAIL})
    why = "a release is taken back upon a failing check and nothing else: no_data asks a person"
    raise Wrong(why, 'write upon = ["fail"], or leave it out')


class RollbackTable(Table):
    """When a release is taken back, and whom to wake."""

    upon: Annotated[frozenset[Outcome], PlainValidator(_upon)] = frozenset({Outcome.FAIL})
    on_no_data: Annotated[OnNoData, PlainValidator(fields.one_of(OnNoData))] = OnNoData.HOLD
    ask_after: Span = timedelta(minutes=10)
    within: Span = timedelta(minutes=2)
    shift_within: Span = timedelta(minutes=10)
    page: Name | None = None


class May(Table):
    """Who may do what: names of people, `anyone` or `nobody`. A test equates it with Right."""

    start: Names | None = None
    promote: Names | None = None
    pause: Names | None = None
    rollback: Names | None = None
    adopt: Names | None = None
    override: Names | None = None
    break_glass: Names | None = None
    read: Names | None = None


class PollTable(Table):
    """Who says go before a version reaches users; without seats nobody is asked."""

    seats: Seats
    quorum: Annotated[int, PlainValidator(fields.whole(1, 50))] | None = None
    veto: Names | None = None
    advisory: Names | None = None
    caller: Names | None = None
    closes_after: Span = timedelta(hours=1)
    valid_for: Span = timedelta(hours=4)


class EmergencyTable(Table):
    """What an emergency shortens, and what people may do against a gate."""

    bake: Part = Share(25.0)
    review_within: Span = timedelta(hours=24)
    override_for: Span = timedelta(hours=4)
    override_alone: YesNo = False


class FreezeTable(Table):
    """A window of the calendar; `every`, `rrule`, `begins` and `ends`, `dates` or `ics`: when."""

    name: Line
    every: Hours | None = None
    rrule: Line | None = None
    begins: Annotated[datetime | None, PlainValidator(hours.moment)] = None
    ends: Annotated[datetime | None, PlainValidator(hours.moment)] = None
    lasts: Span | None = None
    omit: Annotated[tuple[datetime, ...], PlainValidator(hours.moments)] = ()
    dates: Annotated[tuple[date, ...] | None, PlainValidator(hours.days)] = None
    ics: Line | None = None
    zone: Line | None = None
    kind: Annotated[WindowKind, PlainValidator(fields.one_of(WindowKind))] = WindowKind.DENY
    services: Names = ()
    environments: Names = ()
    tiers: Annotated[tuple[int, ...], PlainValidator(hours.tiers)] = ()
    regions: Names = ()
    because: Line | None = None
    owner: Line | None = None
    on_flight: Annotated[OnFlight, PlainValidator(fields.one_of(OnFlight))] = OnFlight.HOLD


class Environment(Table):
    """One environment of a service, or the part of it that [defaults] gives."""

    deployer: Name | None = None
    target: PlainTable | None = None
    strategy: StrategyTable | None = None
    checks: Names | None = None
    rollback: RollbackTable = RollbackTable()
    may: May = May()
    poll: PollTable | None = None
    emergency: EmergencyTable = EmergencyTable()
    after: Name | None = None
    tier: Annotated[int, PlainValidator(fields.whole(1, 4))] | None = None
    advance: Annotated[Advance, PlainValidator(fields.one_of(Advance))] | None = None
    mode: Annotated[Mode, PlainValidator(fields.one_of(Mode))] = Mode.ACT
    covered: Hours | None = None
    region: Name | None = None
    like: Name | None = None
    changes: Name | None = None

    def integrations(self) -> tuple[IntegrationNeed, ...]:
        """What it names by itself; the sources of its checks stand in the checks' own tables."""
        steps = (self.strategy and self.strategy.steps) or ()
        return name_needs(
            deployer=self.deployer,
            sources=(),
            page=self.rollback.page,
            changes=self.changes,
            gates=[step.ask for step in steps],
        )


class Service(Table):
    """What all environments of a service share."""

    channel: Channel | None = None
    owner: Name | None = None
    like: Name | None = None
    environments: Section


class Template(Environment):
    """What whoever is `like` it takes from it; own keys stand over it."""

    channel: Channel | None = None
    owner: Name | None = None
    environments: Section = {}


def _version(value: object) -> int:
    if value == 1 and not isinstance(value, bool):
        return 1
    raise Wrong("this is not a version of the config that I know", "write version = 1")


class Top(Table):
    """The whole file; its sections are looked at one by one."""

    version: Annotated[int, PlainValidator(_version)]
    timezone: Line = "UTC"
    database: Line = "slipway.db"
    time_scale: Annotated[float, PlainValidator(fields.scale)] = 1.0
    slack: Section
    web: Section = {}
    api: Section = {}
    audit: Section = {}
    integrations: Section = {}
    people: Section = {}
    accounts: Section = {}
    checks: Section = {}
    freezes: tuple[FreezeTable, ...] = ()
    defaults: Section = {}
    tiers: Section = {}
    templates: Section = {}
    services: Section = {}
