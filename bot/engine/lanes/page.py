"""The lane `page`: whom a person's phone tells what, at the urgency it deserves."""

from bot.domain.state.moves import Do
from bot.domain.state.release import Release
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult, backoff
from bot.engine.parts import Ports
from bot.engine.record.engine import Engine
from bot.engine.watch.pulse import Noting, note_nothing
from bot.ports.outcomes import Ambiguous, IntegrationError, Rejected, Throttled, Unsupported
from bot.ports.pager import Page, Urgency
from bot.ports.store import Effect
from bot.render.release.page import page_details, page_summary

URGENCY = {Do.PAGE: Urgency.HIGH, Do.PAGE_LOW: Urgency.LOW}


class PageLane:
    def __init__(self, engine: Engine, ports: Ports, noting: Noting = note_nothing) -> None:
        self._engine = engine
        self._ports = ports
        self._noting = noting

    async def perform(self, effect: Effect) -> RowResult:
        release = await self._engine.history.release(effect.stream)
        if release is None:
            return RowDone({"not_wanted": "no release"})
        pager = self._ports.pagers.get(release.rules.rollback.page or "")
        if pager is None:
            return RowDone({"not_configured": "no pager is named for this service"})
        return await self._call(release, effect)

    async def _call(self, release: Release, effect: Effect) -> RowResult:
        pager = self._ports.pagers[release.rules.rollback.page or ""]
        do = Do(effect.body["do"])
        try:
            if do is Do.RESOLVE_PAGE:
                outcome = await pager.resolve(release.id, key=effect.key)
            else:
                outcome = await pager.page(page_for(release, do, effect), key=effect.key)
        except IntegrationError as error:
            self._noting(release.rules.rollback.page or "", False)
            return RowLater(backoff(effect.attempts, most=10.0), str(error))
        self._noting(release.rules.rollback.page or "", not isinstance(outcome, Ambiguous))
        match outcome:
            case Throttled(after):
                return RowLater(after, "the pager asked to come back later")
            case Ambiguous(why):
                # The same dedup again is the same page, so asking twice wakes nobody twice.
                return RowLater(backoff(effect.attempts, most=10.0), why)
            case Rejected(reason):
                return RowDone({"refused": reason})
            case Unsupported(why, _):
                return RowDone({"refused": why})
        return RowDone({"done": type(outcome).__name__})


def page_for(release: Release, do: Do, effect: Effect) -> Page:
    """What a row says itself stands before what the release says."""
    return Page(
        dedup=release.id,
        summary=str(effect.body.get("summary") or page_summary(release)),
        details=page_details(release),
        urgency=URGENCY[do],
    )
