"""What a message's delivery means for the row of the outbox that asked for it."""

from datetime import timedelta

import structlog

from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.ports import chat as c

log = structlog.get_logger()

LOOK_AGAIN = timedelta(milliseconds=500)


def settle_delivery(delivery: c.Delivery, key: str) -> RowResult:
    """Where it stands, when to come back, or why it never will."""
    match delivery:
        case c.Delivered(place):
            return RowDone({"channel": place.channel, "ts": place.ts})
        case c.SendLater(seconds, bucket, why):
            return RowLater(timedelta(seconds=seconds), f"{bucket}: {why}", unsent=True)
        case c.Unsure(why):
            return RowLater(LOOK_AGAIN, why)
        case c.Gone(why):
            return RowDone({"gone": why})
        case c.Refused(why, remedy):
            log.error("chat.refused", key=key, why=why, remedy=remedy)
            return RowDone({"refused": why, "remedy": remedy})
