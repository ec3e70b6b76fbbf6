"""The tables of the file as frozen models. Keys that are not here are refused."""

from datetime import timedelta
from typing import Annotated

from pydantic import PlainValidator

from bot.config import fields
from bot.config.house_models import Table
from bot.config.kinds import (
    Amount,
    BackUpon,
    Channel,
    ClockTime,
    ClockTimes,
    Days,
    FormatVersion,
    Hours,
    Line,
    Name,
    Names,
    Part,
    PlainTable,
    Query,
    Seats,
    Section,
    Span,
    TierNumbers,
    TimeScale,
    WallTime,
    YesNo,
)
from bot.domain.judge.samples import Outcome
from bot.domain.terms.calendar import OnFlight, WindowKind
from bot.domain.terms.rules import Advance, IntegrationNeed, Mode, OnNoData, name_needs
from bot.domain.terms.strategy import StrategyKind
from bot.domain.terms.units import Share

LATER_KINDS = {"flag": 'use "canary" with weights', "flag ramp": 'use "canary" with weights'}


class CheckTable(Table):
    """A check as written. What `limit` and `worse_by` mean depends on what is asked."""

    source: Name
    """The integration that is asked."""
    requests: Query | None = None
    """How many requests there were."""
    errors: Query | None = None
    """How many of them failed."""
    buckets: Query | None = None
    """A histogram of latencies, instead of requests and errors."""
    quantile: Line | None = None
    """Which latency is looked at."""
    limit: Amount | None = None
    """What is too much: a share of the requests, or a latency."""
    worse_by: Amount | None = None
    """How much worse than the old version is too much."""
    window: Span = timedelta(minutes=1)
    """What one question looks back over."""
    every: Span | None = None
    """How often it is asked; `window` unless set, and never less."""
    needs: Annotated[int, PlainValidator(fields.whole(1, 1_000_000_000))] = 100
    """Requests on the new version before a pass counts."""


class StepTable(Table):
    """One step of a strategy."""

    weight: Part | None = None
    """The share of users that the step moves."""
    mirror: Part | None = None
    """The share of requests that is copied, answers thrown away."""
    bake: Span | None = None
    """How long the step is watched at least."""
    gate: YesNo = False
    """Whether a person promotes before this step."""
    approve: Name | None = None
    """People who must agree before this step; not who asked or wrote of it."""
    approvals: Annotated[int, PlainValidator(fields.whole(1, 50))] = 1
    """How many of them."""
    wait_until: WallTime | None = None
    """A time in `timezone` that is waited for before this step."""
    ask: Name | None = None
    """An integration that must say yes before this step."""
    ask_within: Span = timedelta(hours=1)
    """How long it may take; then a person is asked."""


class StrategyTable(Table):
    """A strategy as written."""

    kind: Annotated[StrategyKind, PlainValidator(fields.one_of(StrategyKind, LATER_KINDS))]
    """How the release moves."""
    steps: tuple[StepTable, ...] | None = None
    """The steps of a canary or a shadow, in order."""
    bake: Span | None = None
    """How long a rolling or blue-green release is watched."""


class RollbackTable(Table):
    """When a release is taken back, and whom to wake."""

    upon: BackUpon = frozenset({Outcome.FAIL})
    """Which verdicts take a release back."""
    on_no_data: Annotated[OnNoData, PlainValidator(fields.one_of(OnNoData))] = OnNoData.HOLD
    """What happens while the numbers are missing."""
    ask_after: Span = timedelta(minutes=10)
    """How long without numbers before somebody is rung."""
    within: Span = timedelta(minutes=2)
    """How long traffic may take to be back before it is stuck."""
    shift_within: Span = timedelta(minutes=10)
    """How long a target may take to reach a step."""
    page: Name | None = None
    """The integration that rings somebody."""


class May(Table):
    """Who may do what: names of people, `anyone` or `nobody`. A test equates it with Right."""

    start: Names | None = None
    """Who may release."""
    promote: Names | None = None
    """Who may send on; as `start` unless set."""
    pause: Names | None = None
    """Who may pause and freeze; as `rollback` unless set."""
    rollback: Names | None = None
    """Who may take back; anyone unless set."""
    adopt: Names | None = None
    """Who may adopt what runs; as `start` unless set."""
    override: Names | None = None
    """Who may act against a refusal, and reload; nobody unless set."""
    break_glass: Names | None = None
    """Who may go past every gate at once, with a reason; nobody unless set."""
    read: Names | None = None
    """Who may ask how it stands; anyone unless set."""


class PollTable(Table):
    """Who says go before a version reaches users; without seats nobody is asked."""

    seats: Seats
    """Seats by name, and the people who may fill each; one person fills one."""
    quorum: Annotated[int, PlainValidator(fields.whole(1, 50))] | None = None
    """How many seats need a go; all that are not advisory unless set."""
    veto: Names | None = None
    """Seats whose no-go ends it at once; they are needed too."""
    advisory: Names | None = None
    """Seats whose no-go stops nothing, but is answered in words."""
    caller: Names | None = None
    """Who has the final word when all have said go; it goes by itself if unset."""
    closes_after: Span = timedelta(hours=1)
    """How long people may take; silence until then is a no-go."""
    valid_for: Span = timedelta(hours=4)
    """How long a go may be acted on; after that people are asked again."""


