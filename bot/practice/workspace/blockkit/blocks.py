"""Block Kit blocks: their fields, limits and surfaces. Sources agree or the stricter one stands."""

from collections.abc import Iterator

from bot.practice.workspace.blockkit import elements as el
from bot.practice.workspace.blockkit.parts import ID, IMAGE, RICH_TEXT, URL
from bot.practice.workspace.blockkit.shapes import (
    HOME,
    MESSAGE,
    MODAL,
    BlockShape,
    Fields,
    Flag,
    Free,
    Many,
    Num,
    OneOf,
    Rule,
    Shape,
    Str,
    mrkdwn,
    plain,
    text,
)
from bot.practice.workspace.state import Json

MESSAGES = frozenset({MESSAGE})
TABLE_CHARACTERS = 10_000
SECURE_URL = Str(most=3000, like=r"https://\S+")


def fields(
    needs: dict[str, Shape] | None = None,
    *,
    any_of: tuple[str, ...] = (),
    only_one: tuple[str, ...] = (),
    rules: tuple[Rule, ...] = (),
    **may: Shape,
) -> Fields:
    """A block's fields beside `type` and `block_id`."""
    return Fields(
        needs={"type": Str(), **(needs or {})},
        may={"block_id": ID, **may},
        any_of=any_of,
        only_one=only_one,
        rules=rules,
    )


