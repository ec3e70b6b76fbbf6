"""Log lines: to stderr always, so that stdout is what was asked for; secrets never."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from bot.ports.answers import shorten_middle

TOKENS = re.compile(
    r"xox[a-z](?:\.[a-z0-9]++)?-[\w.-]++|xapp-[\w-]++|Bearer\s++\S++", re.IGNORECASE
)
HIDDEN = "[secret]"


def hide(text: str) -> str:
    """The text without anything shaped like a token, and of a bounded length."""
    return TOKENS.sub(HIDDEN, shorten_middle(text))


def hide_in_event(
    _logger: Any, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    return {key: hide(value) if isinstance(value, str) else value for key, value in event.items()}


class HidingFormatter(logging.Formatter):
    """For libraries that log by themselves: their tracebacks are looked through too."""

    def format(self, record: logging.LogRecord) -> str:
        return hide(super().format(record))


def to_stderr(level: int = logging.INFO) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(HidingFormatter("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            hide_in_event,
            structlog.processors.KeyValueRenderer(
                key_order=["timestamp", "level", "event"], drop_missing=True
            ),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
