"""Where a target is and may be told to be: questions that every deployer answers alike. Pure."""

from bot.domain.terms.strategy import TOLERANCE, Desired, Observed
from bot.domain.terms.units import EVERYBODY, NOBODY
from bot.ports.deployer import Capabilities
from bot.ports.outcomes import Unsupported


def has_moved(seen: Observed, expect: Observed | None) -> bool:
    """Whether the target is not where the caller expects it; None expects nothing."""
    if expect is None:
        return False
    return _apart(seen.revisions, expect.revisions) or _apart(seen.mirrors, expect.mirrors)


def _apart(one: dict[str, float], other: dict[str, float]) -> bool:
    names = {*one, *other}
    return any(abs(one.get(name, 0.0) - other.get(name, 0.0)) > TOLERANCE for name in names)


def beyond(capabilities: Capabilities, desired: Desired) -> Unsupported | None:
    """What a deployer cannot be told of `desired`; None where it can."""
    if NOBODY < desired.weight < EVERYBODY and not capabilities.weights:
        return Unsupported(
            f"Not moved: this deployer cannot give {desired.weight} of the traffic to a version.",
            "Use the rolling strategy, or steps of 0 % and 100 % only.",
        )
    if desired.mirror > NOBODY and not capabilities.mirrors:
        return Unsupported(
            "Not moved: this deployer cannot copy traffic to a version.",
            "Leave mirror out of the steps.",
        )
    if desired.keep and not capabilities.keeps_warm:
        return Unsupported(
            "Not moved: this deployer cannot keep the old version running without traffic.",
            "Use the rolling or canary strategy.",
        )
    if desired.stable is None and desired.weight == NOBODY and not capabilities.removes:
        return Unsupported(
            "Not moved: this deployer cannot take away the only version there is.",
            "Remove it by hand, or release another version.",
        )
    return None
