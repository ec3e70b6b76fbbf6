"""The configured integrations as the engine uses them: by name, with the words of the config."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.state.release import Release
from bot.domain.terms.rules import Rules
from bot.ports.changes import ChangeSource
from bot.ports.deployer import Deployer, Target
from bot.ports.gate import Gatekeeper
from bot.ports.metrics import MetricSource
from bot.ports.outcomes import NotFound
from bot.ports.pager import Pager


@dataclass(slots=True, kw_only=True)
class Ports:
    """What was built from `[integrations]`, by the name the config gives it.

    Everybody asks it anew for each act, so that a reload reaches all of them at once.
    """

    deployers: Mapping[str, Deployer] = field(default_factory=dict)
    metrics: Mapping[str, MetricSource] = field(default_factory=dict)
    pagers: Mapping[str, Pager] = field(default_factory=dict)
    gates: Mapping[str, Gatekeeper] = field(default_factory=dict)
    changes: Mapping[str, ChangeSource] = field(default_factory=dict)

    def take(self, other: "Ports") -> None:
        """Be like the other, from one instant to the next; calls under way keep what they have."""
        self.deployers, self.metrics, self.pagers = other.deployers, other.metrics, other.pagers
        self.changes, self.gates = other.changes, other.gates

    def deployer(self, name: str) -> Deployer:
        if name not in self.deployers:
            raise NotFound(
                f"The deployer {name} is not in the config any more; put it back under "
                f"[integrations], or settle the release by hand."
            )
        return self.deployers[name]

    def source(self, name: str) -> MetricSource:
        if name not in self.metrics:
            raise NotFound(
                f"The metric source {name} is not in the config any more; put it back under "
                "[integrations]."
            )
        return self.metrics[name]

    def change_source(self, name: str) -> ChangeSource:
        if name not in self.changes:
            raise NotFound(
                f"{name} does not tell what a release brings. Name an integration that does, "
                'like one with use = "git".'
            )
        return self.changes[name]

    def gate(self, name: str) -> Gatekeeper:
        if name not in self.gates:
            raise NotFound(
                f"The gate {name} is not in the config any more; put it back under "
                "[integrations], or promote the release early."
            )
        return self.gates[name]


def target_of(rules: Rules) -> Target:
    return Target(service=rules.service, environment=rules.environment, settings=rules.target)


def target_for(release: Release) -> Target:
    return target_of(release.rules)
