"""`/release calendar [service]`: what is frozen now, and what is ahead."""

from datetime import datetime, timedelta

from bot.domain.calendar import Calendar, Window
from bot.domain.clockwords import spell_moment
from bot.domain.when import Span
from bot.engine.answers import Answer
from bot.engine.door import Ask, Reply, reply_to
from bot.engine.spec import CommandSpec, Effectful

AHEAD = timedelta(days=14)
LISTED = 15


async def run(ask: Ask) -> Reply:
    now, calendar = ask.desk.engine.clock.now(), await ask.desk.engine.calendar()
    service = ask.parsed.service
    meant = [each for each in calendar.windows if not service or each.services in ((), (service,))]
    names = await ask.desk.engine.store.names()
    lines = [line(each, span, calendar, now) for each, span in spans(meant, now)]
    told = "\n".join(lines[:LISTED]) or "The calendar is open: nothing is frozen in the next 14 d."
    for person, name in names.items():
        told = told.replace(person, name)
    answer = reply_to(Answer(text=told, recorded=False))
    return Reply(message=answer.message, answer=answer.answer)


def spans(windows: list[Window], now: datetime) -> list[tuple[Window, Span]]:
    """What stands now and what begins soon, what stands first, then by its begin."""
    found = [(each, span) for each in windows if (span := each.span_at(now))]
    coming = [(each, span) for each in windows if (span := each.next_span(now))]
    soon = [(each, span) for each, span in coming if span.begin - now <= AHEAD]
    return [*found, *sorted(soon, key=lambda pair: pair[1].begin)]


def line(window: Window, span: Span, calendar: Calendar, now: datetime) -> str:
    """`NOW until Mon 08:00 CET  weekend: everything (few people are here), set by ana`"""
    begin = "NOW" if span.holds(now) else spell_moment(span.begin, calendar.zone, now)
    end = spell_moment(span.end, calendar.zone, now) if span.end else "it is lifted"
    because = f" ({window.because})" if window.because else ""
    by = f", set by {window.owner}" if window.owner else ""
    does = "" if window.kind == "deny" else " may move"
    return f"{begin} until {end}  {window.name}: {window.scope}{does}{because}{by}"


SPEC = CommandSpec(
    name="calendar",
    usage="calendar [service]",
    summary="What is frozen now and in the next 14 days, and who set it.",
    examples=("calendar checkout",),
    does=Effectful.ASK,
    what="optional",
    names=frozenset({"service"}),
    words=frozenset({"to"}),
    run=run,
)
