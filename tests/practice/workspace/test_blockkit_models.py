"""Our table against slack_sdk's models, where they overlap: what they build we take, what they
refuse we refuse. What the models let through and Slack does not is tested in test_blockkit.
"""

from collections.abc import Callable
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk
from slack_sdk.models.basic_objects import JsonObject
from slack_sdk.models.views import View

from bot.practice.workspace.blockkit.rules import block_problems, view_problems
from bot.practice.workspace.blockkit.shapes import MESSAGE, MODAL
from tests.practice.workspace.helpers import Json

OPTION = sdk.Option(text="One", value="1")
CONFIRM = sdk.ConfirmObject(title="t", text="x", confirm="y", deny="n")
CARD = sdk.CardBlock(title=sdk.MarkdownTextObject(text="t"), body=sdk.MarkdownTextObject(text="b"))
RICH = sdk.RichTextBlock(
    elements=[
        sdk.RichTextSectionElement(
            elements=[
                sdk.RichTextElementParts.Text(text="x"),
                sdk.RichTextElementParts.Emoji(name="wave"),
            ]
        )
    ]
)


def actions(*elements: Any) -> sdk.ActionsBlock:
    """An actions block."""
    return sdk.ActionsBlock(elements=list(elements))


def asks(element: Any) -> sdk.InputBlock:
    """An input block."""
    return sdk.InputBlock(label="l", element=element)


SOUND: dict[str, JsonObject] = {
    "section": sdk.SectionBlock(text=sdk.MarkdownTextObject(text="x"), fields=["a", "b"]),
    "section with a button": sdk.SectionBlock(
        text="x", accessory=sdk.ButtonElement(text="b", action_id="a", confirm=CONFIRM)
    ),
    "header": sdk.HeaderBlock(text="x"),
    "divider": sdk.DividerBlock(),
    "image": sdk.ImageBlock(image_url="https://a.b/c.png", alt_text="x", title="t"),
    "context": sdk.ContextBlock(
        elements=[
            sdk.MarkdownTextObject(text="x"),
            sdk.ImageElement(image_url="https://a.b", alt_text="y"),
        ]
    ),
    "buttons": actions(
        sdk.ButtonElement(text="a", action_id="a", style="primary", value="v"),
        sdk.OverflowMenuElement(action_id="o", options=[OPTION, OPTION]),
    ),
    "selects": actions(
        sdk.StaticSelectElement(
            action_id="s", options=[OPTION], initial_option=OPTION, placeholder="p"
        ),
        sdk.ExternalDataSelectElement(action_id="e", placeholder="p", min_query_length=1),
        sdk.UserSelectElement(action_id="u", placeholder="p"),
        sdk.ConversationSelectElement(
            action_id="c", filter=sdk.ConversationFilter(include=["public"])
        ),
    ),
    "groups": actions(
        sdk.CheckboxesElement(action_id="c", options=[OPTION], initial_options=[OPTION]),
        sdk.RadioButtonsElement(action_id="r", options=[OPTION]),
    ),
    "times": actions(
        sdk.DatePickerElement(action_id="d", initial_date="2026-11-20"),
        sdk.TimePickerElement(action_id="t", initial_time="12:00"),
        sdk.DateTimePickerElement(action_id="dt", initial_date_time=1_763_640_000),
    ),
    "text input": asks(sdk.PlainTextInputElement(action_id="p", multiline=True, max_length=10)),
    "number input": asks(sdk.NumberInputElement(action_id="n", is_decimal_allowed=False)),
    "email input": asks(sdk.EmailInputElement(action_id="e")),
    "url input": asks(sdk.UrlInputElement(action_id="u")),
    "rich text": RICH,
    "markdown": sdk.MarkdownBlock(text="# x"),
    "table": sdk.TableBlock(rows=[[sdk.RawTextObject(text="a").to_dict()]]),
    "card": CARD,
    "carousel": sdk.CarouselBlock(elements=[CARD]),
    "container": sdk.ContainerBlock(title="t", child_blocks=[sdk.DividerBlock()]),
    "task": sdk.TaskCardBlock(task_id="t", title="x", status="pending"),
    "plan": sdk.PlanBlock(
        title="p", tasks=[sdk.TaskCardBlock(task_id="t", title="x", status="error")]
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_the_models_build_is_taken(name: str) -> None:
    assert [str(one) for one in block_problems([SOUND[name].to_dict()], MESSAGE)] == []


def test_an_alert_of_the_models_is_taken_in_a_modal() -> None:
    alert = sdk.AlertBlock(text=sdk.PlainTextObject(text="x"), level="info")
    assert block_problems([alert.to_dict()], MODAL) == []


LONG: Callable[[int], str] = "x".__mul__
FLAWED: list[tuple[str, JsonObject, Json]] = [
    (
        "long header",
        sdk.HeaderBlock(text=LONG(151)),
        {"type": "header", "text": {"type": "plain_text", "text": LONG(151)}},
    ),
    ("empty section", sdk.SectionBlock(), {"type": "section"}),
    (
        "eleven fields",
        sdk.SectionBlock(fields=["x"] * 11),
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "x"}] * 11},
    ),
    (
        "long button",
        actions(sdk.ButtonElement(text=LONG(76), action_id="a")),
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": LONG(76)}}],
        },
    ),
    (
        "green button",
        actions(sdk.ButtonElement(text="x", style="green", action_id="a")),
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "x"},
                    "style": "green",
                }
            ],
        },
    ),
    (
        "six in an overflow",
        actions(sdk.OverflowMenuElement(options=[OPTION] * 6, action_id="a")),
        {
            "type": "actions",
            "elements": [{"type": "overflow", "options": [OPTION.to_dict()] * 6}],
        },
    ),
    (
        "many elements",
        actions(*[sdk.ButtonElement(text="x", action_id=str(n)) for n in range(26)]),
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "x"}}] * 26,
        },
    ),
    (
        "unknown status",
        sdk.TaskCardBlock(task_id="t", title="x", status="completed"),
        {"type": "task_card", "task_id": "t", "title": "x", "status": "completed"},
    ),
    ("empty card", sdk.CardBlock(), {"type": "card"}),
    (
        "container without a title",
        sdk.ContainerBlock(child_blocks=[sdk.DividerBlock()]),
        {"type": "container", "child_blocks": [{"type": "divider"}]},
    ),
    (
        "bad date",
        actions(sdk.DatePickerElement(action_id="a", initial_date="tomorrow")),
        {
            "type": "actions",
            "elements": [{"type": "datepicker", "initial_date": "tomorrow"}],
        },
    ),
]


@pytest.mark.parametrize(
    ("built", "raw"),
    [(built, raw) for _, built, raw in FLAWED],
    ids=[name for name, _, _ in FLAWED],
)
def test_what_the_models_refuse_is_refused(built: JsonObject, raw: Json) -> None:
    with pytest.raises(SlackObjectFormationError):
        built.to_dict()
    assert block_problems([raw], MESSAGE)


def test_a_modal_of_the_models_is_taken() -> None:
    view = View(
        type="modal",
        title="Start",
        submit="Send",
        blocks=[asks(sdk.PlainTextInputElement(action_id="p"))],
        private_metadata="{}",
        notify_on_close=True,
    )
    assert [str(one) for one in view_problems(view.to_dict())] == []
