"""Where a site is told to be, and the splits on the way there. Nothing here does anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

from bot.practice.fleet import refusal
from bot.practice.fleet.refusal import FleetRefusal

Split: TypeAlias = Mapping[str, float]
"""Percent of the users per version; a version at 0 runs but serves nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`weight` percent of the users on `revision`, the rest on `stable` (None: on nothing).

    `mirror` percent of the requests are copied to `revision`. `keep` leaves whichever of the two
    has no users running. Both None: nothing was ever released.
    """

    revision: str | None
    stable: str | None
    weight: float = 0
    mirror: float = 0
    keep: bool = False

    def split(self) -> dict[str, float]:
        shares = {self.stable: 100 - self.weight} if self.stable != self.revision else {}
        shares[self.revision] = self.weight
        warm = {self.revision} if self.keep or self.mirror else set()
        warm |= {self.stable} if self.keep else set()
        return {
            name: tidy(share) for name, share in shares.items() if name and (share or name in warm)
        }

    def copies(self) -> dict[str, float]:
        return {self.revision: tidy(self.mirror)} if self.revision and self.mirror else {}

    def spelled(self) -> str:
        """`v1.4.2 at 10 %, v1.4.1 at 90 %, 5 % copied to v1.4.2`, or that nothing runs."""
        shares = [f"{name} at {share:g} %" for name, share in reversed(self.split().items())]
        copies = [f"{share:g} % copied to {name}" for name, share in self.copies().items()]
        return ", ".join(shares + copies) or "nothing runs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a deployer asks for. `expect` is the split it believes in, None where it is not said."""

    key: str
    wanted: Wanted
    expect: Split | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a change is walked: `of` equal steps within `span`, `done` of them ever taken.

    `ends` is False where the site never says that it settled.
    """

    span: timedelta
    of: int = 4
    done: int = 4
    ends: bool = True


def tidy(share: float) -> float:
    """10 rather than 10.0, and never more digits than people write."""
    return int(share) if share == int(share) else round(share, 2)


def same(one: Split, other: Split) -> bool:
    """A version at 0 counts like one that is not there: nobody is served by it."""
    return {name: share for name, share in one.items() if share} == {
        name: share for name, share in other.items() if share
    }


def between(old: Split, new: Split, part: float) -> dict[str, float]:
    """The split after `part` (0 to 1) of the way from `old` to `new`."""
    names = [*old, *(name for name in new if name not in old)]
    return {
        name: tidy(round(old.get(name, 0) + (new.get(name, 0) - old.get(name, 0)) * part, 2))
        for name in names
    }


def steps(old: Split, new: Split, pace: Pace) -> Iterator[dict[str, float]]:
    """Every split on the way, the last one exactly `new` unless the pace stops before it."""
    for step in range(1, pace.done + 1):
        yield dict(new) if step == pace.of else between(old, new, step / pace.of)


WORDS = ("key", "revision", "stable", "weight", "mirror", "keep", "expect")


def read_order(body: object, versions: tuple[str, ...]) -> Order:
    """Raises Refusal: 400 for what cannot be read, 422 for a version that does not exist."""
    asked = refusal.as_object(body)
    refusal.only(asked, WORDS)
    order = Order(
        key=refusal.word(asked, "key"),
        wanted=_wanted(asked, versions),
        expect=_expect(asked.get("expect")),
    )
    return _sensible(order)


def _wanted(asked: Mapping[str, Any], versions: tuple[str, ...]) -> Wanted:
    given = {"mirror": 0, "keep": False} | dict(asked)
    if "weight" not in given:
        raise refusal.unreadable("Nothing was done: 'weight' is missing.", "Say 0 to 100.")
    return Wanted(
        revision=_version(refusal.word(given, "revision"), versions),
        stable=_stable(given, versions),
        weight=tidy(refusal.number(given, "weight", 0, 100)),
        mirror=tidy(refusal.number(given, "mirror", 0, 100)),
        keep=refusal.flag(given, "keep"),
    )


def _stable(given: Mapping[str, Any], versions: tuple[str, ...]) -> str | None:
    if given.get("stable") is None:
        return None
    return _version(refusal.word(given, "stable"), versions)


def _version(name: str, versions: tuple[str, ...]) -> str:
    if name not in versions:
        raise FleetRefusal(
            422,
            "unknown_version",
            f"Nothing was deployed: there is no version {name!r}.",
            f"There are {', '.join(versions)}.",
        )
    return name


def _expect(asked: object) -> Split | None:
    if asked is None:
        return None
    split = refusal.as_object(asked)
    return {name: tidy(refusal.number(split, name, 0, 100)) for name in split}


def _sensible(order: Order) -> Order:
    wanted = order.wanted
    if wanted.revision == wanted.stable and wanted.weight != 100:
        raise refusal.unreadable(
            f"Nothing was deployed: {wanted.revision} is both revision and stable, "
            f"at {wanted.weight:g} %.",
            "Give weight 100, or another stable.",
        )
    return order
