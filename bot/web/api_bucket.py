"""How many requests a key may make: a bucket of tokens for each, filled at a steady rate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Final

BURST: Final = 60
A_SECOND: Final = 2.0


@dataclass(slots=True)
class Bucket:
    tokens: float
    at: float


@dataclass(slots=True, kw_only=True)
class Buckets:
    """`monotonic` answers seconds; there is one bucket per key, and keys are few."""

    monotonic: Callable[[], float]
    burst: int = BURST
    a_second: float = A_SECOND
    buckets: dict[str, Bucket] = field(default_factory=dict)

    def take(self, key: str) -> int:
        """0 where the request may pass, else after how many whole seconds the next one may."""
        now = self.monotonic()
        bucket = self.buckets.setdefault(key, Bucket(float(self.burst), now))
        filled = bucket.tokens + (now - bucket.at) * self.a_second
        bucket.tokens, bucket.at = min(float(self.burst), filled), now
        if bucket.tokens < 1:
            return max(1, ceil((1 - bucket.tokens) / self.a_second))
        bucket.tokens -= 1
        return 0
