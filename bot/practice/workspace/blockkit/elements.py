"""Block Kit elements: what a person can press, pick or fill in."""

from collections.abc import Iterator

from bot.practice.workspace.blockkit.parts import (
    ANYTHING,
    COLOUR,
    CONFIRM,
    CONVERSATION_FILTER,
    DISPATCH,
    ID,
    IMAGE,
    LINK_OPTION,
    PLAIN_OPTION,
    RICH_OPTION,
    RICH_TEXT,
    SELECT_GROUPS,
    SELECT_OPTIONS,
    URL,
    initial_is_offered,
    initials_are_offered,
)
from bot.practice.workspace.blockkit.shapes import (
    Fields,
    Flag,
    Many,
    Num,
    OneOf,
    Rule,
    Shape,
    Str,
    plain,
)
from bot.practice.workspace.state import Json

TYPE = {"type": Str()}
LABEL = Str(most=75)
PRESSED: dict[str, Shape] = {"action_id": ID, "confirm": CONFIRM}
PICKED: dict[str, Shape] = {**PRESSED, "focus_on_load": Flag(), "placeholder": plain(150)}
TYPED: dict[str, Shape] = {
    "action_id": ID,
    "focus_on_load": Flag(),
    "placeholder": plain(150),
    "dispatch_action_config": DISPATCH,
}
ANSWERABLE: dict[str, Shape] = {"response_url_enabled": Flag()}
SEVERAL: dict[str, Shape] = {"max_selected_items": Num(low=1)}
NUMBER = Str(like=r"-?\d+(\.\d+)?")
USERS = Many(ID, 1000)


def element(
    base: dict[str, Shape],
    *,
    needs: dict[str, Shape] | None = None,
    rules: tuple[Rule, ...] = (),
    **may: Shape,
) -> Fields:
    """An element: its common fields, its own required ones, its own optional ones."""
    return Fields(needs={**TYPE, **(needs or {})}, may={**base, **may}, rules=rules)


def select(base: dict[str, Shape], rule: Rule, **may: Shape) -> Fields:
    """A menu whose options stand in the element, flat or in groups."""
    options: dict[str, Shape] = {"options": SELECT_OPTIONS, "option_groups": SELECT_GROUPS}
    either = tuple(options)
    return Fields(
        needs=TYPE, may={**base, **options, **may}, any_of=either, only_one=either, rules=(rule,)
    )


def in_order(least: str, most: str) -> Rule:
    """A rule: the field `least` is no larger than the field `most`."""

    def rule(found: Json) -> Iterator[tuple[str, str]]:
        try:
            wrong = float(found[least]) > float(found[most])
        except (KeyError, TypeError, ValueError):
            return
        if wrong:
            yield f"/{least}", f"must not be greater than {most}"

    return rule


FEEDBACK = Fields(
    needs={"text": plain(75), "value": Str(most=2000)}, may={"accessibility_label": LABEL}
)

