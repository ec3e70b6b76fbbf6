"""Block Kit in small constructors that know Slack's limits. What does not fit ends in "…"."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.ports.chat import Block, Message

SECTION: Final = 3000
FIELD: Final = 2000
FIELDS: Final = 10
HEADER: Final = 150
CONTEXT: Final = 10
SMALL: Final = 2000
ELEMENTS: Final = 25
LABEL: Final = 75
VALUE: Final = 2000
OPTION: Final = 75
OPTION_VALUE: Final = 150
OPTIONS: Final = 5
CONFIRM_TITLE: Final = 100
CONFIRM_TEXT: Final = 300
CONFIRM_LABEL: Final = 30
BLOCKS: Final = 50
TEXT: Final = 4000
"""Longer texts Slack cuts itself, wherever that falls."""

NOTHING: Final = "–"
ELLIPSIS: Final = "…"
DANGER: Final = "danger"
PRIMARY: Final = "primary"

_UNFINISHED = re.compile(r"(<[^>]*|&[a-z]{0,4})$")
_BREAKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_TRICKS = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What turns the rest of a line around, and halves of letters that no encoder takes."""


def escape(text: str) -> str:
    """Somebody's words with no power: no mention, link, date or broadcast can come of them."""
    return harmless(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def harmless(text: str) -> str:
    """Somebody's words, without what Slack could not take and what would hide the rest."""
    return _TRICKS.sub("", text)


def one_line(text: str) -> str:
    """Somebody's words on one line, without what could turn the rest of the line around."""
    return _BREAKS.sub(" ", harmless(text)).strip()


def size(text: str) -> int:
    """Characters as the strictest reader counts them: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, limit: int) -> str:
    """At most `limit` long; what was cut ends in "…", never inside a token or an entity."""
    if size(text) <= limit:
        return text
    return _UNFINISHED.sub("", _first(text, limit - 1)) + ELLIPSIS


def _first(text: str, limit: int) -> str:
    kept = text[:limit]
    while size(kept) > limit:
        kept = kept[: limit - size(kept)]
    return kept


def mrkdwn(text: str, limit: int) -> Block:
    """`verbatim`: what looks like an address or a channel in somebody's words stays words."""
    shown = cut(text, limit) if text.strip() else NOTHING
    return {"type": "mrkdwn", "text": shown, "verbatim": True}


def plain_text(text: str, limit: int) -> Block:
    """Shown as it is: nothing in it is a token, so nothing is escaped."""
    shown = one_line(text)
    return {"type": "plain_text", "text": cut_plain(shown, limit) or NOTHING, "emoji": True}


def cut_plain(text: str, limit: int) -> str:
    """Like `cut`, of a text that holds no tokens."""
    return text if size(text) <= limit else _first(text, limit - 1) + ELLIPSIS


def header(text: str) -> Block:
    return {"type": "header", "text": plain_text(text, HEADER)}


def section(text: str) -> Block:
    return {"type": "section", "text": mrkdwn(text, SECTION)}


def fields(pairs: Iterable[tuple[str, str]]) -> Block:
    """Title and text, two columns; what is over ten is left out."""
    cells = [mrkdwn(f"*{title}*\n{text or NOTHING}", FIELD) for title, text in pairs][:FIELDS]
    return {"type": "section", "fields": cells or [mrkdwn("", FIELD)]}


def context(*texts: str) -> Block:
    """Small print, at most ten pieces."""
    shown = [mrkdwn(text, SMALL) for text in texts if text.strip()]
    return {"type": "context", "elements": shown[:CONTEXT] or [mrkdwn("", SMALL)]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    title: str
    text: str
    yes: str
    no: str = "Not now"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """`verb` names the action (`act:<verb>`), `value` is from `button_value`.

    `asks` names a form of bot.render.kit.forms that is opened first (`ask:<form>`).
    """

    label: str
    verb: str
    value: str
    style: str = ""
    confirm: Confirm | None = None
    aloud: str = ""
    asks: str = ""

    @property
    def action(self) -> str:
        return f"{ASK}{self.asks}" if self.asks else f"{ACTION}{self.verb}"


def button(spec: Button, action_id: str) -> Block:
    """`aloud` is what a screen reader says where the label alone could be several things."""
    block: Block = {
        "type": "button",
        "action_id": action_id,
        "text": plain_text(spec.label, LABEL),
        "value": spec.value,
    }
    if spec.style:
        block["style"] = spec.style
    if spec.aloud:
        block["accessibility_label"] = cut_plain(one_line(spec.aloud), LABEL)
    if spec.confirm is not None:
        block["confirm"] = confirm_dialog(spec.confirm, spec.style)
    return block


def confirm_dialog(spec: Confirm, style: str = "") -> Block:
    block: Block = {
        "title": plain_text(spec.title, CONFIRM_TITLE),
        "text": plain_text(spec.text, CONFIRM_TEXT),
        "confirm": plain_text(spec.yes, CONFIRM_LABEL),
        "deny": plain_text(spec.no, CONFIRM_LABEL),
    }
    return {**block, "style": style} if style else block


def actions(buttons: Sequence[Button], more: Sequence[Button] = ()) -> Block | None:
    """Buttons, and behind "⋯" what is needed seldom; every action_id occurs once.

    A request that its button cannot hold is left out: cut, it would ask for something else.
    None where no button is left.
    """
    counted: dict[str, int] = {}
    elements: list[Block] = []
    for spec in [each for each in buttons if holds(each.value, VALUE)][: ELEMENTS - 1]:
        counted[spec.action] = counted.get(spec.action, 0) + 1
        elements.append(button(spec, action_id(spec.action, counted[spec.action])))
    seldom = [each for each in more if holds(option_value(each), OPTION_VALUE)]
    if seldom:
        elements.append(overflow(seldom))
    return {"type": "actions", "elements": elements} if elements else None


def holds(value: str, limit: int) -> bool:
    """Whether a value of that limit can carry this as it is."""
    return size(value) <= limit and not _TRICKS.search(value)


def overflow(more: Sequence[Button]) -> Block:
    options = [
        {"text": plain_text(spec.label, OPTION), "value": option_value(spec)}
        for spec in more[:OPTIONS]
    ]
    return {"type": "overflow", "action_id": f"{ACTION}more", "options": options}


def option_value(spec: Button) -> str:
    """Choices behind the dots share one action, so a form to open stands in the value."""
    if not spec.asks:
        return spec.value
    release, seen, command = spec.value.split("|", 2)
    return f"{release}|{seen}?{spec.asks}|{command}"


ACTION: Final = "act:"
ASK: Final = "ask:"


def action_id(action: str, nth: int = 1) -> str:
    """`act:pause`, and `act:offer:2` for the second of its kind in a message."""
    return action if nth == 1 else f"{action}:{nth}"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button says: `command` is a whole request without the command's name.

    `seen` is the step the button was drawn for, or nothing where that does not matter; `asks` the
    form that a choice behind the dots opens first.
    """

    release: str
    seen: str
    command: str
    asks: str = ""


def button_value(release_id: str, command: str, seen: object = "") -> str:
    """`R-142|2|promote R-142`; read again by `parse_button_value`."""
    return f"{release_id}|{seen}|{command}"


def parse_button_value(text: str) -> Pressed | None:
    """What was pressed; None where the value is none of ours."""
    parts = text.split("|", 2)
    if len(parts) != 3 or not parts[2].strip():
        return None
    seen, _, asks = parts[1].partition("?")
    return Pressed(parts[0], seen, parts[2], asks)


def date_token(moment: datetime, zone: str, now: datetime, seconds: bool = False) -> str:
    """A time that each reader sees in their own zone; the fallback is what `clock_time` says."""
    form = "{time_secs}" if seconds else "{time}"
    shown = form if moment.date() == now.date() else f"{{date_short_pretty}} {form}"
    stamp = int(moment.timestamp())
    return f"<!date^{stamp}^{shown}|{clock_time(moment, zone, now, seconds)}>"


def clock_time(moment: datetime, zone: str, now: datetime, seconds: bool = False) -> str:
    """`14:24 UTC`, or `21 Nov 14:24 UTC` on another day than `now`."""
    where = UTC if zone == "UTC" else ZoneInfo(zone)
    local = moment.astimezone(where)
    form = "%H:%M:%S %Z" if seconds else "%H:%M %Z"
    same = local.date() == now.astimezone(where).date()
    return local.strftime(form) if same else f"{local.day} {local.strftime(f'%b {form}')}"


def message(text: str, blocks: Iterable[Block | None]) -> Message:
    """`text` is what lock screens and screen readers get; never empty."""
    kept = tuple(block for block in blocks if block is not None)[:BLOCKS]
    return Message(text=cut(text.strip(), TEXT) or NOTHING, blocks=kept)


def twin(original: Message) -> Message:
    """The same words without anything rich, for when Slack refuses the blocks."""
    shown = [words for block in original.blocks if (words := words_of(block))]
    return message(original.text, [section(words) for words in shown])


def words_of(block: Mapping[str, Any]) -> str:
    """What a block says, as mrkdwn; nothing for buttons and lines."""
    if block.get("type") == "data_visualization":
        return chart_words(block)
    found: list[str] = []
    for place in (block.get("text"), *_listed(block.get("fields")), *_context(block)):
        if isinstance(place, dict) and isinstance(place.get("text"), str):
            words = place["text"]
            found.append(escape(words) if place.get("type") == "plain_text" else words)
    return "\n".join(found)


def _context(block: Mapping[str, object]) -> list[object]:
    return _listed(block.get("elements")) if block.get("type") == "context" else []


def _listed(value: object) -> list[object]:
    return list(value) if isinstance(value, list) else []


SPARKS: Final = "▁▂▃▄▅▆▇█"


def chart_words(block: Mapping[str, Any]) -> str:
    """A chart as text: per line a name, the shape, and its first and last number."""
    chart = block["chart"]
    title, unit = block["title"], chart["axis_config"].get("y_label", "")
    top = max((point["value"] for line in chart["series"] for point in line["data"]), default=0)
    told = [_line_words(line, top) for line in chart["series"]]
    times = chart["axis_config"]["categories"]
    head = escape(f"{title}, {unit}, {times[0]} to {times[-1]}")
    return "\n".join([head, *told])


def _line_words(line: Mapping[str, Any], top: float) -> str:
    values = [point["value"] for point in line["data"]]
    last = len(SPARKS) - 1
    shape = "".join(SPARKS[round(last * value / top) if top > 0 else 0] for value in values)
    return f"`{shape}` {escape(line['name'])}: {values[0]:g}, at last {values[-1]:g}"
