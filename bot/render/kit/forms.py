"""Forms: questions that a button opens, and that complete a request which then goes on as typed.

A button asks before it acts where it names a form: `Button(asks="settle", …)` is drawn with the
action id `ask:settle`, and its value is the usual `button_value(release, line, seen)`. Pressed, it
opens the form; sent, the request is `<line> because <what was written>`, decided at the door with
the rights of that moment. A new reason form is a line in REASONS and nothing else.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from bot.ports.chat import Block
from bot.render.kit.blocks import (
    cut_plain,
    escape,
    harmless,
    mrkdwn,
    one_line,
    parse_button_value,
    plain_text,
    section,
    size,
)

CALLBACK: Final = "form:"
TITLE: Final = 24
LABEL: Final = 2000
HINT: Final = 2000
ERROR: Final = 600
METADATA: Final = 3000
LONGEST: Final = 1000
"""Characters of a reason; a request is read to 2,000, and escapes take more than one."""
BECAUSE: Final = "because"
START: Final = "start"
"""The form in bot.render.release.start_form; all others ask for a reason."""
CHOOSE: Final = "choose:"
"""What the action of a field begins with that draws its form again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonForm:
    """One question. `least` is how many characters an answer needs at least."""

    title: str
    prompt: str
    submit: str
    hint: str = ""
    least: int = 3


REASONS: Final[Mapping[str, ReasonForm]] = {
    "because": ReasonForm(
        title="A reason is needed",
        prompt="Why?",
        submit="Do it",
        hint="It stands in the record, beside your name.",
    ),
    "settle": ReasonForm(
        title="Settle by hand",
        prompt="What is true now?",
        submit="Settle",
        hint="Say what runs, and how you know. The release ends with these words.",
    ),
    "promote-early": ReasonForm(
        title="Promote early",
        prompt="Why not wait for the checks?",
        submit="Promote early",
        hint="It goes to more users before it was watched long enough; all can read why.",
    ),
    "override": ReasonForm(
        title="Ask for an override",
        prompt="Why can it not wait?",
        submit="Ask",
        hint="A second person has to grant it, and everybody is told. It moves nothing by itself.",
    ),
    "mark-good": ReasonForm(
        title="Not its fault",
        prompt="What was it, if not this version?",
        submit="Mark it good",
        hint="The version may be started again. Nothing is started by this.",
    ),
    "stay": ReasonForm(
        title="It stays",
        prompt="Why is it not rolled back?",
        submit="Let it stay",
        hint="It stands in the record, beside your name. You are not asked again for the same.",
    ),
    "no-go": ReasonForm(
        title="No-go",
        prompt="What speaks against it?",
        submit="Vote no-go",
        hint="All who decide read this. At least ten characters.",
        least=10,
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedForm:
    """A form to open, and what it completes: `line` is the request as far as it is known.

    `held` is what its fields begin with.
    """

    name: str
    line: str
    release: str = ""
    seen: str = ""
    held: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a form was opened, so that its answer goes there; all empty for the Home tab."""

    channel: str = ""
    thread: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form that came back: what was asked, where from, and what stands in its fields."""

    asked: AskedForm
    origin: Origin
    values: Mapping[str, str]


def asked_by(name: str, value: str) -> AskedForm | None:
    """What a button asks; None where its form or its value is none of ours.

    `name` is empty for a choice behind the dots, whose value says it.
    """
    pressed = parse_button_value(value)
    form = name or (pressed.asks if pressed else "")
    if pressed is None or form not in (START, *REASONS):
        return None
    return AskedForm(name=form, line=pressed.command, release=pressed.release, seen=pressed.seen)


def reason_view(asked: AskedForm, origin: Origin) -> Block:
    """One question with one field; above it, the request that it completes."""
    form = REASONS[asked.name]
    told = section(f"`{escape(one_line(asked.line)).replace('`', chr(39))} because …`")
    answer = text_input(BECAUSE, form.prompt, form.hint, asked.held.get(BECAUSE, ""), form.least)
    answer["element"]["focus_on_load"] = True
    return view(form.title, form.submit, asked, origin, [told, answer])


def view(title: str, submit: str, asked: AskedForm, origin: Origin, blocks: list[Block]) -> Block:
    """A form as a modal. What it belongs to travels with it, so that it survives a restart."""
    return {
        "type": "modal",
        "callback_id": f"{CALLBACK}{asked.name}",
        "title": plain_text(title, TITLE),
        "submit": plain_text(submit, TITLE),
        "close": plain_text("Not now", TITLE),
        "private_metadata": metadata(asked, origin),
        "blocks": blocks,
    }


def text_input(
    name: str, label: str, hint: str, held: str, least: int, lines: bool = True
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": name,
        "multiline": lines,
        "min_length": least,
        "max_length": LONGEST,
    }
    if held:
        element["initial_value"] = cut_plain(harmless(held), LONGEST)
    block: Block = {
        "type": "input",
        "block_id": name,
        "label": plain_text(label, LABEL),
        "element": element,
    }
    return {**block, "hint": plain_text(hint, HINT)} if hint else block


def metadata(asked: AskedForm, origin: Origin) -> str:
    """Without the response URL where both do not fit: the answer then finds another way.

    Letters stand as they are: escaped, a request that a button holds would be three times too long.
    """
    kept = {"line": asked.line, "release": asked.release, "seen": asked.seen}
    place = {"channel": origin.channel, "thread": origin.thread}
    whole = json.dumps({**kept, **place, "url": origin.url}, ensure_ascii=False)
    if size(whole) <= METADATA:
        return whole
    return json.dumps({**kept, **place}, ensure_ascii=False)


def read_sent_form(callback: str, kept: str, values: Mapping[str, str]) -> Sent | None:
    """A form that came back; None where it is none of ours."""
    name = callback.removeprefix(CALLBACK)
    try:
        found: Any = json.loads(kept)
    except ValueError:
        return None
    if not callback.startswith(CALLBACK) or not isinstance(found, dict):
        return None
    told = {key: text for key, text in found.items() if isinstance(text, str)}
    asked = AskedForm(
        name=name,
        line=told.get("line", ""),
        release=told.get("release", ""),
        seen=told.get("seen", ""),
    )
    origin = Origin(
        channel=told.get("channel", ""), thread=told.get("thread", ""), url=told.get("url", "")
    )
    return Sent(asked=asked, origin=origin, values=values)


def typed_instead(asked: AskedForm) -> str:
    """What to type where the form does not open."""
    if asked.name == START:
        return "start <service> <version> to <environment>"
    return f"{asked.line} because <reason>"


def with_reason(line: str, reason: str) -> str:
    """The request in full; the reason has no power, as in a command that Slack has escaped."""
    return f"{line} because {escape(one_line(reason))}"


def said_plainly(text: str) -> str:
    """A sentence of ours where Slack reads no escapes."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def note_view(title: str, blocks: list[Block]) -> Block:
    """A modal that only tells; it takes what a message takes, so far as modals know it."""
    return {
        "type": "modal",
        "callback_id": "note",
        "title": plain_text(title, TITLE),
        "close": plain_text("Close", TITLE),
        "blocks": blocks or [{"type": "section", "text": mrkdwn("", LABEL)}],
    }