class EmergencyTable(Table):
    """What an emergency shortens, and what people may do against a gate."""

    bake: Part = Share(25.0)
    """How much of each bake is left; the checks and their samples stay."""
    review_within: Span = timedelta(hours=24)
    """How soon somebody looks back at what went past a gate."""
    override_for: Span = timedelta(hours=4)
    """How long an override stands unless said; 24 h at most."""
    override_alone: YesNo = False
    """Whether one person is enough; never for a freeze or tier 1."""


class FreezeTable(Table):
    """A window of the calendar; `every`, `rrule`, `begins` and `ends`, `dates` or `ics`: when."""

    name: Line
    """What people call it; no two windows have one name."""
    every: Hours | None = None
    """Hours of the week: "fri 16:00 - mon 08:00", "mon-fri 09:00 - 17:00"."""
    rrule: Line | None = None
    """A rule by RFC 5545, without times: they come from `begins` and `lasts`."""
    begins: ClockTime = None
    """When it begins once, or first where there is an `rrule`."""
    ends: ClockTime = None
    """When it ends, where it is once."""
    lasts: Span | None = None
    """How long each time of an `rrule` lasts on the clock; a day unless set."""
    omit: ClockTimes = ()
    """Times of the `rrule` that are left out, as they begin."""
    dates: Days = None
    """Whole days, such as holidays."""
    ics: Line | None = None
    """An iCalendar file beside the config; each of its events is a window."""
    zone: Line | None = None
    """Whose clocks are meant; the house's `timezone` unless set."""
    kind: Annotated[WindowKind, PlainValidator(fields.one_of(WindowKind))] = WindowKind.DENY
    """Whether releases may not move inside of it, or only inside of it."""
    services: Names = ()
    """The services that are meant; all unless set."""
    environments: Names = ()
    """The environments that are meant; all unless set."""
    tiers: TierNumbers = ()
    """The tiers that are meant; all unless set."""
    regions: Names = ()
    """The regions that are meant; all unless set."""
    because: Line | None = None
    """Why; whoever is refused reads it."""
    owner: Line | None = None
    """Whose it is; whoever is refused reads whom to ask."""
    on_flight: Annotated[OnFlight, PlainValidator(fields.one_of(OnFlight))] = OnFlight.HOLD
    """What a release does that is under way when it begins."""


class Environment(Table):
    """One environment of a service, or the part of it that [defaults] gives."""

    deployer: Name | None = None
    """The integration that moves it."""
    target: PlainTable | None = None
    """Where it runs, in the deployer's words."""
    strategy: StrategyTable | None = None
    """How it moves."""
    checks: Names | None = None
    """What watches it."""
    rollback: RollbackTable = RollbackTable()
    """When it is taken back; laid over other layers key by key."""
    may: May = May()
    """Who may do what; laid over other layers key by key."""
    poll: PollTable | None = None
    """Who is asked before it reaches users; nobody unless set."""
    emergency: EmergencyTable = EmergencyTable()
    """What an emergency shortens; laid over other layers key by key."""
    after: Name | None = None
    """The environment where the same revision is certified first."""
    tier: Annotated[int, PlainValidator(fields.whole(1, 4))] | None = None
    """How critical it is; 1 is the most. It takes the keys of that tier."""
    advance: Annotated[Advance, PlainValidator(fields.one_of(Advance))] | None = None
    """What is certified in `after` begins here without a click."""
    mode: Annotated[Mode, PlainValidator(fields.one_of(Mode))] = Mode.ACT
    """How far it may go; `ask`: a person decides, `advise`: it only watches."""
    covered: Hours | None = None
    """Hours when somebody is there; what would outlast them may not start."""
    region: Name | None = None
    """Where it is, for `regions` of `[[freezes]]`; read fresh, never pinned."""
    like: Name | None = None
    """The template it takes keys from."""
    changes: Name | None = None
    """The integration that tells what a release brings and who wrote it."""

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
    """Where it is told of, instead of `slack.announce`."""
    owner: Name | None = None
    """Whose it is."""
    like: Name | None = None
    """The template that it and all its environments take keys from."""
    environments: Section
    """Where it is for users, by name."""


class Template(Environment):
    """What whoever is `like` it takes from it; own keys stand over it."""

    channel: Channel | None = None
    """The channel of services that are like this."""
    owner: Name | None = None
    """The owner of services that are like this."""
    environments: Section = {}
    """Environments of services that are like this."""


class Top(Table):
    """The whole file; its sections are looked at one by one."""

    version: FormatVersion
    """The version of this format; it is 1."""
    timezone: Line = "UTC"
    """The time zone of the times that people type and read."""
    database: Line = "slipway.db"
    """The record; beside the config unless the path is absolute."""
    time_scale: TimeScale = 1.0
    """By how much faster than life the bot runs; for practice."""
    slack: Section
    """The workspace."""
    web: Section = {}
    """Where the bot answers HTTP."""
    api: Section = {}
    """Who may use the signed HTTP API."""
    audit: Section = {}
    """How the head of the record is kept elsewhere."""
    integrations: Section = {}
    """Vendors, by names of yours; `use` says whose each one is."""
    people: Section = {}
    """Groups of people, by names of yours."""
    accounts: Section = {}
    """What people are called in version control: ids of people with accounts."""
    checks: Section = {}
    """Questions to metric sources with their limits, by names of yours."""
    freezes: tuple[FreezeTable, ...] = ()
    """When releases may not move, or may: the windows of the calendar."""
    defaults: Section = {}
    """What every environment takes that does not say otherwise."""
    tiers: Section = {}
    """What the environments of a tier take over `[defaults]`."""
    templates: Section = {}
    """What is taken by `like`, over `[defaults]` and the tier."""
    services: Section = {}
    """What is released, by the name people type."""
