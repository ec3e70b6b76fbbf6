"""What stands, or is owed, of overrides: for the Home tab, `status` and `slipway audit open`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain.state.override import Override, Review
from bot.domain.state.release import Release
from bot.domain.terms.rules import Right, Rules
from bot.engine.door.door import Desk
from bot.render.kit.view import HomeRow
from bot.render.override.messages import Here, override_row, owed_line, review_row, standing_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What a place has, the oldest first; `here` is how it is said."""

    rules: Rules
    here: Here
    overrides: tuple[Override, ...]
    reviews: tuple[Review, ...]

    def lines(self) -> Iterator[str]:
        yield from (standing_line(each, self.here) for each in self.overrides)
        yield from (owed_line(each, self.here) for each in self.reviews)


async def find_owed(desk: Desk, now: datetime, names: Mapping[str, str]) -> list[Owed]:
    """Every place that has an override that waits or stands, or owes a look back."""
    found = []
    for (service, environment), rules in sorted(desk.book.policy.services.items()):
        state = await desk.engine.history.service(service, environment)
        here = Here(
            service=service,
            environment=environment,
            now=now,
            names=names,
            zone=desk.readers.zone,
            command=desk.command,
        )
        place = Owed(
            rules=rules,
            here=here,
            overrides=tuple(each for each in state.overrides.values() if not each.is_over(now)),
            reviews=tuple(each for each in state.reviews.values() if each.is_open),
        )
        found += [place] if place.overrides or place.reviews else []
    return found


async def rows_for(
    desk: Desk, person: str, now: datetime, names: Mapping[str, str]
) -> list[HomeRow]:
    """What this person could be the second person of, or look back at."""
    rows: list[HomeRow] = []
    for place in await find_owed(desk, now, names):
        rights = await desk.book.rights(person, place.rules)
        for override in place.overrides if Right.OVERRIDE in rights else ():
            own = await _own(desk, override.release)
            if override.waits(now) and person not in own | {override.by}:
                rows.append(override_row(override, place.here))
        for review in place.reviews if Right.PROMOTE in rights else ():
            if person not in await _own(desk, review.release):
                rows.append(review_row(review, place.here))
    return rows


async def _own(desk: Desk, release_id: str) -> frozenset[str]:
    """Those whose release it is, and who let it past a gate."""
    release = await desk.engine.history.release(release_id) if release_id else None
    if release is None:
        return frozenset()
    return release.authors | {release.requested_by} | _let_past(release)


def _let_past(release: Release) -> frozenset[str]:
    return frozenset(used.asked_by for used in release.overrides)


async def lines_of(
    desk: Desk, person: str, service: str | None = None, environment: str | None = None
) -> list[str]:
    """A line for each, of the places that are named and that this person may see."""
    now, names = desk.engine.clock.now(), await desk.engine.store.names()
    found = await find_owed(desk, now, names)
    return [
        line
        for place in found
        if service in (None, place.rules.service)
        and environment in (None, place.rules.environment)
        and Right.READ in await desk.book.rights(person, place.rules)
        for line in place.lines()
    ]
