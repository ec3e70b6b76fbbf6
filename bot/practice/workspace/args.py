"""The arguments of one Web API call, read with Slack's mix of leniency and refusal."""

import json
from typing import Any

from bot.practice.workspace.errors import ApiError, with_messages

TRUE = frozenset({"true", "1", True})


class Args:
    """Arguments by name, whether they came as JSON, as a form, or in the query."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def has(self, name: str) -> bool:
        """Whether the argument was given, with anything but null."""
        return self.values.get(name) is not None

    def text(self, name: str, default: str = "") -> str:
        """A string; a number or an object in its place is refused."""
        value = self.values.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            raise invalid(f"must be a string [json-pointer:/{name}]")
        return value

    def flag(self, name: str) -> bool:
        """Whether the argument says yes."""
        value = self.values.get(name)
        return isinstance(value, str | int) and value in TRUE

    def number(self, name: str, default: int, error: str) -> int:
        """A whole number, as such or in digits; `error` is Slack's code where it is none."""
        value = self.values.get(name, default)
        try:
            return int(value)
        except (TypeError, ValueError):
            raise ApiError(error) from None

    def parsed(self, name: str, error: str) -> Any:
        """JSON, as such or written into a string; `error` is Slack's code where it is none."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise ApiError(error) from None


def invalid(*problems: str) -> ApiError:
    """The refusal of a call whose arguments are not in order."""
    return with_messages("invalid_arguments", [f"[ERROR] {problem}" for problem in problems])
