"""What several verbs say of seats: who could fill them, and which nobody can."""

from bot.domain.state.release import Release
from bot.engine.door.door import Ask
from bot.engine.door.seats import Seating, find_seats
from bot.render.vote.seats import SeatShown, seat_lines
from commands.shared.answer import names_of


async def tell_seats(ask: Ask, release: Release) -> list[str]:
    """Lines about the poll that would stand before a release; none where nobody is asked."""
    engine = ask.desk.engine
    found = await find_seats(release, ask.desk.book, engine.history, engine.clock.now())
    return seat_lines([await _shown(ask, each) for each in found])


async def tell_stopping_seats(ask: Ask, release: Release) -> list[str]:
    """The same, only where a seat that is needed can be filled by nobody."""
    engine = ask.desk.engine
    found = await find_seats(release, ask.desk.book, engine.history, engine.clock.now())
    return await tell_seats(ask, release) if any(each.stops_it for each in found) else []


async def _shown(ask: Ask, each: Seating) -> SeatShown:
    people = tuple(person for person, _ in each.barred)
    called = [(await names_of((person,), ask.desk))[0] for person in people]
    return SeatShown(
        seat=each.seat.name,
        kind=each.seat.kind,
        groups=each.seat.people,
        able=await names_of(each.able, ask.desk),
        barred=[(name, why) for name, (_, why) in zip(called, each.barred, strict=True)],
        unknown=each.unknown,
        stops_it=each.stops_it,
    )