def cell_text(cell: object) -> str:
    """What a table cell shows, all its strings together."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, list):
        return "".join(map(cell_text, cell))
    if isinstance(cell, dict):
        return "".join(cell_text(part) for key, part in cell.items() if key != "type")
    return ""


def rows_of(block: Json) -> list[list[Json]]:
    """The rows; a rule is asked only where every field is sound by itself."""
    return list(block.get("rows") or ())


def rows_are_even(block: Json) -> Iterator[tuple[str, str]]:
    """Every row has as many cells as the first."""
    rows = rows_of(block)
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield f"/rows/{number}", "all rows must have the same number of cells"


def table_is_short(block: Json) -> Iterator[tuple[str, str]]:
    """All cells together stay below the cap."""
    if sum(len(cell_text(row)) for row in rows_of(block)) > TABLE_CHARACTERS:
        yield "/rows", f"all cells together must be less than {TABLE_CHARACTERS + 1} characters"


def header_is_raw(block: Json) -> Iterator[tuple[str, str]]:
    """The first row of a data table holds no rich text."""
    for number, cell in enumerate(rows_of(block)[0]):
        if cell["type"] == "rich_text":
            yield f"/rows/0/{number}", "rich_text is not allowed in the header row"


def row_header_exists(block: Json) -> Iterator[tuple[str, str]]:
    """`row_header_column_index` names a column there is."""
    width = len(rows_of(block)[0])
    if block.get("row_header_column_index", 0) >= width:
        yield "/row_header_column_index", f"must be less than {width}"


def series_names_differ(chart: Json) -> Iterator[tuple[str, str]]:
    """No two series of a chart share a name."""
    seen: set[str] = set()
    for number, series in enumerate(chart["series"]):
        if series["name"] in seen:
            yield f"/series/{number}/name", "series names must be unique"
        seen.add(series["name"])


def labels_match_categories(chart: Json) -> Iterator[tuple[str, str]]:
    """Every series has one point for each category, in no order."""
    wanted = sorted(chart["axis_config"]["categories"])
    for number, series in enumerate(chart["series"]):
        if sorted(point["label"] for point in series["data"]) != wanted:
            yield f"/series/{number}/data", "labels must match axis_config.categories"


def collapsed_can_open(block: Json) -> Iterator[tuple[str, str]]:
    """A container starts collapsed, or has a divider, only where the other setting allows it."""
    collapsible = block.get("is_collapsible") is True
    if block.get("default_collapsed") is True and not collapsible:
        yield "/default_collapsed", "requires is_collapsible to be true"
    if block.get("has_header_divider") is True and collapsible:
        yield "/has_header_divider", "cannot be set when is_collapsible is true"


CELL = OneOf(
    {
        "raw_text": Fields(needs={"type": Str(), "text": Str(most=TABLE_CHARACTERS)}),
        "raw_number": Fields(
            needs={"type": Str(), "value": Num(whole=False), "text": Str(most=TABLE_CHARACTERS)}
        ),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = Fields(may={"align": Str(among=("left", "center", "right")), "is_wrapped": Flag()})
POINT = Fields(needs={"label": Str(most=20), "value": Num(whole=False)})
SERIES = Fields(needs={"name": Str(most=20), "data": Many(POINT, 20)})
AXIS = Fields(
    needs={"categories": Many(Str(most=20), 20)},
    may={"x_label": Str(most=50), "y_label": Str(most=50)},
)
PLOTTED = Fields(
    needs={"type": Str(), "series": Many(SERIES, 6), "axis_config": AXIS},
    rules=(series_names_differ, labels_match_categories),
)
SEGMENT = Fields(needs={"label": Str(most=20), "value": Num(above=0, whole=False)})
CHART = OneOf(
    {
        "pie": Fields(needs={"type": Str(), "segments": Many(SEGMENT, 6)}),
        **dict.fromkeys(("bar", "area", "line"), PLOTTED),
    }
)
CARD = fields(
    any_of=("hero_image", "title", "actions", "body"),
    hero_image=el.PICTURE,
    icon=el.PICTURE,
    title=mrkdwn(150),
    subtitle=mrkdwn(150),
    body=mrkdwn(200),
    actions=Many(el.CARD_BUTTON, 5),
)
TASK_CARD = fields(
    {
        "task_id": ID,
        "title": Str(),
        "status": Str(among=("pending", "in_progress", "complete", "error")),
    },
    details=OneOf({"rich_text": RICH_TEXT}),
    output=OneOf({"rich_text": RICH_TEXT}),
    sources=Many(
        OneOf({"url": Fields(needs={"type": Str(), "url": URL, "text": Str(most=256)})}), 10
    ),
)
TABLE = fields(
    {"rows": Many(Many(CELL, 20), 100)},
    rules=(rows_are_even, table_is_short),
    column_settings=Many(COLUMN, 20),
)

BLOCKS: dict[str, BlockShape] = {
    "actions": BlockShape(shape=fields({"elements": Many(el.ACTIONABLE, 25)})),
    "alert": BlockShape(
        shape=fields(
            {"text": text(3000)},
            level=Str(among=("default", "info", "warning", "error", "success")),
        ),
        surfaces=frozenset({MODAL}),
    ),
    "card": BlockShape(shape=CARD),
    "carousel": BlockShape(
        shape=fields({"elements": Many(OneOf({"card": CARD}), 10)}),
        surfaces=frozenset({MESSAGE, HOME}),
    ),
    "context": BlockShape(
        shape=fields({"elements": Many(OneOf({**el.PICTURE.shapes, **text(2000).shapes}), 10)})
    ),
    "context_actions": BlockShape(
        shape=fields({"elements": Many(el.FEEDBACKS, 5)}), surfaces=MESSAGES
    ),
    "data_table": BlockShape(
        shape=fields(
            {"caption": Str(), "rows": Many(Many(CELL, 20), 101, least=2)},
            rules=(rows_are_even, table_is_short, header_is_raw, row_header_exists),
            page_size=Num(low=1, high=100),
            row_header_column_index=Num(low=0),
        ),
        surfaces=MESSAGES,
    ),
    "data_visualization": BlockShape(
        shape=fields({"title": Str(most=50), "chart": CHART}), surfaces=MESSAGES
    ),
    "divider": BlockShape(shape=fields()),
    "header": BlockShape(shape=fields({"text": plain(150)})),
    "image": BlockShape(
        shape=fields(
            {"alt_text": Str(most=2000)},
            any_of=("image_url", "slack_file"),
            only_one=("image_url", "slack_file"),
            title=plain(2000),
            image_url=IMAGE.may["image_url"],
            slack_file=IMAGE.may["slack_file"],
        )
    ),
    "input": BlockShape(
        shape=fields(
            {"label": plain(2000), "element": el.FILLABLE},
            hint=plain(2000),
            optional=Flag(),
            dispatch_action=Flag(),
        )
    ),
    "markdown": BlockShape(shape=fields({"text": Str(most=12_000)}), surfaces=MESSAGES),
    "plan": BlockShape(
        shape=fields({"title": Str()}, tasks=Many(OneOf({"task_card": TASK_CARD}), 50)),
        surfaces=MESSAGES,
    ),
    "rich_text": BlockShape(shape=RICH_TEXT),
    "section": BlockShape(
        shape=fields(
            any_of=("text", "fields"),
            text=text(3000),
            fields=Many(text(2000), 10),
            accessory=el.ACCESSORY,
            expand=Flag(),
        )
    ),
    "table": BlockShape(shape=TABLE, surfaces=MESSAGES),
    "task_card": BlockShape(shape=TASK_CARD, surfaces=MESSAGES),
    "video": BlockShape(
        shape=fields(
            {
                "title": plain(199),
                "video_url": SECURE_URL,
                "thumbnail_url": URL,
                "alt_text": Str(most=2000),
            },
            title_url=SECURE_URL,
            description=plain(200),
            author_name=Str(most=49),
            provider_name=Str(),
            provider_icon_url=URL,
        ),
        scopes=("links.embed:write",),
    ),
}
CHILDREN = (
    "actions",
    "context",
    "divider",
    "header",
    "image",
    "input",
    "rich_text",
    "section",
    "table",
    "video",
)
BLOCKS["container"] = BlockShape(
    shape=fields(
        {"child_blocks": Many(OneOf({name: BLOCKS[name].shape for name in CHILDREN}), 10)},
        any_of=("title", "rich_text_title"),
        rules=(collapsed_can_open,),
        title=plain(150),
        rich_text_title=OneOf({"rich_text": RICH_TEXT}),
        subtitle=text(150),
        width=Str(among=("narrow", "standard", "wide", "full")),
        icon=el.PICTURE,
        is_collapsible=Flag(),
        default_collapsed=Flag(),
        has_header_divider=Flag(),
    ),
    surfaces=MESSAGES,
)
VIEW_COMMON: dict[str, Shape] = {
    "private_metadata": Str(most=3000, least=0),
    "callback_id": Str(most=255, least=0),
    "external_id": Str(most=255, least=0),
}
VIEWS: dict[str, Fields] = {
    "modal": Fields(
        needs={"type": Str(), "title": plain(24), "blocks": Many(Free(), 100)},
        may={
            **VIEW_COMMON,
            "submit": plain(24),
            "close": plain(24),
            "clear_on_close": Flag(),
            "notify_on_close": Flag(),
        },
    ),
    "home": Fields(
        needs={"type": Str(), "blocks": Many(Free(), 100, least=0)}, may=dict(VIEW_COMMON)
    ),
}
