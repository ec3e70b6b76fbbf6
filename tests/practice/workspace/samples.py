"""Sound Block Kit of every kind, and what makes each unsound."""

import json
from typing import Any

from tests.practice.workspace.helpers import Json, asks, button, plain, section

MRKDWN: Json = {"type": "mrkdwn", "text": "*x*"}
IMAGE: Json = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a graph"}
CONFIRM: Json = {"title": plain("t"), "text": MRKDWN, "confirm": plain("y"), "deny": plain("n")}
OPTION: Json = {"text": plain("One"), "value": "1"}
RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": " ", "style": {"bold": True}},
                {"type": "user", "user_id": "U0MEI"},
                {"type": "date", "timestamp": 1, "format": "{time}", "fallback": "then"},
                {"type": "link", "url": "https://example.com", "text": "there"},
                {"type": "emoji", "name": "wave"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "bullet",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "a"}]}
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "q"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "p"}]},
    ],
}


def raw(text: str) -> Json:
    """A table cell of plain text."""
    return {"type": "raw_text", "text": text}


ROWS = [[raw("a"), raw("b")], [raw("1"), {"type": "raw_number", "value": 2, "text": "2"}]]
TASK: Json = {"type": "task_card", "task_id": "t1", "title": "10 %", "status": "in_progress"}
CARD: Json = {"type": "card", "title": MRKDWN, "body": MRKDWN, "actions": [button("open")]}
LINE: Json = {
    "type": "line",
    "series": [
        {"name": "errors", "data": [{"label": "1", "value": 0}, {"label": "2", "value": -1.5}]}
    ],
    "axis_config": {"categories": ["1", "2"], "x_label": "minute"},
}

ELEMENTS: dict[str, Json] = {
    "button": button("a", value="v", style="danger", confirm=CONFIRM, accessibility_label="Go"),
    "static_select": {
        "type": "static_select",
        "action_id": "a",
        "options": [OPTION],
        "initial_option": OPTION,
        "placeholder": plain("p"),
    },
    "static_select in groups": {
        "type": "static_select",
        "action_id": "a",
        "option_groups": [{"label": plain("g"), "options": [OPTION]}],
    },
    "multi_static_select": {
        "type": "multi_static_select",
        "action_id": "a",
        "options": [OPTION],
        "initial_options": [OPTION],
        "max_selected_items": 1,
    },
    "external_select": {"type": "external_select", "action_id": "a", "min_query_length": 0},
    "multi_external_select": {"type": "multi_external_select", "action_id": "a"},
    "users_select": {"type": "users_select", "action_id": "a", "initial_user": "U0MEI"},
    "multi_users_select": {"type": "multi_users_select", "initial_users": ["U0MEI"]},
    "conversations_select": {
        "type": "conversations_select",
        "filter": {"include": ["public"], "exclude_bot_users": True},
    },
    "multi_conversations_select": {"type": "multi_conversations_select"},
    "channels_select": {"type": "channels_select", "initial_channel": "C0SHOP"},
    "multi_channels_select": {"type": "multi_channels_select"},
    "checkboxes": {
        "type": "checkboxes",
        "options": [{"text": MRKDWN, "value": "1", "description": MRKDWN}],
    },
    "radio_buttons": {"type": "radio_buttons", "options": [OPTION], "initial_option": OPTION},
    "datepicker": {"type": "datepicker", "initial_date": "2026-11-20"},
    "timepicker": {"type": "timepicker", "initial_time": "23:59", "timezone": "Europe/Lisbon"},
    "datetimepicker": {"type": "datetimepicker", "initial_date_time": 1_763_640_000},
    "rich_text_input": {"type": "rich_text_input", "initial_value": RICH, "min_lines": 2},
}
PRESSES: dict[str, Json] = {
    "overflow": {"type": "overflow", "options": [OPTION | {"url": "https://example.com"}]},
}
INPUTS: dict[str, Json] = {
    "plain_text_input": {
        "type": "plain_text_input",
        "min_length": 1,
        "max_length": 9,
        "initial_value": "",
        "multiline": True,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    },
    "number_input": {
        "type": "number_input",
        "is_decimal_allowed": False,
        "min_value": "-1",
        "max_value": "10",
    },
    "email_text_input": {"type": "email_text_input", "focus_on_load": True},
    "url_text_input": {"type": "url_text_input", "placeholder": plain("p")},
}
BLOCKS: dict[str, Json] = {
    "section": section("x", accessory=IMAGE, expand=True),
    "section of fields": {"type": "section", "fields": [MRKDWN, plain("y")]},
    "header": {"type": "header", "text": plain("x")},
    "divider": {"type": "divider"},
    "context": {"type": "context", "elements": [IMAGE, MRKDWN, plain("x")]},
    "image": IMAGE | {"title": plain("t")},
    "image of a file": {"type": "image", "slack_file": {"id": "F1"}, "alt_text": "x"},
    "rich_text": RICH,
    "markdown": {"type": "markdown", "text": "# x"},
    "table": {"type": "table", "rows": ROWS, "column_settings": [{"align": "right"}]},
    "data_table": {
        "type": "data_table",
        "caption": "Releases",
        "rows": ROWS,
        "page_size": 10,
        "row_header_column_index": 1,
    },
    "a line": {"type": "data_visualization", "title": "Errors", "chart": LINE},
    "a pie": {
        "type": "data_visualization",
        "title": "Share",
        "chart": {"type": "pie", "segments": [{"label": "a", "value": 0.5}]},
    },
    "card": CARD,
    "carousel": {"type": "carousel", "elements": [CARD]},
    "container": {
        "type": "container",
        "title": plain("Changes"),
        "child_blocks": [section("x"), {"type": "divider"}],
        "is_collapsible": True,
        "default_collapsed": True,
    },
    "plan": {"type": "plan", "title": "Steps", "tasks": [TASK]},
    "task_card": TASK
    | {"details": RICH, "sources": [{"type": "url", "url": "https://a.b", "text": "run"}]},
    "context_actions": {
        "type": "context_actions",
        "elements": [{"type": "icon_button", "icon": "trash", "text": plain("Delete")}],
    },
    "input": asks("b", INPUTS["plain_text_input"], hint=plain("h"), optional=True),
}
BLOCKS |= {
    f"actions: {name}": {"type": "actions", "elements": [element]}
    for name, element in (ELEMENTS | PRESSES).items()
}
BLOCKS |= {
    f"input: {name}": asks("b", element)
    for name, element in (ELEMENTS | INPUTS).items()
    if name != "button"
}
ALERT: Json = {"type": "alert", "text": MRKDWN, "level": "warning"}
FILE_INPUT: Json = asks("b", {"type": "file_input", "filetypes": ["png"], "max_files": 1})


