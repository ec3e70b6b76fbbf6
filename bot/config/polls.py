"""From a poll as written to its rules; a poll that nobody could ever pass is refused here."""

from collections.abc import Iterator

from bot.config.errors import KeyPath, Problem
from bot.config.models import PollTable
from bot.config.words import absent
from bot.domain.state.vote import FINAL
from bot.domain.terms.rules import PollRules, Seat, SeatKind

RESERVED = frozenset({FINAL, FINAL.replace(" ", "-"), "to", "until", "because", "go", "no-go"})
"""Words that mean something else where people type a seat's name."""


def of_seats(table: PollTable, keys: KeyPath) -> Iterator[Problem]:
    """What is wrong with the seats among themselves."""
    seats = tuple(table.seats)
    for seat in seats:
        if seat.casefold() in RESERVED:
            sentence = f"{seat} would be read as another word of a command"
            yield _problem((*keys, "seats", seat), sentence, "choose another name")
    for key in ("veto", "advisory"):
        for name in getattr(table, key) or ():
            if name not in seats:
                words = absent("seat", name, seats, "it to poll.seats")
                yield _problem((*keys, key), words[0], words[1])
    for both in sorted({*(table.veto or ())} & {*(table.advisory or ())}):
        sentence = f"{both} can veto and is only asked for advice, which cannot both be"
        yield _problem((*keys, "advisory"), sentence, "take it out of veto, or out of advisory")
    yield from _of_numbers(table, keys)


def _of_numbers(table: PollTable, keys: KeyPath) -> Iterator[Problem]:
    seats = len(table.seats)
    if not seats:
        return
    if table.quorum is not None and table.quorum > seats:
        sentence = f"a quorum of {table.quorum} is more than the {seats} seats can give"
        yield _problem((*keys, "quorum"), sentence, f"write {seats} or less, or add seats")
    if not needed(table):
        sentence = "every seat is advisory, so nobody would decide"
        yield _problem((*keys, "advisory"), sentence, "leave out a seat that has to say go")
    if table.closes_after > table.valid_for:
        sentence = "people may take longer than what was checked is valid"
        remedy = "make valid_for at least as long as closes_after"
        yield _problem((*keys, "closes_after"), sentence, remedy)


def needed(table: PollTable) -> tuple[str, ...]:
    """The seats without whose go nothing starts."""
    return tuple(seat for seat in table.seats if seat not in (table.advisory or ()))


def poll_rules(table: PollTable | None, time_scale: float) -> PollRules | None:
    """None where nobody is asked."""
    if table is None or not table.seats:
        return None
    return PollRules(
        seats=tuple(
            Seat(name=name, people=people, kind=_kind(table, name))
            for name, people in table.seats.items()
        ),
        quorum=table.quorum or len(needed(table)),
        caller=table.caller or (),
        closes_after=table.closes_after / time_scale,
        valid_for=table.valid_for / time_scale,
    )


def _kind(table: PollTable, seat: str) -> SeatKind:
    if seat in (table.veto or ()):
        return SeatKind.VETO
    return SeatKind.ADVICE if seat in (table.advisory or ()) else SeatKind.NEEDED


def _problem(keys: KeyPath, sentence: str, remedy: str) -> Problem:
    return Problem(keys=keys, sentence=sentence, remedy=remedy)
