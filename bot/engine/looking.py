"""Who may look where: asks obey rights as acts do."""

from collections.abc import Iterable

from bot.domain.known import Known, denied
from bot.domain.release import Release
from bot.domain.rules import Right, Rules
from bot.engine.engine import Answer
from bot.engine.history import History
from bot.engine.rulebook import Rulebook
from bot.engine.spec import Parsed


async def hidden(parsed: Parsed, by: str, book: Rulebook, history: History) -> Answer | None:
    """A refusal where somebody asks about a place that they may not look at, and no other."""
    asked = await _asked_about(parsed, book, history)
    refusals = [refusal for rules in asked if (refusal := await _refusal(by, rules, book))]
    return refusals[0] if refusals and len(refusals) == len(asked) else None


async def visible(releases: Iterable[Release], by: str, book: Rulebook) -> list[Release]:
    """Those of places that somebody may look at."""
    rules = {(each.service, each.environment): each.rules for each in releases}
    seen = {
        place
        for place, pinned in rules.items()
        if Right.READ in await book.rights(by, book.rules(*place) or pinned)
    }
    return [each for each in releases if (each.service, each.environment) in seen]


async def _asked_about(parsed: Parsed, book: Rulebook, history: History) -> list[Rules]:
    release = await history.release(parsed.release) if parsed.release else None
    if release is not None:
        return [book.rules(release.service, release.environment) or release.rules]
    return [
        rules
        for (service, environment), rules in book.policy.services.items()
        if parsed.service == service and parsed.environment in (None, environment)
    ]


async def _refusal(by: str, rules: Rules, book: Rulebook) -> Answer | None:
    known = Known(rules=rules, rights=await book.rights(by, rules), who_may=book.who_may(rules))
    refusal = denied(known, Right.READ, "Not shown")
    if refusal is None:
        return None
    return Answer(text=refusal.sentence, code=refusal.code, remedy=refusal.remedy, recorded=False)
