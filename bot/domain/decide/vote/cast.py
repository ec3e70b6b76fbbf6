"""What a ballot does: it is counted or refused, and may end the poll."""

from datetime import datetime, timedelta

from bot.domain.decide.known import Decided, Decision, Known
from bot.domain.decide.vote.open import find_plan_change, void_poll
from bot.domain.decide.vote.who import NOT_COUNTED, count_votes, may_fill, refuse_voter
from bot.domain.facts import vote as p
from bot.domain.facts.fact import Fact
from bot.domain.intents import release as i
from bot.domain.state.release import Release
from bot.domain.state.vote import FINAL, Electorate, Poll, Tally
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import SeatKind
from bot.domain.terms.units import spell


def cast_vote(release: Release, intent: i.Vote, known: Known, now: datetime) -> Decision:
    """A ballot, and the end of the poll where it is the one that was missing."""
    poll = release.poll
    if poll is None:
        return no_poll(release)
    if why := find_plan_change(release, known):
        return _ask_again(release, poll, why, known, now)
    if refusal := _not_now(release, poll, intent, known, now):
        return refusal
    before = count_votes(release, poll, known.electorate, now)
    seats = may_fill(intent.by, release, known.electorate, now)
    if _is_final(intent, before, poll, known.electorate):
        return _final_word(release, poll, intent, before, known, now)
    if not seats:
        return _no_seat(release, known)
    return _ballot(release, poll, intent, seats, known, now)


def no_poll(release: Release) -> Refusal:
    return Refusal(
        Code.NO_POLL,
        f"{NOT_COUNTED}: {release.id} asks nobody.",
        "It goes by itself when its checks pass.",
    )


def _ask_again(release: Release, poll: Poll, why: str, known: Known, now: datetime) -> Decision:
    return Decided(
        facts=[void_poll(release, poll, why, known, now)],
        note=f"{NOT_COUNTED}: {why}, so what was asked is void. "
        f"{release.id} is checked and asked about again.",
    )


def _not_now(
    release: Release, poll: Poll, intent: i.Vote, known: Known, now: datetime
) -> Refusal | None:
    if now >= poll.closes_at:
        return Refusal(
            Code.POLL_CLOSED,
            f"{NOT_COUNTED}: the poll of {release.id} closed; that is a no-go.",
            "Start the release again to ask again.",
        )
    if intent.round is not None and intent.round != poll.round:
        return Refusal(
            Code.OLD_BUTTON,
            f"{NOT_COUNTED}: that button is old, what it asked is void ({poll.again}).",
            f"Vote on what is asked now: /release vote go {release.id}.",
        )
    if refusal := refuse_voter(intent.by, release, known.electorate):
        return refusal
    if intent.choice is p.Choice.NO_GO and not intent.because:
        return Refusal(
            Code.NO_REASON,
            f"{NOT_COUNTED}: a no-go is recorded with its reason, and none was given.",
            f"Type /release vote no-go {release.id} because <reason>.",
        )
    return None


def _is_final(intent: i.Vote, before: Tally, poll: Poll, electorate: Electorate) -> bool:
    """Whether this is the final word: by a caller, who has said nothing for a seat."""
    if not poll.callers or intent.by not in (electorate.callers or ()):
        return False
    return before.is_complete and intent.by not in {each.person for each in before.filled}


def _no_seat(release: Release, known: Known) -> Refusal:
    unknown = [seat for seat, people in known.electorate.seats.items() if people is None]
    if unknown:
        return Refusal(
            Code.SEAT_UNKNOWN,
            f"{NOT_COUNTED}: I cannot look up just now who fills {', '.join(unknown)}.",
            "Vote again in a minute.",
        )
    seats = release.rules.poll.seats if release.rules.poll else ()
    named = "; ".join(f"{seat.name}: {', '.join(seat.people)}" for seat in seats)
    return Refusal(
        Code.NO_SEAT,
        f"{NOT_COUNTED}: you hold none of the seats that are asked ({named}).",
        "Tell one of them what you know, or have a seat delegated to you.",
    )


def _ballot(
    release: Release,
    poll: Poll,
    intent: i.Vote,
    seats: dict[str, str],
    known: Known,
    now: datetime,
) -> Decision:
    said = poll.ballot_of(intent.by)
    if said and said.choice is intent.choice and intent.because in ("", said.because):
        return Decided(note=f"You said {said.choice} already; it counts once.")
    seat = seat_for(release, poll, intent, seats, known, now)
    cast = _cast(release, poll, intent, seat, seats, now)
    if intent.choice is p.Choice.NO_GO:
        return _against(release, poll, cast, seats, now)
    after = count_votes(release, poll.plus(cast), known.electorate, now)
    note = f"{intent.choice.capitalize()} for {release.id}, {_as(cast)}: recorded."
    if intent.choice is p.Choice.ABSTAIN or not after.is_complete:
        return Decided(facts=[cast], note=f"{note} {_left(after, poll)}".strip())
    if refusal := find_unanswered(release, after, intent):
        return refusal
    if poll.callers:
        return Decided(facts=[cast], note=f"{note} The final word is still missing.")
    return _go(release, poll, [cast], after, ("", intent.because), known, now)


