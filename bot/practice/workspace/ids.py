"""Ids and message timestamps: unique, ordered, and the same for the same seed and clock."""

from datetime import datetime
from random import Random

from bot.practice.kit.clock import Now

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Every id the workspace invents comes from here."""

    def __init__(self, now: Now, random: Random) -> None:
        self._now = now
        self._random = random
        self._last = 0

    def new(self, prefix: str) -> str:
        """An id as Slack's look: a letter and ten capitals or digits."""
        return prefix + "".join(self._random.choices(LETTERS, k=10))

    def ts(self) -> str:
        """A message id: seconds and microseconds, always later than the one before."""
        self._last = max(self._last + 1, microseconds(self._now()))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def digits(self, count: int) -> str:
        """A number of `count` digits."""
        return str(self._random.randrange(10 ** (count - 1), 10**count))

    def word(self, count: int = 32) -> str:
        """Lower-case hexadecimal digits."""
        return f"{self._random.getrandbits(4 * count):0{count}x}"

    def envelope(self) -> str:
        """An envelope id in the form of a UUID."""
        word = self.word()
        return f"{word[:8]}-{word[8:12]}-{word[12:16]}-{word[16:20]}-{word[20:]}"

    def hash(self) -> str:
        """A view's hash: it changes with every change of the view."""
        return f"{self.ts()}.{self.word(8)}"


def microseconds(at: datetime) -> int:
    """Whole microseconds since 1970; no float on the way, so none is lost."""
    return int(at.timestamp()) * 1_000_000 + at.microsecond
