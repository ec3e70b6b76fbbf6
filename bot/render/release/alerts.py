"""New messages, for what people must see: their first words are all a lock screen needs.

Each tells what is true when it is sent: one that comes late says that it is over.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from bot.domain.facts.fact import BOT
from bot.domain.state.moves import State
from bot.ports.chat import Block, Message
from bot.render.kit.blocks import Button, actions, context, message, section
from bot.render.kit.charts import charts, charts_said
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, full_stop, join_dotted, sentences, stand
from bot.render.release.buttons import (
    Make,
    changes,
    make_buttons,
    not_its_fault,
    promote,
    promote_past_gate,
    resume,
    roll_back,
    settle,
    take,
    try_again,
    why,
)
from bot.render.release.card import decision, harm, newest_numbers, people, plain
from bot.render.release.holds import HOLDS, foremost
from bot.render.release.onward import onward
from bot.render.release.truth import (
    Say,
    headline,
    is_overdue,
    is_undo,
    lead,
    next_step,
    tell_confirmed,
    truth,
    went_back,
)

AlertLines: TypeAlias = Callable[[Voice], list[str]]
GOING_BACK = frozenset({State.ROLLING_BACK, State.STUCK})


def alert_message(view: ReleaseView) -> Message:
    """A rollback began."""
    if view.release.state in GOING_BACK:
        return _told(view, "↩", _rolling_back, _alert_lines, (take, why), charts(view))
    return over_message(view)


def alert_edit(view: ReleaseView) -> Message:
    """The same message after somebody took it, or after it is over."""
    return alert_message(view)


def over_message(view: ReleaseView) -> Message:
    """The rollback has ended: one reply that the channel sees too."""
    if view.release.state in GOING_BACK:
        return alert_message(view)
    if view.release.state is not State.ROLLED_BACK:
        return _as_it_is(view)
    way = view.release.way
    sure = is_settled(view) or (way is not None and way.confirmed)
    makes = (why, changes, not_its_fault)
    return _told(view, "✔" if sure else "⚠", _over, _over_lines, makes, charts(view))


def is_settled(view: ReleaseView) -> bool:
    """Whether a person ended the rollback by hand."""
    return view.release.state is State.ROLLED_BACK and view.release.ended_by != BOT


def stuck_message(view: ReleaseView) -> Message:
    """A person must act now."""
    if view.release.state is not State.STUCK:
        return alert_message(view)
    return _told(view, "✖", _not_over, _stuck_lines, (take, try_again, settle))


def ask_message(view: ReleaseView) -> Message:
    """A person is needed: no data, drift, or a step that asks first."""
    if view.release.state in GOING_BACK:
        return stuck_message(view)
    makes = ASK_BUTTONS.get(view.release.state)
    if makes is None or not _is_asked(view):
        return _as_it_is(view, "NO LONGER NEEDED. ")
    return _told(view, "⚠", _needs, _ask_lines, makes)


def ask_edit(view: ReleaseView) -> Message:
    """A question that stands in the channel, as it is now: answered, taken, or overtaken."""
    if view.release.state in GOING_BACK:
        return _as_it_is(view)
    return ask_message(view)


def _is_asked(view: ReleaseView) -> bool:
    if view.release.state is State.HELD:
        return any(held.escalates_at for held in view.release.holds)
    return view.release.state is State.GATED or is_overdue(view)


ASK_BUTTONS: Mapping[State, tuple[Make, ...]] = {
    State.GATED: (promote, roll_back, promote_past_gate),
    State.HELD: (resume, roll_back, take),
    State.FINISHING: (why, roll_back),
}


def end_message(view: ReleaseView) -> Message:
    """To the one who started it, at the end."""
    return _told(view, headline(Voice(view))[0], lead, _end_lines, (why, changes))


# ------------------------------------------------------------------ how each is built


def _told(
    view: ReleaseView,
    symbol: str,
    first: Say,
    lines: AlertLines,
    makes: tuple[Make, ...],
    drawn: Sequence[Block] = (),
) -> Message:
    """`drawn` stands last: what can be done must not be pushed off a phone's screen."""
    voice, spoken = Voice(view), Voice(view, rich=False)
    also = charts_said(view) if drawn else ""
    text = sentences(full_stop(first(spoken)), *lines(spoken), also).replace("\n", " ")
    body = "\n".join(line for line in lines(voice) if line)
    return message(
        text,
        [
            section(f"*{symbol} {first(voice)}*  {voice.short(view.release.id)}"),
            section(body) if body else None,
            _small(voice),
            _buttons(view, makes),
            *drawn,
        ],
    )


