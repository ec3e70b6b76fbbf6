"""What moves a release: told where to be, asked where it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.domain.terms.strategy import Desired, Observed
from bot.ports.outcomes import WriteOutcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One service in one environment, with the deployer's own words for where it runs."""

    service: str
    environment: str
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a deployer can be told: shares other than 0 and 100 %, copies, warm spares, nothing."""

    weights: bool = False
    mirrors: bool = False
    keeps_warm: bool = False
    removes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RollbackPlan:
    """How the way back is walked and what was looked at to know that it can be.

    `proof` are sentences for people; `reversible` is False where something cannot be undone.
    """

    to: str | None
    mechanism: str
    proof: tuple[str, ...] = ()
    reversible: bool = True


class Deployer(Protocol):
    """Writes carry `key`: the same key twice is one deploy. Reads raise IntegrationError."""

    @property
    def capabilities(self) -> Capabilities: ...

    async def resolve(self, target: Target, version: str) -> str:
        """The revision a version names. NotFound, with the versions there are, where none."""
        ...

    async def observe(self, target: Target) -> Observed: ...

    async def apply(
        self, target: Target, desired: Desired, *, key: str, expect: Observed | None = None
    ) -> WriteOutcome:
        """Bring the target to `desired`; returns once it is taken, not once it is so."""
        ...

    async def find(self, target: Target, key: str) -> bool | None:
        """Whether this key was carried out; None where the vendor cannot tell."""
        ...

    async def plan_rollback(self, target: Target, to: str | None) -> RollbackPlan:
        """Prove, without changing anything, that `to` can be returned to (None: to nothing).

        NotFound where it cannot.
        """
        ...
