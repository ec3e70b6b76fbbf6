"""Messages and views that hold every kind of block, and words that try to break out of them."""

from typing import Any

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def option(value: str) -> Json:
    return {"text": plain(value), "value": value}


def points(*values: float) -> list[Json]:
    return [{"label": f"14:{nth:02d}", "value": value} for nth, value in enumerate(values)]


def raw(text: str) -> Json:
    return {"type": "raw_text", "text": text}


TOKENS = (
    "*bold* _italic_ ~struck~ `code` <https://practice.example|a link> <@U0RUI> <#C0RELEASES> "
    "<!date^1795227189^{date_short_pretty} {time}|then> &lt;b&gt; &amp; *<@U0MEI> in bold*\n"
    "&gt; quoted\n```kubectl -n shop rollout undo deployment/checkout --to-revision=41```"
)
PICK: Json = {
    "type": "static_select",
    "action_id": "pick",
    "placeholder": plain("Pick one"),
    "options": [option("first"), option("second")],
}
CHART: Json = {
    "type": "data_visualization",
    "title": "Errors, canary against baseline",
    "chart": {
        "type": "line",
        "series": [
            {"name": "v1.4.2", "data": points(0.2, 0.3, 0.2, 2.1, 2.4, 1.9)},
            {"name": "v1.4.1", "data": points(0.2, 0.2, 0.3, 0.3, 0.2, 0.3)},
        ],
        "axis_config": {
            "categories": [f"14:{nth:02d}" for nth in range(6)],
            "y_label": "% of requests",
        },
    },
}
FOLDED: Json = {
    "type": "container",
    "title": plain("3 changes by mei"),
    "is_collapsible": True,
    "default_collapsed": True,
    "child_blocks": [{"type": "section", "text": mrkdwn("#812 retry card payments")}],
}
TABLE: Json = {
    "type": "table",
    "rows": [[raw("Gate"), raw("State")], [raw("tests"), raw("green")]],
}
DATA_TABLE: Json = {
    "type": "data_table",
    "caption": "Releases",
    "page_size": 2,
    "rows": [[raw("Release"), raw("State")], *([raw(f"R-{n}"), raw("done")] for n in range(5))],
}
RICH: Json = {
    "type": "rich_text",
    "elements": [
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "text", "text": "Steps of ", "style": {"bold": True}},
                {"type": "user", "user_id": "U0MEI"},
                {"type": "emoji", "name": "rocket"},
            ],
        },
        {
            "type": "rich_text_list",
            "style": "ordered",
            "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "1 % 10 min"}]}
            ],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "dashboards open"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "slipway why"}]},
    ],
}
CONFIRM: Json = {
    "title": plain("Promote R-1 to 50 %?"),
    "text": plain("50 % of users get v1.4.2."),
    "confirm": plain("Promote"),
    "deny": plain("Not now"),
}
ACTIONS: Json = {
    "type": "actions",
    "elements": [
        {
            "type": "button",
            "action_id": "act:promote",
            "text": plain("Promote to 50 %"),
            "style": "primary",
            "value": "R-1|0|status",
            "confirm": CONFIRM,
        },
        {
            "type": "overflow",
            "action_id": "act:more",
            "options": [option("R-1|0|whoami"), option("R-1|0|status")],
        },
    ],
}
READ: list[Json] = [
    {"type": "header", "text": plain("Everything a message can hold")},
    {"type": "section", "text": mrkdwn(TOKENS), "accessory": PICK},
    {"type": "section", "fields": [mrkdwn("*Risk*\nmedium 48"), mrkdwn("*On call*\nrui")]},
    CHART,
    FOLDED,
    {"type": "context", "elements": [mrkdwn("small print")]},
]
USED: list[Json] = [
    TABLE,
    RICH,
    {"type": "divider"},
    {
        "type": "plan",
        "title": "Rollout",
        "tasks": [
            {"type": "task_card", "task_id": "1", "title": "10 %", "status": "complete"},
            {"type": "task_card", "task_id": "2", "title": "50 %", "status": "in_progress"},
        ],
    },
    {"type": "card", "title": mrkdwn("*A card*"), "body": mrkdwn("with a body")},
    {"type": "markdown", "text": "**strong** and [a link](https://practice.example)"},
    {"type": "image", "image_url": "https://practice.example/a.png", "alt_text": "0.2 % errors"},
    ACTIONS,
]
LONG: list[Json] = [DATA_TABLE, {"type": "section", "text": mrkdwn("w" * 3000)}]
HOSTILE: list[Json] = [
    {
        "type": "section",
        "text": mrkdwn("<javascript:alert(1)|click> &lt;script&gt;alert(1)&lt;/script&gt;"),
    },
    {"type": "section", "text": mrkdwn("שלום checkout \u200fv1.4.2 <img src=x onerror=alert(1)>")},
    {"type": "header", "text": plain("<script>alert(1)</script> 🏳️‍🌈 & <b>")},
]


def field(block_id: str, label: str, element: Json, **more: Any) -> Json:
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain(label),
        "element": element,
        **more,
    }


MODAL: Json = {
    "type": "modal",
    "callback_id": "start",
    "title": plain("Start a release"),
    "submit": plain("Start"),
    "close": plain("Cancel"),
    "blocks": [
        {"type": "alert", "level": "warning", "text": mrkdwn("Production is *busy*.")},
        field("version", "Version", {"type": "plain_text_input", "action_id": "v"}),
        field(
            "env",
            "Environment",
            {
                "type": "static_select",
                "action_id": "e",
                "options": [option("staging"), option("prod")],
            },
        ),
        field(
            "why",
            "Because",
            {"type": "plain_text_input", "action_id": "w", "multiline": True},
            optional=True,
            hint=plain("Shown on the card"),
        ),
        field(
            "also",
            "Also",
            {"type": "checkboxes", "action_id": "c", "options": [option("tell everybody")]},
            optional=True,
        ),
        field(
            "when",
            "When",
            {"type": "datepicker", "action_id": "d", "initial_date": "2026-11-21"},
            optional=True,
        ),
    ],
}
HOME: Json = {
    "type": "home",
    "blocks": [
        {"type": "header", "text": plain("Waiting for you")},
        {"type": "section", "text": mrkdwn("checkout v1.4.2 → production, vote closes 14:58")},
        ACTIONS,
    ],
}

SPOILT = "<img src=x onerror=hit()>"
SAID = frozenset({"text", "title", "label", "name", "alt_text", "caption", "y_label", "categories"})


def spoilt(found: Any, key: str = "") -> Any:
    """The same blocks, with markup behind every word that a person reads."""
    if isinstance(found, dict):
        return {name: spoilt(each, name) for name, each in found.items()}
    if isinstance(found, list):
        return [spoilt(each, key) for each in found]
    return f"{found} {SPOILT}" if key in SAID and isinstance(found, str) else found
