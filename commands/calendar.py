"""`/release calendar [service|env] [week|next week]`: what is frozen now, and what is ahead."""

from dataclasses import replace

from bot.engine.door.calendar import CalendarAsk, in_week, next_days, outlook
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.calendar.outlook import calendar_answer
from commands.shared.answer import show

AHEAD = 14
WEEKS = {"week": 0, "this-week": 0, "next-week": 1}


async def run(ask: Ask) -> Reply:
    said = ask.parsed.said
    asked = replace(
        await period(ask),
        service=ask.parsed.service or "",
        # One that was filled in is what the service has; it was not asked for.
        environment=(ask.parsed.environment or "") if "environment" in said else "",
    )
    return show(calendar_answer(await outlook(ask.desk, asked)))


async def period(ask: Ask) -> CalendarAsk:
    now, week = ask.desk.engine.clock.now(), ask.parsed.choice
    if week is None:
        return await next_days(ask.desk, ask.by, now, AHEAD)
    return await in_week(ask.desk, ask.by, now, WEEKS[week])


SPEC = CommandSpec(
    name="calendar",
    usage="calendar [service|env] [week|next week]",
    summary="What is frozen now and in the next 14 days, and who set it.",
    examples=("calendar checkout", "calendar next week"),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=30,
    what="optional",
    names=frozenset({"service"}),
    wide=True,
    choices=tuple(WEEKS),
    words=frozenset({"to"}),
    run=run,
)
