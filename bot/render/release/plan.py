"""`plan`: whether a start would be taken now, and what it would do."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from bot.domain.state.release import Release
from bot.domain.terms.changes import Change
from bot.domain.terms.strategy import Step
from bot.domain.terms.units import spell
from bot.ports.chat import Block, Message
from bot.render.kit.blocks import PRIMARY, Button, actions, button_value, context, message, section
from bot.render.kit.numbers import limit, title
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, full_stop, join_dotted, sentences, stand
from bot.render.release.log import sections

ASKED = "Nothing was changed by asking."
SHOWN = 8
SHORT = 12
"""Characters of a revision that tell it from others."""


def plan(
    view: ReleaseView, against: Sequence[tuple[str, str]], votes: Sequence[str] = ()
) -> Message:
    """`against` are (sentence, remedy) of all that would refuse it; `votes` lines about seats."""
    voice = Voice(view)
    told = [_would(against), *_reasons(against, voice), *_lines(voice, votes)]
    plainly = Voice(view, rich=False)
    why = [plainly.words(sentences(*each)) for each in against]
    spoken = sentences(_head(plainly, against), ASKED, *why, f"From {_from(plainly)}")
    return message(
        spoken,
        [
            section(f"*{_head(voice, against)}*"),
            *map(section, sections(told)),
            _start(view.release, against),
            context(f"as of {voice.time(view.now)}; it is all looked at again when you start it"),
        ],
    )


def _head(voice: Voice, against: Sequence[tuple[str, str]]) -> str:
    answer = "no" if against else "yes"
    return f"{voice.service} {voice.new} to {voice.place}: would start: {answer}."


def _would(against: Sequence[tuple[str, str]]) -> str:
    if not against:
        return ASKED
    many = f", for {len(against)} reasons" if len(against) > 1 else ""
    return f"It would not start now{many}. {ASKED}"


def _reasons(against: Sequence[tuple[str, str]], voice: Voice) -> list[str]:
    return [f"• {voice.words(sentences(*each))}" for each in against]


def _lines(voice: Voice, votes: Sequence[str]) -> Iterator[str]:
    release = voice.view.release
    yield _line("From", _from(voice))
    yield from (f"    {_change(change, voice)}" for change in release.changes[:SHOWN])
    if len(release.changes) > SHOWN:
        yield f"    … and {len(release.changes) - SHOWN} more"
    yield _line("Steps", _steps(release, voice))
    yield _line("Back", _back(voice))
    for number, vote in enumerate(votes):
        yield _line("Votes", voice.words(vote)) if number == 0 else f"    {voice.words(vote)}"
    yield _line("Ready", _ready(release, voice))


def _line(name: str, text: str) -> str:
    return f"*{name}*  {text}"


def _from(voice: Voice) -> str:
    release = voice.view.release
    revision = release.revision
    exact = f" ({voice.short(revision[: SHORT + 8])})" if revision not in ("", release.name) else ""
    old = f"{voice.old} to" if release.running else "nothing, for it is the first release, to"
    return full_stop(f"{old} {voice.new}{exact}; {_brings(voice)}")


def _brings(voice: Voice) -> str:
    release = voice.view.release
    if release.changes_unknown:
        return f"nobody can tell what it brings: {voice.words(release.changes_unknown)}"
    if release.rules.changes is None:
        return "what it brings is not configured, so not known"
    counted = f"{len(release.changes)} change{'' if len(release.changes) == 1 else 's'}"
    strangers = [voice.short(author.spelled()) for author in release.unmapped]
    by = [*(voice.name(person) for person in sorted(release.authors)), *strangers]
    more = f" and {len(by) - SHOWN} more" if len(by) > SHOWN else ""
    return f"{counted} by {', '.join(by[:SHOWN])}{more}" if by else counted


def _change(change: Change, voice: Voice) -> str:
    return f"{change.revision[:SHORT]} {voice.short(change.subject)}"


def _steps(release: Release, voice: Voice) -> str:
    steps = release.rules.strategy.steps
    whole = sum((step.bake for step in steps), timedelta(0))
    asks = ", and a person sends it on where it says so" if any(_asks(s) for s in steps) else ""
    done = f"done about {voice.time(voice.view.now + whole)} if nothing holds it{asks}"
    return full_stop(f"{join_dotted([_step(step) for step in steps])}; {done}")


def _step(step: Step) -> str:
    watched = f" {spell(step.bake)}" if step.bake else ""
    return f"{stand(step)}{watched}{' (asks first)' if _asks(step) else ''}"


def _asks(step: Step) -> bool:
    return step.gate or step.conditions is not None


def _back(voice: Voice) -> str:
    release = voice.view.release
    checks = release.rules.checks
    limits = [f"{title(c.name, c.limits, voice)} ({limit(c.limits)})" for c in checks]
    upon = f"by itself when a check fails: {', '.join(limits)}" if limits else "by hand only"
    to = f"to {voice.back} within {spell(release.rules.rollback.within)}"
    how = voice.words(release.mechanism) if release.mechanism else "not proven yet"
    return full_stop(f"{upon}; {to}: {how}")


def _ready(release: Release, voice: Voice) -> str:
    if not release.mechanism:
        return "not proven: see above."
    return full_stop(voice.words("; ".join(release.proof)) or "the way back is proven")


def _start(release: Release, against: Sequence[tuple[str, str]]) -> Block | None:
    if against:
        return None
    command = f"start {release.service} {release.name} to {release.environment}"
    return actions(
        [Button(label="Start", verb="offer", value=button_value("", command), style=PRIMARY)]
    )
