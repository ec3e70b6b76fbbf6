"""The one message in the thread that is edited as the release goes on."""

from bot.ports.chat import Message
from bot.render.kit.blocks import SECTION, escape, message, section, size
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import Voice, full_stop
from bot.render.release.timeline import lines
from bot.render.release.truth import lead

SHOWN = 60
ROOM = SECTION - 40
SECTIONS = 4


def log(view: ReleaseView) -> Message:
    """A line per fact, newest last; what does not fit is counted: "… N earlier"."""
    told = log_lines(view)
    kept, left = newest_that_fit(told)
    earlier = [f"… {left} earlier; all of it: {view.command} why {view.release.id}"] if left else []
    voice = Voice(view, rich=False)
    newest = lines(view.facts[-1:], view.names)
    last = f" Last: {escape(newest[0][2])}" if newest else " Nothing has happened yet."
    what = f"timeline of {voice.short(view.release.id)}, {voice.service}"
    text = full_stop(f"{lead(voice, what)}.{last}")
    title = f"*Timeline of {voice.short(view.release.id)}*"
    return message(text, map(section, sections([title, *map(escape, earlier), *kept])))


def log_lines(view: ReleaseView) -> list[str]:
    voice = Voice(view)
    return [f"{voice.exact(at)}  {escape(text)}" for at, _, text in lines(view.facts, view.names)]


def newest_that_fit(told: list[str]) -> tuple[list[str], int]:
    """The newest lines, and how many earlier ones are left out."""
    kept: list[str] = []
    room = ROOM * (SECTIONS - 1)
    for line in reversed(told[-SHOWN:]):
        room -= size(line) + 1
        if room < 0:
            break
        kept.append(line)
    return kept[::-1], len(told) - len(kept)


def sections(told: list[str]) -> list[str]:
    """Lines in as few texts as Slack's limit allows; a line is never broken in two."""
    packed: list[str] = []
    for line in told:
        if packed and size(packed[-1]) + size(line) + 1 <= ROOM:
            packed[-1] = f"{packed[-1]}\n{line}"
        else:
            packed.append(line)
    return packed
