"""What happens if nobody does anything: the next thing, when, and what would stop it."""

from collections.abc import Mapping
from datetime import timedelta

from bot.domain.facts import release as f
from bot.domain.state.gate import GateState
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.strategy import StepGate
from bot.domain.terms.units import spell
from bot.render.kit.numbers import newest, sample_size
from bot.render.kit.voice import Voice, because, full_stop, progress, sentences, stand, step_of
from bot.render.release.holds import HOLDS, pages
from bot.render.release.truth import Say, is_asking, is_overdue, is_undo, next_step
from bot.render.vote.question import tell_missing


def onward(voice: Voice) -> str:
    """Empty where nothing is left to happen."""
    return ONWARD[voice.view.release.state](voice)


def _preflight(voice: Voice) -> str:
    first = stand(step_of(voice.view.release))
    return f"Next: {first} by itself when the checks before the start pass."


def _polling(voice: Voice) -> str:
    """Who is missing, and that silence is a no."""
    poll = voice.view.release.poll
    if poll is None:
        return ""
    closes = f"If nobody votes: no-go at {voice.time(poll.closes_at)}."
    return sentences(full_stop(tell_missing(voice, poll)), closes)


def _shifting(voice: Voice) -> str:
    release = voice.view.release
    bake = step_of(release).bake
    goal = f"Next: watched for {spell(bake)} at {stand(step_of(release))}." if bake else ""
    if release.deadline is None:
        return goal
    late = f"If it is not there by {voice.time(release.deadline)}, it is taken back."
    return sentences(goal, late)


def _baking(voice: Voice) -> str:
    return sentences(f"Next: {_after_bake(voice)}.", so_far(voice))


def _after_bake(voice: Voice) -> str:
    release = voice.view.release
    after = next_step(release)
    left = step_of(release).bake - voice.view.watched
    checks = " if the checks hold" if _is_judged(release) else ""
    due = f"about {voice.time(voice.view.now + left)}" if left > timedelta(0) else ""
    when = f"{due}{checks}" if due else ("as soon as the checks pass" if checks else "in a moment")
    if after is None:
        return f"done by itself {when}"
    if after.conditions:
        return f"it waits at the gate before {stand(after)}, {when}"
    if after.gate or is_asking(voice):
        return f"I ask a person to promote it to {stand(after)}, {when}"
    return f"{stand(after)} by itself {when}"


def _is_judged(release: Release) -> bool:
    return step_of(release).meets_users


def so_far(voice: Voice) -> str:
    """`12 of 20 min, 6,980 requests (500 needed).`"""
    release = voice.view.release
    bake = step_of(release).bake
    parts = [progress(voice.view.watched, bake) if bake else ""]
    if _is_judged(release):
        parts.append(sample_size(newest(voice.view), release.rules))
    told = ", ".join(part for part in parts if part)
    return f"{told}." if told else ""


def _gated(voice: Voice) -> str:
    after = next_step(voice.view.release)
    goal = f" to {stand(after)}" if after else ""
    if voice.view.release.gating is not None:
        return _at_gate(voice, goal)
    return _until_promoted(voice, goal)


def _until_promoted(voice: Voice, goal: str) -> str:
    return (
        f"Next: nothing by itself. It stays until a person promotes it{goal}; "
        f"it is still watched, {_upon_harm(voice)}"
    )


def _upon_harm(voice: Voice) -> str:
    if is_asking(voice):
        return "and if it does harm I ask again."
    return "and taken back if it does harm."


def _at_gate(voice: Voice, goal: str) -> str:
    """What the gate waits for, until when, and who has agreed."""
    release, state = voice.view.release, voice.view.release.gating
    gate = release.gate
    if state is None or gate is None:
        return ""
    if state.refused:
        return (
            f"Next: nothing by itself ({voice.words(state.refused)}). Somebody who may override "
            "promotes it early, with a reason, or rolls it back; it is still watched."
        )
    if state.asks_person:
        return sentences(_answer(state, gate, voice), _until_promoted(voice, goal))
    return sentences(
        _shut(state, voice),
        _answer(state, gate, voice),
        f"Agreed: {', '.join(map(voice.name, state.approved))}." if state.approved else "",
        f"Next:{_when_all_there(voice, gate, goal)}; it is still watched, {_upon_harm(voice)}",
    )


