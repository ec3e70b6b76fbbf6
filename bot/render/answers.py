"""Answers to the one who asked. Sentences come in unescaped and go out without power."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot.domain.state.moves import State
from bot.ports.chat import Message
from bot.render.kit.blocks import (
    BLOCKS,
    DANGER,
    PRIMARY,
    Button,
    actions,
    button_value,
    context,
    escape,
    message,
    section,
)
from bot.render.kit.verbs import HelpGroup, VerbHelp, verbs_of
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, name_of, sentences
from bot.render.release.card import card, people
from bot.render.release.log import sections
from bot.render.release.onward import onward
from bot.render.release.truth import headline, lead, subject, truth
from bot.render.release.why import why

__all__ = [
    "add_buttons",
    "answer",
    "changes",
    "help_text",
    "refusal",
    "status_list",
    "status_one",
    "whoami",
    "why",
]
GOES_BACK = ("rollback", "abort")
LISTED = 20


def answer(text: str) -> Message:
    """A sentence of ours, with other people's words in it."""
    return message(escape(text), map(section, sections(escape(text).split("\n"))))


def refusal(sentence: str, remedy: str, offers: Sequence[tuple[str, str]]) -> Message:
    """What did not happen and why, what to do, and buttons (label, a whole request) for it."""
    text = escape(sentences(sentence.strip(), remedy.strip()))
    return message(text, [section(text), actions(list(_offered(offers)))])


def add_buttons(said: Message, *buttons: Button) -> Message:
    """The same with buttons below it."""
    return message(said.text, [*said.blocks, actions(buttons)])


def _offered(offers: Sequence[tuple[str, str]]) -> Iterator[Button]:
    """The one offer is the primary; what takes users back is red."""
    for label, command in offers:
        back = command.split(" ")[0].lower() in GOES_BACK
        style = PRIMARY if len(offers) == 1 else ""
        yield Button(
            label=label,
            verb="offer",
            value=button_value("", command),
            style=DANGER if back else style,
        )


def status_one(view: ReleaseView) -> Message:
    """The card, as it is now."""
    return card(view)


def status_list(views: Sequence[ReleaseView], now: datetime) -> Message:
    """Several releases, live ones that need somebody first."""
    if not views:
        return answer("Nothing is live: no release is on its way just now.")
    ordered = sorted(views, key=lambda view: URGENCY.get(view.release.state, 5))
    live = sum(view.release.is_live for view in views)
    spoken = [_line(Voice(view, rich=False)) for view in ordered]
    start = f"{live} live." if live else "Nothing is live now."
    shown = [section(_block(Voice(view))) for view in ordered[: min(LISTED, BLOCKS - 2)]]
    left = len(ordered) - len(shown)
    more = context(f"… {left} more; name a service or an environment") if left else None
    as_of = context(f"as of {Voice(ordered[0]).time(now)}")
    return message(f"{start} {'; '.join(spoken)}.", [*shown, more, as_of])


URGENCY = {
    State.STUCK: 0,
    State.ROLLING_BACK: 1,
    State.HELD: 2,
    State.GATED: 3,
    State.PREFLIGHT: 4,
    State.POLLING: 3,
    State.SHIFTING: 4,
    State.BAKING: 4,
    State.FINISHING: 4,
}


def _line(voice: Voice) -> str:
    return f"{lead(voice)} ({voice.short(voice.view.release.id)})"


def _block(voice: Voice) -> str:
    symbol, state = headline(voice)
    title = f"*{symbol} {subject(voice)} · {state}*  {voice.short(voice.view.release.id)}"
    return "\n".join(part for part in (title, truth(voice), onward(voice)) if part)


def changes(views: Sequence[ReleaseView]) -> Message:
    """What changed lately, newest first as given, one line each."""
    if not views:
        return answer("Nothing changed in that time.")
    spoken = "; ".join(_line(Voice(view, rich=False)) for view in views)
    shown = sections([_change(Voice(view)) for view in views])
    return message(f"{len(views)} lately, newest first. {spoken}.", map(section, shown))


def _change(voice: Voice) -> str:
    release = voice.view.release
    symbol, state = headline(voice)
    when = voice.time(release.ended_at or release.requested_at)
    what = f"{subject(voice)} ({voice.short(release.id)})"
    return f"{when}  {symbol} {what}: {state} · {people(voice)}"


def help_text(groups: tuple[HelpGroup, ...], command: str) -> Message:
    """Every verb with an example; everything about one where there is only one."""
    verbs = verbs_of(groups)
    if not verbs:
        return answer(f"There is no such verb. {command} help shows them all.")
    told = [_help(verb, command) for verb in verbs]
    last = f"In a release's thread: mention me instead of {command}, and leave out which release."
    spoken = f"{command} understands: {', '.join(verb.name for verb in verbs)}."
    if len(verbs) == 1:
        (only,) = verbs
        spoken = sentences(f"{command} {only.usage}:", only.summary, _example(only, command))
    return message(escape(spoken), [*map(section, sections(told)), context(escape(last))])


def _help(verb: VerbHelp, command: str) -> str:
    shown = f"`{escape(f'{command} {verb.usage}')}`\n{escape(verb.summary)}"
    return f"{shown} {escape(_example(verb, command))}".rstrip()


def _example(verb: VerbHelp, command: str) -> str:
    return f"For example: {command} {verb.examples[0]}" if any(verb.examples) else ""


def whoami(
    person: str,
    name: str,
    rights: Mapping[str, Sequence[str]],
    accounts: Sequence[str] | None = None,
) -> Message:
    """Who the bot takes the asker for, by which commits, and what they may do where.

    `accounts` None: nobody asks who wrote what.
    """
    called = name_of(person, {person: name} if name else {})
    grouped: dict[tuple[str, ...], list[str]] = {}
    for where, may in rights.items():
        grouped.setdefault(tuple(may), []).append(where)
    told = [f"You may {', '.join(may)}: {', '.join(at)}." for may, at in grouped.items() if may]
    none = [f"You may only look: {', '.join(at)}." for may, at in grouped.items() if not may]
    known = "" if rights else NOTHING_OPEN
    who = f"You are {called} ({person})."
    commits = _commits(accounts) if accounts is not None else ""
    return answer("\n".join(line for line in (who, commits, *told, *none, known) if line))


def _commits(accounts: Sequence[str]) -> str:
    return f"Commits by {', '.join(accounts)} are yours." if accounts else UNMAPPED


NOTHING_OPEN = "No service is configured, or none that you may look at."
UNMAPPED = (
    "I do not know which commits are yours, so you cannot approve where I know who wrote what. "
    "Say who you are there: link <account or e-mail>; or whoever keeps the config adds you to "
    "[accounts]."
)
