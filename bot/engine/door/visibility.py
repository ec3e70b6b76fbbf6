"""Who may look where: asks obey rights as acts do."""

from collections.abc import Iterable, Sequence

from bot.domain.decide.known import Known, refuse_without_right
from bot.domain.state.release import Release
from bot.domain.terms.place import Place
from bot.domain.terms.rules import Right, Rules
from bot.engine.door.spec import CommandSpec, Parsed
from bot.engine.people.admission import Standing
from bot.engine.people.rulebook import Rulebook
from bot.engine.record.answers import Answer, answer_refusal
from bot.engine.record.history import History
from bot.ports.store import Event

RELEASE = "R-"


async def refuse_hidden(parsed: Parsed, by: str, book: Rulebook, history: History) -> Answer | None:
    """A refusal where somebody asks about a place that they may not look at, and no other."""
    asked = await _asked_about(parsed, book, history)
    refusals = [refusal for rules in asked if (refusal := await _refusal(by, rules, book))]
    return refusals[0] if refusals and len(refusals) == len(asked) else None


async def visible(releases: Iterable[Release], by: str, book: Rulebook) -> list[Release]:
    """Those of places that somebody may look at."""
    rules = {Place(each.service, each.environment): each.rules for each in releases}
    seen = {
        place
        for place, pinned in rules.items()
        if Right.READ in await book.rights(by, book.at(place).rules or pinned)
    }
    return [each for each in releases if (each.service, each.environment) in seen]


async def unseen(release: Release, by: str, book: Rulebook) -> Answer | None:
    """A refusal where somebody may not look at the place of a release."""
    return await _refusal(by, _rules_of(release, book), book)


async def shown_to(
    by: str, events: Sequence[Event], book: Rulebook, history: History
) -> list[Event]:
    """The facts of places that somebody may look at.

    What belongs to no place (the door, the config, the calendar) may speak of any: it is for those
    who may look at all of them.
    """
    streams = dict.fromkeys(event.stream for event in events)
    seen = {stream for stream in streams if await _sees(by, stream, book, history)}
    return [event for event in events if event.stream in seen]


async def _sees(by: str, stream: str, book: Rulebook, history: History) -> bool:
    asked = await _places_of(stream, book, history)
    return all([Right.READ in await book.rights(by, rules) for rules in asked])


async def _places_of(stream: str, book: Rulebook, history: History) -> list[Rules]:
    """Whose rules say who reads a stream: those of its place, else of every place."""
    release = await history.release(stream) if stream.startswith(RELEASE) else None
    if release is not None:
        return [_rules_of(release, book)]
    every = book.policy.services
    _, _, where = stream.partition("/")
    return [every[place] for place in every if str(place) == where] or list(every.values())


def _rules_of(release: Release, book: Rulebook) -> Rules:
    return book.at(Place(release.service, release.environment)).rules or release.rules


async def _asked_about(parsed: Parsed, book: Rulebook, history: History) -> list[Rules]:
    release = await history.release(parsed.release) if parsed.release else None
    if release is not None:
        return [_rules_of(release, book)]
    return [
        rules
        for (service, environment), rules in book.policy.services.items()
        if parsed.service == service and parsed.environment in (None, environment)
    ]


async def _refusal(by: str, rules: Rules, book: Rulebook) -> Answer | None:
    known = Known(rights=await book.rights(by, rules), who_may=book.who_may(rules))
    refusal = refuse_without_right(known, Right.READ, "Not shown")
    if refusal is None:
        return None
    return answer_refusal(refusal, "")


def is_open_to(spec: CommandSpec, standing: Standing) -> bool:
    """Whether somebody may use a verb at all; what their rights are is asked beside it."""
    if standing is Standing.REMEMBERED:
        return not spec.is_act or spec.right == Right.ROLLBACK
    return standing is Standing.MEMBER
