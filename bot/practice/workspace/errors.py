"""How the workspace says no.

ApiError      to the app: `ok: false` with Slack's error code
ControlError  to whoever drives the workspace: what did not happen, why, what to do
"""

from typing import Any


class ApiError(Exception):
    """Slack's refusal: a code, further fields of the body, and the HTTP status."""

    def __init__(self, code: str, status: int = 200, **fields: Any) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.fields = fields
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        """The answer as Slack words it."""
        return {"ok": False, "error": self.code, **self.fields}


class ControlError(Exception):
    """A deed or control request that cannot be done as asked."""


def with_messages(code: str, messages: list[str]) -> ApiError:
    """A refusal that points at what is wrong, one `[ERROR] … [json-pointer:…]` a problem."""
    return ApiError(code, response_metadata={"messages": messages})