def seat_for(
    release: Release,
    poll: Poll,
    intent: i.Vote,
    seats: dict[str, str],
    known: Known,
    now: datetime,
) -> str:
    """The seat that a ballot is for: the one it fills, else the weightiest it could."""
    trial = p.BallotCast(
        at=now,
        by=intent.by,
        round=poll.round,
        choice=p.Choice.GO,
        seat="",
        seats=tuple(seats),
        because="",
        on_behalf_of="",
        meaning="",
    )
    after = count_votes(release, poll.plus(trial), known.electorate, now)
    own = [each.seat for each in after.filled if each.person == intent.by]
    weight = (SeatKind.VETO, SeatKind.NEEDED, SeatKind.ADVICE, None)
    ordered = sorted(seats, key=lambda seat: weight.index(poll.kind(seat)))
    fills = own if intent.choice is p.Choice.GO else []
    return (fills or ordered)[0]


def _cast(
    release: Release,
    poll: Poll,
    intent: i.Vote,
    seat: str,
    seats: dict[str, str],
    now: datetime,
) -> p.BallotCast:
    on_behalf = seats.get(seat, "")
    return p.BallotCast(
        at=now,
        by=intent.by,
        round=poll.round,
        choice=intent.choice,
        seat=seat,
        seats=tuple(seats),
        because=intent.because,
        on_behalf_of=on_behalf,
        meaning=spell_ballot(release, poll, intent.choice, seat),
    )


def spell_ballot(release: Release, poll: Poll, choice: p.Choice, seat: str) -> str:
    """What a click says, in full: somebody who reads it years later needs nothing else."""
    may = {
        p.Choice.GO: "may reach users",
        p.Choice.NO_GO: "must not reach users now",
        p.Choice.ABSTAIN: "is for others to decide",
    }[choice]
    what = f"{release.service} {release.name} ({release.revision})"
    return (
        f"{choice}: {what} {may} in {release.environment}, by the plan {poll.digest[:12]}; "
        f"said for the seat {seat}"
    )


def _as(cast: p.BallotCast) -> str:
    return f"as {cast.seat}"


def _left(after: Tally, poll: Poll) -> str:
    if after.against:
        return "A no-go of a needed seat stands against it."
    if after.missing:
        return f"Still missing: {', '.join(after.missing)}."
    return f"{after.given} of {poll.quorum} go are given." if after.given < poll.quorum else ""


def _against(
    release: Release, poll: Poll, cast: p.BallotCast, seats: dict[str, str], now: datetime
) -> Decision:
    vetoes = [seat for seat in seats if poll.kind(seat) is SeatKind.VETO]
    if vetoes:
        ended = _no_go(release, poll, cast.by, vetoes[0], cast.because, now)
        return Decided(facts=[cast, ended], note=f"No-go: {release.id} does not start.")
    needed = [seat for seat in seats if poll.kind(seat) is SeatKind.NEEDED]
    if needed:
        ends = f"it stays so until you change it, and at the close it is a no-go ({needed[0]})"
    else:
        ends = "it is advice: it stops nothing, and is answered in words before it goes"
    return Decided(facts=[cast], note=f"No-go for {release.id}, {_as(cast)}: recorded; {ends}.")


def _no_go(
    release: Release, poll: Poll, by: str, seat: str, because: str, now: datetime
) -> p.NoGoGiven:
    reason = Refusal(
        code=Code.NO_GO,
        sentence=f"{seat} said no-go: {because}.",
        remedy=f"Mend that and start again: /release start {release.service} {release.name} "
        f"to {release.environment}.",
    )
    return p.NoGoGiven(at=now, by=by, round=poll.round, seat=seat, reasons=(reason,))


def find_unanswered(release: Release, after: Tally, intent: i.Vote) -> Refusal | None:
    """Advice against it does not block; whoever lets it go answers it in words."""
    if not after.advice or intent.because:
        return None
    said = "; ".join(f'"{ballot.because}"' for ballot in after.advice[:3])
    return Refusal(
        Code.ANSWER_FIRST,
        f"Not counted yet: yours is the go that starts it, and somebody advises against it "
        f"({said}).",
        f"Answer it in words: /release vote go {release.id} because <answer>.",
    )


def _final_word(
    release: Release, poll: Poll, intent: i.Vote, before: Tally, known: Known, now: datetime
) -> Decision:
    if intent.choice is p.Choice.ABSTAIN:
        return Refusal(
            Code.FINAL_WORD,
            f"{NOT_COUNTED}: every needed seat said go, and what is missing is the final word.",
            "Say go or no-go.",
        )
    if intent.choice is p.Choice.GO and (refusal := find_unanswered(release, before, intent)):
        return refusal
    cast = _cast(release, poll, intent, FINAL, {FINAL: ""}, now)
    if intent.choice is p.Choice.NO_GO:
        ended = _no_go(release, poll, intent.by, FINAL, intent.because, now)
        return Decided(facts=[cast, ended], note=f"No-go: {release.id} does not start.")
    return _go(release, poll, [cast], before, (intent.by, intent.because), known, now)


def _go(
    release: Release,
    poll: Poll,
    casts: list[Fact],
    after: Tally,
    final: tuple[str, str],
    known: Known,
    now: datetime,
) -> Decision:
    """Go, unless what was checked before the asking is too old to act on."""
    rules = release.rules.poll
    valid = rules.valid_for if rules else timedelta(0)
    if now - poll.opened_at >= valid:
        why = f"what was checked is older than {spell(valid)}"
        return _ask_again(release, poll, why, known, now)
    caller, answers = final
    go = p.GoGiven(
        at=now,
        by=casts[-1].by,
        round=poll.round,
        digest=poll.digest,
        filled=after.filled,
        caller=caller,
        answers=answers if after.advice else "",
        valid_until=now + valid,
    )
    return Decided(facts=[*casts, go], note=f"Go: {release.id} is checked once more and starts.")
