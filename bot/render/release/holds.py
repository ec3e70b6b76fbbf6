"""What is said of each reason to stay, in every message: one row per kind of hold."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.state.moves import State
from bot.domain.state.release import Held, Release
from bot.render.kit.voice import Voice, because, full_stop, sentences, stand, step_of


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldWords:
    """`label` stands in the timeline, `headline` on the card, `waits_for` in `why`.

    `onward` says what happens if nobody acts. `wanted` begins an alert, and `paged` is what a
    pager says; both stand by themselves. `asks`: it does not end unless a person does something.
    `is_judged`: its reason is the judge's; every other is a person's, or already complete.
    """

    label: str
    headline: str
    waits_for: str
    onward: Callable[[Held, Voice], str]
    wanted: str = "it is held"
    paged: str = ""
    asks: bool = False
    is_judged: bool = False


def foremost(release: Release) -> Held | None:
    """The hold that most needs somebody."""
    urgent_first = list(HOLDS)
    return min(release.holds, key=lambda held: urgent_first.index(held.hold), default=None)


def asks_somebody(release: Release) -> bool:
    """Whether it is held, and stays so unless a person does something."""
    held = foremost(release) if release.state is State.HELD else None
    return held is not None and HOLDS[held.hold].asks


def was_never_sent(release: Release) -> bool:
    """Whether a freeze met it in the same breath in which its first step was decided."""
    held = release.hold(f.Hold.FREEZE)
    first = release.step == 0 and release.paused_in is State.SHIFTING
    return first and held is not None and held.since == release.moved_at


def _paused(held: Held, voice: Voice) -> str:
    why = because(voice.words(held.because))
    start = full_stop(f"Paused by {voice.name(held.by)} at {voice.time(held.since)}{why}")
    end = f"Goes on by itself at {voice.time(held.until)}" if held.until else "Stays until resumed"
    return f"{start} {end}; still watched, and taken back if it does harm."


def _no_data(held: Held, voice: Voice) -> str:
    step = stand(step_of(voice.view.release))
    why = voice.reason(held.because, held.by)
    return sentences(
        f"No data since {voice.time(held.since)}{f' ({why})' if why else ''}.",
        f"I stay at {step} and neither trust nor blame it; when the numbers return it goes on.",
        unanswered(held, voice),
    )


def _drift(held: Held, voice: Voice) -> str:
    return sentences(
        f"Seen {voice.time(held.since)}. I stay and change nothing: "
        "put it back where it was and it goes on, or roll back.",
        unanswered(held, voice),
    )


def _proposed(held: Held, voice: Voice) -> str:
    why = voice.reason(held.because, held.by)
    return sentences(
        f"At {voice.time(held.since)} I would have rolled it back{f': {why}' if why else ''}.",
        "Here a person decides that: roll it back, or say why it stays. I do neither by myself.",
        unanswered(held, voice),
    )


def unanswered(held: Held, voice: Voice) -> str:
    """Who is asked, and what happens if nobody answers."""
    release = voice.view.release
    if release.taken_by:
        return f"{voice.name(release.taken_by)} has it."
    asked = f"Asked {', '.join(map(voice.name, voice.view.mention))}; i" if _asked(voice) else "I"
    if held.escalates_at is None:
        return ""
    return f"{asked}f nobody answers, {pages(voice)} at {voice.time(held.escalates_at)}."


def _asked(voice: Voice) -> bool:
    return bool(voice.view.mention)


def pages(voice: Voice) -> str:
    """`on-call is paged`, or that nobody's phone is known."""
    pager = voice.view.release.rules.rollback.page
    return "on-call is paged" if pager else "it is only said here (no pager is set)"


def _waits(held: Held, voice: Voice) -> str:
    why = because(voice.words(held.because))
    end = f" until {voice.time(held.until)}" if held.until else ""
    return full_stop(f"Held since {voice.time(held.since)}{end}{why}") + " It goes on by itself."


def _frozen(held: Held, voice: Voice) -> str:
    release = voice.view.release
    whose = ", ".join(map(voice.name, held.by.split(", ")))
    by = f", set by {whose}" if held.by != BOT else ""
    ends = voice.time(held.until) if held.until else "it is lifted"
    start = f"Waiting for {voice.words(held.because)}{by}, until {ends}; then it goes on by itself."
    if was_never_sent(release):
        return start
    watched = "It is still watched, and taken back if it does harm."
    return sentences(start, _agreeing(voice), watched)


def _agreeing(voice: Voice) -> str:
    """Who has agreed, and who may, to the step behind the gate at which it is frozen."""
    release, gate = voice.view.release, voice.view.release.gate
    state = release.gating
    if gate is None or state is None or not gate.approve or not release.is_frozen_at_gate:
        return ""
    agreed = f", {', '.join(map(voice.name, state.approved))} did" if state.approved else ""
    return f"{voice.words(gate.approve)} may agree to its next step meanwhile{agreed}."


HOLDS: Mapping[f.Hold, HoldWords] = {
    f.Hold.PROPOSAL: HoldWords(
        label="rollback proposed",
        headline="needs a person: a rollback is proposed",
        waits_for="a person to roll it back, or to say why it stays",
        onward=_proposed,
        wanted="roll it back?",
        paged="roll it back?",
        asks=True,
        is_judged=True,
    ),
    f.Hold.DRIFT: HoldWords(
        label="drift",
        headline="needs a person: traffic is not where I left it",
        waits_for="traffic to be put back where it was",
        onward=_drift,
        wanted="traffic is not where I left it",
        paged="traffic is not where it was left",
        asks=True,
    ),
    f.Hold.NO_DATA: HoldWords(
        label="no data",
        headline="needs a person: no data",
        waits_for="its numbers to come back",
        onward=_no_data,
        wanted="no data",
        paged="no data",
        asks=True,
        is_judged=True,
    ),
    f.Hold.LOCK: HoldWords(
        label="lock",
        headline="waiting for a lock",
        waits_for="the lock",
        onward=_waits,
        asks=True,
    ),
    f.Hold.FREEZE: HoldWords(
        label="freeze",
        headline="waiting for the freeze to end",
        waits_for="the freeze to end",
        onward=_frozen,
    ),
    f.Hold.BUNDLE: HoldWords(
        label="bundle",
        headline="waiting for the rest of its bundle",
        waits_for="the rest of its bundle",
        onward=_waits,
    ),
    f.Hold.PERSON: HoldWords(
        label="paused",
        headline="paused",
        waits_for="a person to resume it",
        onward=_paused,
    ),
}
"""The one that most needs somebody stands first."""