def bent(block: Json, pointer: str, value: Any) -> Json:
    """A copy of the block with something else at this pointer; `...` takes the field away."""
    # Not deepcopy: parts that the samples share must not be bent together.
    copied: Json = json.loads(json.dumps(block))
    *path, last = pointer.strip("/").split("/")
    place: Any = copied
    for step in path:
        place = place[int(step)] if isinstance(place, list) else place[step]
    key: Any = int(last) if isinstance(place, list) else last
    if value is ...:
        del place[key]
    else:
        place[key] = value
    return copied


SELECT = "actions: static_select"
# (block, where to bend it, what to put there, the pointer Slack would answer)
UNSOUND: list[tuple[str, str, Any, str]] = [
    ("section", "/type", "sektion", "/type"),
    ("section", "/text", ..., ""),
    ("section", "/text/text", "x" * 3001, "/text/text"),
    ("section", "/text/text", "", "/text/text"),
    ("section", "/text/text", "  ", "/text/text"),
    ("section", "/text/text", 7, "/text/text"),
    ("section", "/text/type", "markdown", "/text/type"),
    ("section", "/text/emoji", True, "/text"),
    ("section", "/text", "x", "/text"),
    ("section", "/colour", "red", ""),
    ("section", "/block_id", "x" * 256, "/block_id"),
    ("section", "/expand", "yes", "/expand"),
    ("section", "/accessory/alt_text", "", "/accessory/alt_text"),
    ("section", "/accessory/alt_text", ..., "/accessory"),
    ("section", "/accessory/image_url", "ftp://x", "/accessory/image_url"),
    ("section", "/accessory", {"type": "plain_text_input"}, "/accessory/type"),
    ("section of fields", "/fields", [], "/fields"),
    ("section of fields", "/fields", [MRKDWN] * 11, "/fields"),
    ("section of fields", "/fields/1/text", "x" * 2001, "/fields/1/text"),
    ("header", "/text", MRKDWN, "/text/type"),
    ("header", "/text/text", "x" * 151, "/text/text"),
    ("context", "/elements", [MRKDWN] * 11, "/elements"),
    ("context", "/elements/1/text", "x" * 2001, "/elements/1/text"),
    ("context", "/elements/0", button("a"), "/elements/0/type"),
    ("image", "/slack_file", {"id": "F1"}, ""),
    ("image", "/image_url", ..., ""),
    ("image", "/alt_text", "x" * 2001, "/alt_text"),
    ("image of a file", "/slack_file/url", "https://a.b", "/slack_file"),
    ("markdown", "/text", "x" * 12_001, "/text"),
    ("rich_text", "/elements/0/elements/0/text", "", "/elements/0/elements/0/text"),
    ("rich_text", "/elements/0/type", "paragraph", "/elements/0/type"),
    ("rich_text", "/elements/1/style", "dashed", "/elements/1/style"),
    ("rich_text", "/elements/0/elements/2/timestamp", "1", "/elements/0/elements/2/timestamp"),
    ("table", "/rows", [], "/rows"),
    ("table", "/rows", [[raw("a")]] * 101, "/rows"),
    ("table", "/rows", [[raw("a")] * 21], "/rows/0"),
    ("table", "/rows/0/0/text", "", "/rows/0/0/text"),
    ("table", "/rows/0/0/text", "x" * 9_998, "/rows"),
    ("table", "/rows/1", [raw("a")], "/rows/1"),
    ("table", "/column_settings", [{}] * 21, "/column_settings"),
    ("table", "/column_settings/0/align", "middle", "/column_settings/0/align"),
    ("data_table", "/caption", ..., ""),
    ("data_table", "/rows", [[raw("a")]], "/rows"),
    ("data_table", "/rows", [[raw("a")]] * 102, "/rows"),
    ("data_table", "/rows/0/0", RICH, "/rows/0/0"),
    ("data_table", "/rows/1", [raw("a")], "/rows/1"),
    ("data_table", "/page_size", 101, "/page_size"),
    ("data_table", "/page_size", 0, "/page_size"),
    ("data_table", "/row_header_column_index", 2, "/row_header_column_index"),
    ("a line", "/title", "x" * 51, "/title"),
    ("a line", "/chart/type", "radar", "/chart/type"),
    ("a line", "/chart/series", [LINE["series"][0]] * 2, "/chart/series/1/name"),
    ("a line", "/chart/series", [LINE["series"][0]] * 7, "/chart/series"),
    ("a line", "/chart/series/0/name", "x" * 21, "/chart/series/0/name"),
    ("a line", "/chart/series/0/data/0/label", "3", "/chart/series/0/data"),
    ("a line", "/chart/series/0/data/0/value", "0", "/chart/series/0/data/0/value"),
    ("a line", "/chart/axis_config/categories", ["1"] * 21, "/chart/axis_config/categories"),
    ("a line", "/chart/axis_config/y_label", "x" * 51, "/chart/axis_config/y_label"),
    ("a line", "/chart/axis_config", ..., "/chart"),
    ("a pie", "/chart/segments/0/value", 0, "/chart/segments/0/value"),
    ("a pie", "/chart/segments", [], "/chart/segments"),
    ("card", "/title/text", "x" * 151, "/title/text"),
    ("card", "/title", plain("x"), "/title/type"),
    ("card", "/body/text", "x" * 201, "/body/text"),
    ("card", "/actions/0", MRKDWN, "/actions/0/type"),
    ("carousel", "/elements", [], "/elements"),
    ("carousel", "/elements", [CARD] * 11, "/elements"),
    ("container", "/title", ..., ""),
    ("container", "/title", MRKDWN, "/title/type"),
    ("container", "/child_blocks", [], "/child_blocks"),
    ("container", "/child_blocks", [section("x")] * 11, "/child_blocks"),
    ("container", "/child_blocks/0", {"type": "plan", "title": "x"}, "/child_blocks/0/type"),
    ("container", "/is_collapsible", False, "/default_collapsed"),
    ("container", "/has_header_divider", True, "/has_header_divider"),
    ("container", "/width", "huge", "/width"),
    ("plan", "/title", ..., ""),
    ("plan", "/tasks/0/status", "completed", "/tasks/0/status"),
    ("plan", "/tasks/0/type", "section", "/tasks/0/type"),
    ("task_card", "/task_id", ..., ""),
    ("task_card", "/details", MRKDWN, "/details/type"),
    ("task_card", "/sources/0/url", "nowhere", "/sources/0/url"),
    ("context_actions", "/elements", [button("a")], "/elements/0/type"),
    ("input", "/label", MRKDWN, "/label/type"),
    ("input", "/label/text", "x" * 2001, "/label/text"),
    ("input", "/hint/text", "x" * 2001, "/hint/text"),
    ("input", "/element", button("a"), "/element/type"),
    ("input", "/element/min_length", 10, "/element/min_length"),
    ("input", "/element/max_length", 3001, "/element/max_length"),
    ("input: number_input", "/element/min_value", "11", "/element/min_value"),
    ("input: number_input", "/element/min_value", 1, "/element/min_value"),
    ("input: number_input", "/element/is_decimal_allowed", ..., "/element"),
    ("input: rich_text_input", "/element/max_lines", 101, "/element/max_lines"),
    ("input: datetimepicker", "/element/initial_date_time", 99, "/element/initial_date_time"),
    ("input: datepicker", "/element/initial_date", "20.11.2026", "/element/initial_date"),
    ("input: timepicker", "/element/initial_time", "24:00", "/element/initial_time"),
    ("actions: button", "/elements", [], "/elements"),
    ("actions: button", "/elements", [button(str(n)) for n in range(26)], "/elements"),
    ("actions: button", "/elements/0/text", MRKDWN, "/elements/0/text/type"),
    ("actions: button", "/elements/0/text/text", "x" * 76, "/elements/0/text/text"),
    ("actions: button", "/elements/0/value", "x" * 2001, "/elements/0/value"),
    ("actions: button", "/elements/0/url", "https://a.b/" + "x" * 3000, "/elements/0/url"),
    ("actions: button", "/elements/0/style", "default", "/elements/0/style"),
    ("actions: button", "/elements/0/action_id", "x" * 256, "/elements/0/action_id"),
    (
        "actions: button",
        "/elements/0/accessibility_label",
        "x" * 76,
        "/elements/0/accessibility_label",
    ),
    ("actions: button", "/elements/0/confirm/title", MRKDWN, "/elements/0/confirm/title/type"),
    (
        "actions: button",
        "/elements/0/confirm/title/text",
        "x" * 101,
        "/elements/0/confirm/title/text",
    ),
    (
        "actions: button",
        "/elements/0/confirm/text/text",
        "x" * 301,
        "/elements/0/confirm/text/text",
    ),
    ("actions: button", "/elements/0/confirm/deny/text", "x" * 31, "/elements/0/confirm/deny/text"),
    ("actions: button", "/elements/0/confirm/confirm", ..., "/elements/0/confirm"),
    ("actions: button", "/elements/0", plain("x"), "/elements/0/type"),
    (SELECT, "/elements/0/options", [OPTION] * 101, "/elements/0/options"),
    (SELECT, "/elements/0/options", [], "/elements/0/options"),
    (SELECT, "/elements/0/options/0/text", MRKDWN, "/elements/0/options/0/text/type"),
    (SELECT, "/elements/0/options/0/text/text", "x" * 76, "/elements/0/options/0/text/text"),
    (SELECT, "/elements/0/options/0/value", "x" * 151, "/elements/0/options/0/value"),
    (SELECT, "/elements/0/options/0/url", "https://a.b", "/elements/0/options/0"),
    (SELECT, "/elements/0/initial_option/value", "2", "/elements/0/initial_option"),
    (SELECT, "/elements/0/placeholder/text", "x" * 151, "/elements/0/placeholder/text"),
    (
        SELECT,
        "/elements/0/option_groups",
        [{"label": plain("g"), "options": [OPTION]}],
        "/elements/0",
    ),
    (
        "actions: multi_static_select",
        "/elements/0/max_selected_items",
        0,
        "/elements/0/max_selected_items",
    ),
    ("actions: checkboxes", "/elements/0/options", [OPTION] * 11, "/elements/0/options"),
    ("actions: radio_buttons", "/elements/0/options", [OPTION] * 11, "/elements/0/options"),
    ("actions: overflow", "/elements/0/options", [OPTION] * 6, "/elements/0/options"),
    ("actions: overflow", "/elements/0/options", [], "/elements/0/options"),
    ("actions: conversations_select", "/elements/0/filter", {}, "/elements/0/filter"),
]
