"""App Home: one person's view of everything, and of the bot's own health.

A section is data: whoever has something to show adds a Row or a line, and draws nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.facts.vote import Choice
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.state.vote import Poll
from bot.domain.terms.units import spell
from bot.ports.chat import Block
from bot.render.kit.blocks import (
    PRIMARY,
    Button,
    actions,
    button_value,
    context,
    cut_plain,
    date_token,
    escape,
    header,
    one_line,
    section,
)
from bot.render.kit.view import HomeRow, ReleaseView
from bot.render.kit.voice import Voice, join_dotted, place_of
from bot.render.release.buttons import BUTTONS, make_buttons
from bot.render.release.onward import onward
from bot.render.release.truth import headline, subject
from bot.render.vote.question import ballot_button

BLOCKS: Final = 100
ROWS: Final = 10
TROUBLED: Final = 6
NAMED: Final = 12
LINES: Final = 12
FAULT: Final = 200
STILL: Final = frozenset({State.HELD, State.GATED})
PRESSED: Final = 2
"""Buttons of a release's own beside [Open]: more would make a row a card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSign:
    """Somebody the bot depends on. `name` as the config has it; unescaped."""

    name: str
    answered_at: datetime | None = None
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeView:
    """`live` are all that live; `ahead` and `lately` are lines of mrkdwn, escaped.

    `waiting` and `ahead` are filled by the finders in bot.engine.door.home, one for each kind.
    `faults` are what is wrong with the bot itself, unescaped.
    """

    now: datetime
    started: datetime
    zone: str = "UTC"
    waiting: Sequence[HomeRow] = ()
    yours: Sequence[ReleaseView] = ()
    live: Sequence[ReleaseView] = ()
    ahead: Sequence[str] = ()
    lately: Sequence[tuple[str, int]] = ()
    sources: Sequence[SourceSign] = ()
    faults: Sequence[str] = ()


def home(view: HomeView) -> Block:
    """The whole tab; what does not fit in 100 blocks is counted instead of shown."""
    blocks = [
        *_part("Waiting for you", view.waiting, "Nothing waits for you."),
        *_part("Yours", [release_row(each) for each in view.yours], ""),
        *_live(view),
        *_lines("Ahead", view.ahead),
        *_lately(view),
        *_bot(view),
    ]
    return {"type": "home", "callback_id": "home", "blocks": blocks[:BLOCKS]}


def closed_tab(why: str) -> Block:
    """The tab of somebody who may not use the bot."""
    return {"type": "home", "callback_id": "home", "blocks": [section(escape(why))]}


def _part(title: str, rows: Sequence[HomeRow], empty: str) -> list[Block]:
    if not rows and not empty:
        return []
    shown = [block for row in rows[:ROWS] for block in _row(row)]
    left = len(rows) - ROWS
    more = [context(f"… and {left} more")] if left > 0 else []
    return [header(title), *(shown or [section(empty)]), *more]


def _row(row: HomeRow) -> Iterator[Block]:
    yield section(row.text)
    buttons = actions(row.buttons)
    if buttons is not None:
        yield buttons


def release_row(view: ReleaseView) -> HomeRow:
    """A release in two lines, with its first buttons and [Open]."""
    found = make_buttons(BUTTONS[view.release.state], view.release)
    acts = [each for each in found if each.verb not in ("why", "changes")]
    return HomeRow(text=release_line(view), buttons=(*acts[:PRESSED], open_button(view.release)))


def release_line(view: ReleaseView) -> str:
    voice = Voice(view)
    symbol, state = headline(voice)
    first = f"*{symbol} {subject(voice)} · {state}*  {voice.short(view.release.id)}"
    return "\n".join(part for part in (first, onward(voice)) if part)


def vote_row(view: ReleaseView, poll: Poll) -> HomeRow:
    """`GO OR NO-GO? checkout v1.4.2 → production, vote closes 14:58`"""
    voice, release = Voice(view), view.release
    closes = f"vote closes {voice.time(poll.closes_at)}"
    text = f"*GO OR NO-GO? {subject(voice)}*  {voice.short(release.id)}\n{closes}"
    ballots = [
        ballot_button(release.id, poll.round, choice) for choice in (Choice.GO, Choice.NO_GO)
    ]
    return HomeRow(text=text, buttons=(*ballots, open_button(release)))


def open_button(release: Release) -> Button:
    return Button(
        label="Open",
        verb="status",
        value=button_value(release.id, f"status {release.id}"),
        aloud=f"Open {release.id}, {release.service} {release.environment}",
    )


