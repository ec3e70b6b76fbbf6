"""The bot's record, looked at from outside while it works."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

from bot.practice.stage.stage import OffScript

LOOK_EVERY = 0.005


def one(database: Path, sql: str, *values: object) -> Any:
    """The first column of the first row; None where there is no row."""
    conn = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        row = conn.execute(sql, values).fetchone()
        return row[0] if row else None
    finally:
        conn.close()


async def until(true: Callable[[], bool], patience: float, what: str) -> float:
    """When it became true, by perf_counter; raises OffScript where that takes too long."""
    latest = perf_counter() + patience
    while not true():
        if perf_counter() > latest:
            raise OffScript(f"waited {patience:g} s in vain until {what}")
        await asyncio.sleep(LOOK_EVERY)
    return perf_counter()
