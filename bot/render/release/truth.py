"""What is true now: the headline's words, and what users have."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypeAlias

from bot.domain.decide.gate import still_waits_for
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.state.moves import State
from bot.domain.state.release import Held, Release
from bot.domain.state.vote import PollOutcome
from bot.domain.terms.rules import Mode
from bot.domain.terms.strategy import Step
from bot.render.kit.numbers import harm_so_far, newest
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, because, full_stop, sentences, stand, step_of
from bot.render.release.holds import HOLDS, asks_somebody, foremost, was_never_sent
from bot.render.release.timeline import traffic, versions_by_revision

Say: TypeAlias = Callable[[Voice], str]


def is_undo(release: Release) -> bool:
    """Whether it is the rollback of a release that had ended."""
    return release.kind is f.ReleaseKind.ROLLBACK


def is_asking(voice: Voice) -> bool:
    """Whether a person decides every step."""
    return voice.view.release.rules.mode is Mode.ASK


def next_step(release: Release) -> Step | None:
    steps = release.rules.strategy.steps
    return steps[release.step + 1] if release.step + 1 < len(steps) else None


def subject(voice: Voice) -> str:
    """`checkout v1.4.2 → production`, or `checkout v1.4.2 → v1.4.1, production` on an undo."""
    if is_undo(voice.view.release):
        return f"{voice.service} {voice.new} → {voice.back}, {voice.place}"
    return f"{voice.service} {voice.new} → {voice.place}"


# ------------------------------------------------------------------ the headline


def headline(voice: Voice) -> tuple[str, str]:
    """A symbol and the state in words; the words say it all without the symbol."""
    symbol, words = HEADLINES[voice.view.release.state]
    return ("⚠" if _asks(voice.view) else symbol), words(voice)


def lead(voice: Voice, what: str = "") -> str:
    """`Needs a person, no data: checkout v1.4.2 → production`.

    The state stands first: a lock screen shows the beginning, and names may be long.
    """
    state = headline(voice)[1].replace(": ", ", ")
    return f"{state[0].upper()}{state[1:]}: {what or subject(voice)}"


def _asks(view: ReleaseView) -> bool:
    return view.release.is_shut_out or is_overdue(view) or asks_somebody(view.release)


def _going(voice: Voice) -> str:
    return f"going to {stand(step_of(voice.view.release))}"


def _watching(voice: Voice) -> str:
    release = voice.view.release
    step = step_of(release)
    if release.is_last_step and step.weight.percent == 100:
        return "live for all, still watched"
    return f"watching {_at(step)}"


def _at(step: Step) -> str:
    if step.weight.percent > 0:
        return f"at {stand(step)}"
    return stand(step) if step.mirror.percent > 0 else "it stand by"


def _gated(voice: Voice) -> str:
    release = voice.view.release
    after = next_step(release)
    waits = still_waits_for(release, voice.view.now)
    if release.gating is not None and release.gating.refused:
        return f"needs a person: {voice.words(release.gating.refused)}"
    if waits:
        return f"waiting for {voice.words(waits)}"
    return f"waiting for a person to promote it to {stand(after)}" if after else "waiting"


def _held(voice: Voice) -> str:
    release = voice.view.release
    held = foremost(release)
    if held is None:
        return "waiting"
    by = f" by {voice.name(held.by)}" if held.hold is f.Hold.PERSON else ""
    taken = f", {voice.name(release.taken_by)} has it" if release.taken_by else ""
    return f"{HOLDS[held.hold].headline}{by}{taken}"


def _rolling_back(voice: Voice) -> str:
    way = voice.view.release.way
    return "back, being confirmed" if way and way.back_at else "rolling back"


def _ending(voice: Voice) -> str:
    if is_overdue(voice.view):
        return "live for all, needs a person: it does not finish"
    return "live for all, finishing" if voice.view.release.rules.strategy.certifies else "finishing"


def is_overdue(view: ReleaseView) -> bool:
    """Whether the last tidying was asked for more than once."""
    overdue = any(isinstance(fact, f.FinishOverdue) for fact in view.facts)
    return overdue and view.release.state is State.FINISHING


def _succeeded(voice: Voice) -> str:
    successor = voice.view.release.successor
    return f"done, replaced by {voice.short(successor)}" if successor else "done"


def _rejected(voice: Voice) -> str:
    """What kept it on the ground: the checks, a no, or silence."""
    poll = voice.view.release.poll
    words = {PollOutcome.NO_GO: "no-go", PollOutcome.EXPIRED: "expired: no go in time"}
    return words.get(poll.outcome, "not ready") if poll and poll.outcome else "not ready"


def _said(words: str) -> Say:
    return lambda _voice: words


HEADLINES: Mapping[State, tuple[str, Say]] = {
    State.REQUESTED: ("⏳", _said("requested")),
    State.PREFLIGHT: ("⏳", _said("being checked")),
    State.POLLING: ("⏳", _said("waiting for go")),
    State.SHIFTING: ("▶", _going),
    State.BAKING: ("▶", _watching),
    State.GATED: ("⏳", _gated),
    State.HELD: ("⏸", _held),
    State.FINISHING: ("▶", _ending),
    State.SUCCEEDED: ("✔", _succeeded),
    State.ROLLING_BACK: ("↩", _rolling_back),
    State.STUCK: ("✖", _said("rollback stuck")),
    State.ROLLED_BACK: ("↩", _said("rolled back")),
    State.REJECTED: ("✖", _rejected),
    State.CANCELLED: ("■", _said("cancelled")),
}


# ------------------------------------------------------------------ what users have


def truth(voice: Voice) -> str:
    """What is true for users now, before anything else is said."""
    return TRUTHS[voice.view.release.state](voice)


def untouched(voice: Voice) -> str:
    if voice.view.release.running is None:
        return "Nothing has moved: it is the first version here, and no user has it."
    return f"Nothing has moved: all users are on {voice.old}."


def _moving(voice: Voice) -> str:
    release = voice.view.release
    step = step_of(release)
    if step.weight.percent == 0:
        return _standing(voice)
    before = release.rules.strategy.steps[release.step - 1].weight if release.step else 0
    start = f"{before}" if release.step else "0 %"
    if start == str(step.weight):
        return f"{step.weight} of users are on {voice.new}."
    return f"Moving from {start} to {step.weight} of users on {voice.new}."


def _standing(voice: Voice) -> str:
    """What users have at the step it stands at."""
    step = step_of(voice.view.release)
    if step.weight.percent == 100:
        return f"All users are on {voice.new}{_measured(voice, 100)}."
    if step.weight.percent > 0:
        measured = _measured(voice, step.weight.percent)
        return f"{step.weight} of users are on {voice.new}{measured}."
    if step.mirror.percent > 0:
        return (
            f"No user is on {voice.new}: {step.mirror} of requests are copied to it, "
            "and its answers are thrown away."
        )
    return f"No user is on {voice.new} yet: it stands by without traffic."


def _measured(voice: Voice, planned: float) -> str:
    """` (measured 9.7 %)` where the target was seen to be a little off the plan."""
    release = voice.view.release
    reached = [fact for fact in voice.view.facts if isinstance(fact, f.StepReached)]
    if not reached or reached[-1].step != release.step:
        return ""
    seen = reached[-1].observed.share_of(release.revision)
    return f" (measured {seen:.3g} %)" if abs(seen - planned) >= 0.05 else ""


def _watched(voice: Voice) -> str:
    if not step_of(voice.view.release).meets_users:
        return _standing(voice)
    return sentences(_standing(voice), harm_so_far(newest(voice.view), voice.view.release.rules))


def _held_truth(voice: Voice) -> str:
    release = voice.view.release
    drift = release.hold(f.Hold.DRIFT)
    if was_never_sent(release):
        return untouched(voice)
    if drift is not None:
        return full_stop(f"What users have is not what I left: {_difference(drift, voice)}")
    stands = _between(voice) if release.paused_in is State.SHIFTING else _standing(voice)
    if release.hold(f.Hold.NO_DATA) is None:
        return sentences(stands, harm_so_far(newest(voice.view), release.rules))
    return stands


def _difference(drift: Held, voice: Voice) -> str:
    seen = [fact for fact in voice.view.facts if isinstance(fact, f.DriftSeen)]
    if not seen:
        return voice.words(drift.because)
    found = traffic(seen[-1].observed, versions_by_revision(voice.view.facts))
    return voice.words(f"expected {seen[-1].expected}; found {found}")


def _between(voice: Voice) -> str:
    """A step that was on its way when it was held may or may not have begun."""
    release = voice.view.release
    step = step_of(release)
    if step.weight.percent == 0:
        return _standing(voice)
    before = release.rules.strategy.steps[release.step - 1].weight if release.step else "0 %"
    return f"Between {before} and {step.weight} of users are on {voice.new}: it was on its way."


def _finishing(voice: Voice) -> str:
    release = voice.view.release
    if not release.rules.strategy.certifies:
        return f"No user was ever on {voice.new}: copying is being ended."
    old = f"; {voice.old} is being retired" if release.rules.strategy.keeps_old else ""
    return f"All users are on {voice.new}{old}."


def _done(voice: Voice) -> str:
    release = voice.view.release
    if not release.rules.strategy.certifies:
        return f"Copying has ended. All users are on {voice.old}; {voice.new} was only tried."
    since = f" since {voice.time(live_since(voice))}"
    if release.successor:
        return (
            f"All users were on {voice.new}{since}. {voice.short(release.successor)} started "
            "over it before it was certified, so rollbacks do not return to it."
        )
    watched = f", watched until {voice.time(release.ended_at)}" if release.ended_at else ""
    return f"All users on {voice.new}{since}{watched}, certified: rollbacks now return to it."


def live_since(voice: Voice) -> datetime:
    """When the last step was reached; the request's time where that is not known."""
    reached = [fact.at for fact in voice.view.facts if isinstance(fact, f.StepReached)]
    return reached[-1] if reached else voice.view.release.moved_at