def _live(view: HomeView) -> list[Block]:
    """Those that need a person in full, the others by name."""
    if not view.live:
        return [header("Live"), section("Nothing is on its way.")]
    trouble = [each for each in view.live if needs_person(each)]
    well = [each for each in view.live if not needs_person(each)]
    still = [each for each in well if each.release.state in STILL]
    asked = [each for each in well if each.release.state is State.POLLING]
    going = [each for each in well if each not in still and each not in asked]
    rows = [
        HomeRow(text=release_line(each), buttons=(open_button(each.release),)) for each in trouble
    ]
    shown = [block for row in rows[:TROUBLED] for block in _row(row)]
    left = len(trouble) - TROUBLED
    more = [context(f"… and {left} more that need a person")] if left > 0 else []
    named = join_dotted(
        [
            _named(going, "going well"),
            _named(asked, "waiting for go"),
            _named(still, "standing still"),
        ]
    )
    others = [section(named)] if named else []
    every = actions([_ask("Show all", "status")]) if well else None
    return [header(f"Live {len(view.live)}"), *shown, *more, *others, *([every] if every else [])]


def needs_person(view: ReleaseView) -> bool:
    return headline(Voice(view))[0] in ("⚠", "✖", "↩")


def _named(views: Sequence[ReleaseView], how: str) -> str:
    """`3 going well: search, handbook and 1 more`"""
    if not views:
        return ""
    named = [Voice(each).service for each in views[:NAMED]]
    left = len(views) - len(named)
    return f"{len(views)} {how}: {', '.join(named)}{f' and {left} more' if left else ''}"


def _lines(title: str, lines: Sequence[str]) -> list[Block]:
    if not lines:
        return []
    left = len(lines) - LINES
    shown = [*lines[:LINES], *([f"… and {left} more"] if left > 0 else [])]
    return [header(title), section("\n".join(f"• {line}" for line in shown))]


def _lately(view: HomeView) -> list[Block]:
    told = [f"{_changes(count)} in {escape(place_of(where))}" for where, count in view.lately]
    buttons = [
        _ask("Start a release", "start", asks="start", style=PRIMARY),
        *([_ask("Changes", "changes since 2h")] if told else []),
    ]
    row = actions(buttons)
    text = section(join_dotted(told) or "Nothing changed.")
    return [header("Last 2 hours"), text, *([row] if row else [])]


def _changes(count: int) -> str:
    return f"{count} change{'' if count == 1 else 's'}"


def _ask(label: str, command: str, asks: str = "", style: str = "") -> Button:
    verb = command.partition(" ")[0]
    return Button(label=label, verb=verb, value=button_value("", command), asks=asks, style=style)


def _bot(view: HomeView) -> list[Block]:
    """What is wrong in full, what is well in small print."""
    silent = [each for each in view.sources if each.silent_since is not None]
    well = [each for each in view.sources if each not in silent and each.answered_at]
    wrong = [*map(_fault, view.faults), *(_source(each, view) for each in silent)]
    shown = [section("\n".join(wrong[:LINES]))] if wrong else []
    up = f"up {spell(_whole(view.now - view.started))}"
    told = [up, *(_source(each, view) for each in well[:NAMED]), _unasked(view.sources)]
    row = actions([_ask("Who am I", "whoami"), _ask("Help", "help")])
    small = context(join_dotted([*told, f"as of {_time(view)}"]))
    return [header("The bot"), *shown, small, *([row] if row else [])]


def _unasked(sources: Sequence[SourceSign]) -> str:
    """Those that nothing was wanted of since the bot began."""
    names = [_name(each) for each in sources if not each.answered_at and not each.silent_since]
    left = len(names) - NAMED
    more = f" and {left} more" if left > 0 else ""
    return f"not asked yet: {', '.join(names[:NAMED])}{more}" if names else ""


def _name(source: SourceSign) -> str:
    return escape(cut_plain(one_line(source.name), 60))


def _fault(words: str) -> str:
    return f"⚠ {escape(cut_plain(one_line(words), FAULT))}"


def _whole(span: timedelta) -> timedelta:
    """To the minute once there is one: seconds of a bot's age tell nobody anything."""
    minute = timedelta(minutes=1)
    return span - span % minute if span >= minute else timedelta(seconds=span.seconds)


def _source(source: SourceSign, view: HomeView) -> str:
    if source.silent_since is not None:
        return f"⚠ {_name(source)} silent since {_moment(source.silent_since, view)}"
    return f"{_name(source)} answered {_moment(source.answered_at or view.now, view)}"


def _time(view: HomeView) -> str:
    return _moment(view.now, view)


def _moment(moment: datetime, view: HomeView) -> str:
    return date_token(moment, view.zone, view.now, seconds=True)