def _shut(state: GateState, voice: Voice) -> str:
    if state.opens_at is None or voice.view.now >= state.opens_at:
        return ""
    return f"Shut until {voice.time(state.opens_at)}."


def _when_all_there(voice: Voice, gate: StepGate, goal: str) -> str:
    if is_asking(voice) and not gate.approve:
        return f" I ask a person to promote it{goal} when all of that is there"
    return f"{goal.removeprefix(' to')} by itself when all of that is there"


def _answer(state: GateState, gate: StepGate, voice: Voice) -> str:
    if state.answered_at is not None:
        until = f", until {voice.time(state.expires_at)}" if state.expires_at else ""
        return f"{voice.words(gate.ask)} said yes{until}{because(voice.words(state.answer))}."
    if state.answer_by is None:
        return ""
    return f"If {voice.words(gate.ask)} is silent at {voice.time(state.answer_by)}, I ask a person."


def _held(voice: Voice) -> str:
    holds = voice.view.release.holds
    return sentences(*(HOLDS[held.hold].onward(held, voice) for held in holds))


def _finishing(voice: Voice) -> str:
    release = voice.view.release
    if is_overdue(voice.view):
        return (
            "The target did not finish in time. I asked it again; "
            "users are not affected. A person should look."
        )
    by = f" by {voice.time(release.deadline)}" if release.deadline else " in a moment"
    return f"Next: done by itself{by}."


def _rolling_back(voice: Voice) -> str:
    way = voice.view.release.way
    if way is None:
        return ""
    if way.back_at is None:
        late = f"If traffic is not back by {voice.exact(way.deadline)}, {pages(voice)}."
        return f"Nothing to do yet. {late}"
    if way.confirm_by is None:
        return ""
    return f"Nothing to do. By {voice.exact(way.confirm_by)} I say whether the checks confirm it."


def _stuck(voice: Voice) -> str:
    release = voice.view.release
    stays = "I do not try again by myself."
    if release.taken_by:
        return f"{stays} {voice.name(release.taken_by)} has it."
    if release.rings_at is None:
        return stays
    return f"{stays} Until somebody takes it, it rings again at {voice.time(release.rings_at)}."


def _rolled_back(voice: Voice) -> str:
    release = voice.view.release
    way = release.way
    if is_undo(release):
        return ""
    bad = way is not None and way.cause is f.Cause.VERDICT
    marked = f"{voice.new} is marked bad here. " if bad else ""
    start = f"{voice.view.command} start {voice.words(release.service)} &lt;version&gt; to "
    return f"{marked}A fix can start now: {start}{voice.words(release.environment)}"


def _rejected(voice: Voice) -> str:
    reasons = voice.view.release.reasons
    told = [voice.words(f"{each.sentence} {each.remedy}") for each in reasons[:10]]
    return "\n".join(["Not started:", *(f"• {line}" for line in told if line)])


def _cancelled(voice: Voice) -> str:
    release = voice.view.release
    said = [fact.because for fact in voice.view.facts if isinstance(fact, f.Cancelled)]
    why = because(voice.words(said[-1])) if said and said[-1] else ""
    return full_stop(f"Cancelled by {voice.name(release.ended_by)}{why}")


def _nothing(_voice: Voice) -> str:
    return ""


ONWARD: Mapping[State, Say] = {
    State.REQUESTED: _nothing,
    State.PREFLIGHT: _preflight,
    State.POLLING: _polling,
    State.SHIFTING: _shifting,
    State.BAKING: _baking,
    State.GATED: _gated,
    State.HELD: _held,
    State.FINISHING: _finishing,
    State.SUCCEEDED: _nothing,
    State.ROLLING_BACK: _rolling_back,
    State.STUCK: _stuck,
    State.ROLLED_BACK: _rolled_back,
    State.REJECTED: _rejected,
    State.CANCELLED: _cancelled,
}
