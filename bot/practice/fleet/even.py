"""Choosing by weight so smoothly that a few dozen requests already show the split."""

from math import sqrt

from bot.practice.fleet.wanted import Split

GOLDEN = (sqrt(5) - 1) / 2
SILVER = sqrt(2) - 1


class Even:
    """Numbers in [0, 1) that fill it evenly from a given start (an additive sequence).

    Unlike a wheel of weights it keeps no state that a change of weights would upset.
    """

    def __init__(self, start: float, stride: float = GOLDEN) -> None:
        self._at = start
        self._stride = stride

    def draw(self) -> float:
        self._at = (self._at + self._stride) % 1
        return self._at


def pick(split: Split, drawn: float) -> str | None:
    """The version that `drawn` (0 to 1) falls on; None in the part that no version covers."""
    edge = 0.0
    for name, share in split.items():
        edge += share / 100
        if drawn < edge:
            return name
    return None


def without(split: Split, blocked: frozenset[str]) -> Split:
    """The split with the shares of the blocked spread over the others, in proportion."""
    left = {name: share for name, share in split.items() if name not in blocked}
    rest = sum(left.values())
    if not blocked or not rest:
        return left
    return {name: share * sum(split.values()) / rest for name, share in left.items()}
