"""The tables of the config that are of the whole house: Slack, web, API, audit, people."""

from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainValidator

from bot.config import fields
from bot.config.kinds import (
    Channel,
    Command,
    Delivery,
    Emails,
    Host,
    Line,
    Name,
    Secret,
    Span,
    UserGroup,
    UserIds,
    WebAddress,
    YesNo,
)


class Table(BaseModel):
    """Base of every table: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Slack(Table):
    """The workspace. Tokens are names of secrets (`env:NAME`), never the secrets."""

    announce: Channel
    """Where services without a channel of their own are told of."""
    bot_token: Secret
    """The bot token (xoxb-)."""
    app_token: Secret | None = None
    """The app token (xapp-); socket mode needs it."""
    signing_secret: Secret | None = None
    """The app's signing secret; http mode needs it."""
    mode: Annotated[Delivery, PlainValidator(fields.one_of(Delivery))] = Delivery.SOCKET
    """How Slack's events reach the bot."""
    api_url: WebAddress = "https://slack.com/api/"
    """Any server that speaks Slack's Web API."""
    command: Command = "/release"
    """The slash command; the same as in the app's manifest."""
    rollback_command: Command = "/rollback"
    """The short way back; the same as in the app's manifest."""


class Web(Table):
    """Where the bot answers HTTP; port 0 takes any free one."""

    enabled: YesNo = True
    """Whether the bot answers HTTP at all."""
    host: Host = "127.0.0.1"
    """The address to listen on."""
    port: Annotated[int, PlainValidator(fields.whole(0, 65535))] = 8080
    """The port; 0 takes any free one."""
    calendar_token: Secret | None = None
    """Who has it reads `/calendar.ics`; without one there is no feed."""


class ApiKey(Table):
    """One who may ask over HTTP: `api:<name>` in [people]. The secret is named, never written."""

    secret: Secret
    """What requests are signed with."""


class ApiTable(Table):
    """Who may sign requests to the HTTP API, by name; it is served where there is a key."""

    keys: dict[Name, ApiKey] = {}
    """Keys by name; each is `api:<name>` in `[people]`."""


class Audit(Table):
    """How the head of the record is kept elsewhere, so that a cut tail is seen."""

    every: Span = timedelta(days=1)
    """How often it is kept."""
    post: YesNo = True
    """Whether it is posted, so that people's copies bear witness."""
    channel: Channel | None = None
    """Where it is posted; `slack.announce` where left out."""
    heads: Line | None = None
    """The file it is added to; beside the database where left out."""


class People(Table):
    """People by ids (Slack users, `cli:<user>`, `api:<key>`), e-mails, a user group, or all."""

    users: UserIds = ()
    """Ids of people."""
    emails: Emails = ()
    """People by the e-mail that Slack has; needs the scope users:read.email."""
    group: UserGroup = None
    """A user group of Slack, read anew at every act."""
