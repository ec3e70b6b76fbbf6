"""Facts about the record itself: that its head was kept elsewhere, and who read what."""

from dataclasses import dataclass

from bot.domain.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadAnchored(Fact):
    """The chain ended in `hash` at its fact `seq`; from now on places outside know it."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRead(Fact):
    """A person was shown, or given, the evidence of a release."""

    release: str
    via: str
