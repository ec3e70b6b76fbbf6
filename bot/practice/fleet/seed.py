"""What a fleet is at the start: services, their versions, and how much traffic they get."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteSeed:
    """One service in one environment.

    `running` serves everything at the start and is stable; None where nothing was ever released.
    `rps` is the traffic in requests per second, 0 for none. `latency` is the median answer time,
    `error_rate` (0 to 1) what a version fails of without being broken.
    """

    service: str
    environment: str = "prod"
    versions: tuple[str, ...]
    running: str | None
    rps: float = 40.0
    latency: timedelta = timedelta(milliseconds=12)
    error_rate: float = 0.0

    def __post_init__(self) -> None:
        if self.running is not None and self.running not in self.versions:
            raise ValueError(
                f"{self.service} cannot begin on {self.running}: it is not among its versions. "
                f"Name one of {', '.join(self.versions)}, or None."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetSeed:
    """`settle` is how long a change of the split takes; `chance` seeds everything random."""

    sites: tuple[SiteSeed, ...]
    settle: timedelta = timedelta(milliseconds=200)
    chance: int = 7


DEFAULT_SEED = FleetSeed(
    sites=(
        SiteSeed(service="checkout", versions=("v1.4.1", "v1.4.2", "v1.4.3"), running="v1.4.1"),
        SiteSeed(service="search", versions=("v2.0.2", "v2.0.3"), running="v2.0.2"),
        SiteSeed(service="ledger", versions=("v9.0", "v9.1"), running="v9.0"),
    )
)
