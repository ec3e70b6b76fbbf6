"""What services refer to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.config.errors import Problem
from bot.config.house_models import People
from bot.config.layers import Layers
from bot.config.vendors import Configured
from bot.domain.terms.rules import CheckRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What services refer to. `broken` are integrations that cannot be used, with the reasons.

    `contained` are mistakes that stop only what they are about and who names it, by section and
    name (`("checks", "errors")`); `unread` are services of which no more than names is known.
    """

    integrations: Mapping[str, Configured]
    broken: Mapping[str, tuple[Problem, ...]]
    people: Mapping[str, People]
    checks: Mapping[str, CheckRule]
    layers: Layers = field(default_factory=Layers)
    contained: Mapping[tuple[str, str], tuple[Problem, ...]] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    time_scale: float = 1.0
    accounts: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
