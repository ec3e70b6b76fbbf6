"""`why`: what was seen, how sure, what was decided, done, told, and what is left to do."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.domain.decide.gate import still_waits_for
from bot.domain.facts import release as f
from bot.domain.facts.fact import BOT, Fact
from bot.domain.judge.samples import Outcome, Verdict
from bot.domain.state.moves import State
from bot.domain.terms.units import spell
from bot.ports.chat import Message
from bot.render.kit.blocks import context, escape, message, section
from bot.render.kit.charts import charts
from bot.render.kit.numbers import failing_checks, newest, saw, sure
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, full_stop, sentences, stand, step_of
from bot.render.release.buttons import release_buttons
from bot.render.release.card import as_of, decision, harm
from bot.render.release.holds import HOLDS, foremost
from bot.render.release.onward import onward
from bot.render.release.timeline import known_of, sentence
from bot.render.release.truth import Say, headline, lead, subject, truth

DID = (
    f.PreflightPassed,
    f.StepReached,
    f.Promoted,
    f.RollbackReasserted,
    f.TrafficBack,
    f.RollbackVerified,
    f.RollbackFailed,
    f.Settled,
    f.Finished,
)
DID_SHOWN = 8


def why(view: ReleaseView) -> Message:
    """For a live release that waits: the one thing missing, since when, and what happens then."""
    voice, spoken = Voice(view), Voice(view, rich=False)
    text = f"{lead(spoken)}. {_short(spoken)}"
    rows = [(title, told) for title, tell in ROWS if (told := tell(voice))]
    body = "\n".join(f"*{title}*  {told}" for title, told in rows)
    release = view.release
    return message(
        text,
        [
            section(f"*{subject(voice)} · {headline(voice)[1]}*  {voice.short(release.id)}"),
            section(_short(voice)),
            section(body) if body else None,
            *charts(view),
            release_buttons(view) if release.is_live else None,
            context(f"{as_of(voice)} · same from a shell: slipway why {voice.short(release.id)}"),
        ],
    )


def _short(voice: Voice) -> str:
    """The answer in one sentence, before the evidence."""
    if voice.view.release.way is not None:
        return sentences(decision(voice), truth(voice))
    return sentences(truth(voice), _missing(voice))


def _missing(voice: Voice) -> str:
    """What it waits for, since when."""
    release = voice.view.release
    if not release.is_live:
        return onward(voice)
    held = foremost(release) if release.state is State.HELD else None
    reached = release.baking_since if release.state is State.BAKING else None
    since = held.since if held else reached or release.moved_at
    waits = HOLDS[held.hold].waits_for if held else WAITS.get(release.state, _watching)(voice)
    return full_stop(f"It waits for {waits}, since {voice.time(since)}")


def _watching(voice: Voice) -> str:
    """What a step that is watched still lacks."""
    release = voice.view.release
    step = step_of(release)
    left = step.bake - voice.view.watched
    if left > timedelta(0):
        return f"{spell(left)} more of watching at {stand(step)}"
    late = [each for each in newest(voice.view) if each.outcome is not Outcome.PASS]
    told = [f"{voice.short(each.check)} ({voice.reason(each.because, BOT)})" for each in late]
    return f"a pass of {', '.join(told[:3])}" if told else "the next look"


def _at_gate(voice: Voice) -> str:
    """What its gate waits for, or who sends it on."""
    if waits := still_waits_for(voice.view.release, voice.view.now):
        return voice.words(waits)
    names = ", ".join(map(voice.name, voice.view.mention))
    return f"a person to promote it ({names} can)" if names else "a person to promote it"


WAITS: Mapping[State, Say] = {
    State.PREFLIGHT: lambda _: "the checks before the start",
    State.POLLING: lambda _: "people to say go",
    State.SHIFTING: lambda voice: f"the target to reach {stand(step_of(voice.view.release))}",
    State.GATED: _at_gate,
    State.FINISHING: lambda _: "the target to finish",
}


def _verdicts(view: ReleaseView) -> Sequence[Verdict]:
    way = view.release.way
    return way.verdicts if way is not None else newest(view)


def _saw(voice: Voice) -> str:
    verdicts = _verdicts(voice.view)
    first = failing_checks(verdicts) or verdicts
    return " · ".join(saw(each, voice) for each in first[:4])


def _sure(voice: Voice) -> str:
    verdicts = _verdicts(voice.view)
    measured = [each for each in verdicts if each.evidence.canary is not None]
    return sure(failing_checks(verdicts) or measured) if measured else ""


def _decided(voice: Voice) -> str:
    way = voice.view.release.way
    if way is None:
        return ""
    rule = {
        f.Cause.VERDICT: "a check failed, and the rules then roll back at once",
        f.Cause.NO_DATA: "no data for too long",
        f.Cause.STALLED: "the step was not reached in time",
        f.Cause.REFUSED: "the target refused the step",
    }.get(way.cause, "a person asked for it")
    if way.by != BOT and way.cause not in (f.Cause.PERSON, f.Cause.ABORT):
        rule = "I proposed it, and a person said yes"
    at = "" if way.reached == 0 else f", at most {way.reached:g} % of users had it"
    return f"{voice.exact(way.decided_at)} by {voice.name(way.by)}: {rule}{at}"


def _did(voice: Voice) -> str:
    done = [fact for fact in voice.view.facts if isinstance(fact, DID)]
    left = f"… {len(done) - DID_SHOWN} earlier · " if len(done) > DID_SHOWN else ""
    told = [f"{voice.exact(fact.at)} {_fact(fact, voice)}" for fact in done[-DID_SHOWN:]]
    return left + " · ".join(told)


def _fact(fact: Fact, voice: Voice) -> str:
    return escape(sentence(fact, known_of(voice.view.facts, voice.view.names)))


def _told(voice: Voice) -> str:
    taken = [fact for fact in voice.view.facts if isinstance(fact, f.Taken)]
    seen = [f"{voice.name(fact.by)} has it since {voice.exact(fact.at)}" for fact in taken[-1:]]
    return " · ".join([*([voice.words(voice.view.paged)] if voice.view.paged else []), *seen])


def _left(voice: Voice) -> str:
    release = voice.view.release
    if release.is_live:
        return onward(voice) or f"watching {stand(step_of(release))}"
    way = release.way
    if way is not None and not way.confirmed and release.ended_by == BOT:
        return "look once with your own eyes: the checks could not confirm it"
    return "nothing to do"


ROWS = (
    ("Saw", _saw),
    ("Sure", _sure),
    ("Decided", _decided),
    ("Harm", lambda voice: harm(voice).removeprefix("Harm: ").rstrip(".")),
    ("Did", _did),
    ("Told", _told),
    ("Left", _left),
)
