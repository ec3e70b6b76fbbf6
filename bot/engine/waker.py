"""Wake-ups by APScheduler: one date job, replaced each time, that no delay can drop."""

from collections.abc import Callable
from datetime import datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

JOB = "wake"


class ScheduledWaker:
    """Must be made inside a running event loop."""

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(timezone="UTC")
        self._scheduler.start()

    def at(self, due: datetime, call: Callable[[], None]) -> None:
        # Without a grace time of None the library drops a job that is a second late.
        self._scheduler.add_job(
            call, "date", run_date=due, id=JOB, replace_existing=True, misfire_grace_time=None
        )

    def close(self) -> None:
        self._scheduler.shutdown(wait=False)
