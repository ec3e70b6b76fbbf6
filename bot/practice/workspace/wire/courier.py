"""Brings payloads to the app, over sockets or signed HTTP, and waits for the acknowledgement."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.practice.kit.tasks import OwnedTasks
from bot.practice.workspace import payloads
from bot.practice.workspace.faults import Mishap
from bot.practice.workspace.state import Json
from bot.practice.workspace.workspace import Workspace

COMMANDS = "slash_commands"
INTERACTIVE = "interactive"
EVENTS = "events_api"

ACKED = "acked"
TIMED_OUT = "operation_timeout"
NOT_DELIVERED = "dispatch_failed"
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """How a delivery ended: `how` is acked, operation_timeout or dispatch_failed."""

    how: str
    body: Any = None
    no_retry: bool = False


@dataclass(slots=True)
class PendingDelivery:
    """A delivery under way. `acks` counts the answers that came, late ones included."""

    envelope: Json
    sent: float
    outcome: asyncio.Future[DeliveryOutcome]
    accepts: bool
    lose_ack: bool = False
    acks: int = 0


class Transport(Protocol):
    """A way to the app. `send` resolves `pending` itself where it learns of a failure."""

    async def send(self, pending: PendingDelivery) -> None: ...


@dataclass(slots=True)
class Courier:
    """Every delivery passes here, whatever the transport; `stop` leaves no task behind."""

    space: Workspace
    sockets: Transport
    http: Transport
    pending: OrderedDict[str, PendingDelivery] = field(default_factory=OrderedDict)
    tasks: OwnedTasks = field(init=False)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.tasks = OwnedTasks(self.broke)

    def start(self) -> None:
        """Send events as they are queued."""
        self.released.set()
        self.space.on_event = self.flush
        self.flush()

    async def stop(self) -> None:
        """End what is under way."""
        self.space.on_event = lambda: None
        await self.tasks.stop()

    def broke(self, _task: asyncio.Task[Any], error: BaseException) -> None:
        """Nobody waits for what is under way, so an error is written down."""
        self.space.journal.write("broke", error=repr(error))

    def flush(self) -> None:
        """Send the queued events on their way."""
        while self.space.events:
            inner = self.space.events.popleft()
            self.tasks.spawn(self.tell(payloads.event(self.space, inner)))

    async def tell(self, payload: Json) -> DeliveryOutcome:
        """Deliver an event; again, at Slack's intervals, until it is acknowledged."""
        outcome = await self.deliver(EVENTS, payload)
        for attempt, pause in enumerate(self.space.seed.timing.retries, start=1):
            if outcome.how == ACKED or outcome.no_retry:
                break
            await asyncio.sleep(pause.total_seconds())
            reason = RETRY_REASONS[outcome.how]
            outcome = await self.deliver(EVENTS, payload, attempt=attempt, reason=reason)
        if outcome.how != ACKED:
            self.space.journal.write("event_given_up", event_id=payload["event_id"])
        return outcome

    async def deliver(
        self, kind: str, payload: Json, *, attempt: int = 0, reason: str = ""
    ) -> DeliveryOutcome:
        """Deliver once and wait for the acknowledgement, as long as Slack waits."""
        accepts = kind != EVENTS
        envelope: Json = {
            "envelope_id": self.space.ids.envelope(),
            "type": kind,
            "accepts_response_payload": accepts,
            "payload": payload,
        }
        if kind == EVENTS:
            envelope |= {"retry_attempt": attempt, "retry_reason": reason}
        return await self.bring(envelope)

    async def bring(self, envelope: Json) -> DeliveryOutcome:
        """Send an envelope, faults included, and wait for its acknowledgement."""
        mishap = self.space.faults.next_delivery()
        pending = self.expect(envelope, mishap)
        self.tasks.spawn(self.send(pending, mishap))
        limit = self.space.seed.timing.ack.total_seconds()
        try:
            outcome = await asyncio.wait_for(asyncio.shield(pending.outcome), limit)
        except TimeoutError:
            outcome = DeliveryOutcome(TIMED_OUT)
            pending.outcome.cancel()
        self.write_outcome(pending, outcome)
        return outcome

    def expect(self, envelope: Json, mishap: Mishap) -> PendingDelivery:
        """Remember an envelope until long after its acknowledgement is due."""
        loop = asyncio.get_running_loop()
        accepts = bool(envelope.get("accepts_response_payload"))
        pending = PendingDelivery(
            envelope, loop.time(), loop.create_future(), accepts, mishap.lose_ack
        )
        self.pending[envelope["envelope_id"]] = pending
        if len(self.pending) > REMEMBERED:
            self.pending.popitem(last=False)
        return pending

    async def send(self, pending: PendingDelivery, mishap: Mishap) -> None:
        """Hand the envelope to the transport: late, twice or never, if that was arranged."""
        if mishap.delay:
            await asyncio.sleep(mishap.delay)
        await self.released.wait()
        if not mishap.copies:
            self.space.journal.write("dropped", envelope_id=pending.envelope["envelope_id"])
        transport = self.http if self.space.app.request_url else self.sockets
        for _ in range(mishap.copies):
            await transport.send(pending)

    def acknowledge(self, envelope_id: Any, body: Any, *, via: str, no_retry: bool = False) -> None:
        """The app has answered; an answer too late, or a second one, changes nothing."""
        pending = self.pending.get(str(envelope_id))
        if pending is None:
            self.space.journal.write("ack_unknown", envelope_id=envelope_id, via=via)
            return
        pending.acks += 1
        late = pending.outcome.done()
        lost = pending.lose_ack and not late
        self.space.journal.write(
            "ack_lost" if lost else "ack_late" if late else "ack",
            envelope_id=envelope_id,
            via=via,
            latency=asyncio.get_running_loop().time() - pending.sent,
            number=pending.acks,
            body=body,
            unasked=body is not None and not pending.accepts,
        )
        if not late and not lost:
            pending.outcome.set_result(DeliveryOutcome(ACKED, body, no_retry))

    def fail(self, pending: PendingDelivery, why: str, *, no_retry: bool = False) -> None:
        """The transport could not deliver, or the app answered with an error."""
        envelope_id = pending.envelope["envelope_id"]
        self.space.journal.write("undelivered", envelope_id=envelope_id, why=why)
        if not pending.outcome.done():
            pending.outcome.set_result(DeliveryOutcome(NOT_DELIVERED, why, no_retry))

    def write_outcome(self, pending: PendingDelivery, outcome: DeliveryOutcome) -> None:
        """Write down a time-out; other ends are in the journal already."""
        if outcome.how == TIMED_OUT:
            envelope = pending.envelope
            self.space.journal.write(
                "timeout", envelope_id=envelope["envelope_id"], type=envelope["type"]
            )

    def hold(self) -> int:
        """Keep every delivery back until `release`; answers how many are under way."""
        self.space.faults.held = True
        self.released.clear()
        return len(self.tasks)

    def release(self) -> int:
        """Let what was kept back go."""
        self.space.faults.held = False
        self.released.set()
        return len(self.tasks)


RETRY_REASONS = {TIMED_OUT: "timeout", NOT_DELIVERED: "connection_failed"}