def _buttons(view: ReleaseView, makes: tuple[Make, ...]) -> Block | None:
    buttons: list[Button] = make_buttons(makes, view.release)
    return actions(buttons)


def _small(voice: Voice) -> Block | None:
    paged = voice.words(voice.view.paged)
    told = join_dotted([newest_numbers(voice), people(voice), paged])
    return context(told) if told else None


def _where(voice: Voice) -> str:
    return f"{voice.service}, {voice.place}"


# ------------------------------------------------------------------ rolling back


def _rolling_back(voice: Voice) -> str:
    taken = voice.view.release.taken_by
    has = f" · {voice.name(taken)} has it" if taken else ""
    return f"ROLLING BACK {_where(voice)}: {voice.new} → {voice.back}{has}"


def _alert_lines(voice: Voice) -> list[str]:
    is_stuck = voice.view.release.state is State.STUCK
    first = [truth(voice), onward(voice)] if is_stuck else [onward(voice) or truth(voice)]
    return [*first, decision(voice), _whose(voice)]


def _whose(voice: Voice) -> str:
    release = voice.view.release
    if is_undo(release) or (release.way and release.way.by == release.requested_by):
        return ""
    return f"{voice.called(release.requested_by)}: your change."


def _over(voice: Voice) -> str:
    release = voice.view.release
    if is_settled(voice.view):
        return f"OVER {_where(voice)}: settled by {voice.name(release.ended_by)}"
    way = release.way
    since = f" since {voice.exact(way.back_at)}" if way and way.back_at else ""
    goal = f"back on {voice.back}" if release.stable else f"{voice.new} is taken out"
    return f"OVER {_where(voice)}: {goal}{since}"


def _over_lines(voice: Voice) -> list[str]:
    release = voice.view.release
    way = release.way
    if way is None or is_settled(voice.view):
        return [truth(voice), decision(voice)]
    rest = "Nothing to do." if way.confirmed else "Look at it once with your own eyes."
    said = f"{tell_confirmed(voice)[0].upper()}{tell_confirmed(voice)[1:]}. {rest}"
    return [said, decision(voice), harm(voice)]


# ------------------------------------------------------------------ stuck


def _not_over(voice: Voice) -> str:
    release = voice.view.release
    taken = release.taken_by
    asked = f"{voice.name(taken)} has it" if taken else _act_now(voice)
    back = release.way is not None and release.way.back_at is not None
    state = "back late, being confirmed" if back else "rollback stuck"
    return f"NOT OVER {_where(voice)}: {state}. {asked}"


def _act_now(voice: Voice) -> str:
    asked = voice.everyone_asked()
    return f"{asked}: act now." if asked else "Somebody must act now."


def _stuck_lines(voice: Voice) -> list[str]:
    release = voice.view.release
    hand = voice.words(release.mechanism)
    return [
        truth(voice),
        onward(voice),
        full_stop(f"By hand: {hand}") if hand else "",
        f"Goal: {went_back(voice)[0].lower()}{went_back(voice)[1:]}.",
    ]


# ------------------------------------------------------------------ a person is needed


def _needs(voice: Voice) -> str:
    return f"NEEDS A PERSON {_where(voice)}: {_needed(voice)}"


def _needed(voice: Voice) -> str:
    release = voice.view.release
    after = next_step(release)
    if release.is_shut_out and release.gating is not None:
        return voice.words(release.gating.refused)
    if release.state is State.GATED and after is not None:
        return f"may {voice.new} go on to {stand(after)}?"
    if release.state is State.FINISHING:
        return "it is live for all, but does not finish"
    held = foremost(release)
    return HOLDS[held.hold].wanted if held else "it is held"


def _ask_lines(voice: Voice) -> list[str]:
    release = voice.view.release
    asked = voice.everyone_asked()
    plain_click = release.is_shut_out or release.waits_for_click
    agrees = release.gating is not None and not plain_click
    request = "agree, or roll it back." if agrees else REQUESTS[release.state]
    who = f"{asked}: {request}" if asked and not release.taken_by else ""
    return [truth(voice), onward(voice), who]


REQUESTS = {
    State.GATED: "promote it or roll it back.",
    State.HELD: "please look.",
    State.FINISHING: "please look.",
}


def _as_it_is(view: ReleaseView, start: str = "") -> Message:
    """What was to be told has passed: how it stands instead."""
    text = f"{start}{plain(view)}"
    return message(text, [section(text), _buttons(view, (why,))])


# ------------------------------------------------------------------ the end, to the starter


def _end_lines(voice: Voice) -> list[str]:
    return [truth(voice), decision(voice), harm(voice), onward(voice)]
