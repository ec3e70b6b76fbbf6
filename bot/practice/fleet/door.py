"""Faults of the deploy API itself: what is wrong with it, for whom, and how often.

Before anything is done   refuse · throttle · error · hang
After it was done         lost_answer · hang_after · cut · nonsense
In how it is done         slow_settle · never_settle · partial
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal, TypeAlias

from bot.practice.fleet import refusal
from bot.practice.fleet.wanted import Pace

SpoiledAct: TypeAlias = Literal["apply", "observe", "find"]

ACTS: tuple[SpoiledAct, ...] = ("apply", "observe", "find")
BEFORE = ("refuse", "throttle", "error", "hang")
AFTER = ("lost_answer", "hang_after", "cut", "nonsense")
SETTLING = ("slow_settle", "never_settle", "partial")
KINDS = (*BEFORE, *AFTER, *SETTLING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`times` is how many calls it still spoils, None for all. Service, environment None: any.

    `seconds` belongs to slow_settle and throttle, `reason` to refuse, `body` to nonsense,
    `done` of `of` steps to partial.
    """

    fault: str
    on: SpoiledAct = "apply"
    service: str | None = None
    environment: str | None = None
    times: int | None = 1
    seconds: float = 5.0
    reason: str = "the change window is closed"
    body: str = "<!doctype html><p>It works!"
    done: int = 1
    of: int = 2

    def spoils(self, act: SpoiledAct, service: str, environment: str) -> bool:
        return (
            self.on == act
            and self.service in (None, service)
            and self.environment in (None, environment)
        )

    def pace(self, usual: Pace) -> Pace:
        """How a change is walked under this fault."""
        match self.fault:
            case "slow_settle":
                return replace(usual, span=timedelta(seconds=self.seconds))
            case "never_settle":
                return replace(usual, ends=False)
            case "partial":
                return replace(usual, of=self.of, done=self.done)
            case _:
                return usual


WORDS = (
    "fault", "on", "service", "environment", "times", "seconds", "reason", "body", "done", "of",
)  # fmt: skip


def read_fault(body: object) -> Fault:
    """Raises Refusal for a word or value that would spoil nothing."""
    asked = refusal.as_object(body)
    refusal.only(asked, WORDS)
    given: dict[str, Any] = {"fault": refusal.word(asked, "fault", KINDS)}
    for name in ("service", "environment", "reason", "body"):
        if name in asked:
            given[name] = refusal.word(asked, name)
    if "on" in asked:
        given["on"] = refusal.word(asked, "on", ACTS)
    if "seconds" in asked:
        given["seconds"] = refusal.number(asked, "seconds", 0, 600)
    return _possible(Fault(**given, **_counts(asked)))


def _counts(asked: Mapping[str, Any]) -> dict[str, Any]:
    counts: dict[str, Any] = {
        name: int(refusal.number(asked, name, least, 1000))
        for name, least in (("done", 0), ("of", 1), ("times", 1))
        if asked.get(name) is not None
    }
    return counts | {"times": None} if asked.get("times", 1) is None else counts


def _possible(fault: Fault) -> Fault:
    if fault.fault in SETTLING and fault.on != "apply":
        raise refusal.unreadable(
            f"No fault was set: {fault.fault} is about applying, not about {fault.on}.",
            "Leave out 'on'.",
        )
    if fault.fault == "partial" and fault.done >= fault.of:
        raise refusal.unreadable(
            f"No fault was set: {fault.done} of {fault.of} steps is not partial.",
            "Give a smaller 'done'.",
        )
    return fault


@dataclass(slots=True)
class FaultDoor:
    faults: list[Fault] = field(default_factory=list)

    def set(self, fault: Fault) -> None:
        self.faults.append(fault)

    def clear(self) -> None:
        self.faults.clear()

    def meets(self, act: SpoiledAct, service: str, environment: str) -> Fault | None:
        """The first fault that spoils this call, used up by one."""
        for place, fault in enumerate(self.faults):
            if fault.spoils(act, service, environment):
                self._use_up(place, fault)
                return fault
        return None

    def as_json(self) -> list[dict[str, Any]]:
        return [asdict(fault) for fault in self.faults]

    def _use_up(self, place: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times == 1:
            del self.faults[place]
            return
        self.faults[place] = replace(fault, times=fault.times - 1)
