"""The release card: state, truth, next, steps, numbers, people, buttons, as of. Always so."""

from datetime import timedelta

from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT
from bot.domain.state.moves import BEFORE_FLIGHT, State
from bot.domain.state.vote import PollOutcome
from bot.domain.terms.units import spell
from bot.ports.chat import Message
from bot.render.kit.blocks import context, message, section
from bot.render.kit.numbers import failing_checks, harm_done, newest, numbers
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, because, full_stop, join_dotted, sentences, stand
from bot.render.override.sentences import flag_lines
from bot.render.release.buttons import release_buttons
from bot.render.release.holds import was_never_sent
from bot.render.release.onward import onward
from bot.render.release.truth import headline, is_asking, is_undo, lead, subject, truth

FORWARD = frozenset({State.SHIFTING, State.BAKING, State.GATED, State.HELD, State.FINISHING})
STEPS_SHOWN = 12


def card(view: ReleaseView) -> Message:
    """The release's own message in any state; the plain text is its first lines."""
    voice = Voice(view)
    symbol, state = headline(voice)
    title = f"*{symbol} {subject(voice)} · {state}*  {voice.short(view.release.id)}"
    body = [truth(voice), *why_back(voice), onward(voice), *flag_lines(voice), steps(voice)]
    return message(
        plain(view),
        [
            section(title),
            section("\n".join(line for line in body if line)),
            *([context(told)] if (told := small(voice)) else []),
            release_buttons(view),
            context(as_of(voice)),
        ],
    )


def plain(view: ReleaseView) -> str:
    """One paragraph that says it all: state, who, what, truth, next."""
    voice = Voice(view, rich=False)
    start = f"{lead(voice)} ({voice.short(view.release.id)})."
    return sentences(start, truth(voice), onward(voice).replace("\n", " "))


def steps(voice: Voice) -> str:
    """`1 % done · *10 % now* · 50 % · 100 %`"""
    release = voice.view.release
    if is_undo(release) or release.state not in (*FORWARD, *BEFORE_FLIGHT):
        return ""
    begun = release.state not in BEFORE_FLIGHT and not was_never_sent(release)
    at = release.step if begun else -1
    shown = [_step(nth, at, voice) for nth in range(len(release.rules.strategy.steps))]
    first = max(0, min(at - 2, len(shown) - STEPS_SHOWN))
    kept = shown[first : first + STEPS_SHOWN]
    left = len(shown) - first - len(kept)
    before = f"{first} steps done" if first else ""
    return join_dotted([before, *kept, f"{left} more steps" if left else ""])


def is_gated(nth: int, voice: Voice) -> bool:
    """Whether a step waits for somebody or something before it begins."""
    step = voice.view.release.rules.strategy.steps[nth]
    return step.gate or bool(step.conditions) or (nth > 0 and is_asking(voice))


def _step(nth: int, at: int, voice: Voice) -> str:
    step = voice.view.release.rules.strategy.steps[nth]
    span = f" {spell(step.bake)}" if step.bake > timedelta(0) else ""
    asks = " (asks first)" if is_gated(nth, voice) else ""
    if nth < at:
        return f"{stand(step)} done"
    return f"*{stand(step)} now*" if nth == at else f"{stand(step)}{span}{asks}"


def why_back(voice: Voice) -> list[str]:
    """Why it was taken back, and what harm was done until then."""
    return [line for line in (decision(voice), harm(voice)) if line]


def decision(voice: Voice) -> str:
    way = voice.view.release.way
    if way is None:
        return ""
    reason = voice.reason(way.because, way.by)
    if way.by == BOT:
        return full_stop(f"Why: {reason}") if reason else ""
    return full_stop(f"Why: {voice.name(way.by)} {ASKED[way.cause]}{because(reason)}")


ASKED = {
    f.Cause.PERSON: "asked for it",
    f.Cause.ABORT: "aborted it",
    f.Cause.VERDICT: "decided it",
    f.Cause.NO_DATA: "decided it",
    f.Cause.STALLED: "decided it",
    f.Cause.REFUSED: "decided it",
}


def harm(voice: Voice) -> str:
    """`Harm: 39 failed requests seen, 33 more than usual, 10 % of users at most.`"""
    release = voice.view.release
    way = release.way
    if way is None or is_undo(release):
        return ""
    done = harm_done(failing_checks(way.verdicts), release.rules)
    took = f"back {spell(way.back_at - way.decided_at)} after the decision" if way.back_at else ""
    most = f"{way.reached:g} % of users at most"
    return f"Harm: {', '.join(part for part in (done, most, took) if part)}." if done else ""


def small(voice: Voice) -> str:
    """Numbers and people."""
    return join_dotted([newest_numbers(voice), people(voice), way_back(voice)])


def newest_numbers(voice: Voice) -> str:
    """The newest numbers; on the way back those that decided it."""
    way = voice.view.release.way
    return numbers(way.verdicts if way else newest(voice.view), voice)


def people(voice: Voice) -> str:
    """`by mei · promoted by rui · decided by the bot 14:31:20 · rui has it`"""
    release = voice.view.release
    why = because(voice.words(release.because))
    promoted = [fact.by for fact in voice.view.facts if isinstance(fact, f.Promoted)]
    names = ", ".join(dict.fromkeys(voice.name(person) for person in promoted))
    return join_dotted(
        [
            f"by {voice.name(release.requested_by)}{why if not is_undo(release) else ''}",
            went(voice),
            f"promoted by {names}" if names else "",
            decided_by(voice),
            f"{voice.name(release.taken_by)} has it" if release.taken_by else "",
        ]
    )


def went(voice: Voice) -> str:
    """`go by rui, ana`: who let it reach users."""
    poll = voice.view.release.poll
    if poll is None or poll.go is None or poll.outcome is not PollOutcome.GO:
        return ""
    people = dict.fromkeys([*(each.person for each in poll.go.filled), poll.go.caller])
    return f"go by {', '.join(voice.name(person) for person in people if person)}"


def decided_by(voice: Voice) -> str:
    """`decided by the bot 14:31:20`, of a rollback."""
    way = voice.view.release.way
    if way is None or is_undo(voice.view.release):
        return ""
    return f"decided by {voice.name(way.by)} {voice.exact(way.decided_at)}"


def way_back(voice: Voice) -> str:
    """How it is undone, also by hand; shown while that can still be needed."""
    release = voice.view.release
    if not release.is_live or not release.mechanism:
        return ""
    return f"way back to {voice.back}: {voice.words(release.mechanism)}"


def as_of(voice: Voice) -> str:
    """When this was true; live cards say from when on nobody is watching."""
    view = voice.view
    now = f"as of {voice.time(view.now)}"
    if not view.release.is_live:
        return join_dotted([now, ended_by(voice)])
    old = f"{now}; if that is over {spell(view.refresh)} old, nobody is watching"
    flying = view.release.mechanism and view.release.state not in BEFORE_FLIGHT
    return f"{old}: undo by hand" if flying else old


def ended_by(voice: Voice) -> str:
    release = voice.view.release
    if release.ended_at is None:
        return ""
    span = spell(release.ended_at - release.requested_at)
    return f"ended {voice.time(release.ended_at)} after {span}"
