"""Composition objects and rich text: what elements and blocks are made of."""

from collections.abc import Iterator

from bot.practice.workspace.blockkit.shapes import (
    Fields,
    Flag,
    Free,
    Many,
    Num,
    OneOf,
    Str,
    plain,
    text,
)
from bot.practice.workspace.limits import OPTIONS
from bot.practice.workspace.state import Json

ID = Str(most=255)
URL = Str(most=3000, like=r"https?://\S+")
COLOUR = Str(among=("primary", "danger"))

CONFIRM = Fields(
    needs={"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    may={"style": COLOUR},
)
PLAIN_OPTION = Fields(
    needs={"text": plain(75), "value": Str(most=150)}, may={"description": plain(75)}
)
LINK_OPTION = Fields(
    needs={"text": plain(75), "value": Str(most=150)}, may={"description": plain(75), "url": URL}
)
RICH_OPTION = Fields(
    needs={"text": text(75), "value": Str(most=150)}, may={"description": text(75)}
)
OPTION_GROUP = Fields(needs={"label": plain(75), "options": Many(PLAIN_OPTION, OPTIONS)})
SELECT_OPTIONS = Many(PLAIN_OPTION, OPTIONS)
SELECT_GROUPS = Many(OPTION_GROUP, OPTIONS)
CONVERSATION_FILTER = Fields(
    may={
        "include": Many(Str(among=("im", "mpim", "private", "public")), 4),
        "exclude_external_shared_channels": Flag(),
        "exclude_bot_users": Flag(),
    },
    any_of=("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
DISPATCH = Fields(
    may={
        "trigger_actions_on": Many(Str(among=("on_enter_pressed", "on_character_entered")), 2),
    }
)
SLACK_FILE = Fields(may={"id": ID, "url": URL}, any_of=("id", "url"), only_one=("id", "url"))
IMAGE = Fields(
    needs={"type": Str(), "alt_text": Str(most=2000)},
    may={"image_url": URL, "slack_file": SLACK_FILE},
    any_of=("image_url", "slack_file"),
    only_one=("image_url", "slack_file"),
)

STYLE = Fields(may={name: Flag() for name in ("bold", "code", "italic", "strike", "underline")})


def inline(**needs: Str | Num) -> Fields:
    """A rich text element with these required fields and an optional style."""
    return Fields(needs={"type": Str(), **needs}, may={"style": STYLE})


LINK = Fields(
    needs={"type": Str(), "url": Str()},
    may={"text": Str(blank=True), "unsafe": Flag(), "style": STYLE},
)
INLINE = OneOf(
    {
        "broadcast": inline(range=Str(among=("here", "channel", "everyone"))),
        "channel": inline(channel_id=ID),
        "color": inline(value=Str(like=r"#[0-9a-fA-F]{6}")),
        "date": Fields(
            needs={"type": Str(), "timestamp": Num(low=0), "format": Str()},
            may={"url": URL, "fallback": Str(), "style": STYLE},
        ),
        "emoji": Fields(
            needs={"type": Str(), "name": Str()},
            may={"unicode": Str(), "url": URL, "skin_tone": Num(low=1, high=6), "style": STYLE},
        ),
        "link": LINK,
        "team": inline(team_id=ID),
        "text": inline(text=Str(blank=True)),
        "user": inline(user_id=ID),
        "usergroup": inline(usergroup_id=ID),
    }
)
BORDER = Num(low=0, high=1)
RICH_SECTION = Fields(needs={"type": Str(), "elements": Many(INLINE, 1000)})
RICH_PARTS = OneOf(
    {
        "rich_text_section": RICH_SECTION,
        "rich_text_list": Fields(
            needs={
                "type": Str(),
                "style": Str(among=("bullet", "ordered")),
                "elements": Many(OneOf({"rich_text_section": RICH_SECTION}), 1000),
            },
            may={"indent": Num(low=0, high=8), "offset": Num(low=0), "border": BORDER},
        ),
        "rich_text_quote": Fields(
            needs={"type": Str(), "elements": Many(INLINE, 1000)}, may={"border": BORDER}
        ),
        "rich_text_preformatted": Fields(
            needs={
                "type": Str(),
                "elements": Many(OneOf({"text": inline(text=Str(blank=True)), "link": LINK}), 1000),
            },
            may={"border": BORDER, "language": Str()},
        ),
    }
)
RICH_TEXT = Fields(needs={"type": Str(), "elements": Many(RICH_PARTS, 1000)}, may={"block_id": ID})

ANYTHING = Free()


def flat_options(element: Json) -> list[Json]:
    """All options of a select, groups opened."""
    groups = [group.get("options", []) for group in element.get("option_groups") or ()]
    return [*(element.get("options") or ()), *(option for group in groups for option in group)]


def initial_is_offered(element: Json) -> Iterator[tuple[str, str]]:
    """`initial_option` must be one of the options, to the letter."""
    chosen = element.get("initial_option")
    if chosen is not None and chosen not in flat_options(element):
        yield "/initial_option", "initial option was not found in the options"


def initials_are_offered(element: Json) -> Iterator[tuple[str, str]]:
    """Every one of `initial_options` must be one of the options."""
    offered = flat_options(element)
    for number, chosen in enumerate(element.get("initial_options") or ()):
        if chosen not in offered:
            yield f"/initial_options/{number}", "initial option was not found in the options"
