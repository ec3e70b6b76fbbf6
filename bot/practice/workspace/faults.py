"""Faults on demand: what goes wrong with the next calls and deliveries, and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.practice.workspace.errors import ControlError

FOREVER = -1
ANY = "*"
DELIVERY_FAULTS = ("duplicate", "delay", "drop", "lose_ack", "refuse")


@dataclass(slots=True, kw_only=True)
class CallFault:
    """One thing that goes wrong with calls of `method` (`*`: any), `times` times (-1: always).

    error        the answer is `ok: false` with this code; nothing is done
    status       an HTTP status with a body that is no JSON; nothing is done
    ratelimited  429 with this Retry-After; nothing is done
    hang         this many seconds pass, then the call is done and answered
    lose_answer  the call is done, the connection breaks before the answer
    lose_call    the connection breaks, nothing is done
    """

    method: str
    times: int = 1
    error: str | None = None
    status: int | None = None
    ratelimited: int | None = None
    hang: float | None = None
    lose_answer: bool = False
    lose_call: bool = False

    def shown(self) -> dict[str, Any]:
        """As JSON, without what is not set."""
        names = ("method", "times", *OUTCOMES)
        return {name: value for name in names if (value := getattr(self, name))}


NUMBER = (int, float)
KINDS: Mapping[str, type | tuple[type, ...]] = {
    "method": str,
    "times": int,
    "error": str,
    "status": int,
    "ratelimited": int,
    "hang": NUMBER,
    "lose_answer": bool,
    "lose_call": bool,
}
OUTCOMES = ("error", "status", "ratelimited", "hang", "lose_answer", "lose_call")


@dataclass(slots=True)
class Mishap:
    """What happens to one delivery."""

    copies: int = 1
    delay: float = 0.0
    lose_ack: bool = False


@dataclass(slots=True)
class Faults:
    """What is arranged to go wrong; `counts` are the deliveries still to be hit, by fault."""

    calls: list[CallFault] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    delay: float = 0.0
    held: bool = False

    def add_call(self, asked: dict[str, Any]) -> CallFault:
        """Arrange a call fault from JSON; the names of its fields are CallFault's."""
        for name, value in asked.items():
            if not isinstance(value, KINDS.get(name, ())):
                raise ControlError(
                    f"No fault was set: {name!r} cannot be {value!r}. "
                    f"A fault of a method takes {', '.join(KINDS)}."
                )
        if sum(bool(asked.get(name)) for name in OUTCOMES) != 1:
            raise ControlError(f"No fault was set: name exactly one of {', '.join(OUTCOMES)}.")
        fault = CallFault(**asked)
        self.calls.append(fault)
        return fault

    def next_call(self, method: str) -> CallFault | None:
        """The fault that hits this call, counted down."""
        hit = next((fault for fault in self.calls if fault.method in (method, ANY)), None)
        if hit and hit.times != FOREVER:
            hit.times -= 1
            if hit.times <= 0:
                self.calls.remove(hit)
        return hit

    def arrange(self, name: str, times: int) -> None:
        """Hit the next `times` deliveries (-1: all) with this fault."""
        if name not in DELIVERY_FAULTS:
            raise ControlError(
                f"No fault was set: {name!r} is no delivery fault; "
                f"there are: {', '.join(DELIVERY_FAULTS)}."
            )
        self.counts[name] = times

    def spend(self, name: str) -> bool:
        """Whether this fault hits now; counts it down."""
        left = self.counts.get(name, 0)
        if left > 0:
            self.counts[name] = left - 1
        return left != 0

    def next_delivery(self) -> Mishap:
        """What happens to the delivery that is about to leave."""
        copies = 0 if self.spend("drop") else 2 if self.spend("duplicate") else 1
        delay = self.delay if self.spend("delay") else 0.0
        return Mishap(copies=copies, delay=delay, lose_ack=self.spend("lose_ack"))

    def shown(self) -> dict[str, Any]:
        """What is still arranged, as JSON."""
        return {
            "calls": [fault.shown() for fault in self.calls],
            "deliveries": {name: left for name, left in self.counts.items() if left},
            "held": self.held,
        }
