"""Why something did not happen, and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """`code` is for tests and dashboards, the sentence and the remedy are for people."""

    code: str
    sentence: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why something did not happen, and what to do."""

    code: str
    sentence: str
    remedy: str
