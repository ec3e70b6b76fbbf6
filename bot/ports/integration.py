"""What a vendor's folder exports: one `INTEGRATION` descriptor, found by the registry."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.domain.judge.samples import Window
from bot.ports.changes import ChangeSource
from bot.ports.clock import Clock
from bot.ports.deployer import Deployer
from bot.ports.gate import Gatekeeper
from bot.ports.http import Http
from bot.ports.metrics import MetricSource, Survey
from bot.ports.pager import Pager


class Settings(BaseModel):
    """Base of every vendor's settings: unknown keys are refused, values never change."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one configured integration offers; a port it does not serve stays None.

    `check` reads, changes nothing, and answers a sentence about what it saw, or raises an
    IntegrationError. `close` gives back what was opened. `explain(query, window)` answers a
    sentence about why a query found nothing, empty where it cannot tell; `survey()` what a first
    config could ask of a metric source. Both may raise an IntegrationError. `counts_itself` says
    that a first look only begins to count, and answers nothing.
    """

    deployer: Deployer | None = None
    metrics: MetricSource | None = None
    pager: Pager | None = None
    gate: Gatekeeper | None = None
    changes: ChangeSource | None = None
    check: Callable[[], Any] | None = None
    close: Callable[[], Any] | None = None
    explain: Callable[[str, Window], Awaitable[str]] | None = None
    survey: Callable[[], Awaitable[Survey]] | None = None
    counts_itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Integration:
    """`name` is what `use = "…"` says; `build(settings, http, clock)` makes the parts.

    `target` is the model of a service's `target` table where the vendor deploys.
    """

    name: str
    summary: str
    settings: type[Settings]
    build: Callable[[Any, Http, Clock], Parts]
    target: type[BaseModel] | None = None