ELEMENTS: dict[str, Fields] = {
    "button": element(
        PRESSED,
        needs={"text": plain(75)},
        url=URL,
        value=Str(most=2000),
        style=COLOUR,
        accessibility_label=LABEL,
    ),
    "workflow_button": element(
        PRESSED,
        needs={"text": plain(75), "workflow": ANYTHING},
        style=COLOUR,
        accessibility_label=LABEL,
    ),
    "overflow": element(PRESSED, needs={"options": Many(LINK_OPTION, 5)}),
    "static_select": select(PICKED, initial_is_offered, initial_option=PLAIN_OPTION),
    "multi_static_select": select(
        {**PICKED, **SEVERAL}, initials_are_offered, initial_options=SELECT_OPTIONS
    ),
    "external_select": element(PICKED, initial_option=PLAIN_OPTION, min_query_length=Num(low=0)),
    "multi_external_select": element(
        {**PICKED, **SEVERAL}, initial_options=SELECT_OPTIONS, min_query_length=Num(low=0)
    ),
    "users_select": element(PICKED, initial_user=ID),
    "multi_users_select": element({**PICKED, **SEVERAL}, initial_users=USERS),
    "conversations_select": element(
        {**PICKED, **ANSWERABLE},
        initial_conversation=ID,
        default_to_current_conversation=Flag(),
        filter=CONVERSATION_FILTER,
    ),
    "multi_conversations_select": element(
        {**PICKED, **SEVERAL},
        initial_conversations=USERS,
        default_to_current_conversation=Flag(),
        filter=CONVERSATION_FILTER,
    ),
    "channels_select": element({**PICKED, **ANSWERABLE}, initial_channel=ID),
    "multi_channels_select": element({**PICKED, **SEVERAL}, initial_channels=USERS),
    "checkboxes": element(
        {**PRESSED, "focus_on_load": Flag()},
        needs={"options": Many(RICH_OPTION, 10)},
        rules=(initials_are_offered,),
        initial_options=Many(RICH_OPTION, 10),
    ),
    "radio_buttons": element(
        {**PRESSED, "focus_on_load": Flag()},
        needs={"options": Many(RICH_OPTION, 10)},
        rules=(initial_is_offered,),
        initial_option=RICH_OPTION,
    ),
    "datepicker": element(PICKED, initial_date=Str(like=r"\d{4}-\d\d-\d\d")),
    "timepicker": element(
        PICKED, initial_time=Str(like=r"([01]\d|2[0-3]):[0-5]\d"), timezone=Str(most=100)
    ),
    "datetimepicker": element(
        {**PRESSED, "focus_on_load": Flag()}, initial_date_time=Num(low=10**9, high=10**10 - 1)
    ),
    "plain_text_input": element(
        TYPED,
        rules=(in_order("min_length", "max_length"),),
        initial_value=Str(least=0),
        multiline=Flag(),
        min_length=Num(low=0, high=3000),
        max_length=Num(low=1, high=3000),
    ),
    "number_input": element(
        TYPED,
        needs={"is_decimal_allowed": Flag()},
        rules=(in_order("min_value", "max_value"),),
        initial_value=NUMBER,
        min_value=NUMBER,
        max_value=NUMBER,
    ),
    "email_text_input": element(TYPED, initial_value=Str()),
    "url_text_input": element(TYPED, initial_value=Str()),
    "rich_text_input": element(
        TYPED,
        rules=(in_order("min_lines", "max_lines"),),
        initial_value=OneOf({"rich_text": RICH_TEXT}),
        min_lines=Num(low=1, high=100),
        max_lines=Num(low=1, high=100),
    ),
    "file_input": element(
        {"action_id": ID}, filetypes=Many(Str(), 100), max_files=Num(low=1, high=10)
    ),
    "feedback_buttons": element(
        {"action_id": ID}, needs={"positive_button": FEEDBACK, "negative_button": FEEDBACK}
    ),
    "icon_button": element(
        PRESSED,
        needs={"icon": Str(), "text": plain(75)},
        value=Str(most=2000),
        accessibility_label=LABEL,
        visible_to_user_ids=USERS,
    ),
    "image": IMAGE,
}

BUTTONS = ("button", "workflow_button")
SELECTS = tuple(name for name in ELEMENTS if name.endswith("_select"))
PICKERS = ("datepicker", "timepicker")
GROUPS = ("checkboxes", "radio_buttons")
INPUTS = tuple(name for name in ELEMENTS if name.endswith("_input"))


def some(*names: str) -> OneOf:
    """The elements of these types, as one shape."""
    return OneOf({name: ELEMENTS[name] for name in names})


ACCESSORY = some(*BUTTONS, *SELECTS, *PICKERS, *GROUPS, "overflow", "image")
ACTIONABLE = some(
    *BUTTONS, *SELECTS, *PICKERS, *GROUPS, "datetimepicker", "overflow", "rich_text_input"
)
FILLABLE = some(*INPUTS, *SELECTS, *PICKERS, *GROUPS, "datetimepicker")
FEEDBACKS = some("feedback_buttons", "icon_button")
CARD_BUTTON = some("button")
PICTURE = some("image")
