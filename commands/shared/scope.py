"""Where a freeze holds or is lifted."""

from bot.engine.door.door import Ask


def read_scope(ask: Ask) -> tuple[str, str]:
    """What was typed, and not what the thread would fill in: nobody stops less than they said."""
    said = ask.parsed.said
    service = ask.parsed.service if "service" in said else None
    environment = ask.parsed.environment if "environment" in said else None
    return service or "", environment or ""
