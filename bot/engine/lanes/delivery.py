"""What a message's delivery means for the row of the outbox that asked for it."""

from datetime import timedelta

import structlog

from bot.engine.lanes.outbox import Later, Result, Settled
from bot.ports import chat as c

log = structlog.get_logger()

LOOK_AGAIN = timedelta(milliseconds=500)


def delivered(delivery: c.Delivery, key: str) -> Result:
    """Where it stands, when to come back, or why it never will."""
    match delivery:
        case c.Told(place):
            return Settled({"channel": place.channel, "ts": place.ts})
        case c.Later(seconds, bucket, why):
            return Later(timedelta(seconds=seconds), f"{bucket}: {why}", unsent=True)
        case c.Unsure(why):
            return Later(LOOK_AGAIN, why)
        case c.Gone(why):
            return Settled({"gone": why})
        case c.Refused(why, remedy):
            log.error("chat.refused", key=key, why=why, remedy=remedy)
            return Settled({"refused": why, "remedy": remedy})
