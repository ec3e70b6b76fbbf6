"""The go/no-go question: in the release's thread, and to each person who is asked."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.domain.facts import vote as p
from bot.domain.state.vote import FINAL, Poll, PollOutcome, Tally, tally
from bot.domain.terms.changes import Change
from bot.domain.terms.rules import SeatKind
from bot.domain.terms.units import spell
from bot.ports.chat import Block, Message
from bot.render.kit.blocks import PRIMARY, Button, actions, button_value, context, message, section
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, full_stop, join_dotted, sentences, stand
from bot.render.release.truth import subject

CHANGES_SHOWN = 6
ABLE_SHOWN = 5
KINDS: Mapping[SeatKind, str] = {
    SeatKind.NEEDED: "needed",
    SeatKind.VETO: "needed, can veto",
    SeatKind.ADVICE: "advice",
}
CHOICES: Mapping[p.Choice, str] = {
    p.Choice.GO: "GO",
    p.Choice.NO_GO: "NO-GO",
    p.Choice.ABSTAIN: "abstains",
}


def poll_message(view: ReleaseView) -> Message:
    """The question and how it stands; once it is over, what came of it, by name."""
    voice, poll = Voice(view), poll_of(view)
    if poll is None:
        return _nothing(view)
    plain = _plain(Voice(view, rich=False), poll)
    title = f"*{_title(voice, poll)}*  {voice.short(view.release.id)} · {_until(voice, poll)}"
    body = [title, *_again(voice, poll), *_question(voice, poll)]
    return message(
        plain,
        [
            section("\n".join(body)),
            section("\n".join(seats(voice, poll))),
            section(outcome(voice, poll)) if not poll.is_open else None,
            context(join_dotted([_excluded(voice, poll), _next(voice, poll)]))
            if poll.is_open
            else None,
            _buttons(view, poll),
        ],
    )


def poll_aside(view: ReleaseView) -> Message:
    """The same to one person: names instead of mentions, where they are known."""
    return poll_message(_unmentioned(view))


def poll_reminder(view: ReleaseView) -> Message:
    """To somebody who has not voted, while it is open."""
    voice, poll = Voice(_unmentioned(view)), poll_of(view)
    if poll is None or not poll.is_open:
        return poll_aside(view)
    text = f"Your vote is missing: {_plain(Voice(_unmentioned(view), rich=False), poll)}"
    lines = [
        f"*Your vote is missing: {subject(voice)}*  {voice.short(view.release.id)}",
        _next(voice, poll),
        *seats(voice, poll),
    ]
    return message(text, [section("\n".join(lines)), _buttons(view, poll)])


def _unmentioned(view: ReleaseView) -> ReleaseView:
    """Whoever never spoke has no name here; Slack has it, and calls nobody who cannot read it."""
    unnamed = tuple(each for each in view.mention if each not in view.names)
    return replace(view, mention=unnamed)


def _nothing(view: ReleaseView) -> Message:
    text = f"{view.release.id}: there is nothing to vote on."
    return message(text, [section(text)])


def poll_of(view: ReleaseView) -> Poll | None:
    """The round that is told of; the newest where none is named."""
    found = (each for each in view.release.polls if each.round == view.round)
    return next(found, view.release.poll)


def tally_of(poll: Poll) -> Tally:
    """How it stands by what each ballot was good for when it was cast."""
    return tally(poll, {each.by: _places(each) for each in poll.standing()})


def _places(ballot: p.BallotCast) -> dict[str, str]:
    return {seat: ballot.on_behalf_of if seat == ballot.seat else "" for seat in ballot.seats} or {
        ballot.seat: ballot.on_behalf_of
    }


# ---------------------------------------------------------------- what is asked


def _title(voice: Voice, poll: Poll) -> str:
    return f"{HEADS[poll.outcome] if poll.outcome else 'GO OR NO-GO?'} {subject(voice)}"


HEADS: Mapping[PollOutcome, str] = {
    PollOutcome.GO: "✔ GO:",
    PollOutcome.NO_GO: "✖ NO-GO:",
    PollOutcome.EXPIRED: "✖ NO-GO:",
    PollOutcome.VOID: "↻ VOID:",
    PollOutcome.CANCELLED: "■ CANCELLED:",
    PollOutcome.WAIVED: "⚠ NOT WAITED FOR:",
}


def _until(voice: Voice, poll: Poll) -> str:
    if poll.is_open:
        return f"closes {voice.time(poll.closes_at)}"
    return f"closed {voice.exact(poll.ended_at)}" if poll.ended_at else "closed"


def _again(voice: Voice, poll: Poll) -> list[str]:
    if not poll.again:
        return []
    return [full_stop(f"Asked again: {voice.words(poll.again)}; earlier votes are void")]


def _question(voice: Voice, poll: Poll) -> list[str]:
    """What it does to users, what is in it, what speaks for it and against."""
    if not poll.is_open:
        return []
    rows = (("What", _what(voice)), ("For", _for(voice)), ("Against", _against(voice, poll)))
    told = [f"*{title}*  {text}" for title, text in (*rows, ("If bad", _if_bad(voice))) if text]
    return [_may(voice), *told]


def _may(voice: Voice) -> str:
    steps = voice.view.release.rules.strategy.steps
    first = stand(steps[0])
    length = spell(sum((step.bake for step in steps[1:]), steps[0].bake))
    how = f"{first} first, all in {length} at least" if len(steps) > 1 else "all at once"
    return f"May this version reach users: {how}, taken back by itself if it harms?"


def _what(voice: Voice) -> str:
    changes = voice.view.release.changes
    named = [
        f"{f'#{each.pull_request} ' if each.pull_request else ''}{voice.words(bare(each))}"
        for each in changes[:CHANGES_SHOWN]
    ]
    left = len(changes) - len(named)
    return join_dotted([*named, f"{left} more" if left > 0 else ""])


def bare(change: Change) -> str:
    """What a change says of itself, without the number that stands before it anyway."""
    return change.subject.removesuffix(f"(#{change.pull_request})").strip()


def _for(voice: Voice) -> str:
    release = voice.view.release
    back = f"way back to {voice.back}: {voice.words(release.mechanism)}"
    proof = [voice.words(each) for each in release.proof[:3]]
    return join_dotted(["the checks before the start passed", back, *proof])


def _against(voice: Voice, poll: Poll) -> str:
    release = voice.view.release
    said = [
        f"{voice.name(ballot.by)}: “{voice.words(ballot.because)}”"
        for ballot in poll.standing()
        if ballot.choice is p.Choice.NO_GO
    ]
    unknown = "" if release.rules.changes else "nobody was asked who wrote it (no change source)"
    first = "the first version here" if release.running is None else ""
    return join_dotted([*said, unknown, first])


def _if_bad(voice: Voice) -> str:
    rules = voice.view.release.rules
    first = rules.strategy.steps[0]
    met = f"{first.weight} of users meet it first" if first.meets_users else "no user meets it yet"
    return f"{met}; all are back within {spell(rules.rollback.within)} of the decision"


# ---------------------------------------------------------------- the seats


def seats(voice: Voice, poll: Poll) -> list[str]:
    """`owner (needed)  GO rui 14:00 “dashboards open”`, a line per seat."""
    stands = tally_of(poll)
    lines = [_seat(chair, poll, stands, voice) for chair in poll.chairs]
    return [*lines, *_final(voice, poll, stands)]


def _seat(chair: p.Chair, poll: Poll, stands: Tally, voice: Voice) -> str:
    name = f"*{voice.short(chair.seat)}* ({KINDS[chair.kind]})"
    filled = next((each for each in stands.filled if each.seat == chair.seat), None)
    said = [
        _said(ballot, voice)
        for ballot in poll.standing()
        if (filled and ballot.by == filled.person)
        or (ballot.seat == chair.seat and ballot.choice is not p.Choice.GO)
    ]
    if not said and poll.is_open:
        said.append(_waiting(chair, poll, voice))
    return f"{name}  {join_dotted(said) or '–'}"


def _waiting(chair: p.Chair, poll: Poll, voice: Voice) -> str:
    silent = [person for person in chair.able if poll.ballot_of(person) is None]
    named = ", ".join(voice.called(person) for person in silent[:ABLE_SHOWN])
    more = f" and {len(silent) - ABLE_SHOWN} more" if len(silent) > ABLE_SHOWN else ""
    asked = "open to" if chair.kind is SeatKind.ADVICE else "waiting for"
    return f"{asked} {named}{more}" if silent else "nobody left who could fill it"


def _said(ballot: p.BallotCast, voice: Voice) -> str:
    behalf = f" for {voice.name(ballot.on_behalf_of)}" if ballot.on_behalf_of else ""
    why = f" “{voice.words(ballot.because)}”" if ballot.because else ""
    return f"{CHOICES[ballot.choice]} {voice.name(ballot.by)}{behalf} {voice.time(ballot.at)}{why}"


def _final(voice: Voice, poll: Poll, stands: Tally) -> list[str]:
    if not poll.callers:
        return []
    spoken = poll.go.caller if poll.go else ""
    said = next((each for each in poll.standing() if each.seat == FINAL), None)
    if said is not None:
        return [f"*{FINAL}*  {_said(said, voice)}"]
    if spoken or not poll.is_open:
        return []
    named = ", ".join(map(voice.name, poll.callers[:ABLE_SHOWN]))
    when = "now with" if stands.is_complete else "then with"
    return [f"*{FINAL}*  {when} {named}"]


# ---------------------------------------------------------------- what happens next


def _excluded(voice: Voice, poll: Poll) -> str:
    """Who wrote it or asked for it, where somebody might wait for their vote."""
    release = voice.view.release
    authors = [f"{voice.name(each)} (author)" for each in sorted(release.authors)]
    asker = release.requested_by
    others = [] if asker in release.authors else [f"{voice.name(asker)} (asked for it)"]
    return f"Cannot vote: {', '.join([*authors, *others][:8])}"


def _next(voice: Voice, poll: Poll) -> str:
    """What is missing, and what happens if nobody votes."""
    return sentences(
        full_stop(tell_missing(voice, poll)), f"Else no-go at {voice.time(poll.closes_at)}."
    )


def tell_missing(voice: Voice, poll: Poll) -> str:
    """`Goes by itself when owner and release say go`"""
    stands = tally_of(poll)
    if stands.against:
        names = ", ".join(voice.name(ballot.by) for ballot in stands.against)
        return f"It does not go while {names} says no-go"
    if stands.missing:
        named = " and ".join(voice.short(seat) for seat in stands.missing)
        end = "and then the final word is given" if poll.callers else ""
        does = "says" if len(stands.missing) == 1 else "say"
        how = "Goes" if poll.callers else "Goes by itself"
        return f"{how} when {named} {does} go {end}".rstrip()
    if stands.given < poll.quorum:
        return f"Needs {poll.quorum} go, {stands.given} given"
    return "All needed seats said go; the final word is missing"


def _buttons(view: ReleaseView, poll: Poll) -> Block | None:
    if not poll.is_open:
        return None
    release = view.release
    return actions([ballot_button(release.id, poll.round, choice) for choice in p.Choice])


def ballot_button(release: str, round_: int, choice: p.Choice) -> Button:
    """A ballot of one round: pressed after it is void, it counts for nothing."""
    label, style = LABELS[choice]
    return Button(
        label=label,
        verb="vote",
        asks="no-go" if choice is p.Choice.NO_GO else "",
        value=button_value(release, f"vote {choice} {release}", round_),
        style=style,
        aloud=f"{label} {release}",
    )


LABELS: Mapping[p.Choice, tuple[str, str]] = {
    p.Choice.GO: ("Go", PRIMARY),
    p.Choice.NO_GO: ("No-go…", ""),
    p.Choice.ABSTAIN: ("Abstain", ""),
}


# ---------------------------------------------------------------- the end


def outcome(voice: Voice, poll: Poll) -> str:
    """`GO 14:01:40: rui, ana (on sam: “newsletter moved”). Valid until 18:01.`"""
    return ENDS[poll.outcome](voice, poll) if poll.outcome else ""


def _gone(voice: Voice, poll: Poll) -> str:
    go = poll.go
    if go is None:
        return ""
    names = dict.fromkeys([*(each.person for each in go.filled), *filter(None, [go.caller])])
    advice = [voice.name(ballot.by) for ballot in tally_of(poll).advice]
    on = f" (on {', '.join(advice)}: “{voice.words(go.answers)}”)" if go.answers else ""
    said = ", ".join(voice.name(person) for person in names)
    return f"GO {voice.exact(go.at)}: {said}{on}. Valid until {voice.time(go.valid_until)}."


def _not(voice: Voice, poll: Poll) -> str:
    return full_stop(f"NO-GO: {voice.words(poll.because)}")


def _void(voice: Voice, poll: Poll) -> str:
    return full_stop(f"Void: {voice.words(poll.because)}. It is checked and asked about again")


def _cancelled(_voice: Voice, _poll: Poll) -> str:
    return "The release was cancelled before the vote ended."


def _waived(voice: Voice, poll: Poll) -> str:
    return full_stop(f"Not waited for: {voice.words(poll.because)}")


ENDS: Mapping[PollOutcome, Callable[[Voice, Poll], str]] = {
    PollOutcome.GO: _gone,
    PollOutcome.NO_GO: _not,
    PollOutcome.EXPIRED: _not,
    PollOutcome.VOID: _void,
    PollOutcome.CANCELLED: _cancelled,
    PollOutcome.WAIVED: _waived,
}


def _plain(voice: Voice, poll: Poll) -> str:
    """The same as one paragraph, for a lock screen and for whoever has it read aloud."""
    what = f"{subject(voice)} ({voice.short(voice.view.release.id)})"
    if poll.outcome is not None:
        head = HEADS[poll.outcome].split(" ", 1)[1]
        told = outcome(voice, poll).removeprefix("NO-GO: ").removeprefix("Void: ")
        return sentences(f"{head} {what}.", f"{told[:1].upper()}{told[1:]}")
    return sentences(
        f"Go or no-go? {what}, until {voice.time(poll.closes_at)}.", _next(voice, poll)
    )
