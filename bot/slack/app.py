"""The Bolt app: what it listens to, and that everything is answered in time."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Protocol, TypeAlias

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.terms.refusal import Code
from bot.engine.clock import fresh_id
from bot.engine.door.door import Inbound, Reply
from bot.engine.people.admission import STRANGER, standing_of
from bot.ports.chat import Message
from bot.ports.directory import Directory
from bot.render.kit.blocks import ASK, escape, one_line
from bot.render.kit.forms import CALLBACK, CHOOSE, AskedForm, typed_instead
from bot.slack import payloads
from bot.slack.answers import ReplySender, may_be_refused, reply_body
from bot.slack.homes import Homes
from bot.slack.identity import is_slack_id
from bot.slack.payloads import HeardLine, Json
from bot.slack.tasks import Tasks
from bot.slack.windows import LATER, Windows, note_of, window_answer

log = structlog.get_logger()

ACK_WITHIN: Final = timedelta(seconds=2.6)
"""Slack gives three seconds, network included."""
ANYTHING: Final = re.compile(".*", re.DOTALL)
EVENTS: Final = ("app_home_opened", "app_mention", "message")
ACTION: Final = re.compile(r"^act:")
ASKS: Final = re.compile(f"^{ASK}")
CHOICE: Final = re.compile(f"^{CHOOSE}")
FORM: Final = re.compile(f"^{CALLBACK}")

UNKNOWN_FORM: Final = (
    "Nothing happened: I do not know that form any more. Close it and press the button again."
)

Ack: TypeAlias = Callable[..., Awaitable[Any]]


class Ear(Protocol):
    """What hears: bot.engine.door.door.Door, or a stand-in of tests."""

    async def hear(self, inbound: Inbound) -> Reply: ...

    async def turned_away(self, inbound: Inbound, reply: Reply) -> None: ...


class SlackApp:
    """One Bolt app in front of a door. `team` and `user` are ours, once Slack has said so.

    Bolt gets a `client` without a token: it needs none, and so can show none.
    """

    def __init__(
        self,
        door: Ear,
        directory: Directory,
        answers: ReplySender,
        windows: Windows,
        homes: Homes,
        client: AsyncWebClient,
        tasks: Tasks,
        commands: tuple[str, str],
    ) -> None:
        self._door = door
        self._directory = directory
        self._answers = answers
        self._windows = windows
        self._homes = homes
        self._tasks = tasks
        self._command, self._rollback = commands
        self.team = ""
        self.user = ""
        self.bolt = self._built(client)

    async def dispatch(self, request: AsyncBoltRequest) -> BoltResponse:
        """Bolt's answer; what nobody listens to is acknowledged too, and written down."""
        try:
            response = await self.bolt.async_dispatch(request)
        except Exception as error:  # noqa: BLE001 - Bolt trips over payloads of a wrong shape
            return await self._on_error(error, dict(request.body))
        if response.status == 404:
            log.info("slack.nobody_listens", type=str(request.body.get("type", ""))[:80])
            return BoltResponse(status=200, body="")
        return response

    def _authorizing(self) -> Callable[..., Awaitable[AuthorizeResult]]:
        """Known without asking: one team. Who may do what is the door's question.

        A closure, because Bolt reads the names of arguments and takes `self` for one.
        """

        async def authorized() -> AuthorizeResult:
            return AuthorizeResult(enterprise_id=None, team_id=self.team, bot_user_id=self.user)

        return authorized

    def _built(self, client: AsyncWebClient) -> AsyncApp:
        bolt = AsyncApp(
            name="slipway",
            client=client,
            authorize=self._authorizing(),
            request_verification_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        bolt.command(self._command)(self._on_command)
        bolt.command(self._rollback)(self._on_command)
        bolt.command(ANYTHING)(self._on_strange_command)
        bolt.action(ACTION)(self._on_press)
        bolt.action(ASKS)(self._on_ask)
        bolt.action(CHOICE)(self._on_choice)
        bolt.view(FORM)(self._on_sent)
        bolt.event("app_home_opened")(self._on_home)
        bolt.action(ANYTHING)(self._on_strange_press)
        bolt.event("app_mention")(self._on_mention)
        bolt.event("message")(self._on_message)
        bolt.error(self._on_error)
        return bolt

    async def _on_command(self, ack: Ack, body: dict[str, Any]) -> None:
        heard = payloads.command(body, self._rollback)
        if heard is None:
            await self._on_strange_command(ack, body)
            return
        reply = await self._reply(heard, body)
        if reply.form is not None or may_be_refused(reply.message):
            await ack()
            self._tasks.start(self._open_or_say(heard, reply, body))
            return
        await ack(**reply_body(reply))

    async def _on_strange_command(self, ack: Ack, body: dict[str, Any]) -> None:
        name = payloads.text(body, "command") or "That"
        await ack(
            text=f"Nothing happened: {name} is not a command I know. "
            f"Type {self._command} help to see what I do."
        )

    async def _on_press(self, ack: Ack, body: dict[str, Any]) -> None:
        if payloads.asks(body) is not None:
            await self._on_ask(ack, body)
            return
        heard = payloads.press(body)
        if heard is None:
            await self._on_strange_press(ack, body)
            return
        reply = await self._reply(heard, body)
        await ack()
        self._tasks.start(self._open_or_say(heard, reply, body))

    async def _on_ask(self, ack: Ack, body: dict[str, Any]) -> None:
        """A button that opens a form: first of all, because what opens it lives three seconds."""
        asked = payloads.asks(body)
        if asked is None:
            await self._on_strange_press(ack, body)
            return
        await ack()
        self._tasks.start(self._ask(asked, body))

    async def _on_choice(self, ack: Ack, body: dict[str, Any]) -> None:
        """A field of a form that others hang on."""
        await ack()
        self._tasks.start(self._choose(body))

    async def _choose(self, body: Json) -> None:
        if not await self._kept_out(payloads.user_of(body), body):
            await self._windows.draw_again(body)

    async def _open_or_say(self, heard: HeardLine, reply: Reply, body: Json) -> None:
        """What is missing is asked for in a form; where none opens, the sentence says it."""
        if reply.form is not None and await self._windows.ask(reply.form, body):
            return
        if heard.inbound.channel or not await self._windows.tell(reply, body):
            await self._answers.give(heard, reply)
        await self._homes.refresh(heard.inbound.by)

    async def _ask(self, asked: AskedForm, body: Json) -> None:
        """A form; where Slack does not open it, what to type instead."""
        if refusal := await self._kept_out(payloads.user_of(body), body):
            await self._say_instead(refusal, body)
            return
        if await self._windows.ask(asked, body):
            return
        instead = escape(one_line(typed_instead(asked)))
        sentence = "Nothing happened yet: Slack did not open the form in time. "
        await self._say_instead(f"{sentence}Press again, or type: {self._command} {instead}", body)

    async def _say_instead(self, sentence: str, body: Json) -> None:
        """Where the button was, or to the person alone."""
        origin = payloads.origin_of(body)
        nobody = Inbound(key="", text="", by=payloads.user_of(body), via="button")
        told = replace(nobody, channel=origin.channel, thread=origin.thread)
        await self._answers.give(HeardLine(told, origin.url, origin.thread), plain(sentence))

    async def _on_sent(self, ack: Ack, body: dict[str, Any]) -> None:
        """A form that was sent: done, or the fault beside its field and what was written kept."""
        heard = payloads.submission(body)
        if heard is None:
            await ack(response_action="update", view=note_of(plain(UNKNOWN_FORM)))
            return
        if faults := payloads.form_faults(body):
            await ack(response_action="errors", errors=faults)
            return
        reply = await self._reply(heard, body)
        elsewhere = bool(heard.url or heard.inbound.channel)
        field = payloads.field_at_fault(body, reply.code)
        await ack(**window_answer(reply, field, answered_elsewhere=elsewhere))
        if elsewhere and not reply.code:
            self._tasks.start(self._answers.give(heard, reply))
        self._tasks.start(self._homes.refresh(heard.inbound.by))

    async def _on_strange_press(self, ack: Ack, body: dict[str, Any]) -> None:
        await ack()
        reply = plain(
            "Nothing happened: I do not know that button any more. "
            f"Type {self._command} status to see where things are."
        )
        nobody = Inbound(key="", text="", by="", via="button")
        url = payloads.text(body, "response_url")
        if url:
            self._tasks.start(self._answers.give(HeardLine(nobody, url), reply))

    async def _on_home(self, ack: Ack, body: dict[str, Any]) -> None:
        """Somebody looks at the app; the Messages tab is nothing to publish to."""
        await ack()
        event = payloads.table(body, "event")
        if payloads.text(event, "tab") == "home":
            self._tasks.start(self._show_home(payloads.text(event, "user"), body))

    async def _show_home(self, person: str, body: Json) -> None:
        if refusal := await self._kept_out(person, body):
            await self._homes.close_to(person, refusal)
            return
        await self._homes.opened(person)

    async def _on_mention(self, ack: Ack, body: dict[str, Any]) -> None:
        await self._on_spoken(ack, body, payloads.mention(body, self.user))

    async def _on_message(self, ack: Ack, body: dict[str, Any]) -> None:
        await self._on_spoken(ack, body, payloads.direct(body, self.user))

    async def _on_spoken(self, ack: Ack, body: dict[str, Any], heard: HeardLine | None) -> None:
        if heard is None or heard.inbound.by == self.user:
            await ack()
            return
        reply = await self._reply(heard, body)
        await ack()
        if self._answers.is_first(heard.inbound.key):
            self._tasks.start(self._answers.give(heard, reply))

    async def _reply(self, heard: HeardLine, body: Json) -> Reply:
        """What the door says; in time, whatever it does."""
        hearing = self._tasks.start(self._hear(heard, body), quiet=(Exception,))
        try:
            async with asyncio.timeout(ACK_WITHIN.total_seconds()):
                return await asyncio.shield(hearing)
        except TimeoutError as error:
            if hearing.done():
                return plain(self._failed(error, heard.inbound.key))
            self._tasks.start(self._afterwards(heard, hearing))
            return SLOW
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            return plain(self._failed(error, heard.inbound.key))

    async def _hear(self, heard: HeardLine, body: Json) -> Reply:
        """The door's answer to members; nobody else, known or not, gets as far as the door."""
        if refusal := await self._kept_out(heard.inbound.by, body):
            log.warning("slack.denied", by=heard.inbound.by, key=heard.inbound.key)
            away = plain(refusal)
            if is_slack_id(heard.inbound.by):
                await self._door.turned_away(heard.inbound, away)
            return away
        return await self._door.hear(heard.inbound)

    async def _kept_out(self, person: str, body: Json) -> str:
        """Why somebody is not let in; empty for members, and those remembered as such."""
        if self._is_foreign(body) or not is_slack_id(person):
            return STRANGER
        return (await standing_of(person, self._directory)).refusal

    async def _afterwards(self, heard: HeardLine, hearing: asyncio.Task[Reply]) -> None:
        """The answer to what took too long."""
        try:
            reply = await hearing
        except Exception as error:  # noqa: BLE001 - whatever it is, the person gets a sentence
            reply = plain(self._failed(error, heard.inbound.key))
        await self._answers.give(heard, reply)

    def _is_foreign(self, body: Json) -> bool:
        theirs = payloads.team_of(body)
        return bool(self.team and theirs and theirs != self.team)

    def _failed(self, error: BaseException, key: str) -> str:
        """The sentence for what should not happen, with the id under which the log has it."""
        name = fresh_id()[:8]
        log.error("slack.listener_failed", error_id=name, key=key, exc_info=error)
        return (
            f"I could not do that, and it is my fault (error {name}). "
            f"Type {self._command} status to see what is true now, and show the id to whoever "
            "runs this bot."
        )

    async def _on_error(self, error: Exception, body: dict[str, Any]) -> BoltResponse:
        """Whatever a listener raised: a 500 would reach nobody."""
        sentence = self._failed(error, payloads.text(body, "trigger_id"))
        return BoltResponse(status=200, body=sentence if "command" in body else "")


def read_request(**arrived: Any) -> AsyncBoltRequest | None:
    """What arrived, as Bolt takes it; None where it cannot be read."""
    try:
        return AsyncBoltRequest(**arrived)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
        log.warning("slack.unreadable", why=type(error).__name__)
        return None


def plain(sentence: str) -> Reply:
    return Reply(message=Message(text=sentence), code=Code.ROOM)


SLOW: Final = replace(
    plain(
        "This takes longer than usual: an act is being recorded, an answer looked up. "
        "I answer here when it is done; do not repeat it."
    ),
    code=LATER,
)
