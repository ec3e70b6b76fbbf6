"""A place: one service in one environment."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where releases are live one at a time. Written `checkout/prod`."""

    service: str
    environment: str

    def __str__(self) -> str:
        return f"{self.service}/{self.environment}"