def went_back(voice: Voice) -> str:
    """What the way back leads to, in words: `All users are on v1.4.1`."""
    if voice.view.release.stable is None:
        return f"{voice.new} is taken out; there was no version before it"
    return f"All users are on {voice.back}"


def _on_the_way_back(voice: Voice) -> str:
    release = voice.view.release
    way = release.way
    if way is not None and way.back_at is not None:
        return f"{went_back(voice)} since {voice.exact(way.back_at)}; the checks are to confirm it."
    if way is not None and way.reached == 0:
        return f"No user was on {voice.new}; it is being taken out."
    most = f"; at most {way.reached:g} % had {voice.new}" if way and not is_undo(release) else ""
    goal = voice.back if release.stable else "what was there before"
    return f"Users are going back to {goal}{most}."


def _stuck(voice: Voice) -> str:
    way = voice.view.release.way
    if way is not None and way.back_at is not None:
        return f"{went_back(voice)} since {voice.exact(way.back_at)}; the checks are to confirm it."
    why = because(voice.words(way.stuck_because)) if way else ""
    return full_stop(f"Not over: users may still be on {voice.new}{why}")


def _rolled_back(voice: Voice) -> str:
    release = voice.view.release
    way = release.way
    if way is None or way.over_at is None:
        return f"Over. {went_back(voice)}."
    if release.ended_by != BOT:
        said = because(voice.words(way.confirmation))
        return full_stop(f"Over: {voice.name(release.ended_by)} settled it by hand{said}")
    since = f" since {voice.exact(way.back_at)}" if way.back_at else ""
    return f"Over. {went_back(voice)}{since}; {tell_confirmed(voice)}."


def tell_confirmed(voice: Voice) -> str:
    """`the checks are normal again (confirmed 14:35)`, or that this is not known."""
    way = voice.view.release.way
    if way is None or way.over_at is None:
        return "not confirmed yet"
    if way.confirmed:
        return f"the checks are normal again (confirmed {voice.time(way.over_at)})"
    return "the checks could not confirm that it is well again"


TRUTHS: Mapping[State, Say] = {
    State.REQUESTED: untouched,
    State.PREFLIGHT: untouched,
    State.POLLING: untouched,
    State.SHIFTING: _moving,
    State.BAKING: _watched,
    State.GATED: _watched,
    State.HELD: _held_truth,
    State.FINISHING: _finishing,
    State.SUCCEEDED: _done,
    State.ROLLING_BACK: _on_the_way_back,
    State.STUCK: _stuck,
    State.ROLLED_BACK: _rolled_back,
    State.REJECTED: untouched,
    State.CANCELLED: untouched,
}
