"""What time and the config do to a poll: reminders, its close, and what makes it void."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.domain.decide.known import Decided, Decision, Known
from bot.domain.decide.vote.cast import no_poll
from bot.domain.decide.vote.open import find_plan_change, next_reminder, void_poll
from bot.domain.decide.vote.who import callers_of, chairs_of, count_votes
from bot.domain.facts import vote as p
from bot.domain.facts.fact import BOT
from bot.domain.facts.override import PollWaived
from bot.domain.intents import release as i
from bot.domain.state.moves import State
from bot.domain.state.override import POLL
from bot.domain.state.release import Release
from bot.domain.state.vote import FINAL, Electorate, Poll, Tally
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.units import spell

NUDGE_EVERY = timedelta(minutes=30)


def poll_overdue(release: Release, known: Known, now: datetime) -> Decision:
    """A poll that closes without a go is a no-go; silence never is a yes."""
    poll = release.poll
    if release.state is not State.POLLING or poll is None or now < poll.closes_at:
        return Decided()
    if waived := past_the_poll(release, poll, known, now):
        return Decided(facts=[waived])
    if why := find_plan_change(release, known):
        return Decided(facts=[void_poll(release, poll, why, known, now)])
    stands = count_votes(release, poll, known.electorate, now)
    missing = (*stands.missing, *(each.seat for each in stands.against))
    if stands.is_complete:
        missing = (FINAL,)
    reasons = tuple(_ran_out(release, stands, missing))
    return Decided(
        facts=[
            p.PollExpired(
                at=now,
                by=BOT,
                round=poll.round,
                missing=tuple(dict.fromkeys(missing)),
                reasons=reasons,
            )
        ]
    )


def _ran_out(release: Release, stands: Tally, missing: tuple[str, ...]) -> Iterator[Refusal]:
    again = f"/release start {release.service} {release.name} to {release.environment}"
    for ballot in stands.against:
        yield Refusal(
            code=Code.NO_GO,
            sentence=f"{ballot.seat} said no-go: {ballot.because}.",
            remedy=f"Mend that and start again: {again}.",
        )
    silent = [seat for seat in missing if seat not in {each.seat for each in stands.against}]
    if silent or not stands.against:
        what = f"no go from {', '.join(silent)}" if silent else "too few people said go"
        yield Refusal(
            code=Code.POLL_EXPIRED,
            sentence=f"The poll closed with {what}: that is a no-go.",
            remedy=f"To ask again: {again}.",
        )


def reminder_due(release: Release, known: Known, now: datetime) -> Decision:
    poll = release.poll
    if release.state is not State.POLLING or poll is None:
        return Decided()
    if poll.reminds_at is None or now < poll.reminds_at:
        return Decided()
    people = unheard(release, poll, known.electorate, now)
    return Decided(facts=[_reminded(poll, people, BOT, now)])


def _reminded(poll: Poll, people: tuple[str, ...], by: str, now: datetime) -> p.PollReminded:
    again = next_reminder(poll.opened_at, poll.closes_at, now)
    return p.PollReminded(at=now, by=by, round=poll.round, people=people, reminds_at=again)


def unheard(release: Release, poll: Poll, electorate: Electorate, now: datetime) -> tuple[str, ...]:
    """Who can still fill what is missing and has said nothing; then who has the final word."""
    stands = count_votes(release, poll, electorate, now)
    if stands.is_complete:
        return callers_of(release, electorate)
    open_seats = set(stands.missing) or {chair.seat for chair in poll.chairs}
    seats = release.rules.poll.seats if release.rules.poll else ()
    silent: list[str] = []
    for chair in chairs_of(release, seats, electorate, now):
        if chair.seat in open_seats:
            silent += [each for each in chair.able if poll.ballot_of(each) is None]
    return tuple(dict.fromkeys(silent))


def nudge(release: Release, intent: i.Nudge, known: Known, now: datetime) -> Decision:
    poll = release.poll
    if poll is None:
        return no_poll(release)
    if known.electorate.members.get(intent.by) is not True:
        return Refusal(
            Code.NOT_A_MEMBER,
            "Nobody was reminded: only full members of this workspace do that.",
            "Ask one of them.",
        )
    every = min(NUDGE_EVERY, (poll.closes_at - poll.opened_at) / 2)
    since = poll.reminded_at or poll.opened_at
    if now - since < every:
        left = spell(every - (now - since))
        return Refusal(
            Code.NUDGED_LATELY,
            f"Nobody was reminded: they were told {spell(now - since)} ago.",
            f"It can be done again in {left}.",
        )
    people = unheard(release, poll, known.electorate, now)
    if not people:
        return Refusal(
            Code.ALL_HEARD,
            "Nobody was reminded: everybody who can fill what is missing has voted.",
            f"/release status {release.id} shows how it stands.",
        )
    return Decided(
        facts=[_reminded(poll, people, intent.by, now)],
        note=f"{release.id}: who has not voted is reminded ({len(people)}).",
    )


def poll_looked(release: Release, intent: i.PollLooked, known: Known, now: datetime) -> Decision:
    """The config was read, or the bot came back: is what people vote on still the plan?"""
    poll = release.poll
    if release.state is not State.POLLING or poll is None:
        return Decided()
    if waived := past_the_poll(release, poll, known, now):
        return Decided(facts=[waived])
    if why := find_plan_change(release, known):
        return Decided(facts=[void_poll(release, poll, why, known, now)])
    return Decided()


def past_the_poll(release: Release, poll: Poll, known: Known, now: datetime) -> PollWaived | None:
    """Where an override of the vote stands it is not waited for; what follows is checked anew."""
    for each in known.service.overrides.values():
        if POLL in each.gates and each.covers(release.name, now, release.authors):
            return PollWaived(at=now, by=BOT, round=poll.round, override=each.id)
    return None
