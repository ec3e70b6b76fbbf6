"""What was asked of the deploy API and what came of it, in order, repeats and refusals too."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.practice.kit.clock import rfc3339


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectEntry:
    """`accepted` is True only where it had an effect; `outcome` names what happened otherwise.

    Outcomes: accepted · already_done · key_reused · conflict · unknown_version · unreadable ·
    refused · throttled · hung · failed.
    """

    at: datetime
    service: str
    environment: str
    key: str
    what: str
    accepted: bool
    outcome: str

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"at": rfc3339(self.at)}


class EffectsLog:
    def __init__(self) -> None:
        self._entries: list[EffectEntry] = []

    @property
    def entries(self) -> tuple[EffectEntry, ...]:
        return tuple(self._entries)

    def write(self, entry: EffectEntry) -> None:
        self._entries.append(entry)

    def clear(self) -> None:
        self._entries.clear()

    def as_json(self) -> list[dict[str, Any]]:
        return [entry.as_json() for entry in self._entries]

    def as_lines(self) -> str:
        """One JSON object per line, for a file."""
        return "".join(json.dumps(entry) + "\n" for entry in self.as_json())
