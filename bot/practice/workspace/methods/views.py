"""views.*: modals and the Home tab."""

from bot.practice.workspace import board, shown
from bot.practice.workspace.blockkit.shapes import HOME, MODAL
from bot.practice.workspace.content import view_of
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.limits import VIEW_STACK
from bot.practice.workspace.methods.call import Call
from bot.practice.workspace.state import Json, Trigger, View


def refuse_taken(call: Call, body: Json, own: View | None = None) -> None:
    """An external_id names one view of the workspace."""
    name = body.get("external_id")
    others = (view for view in call.space.state.views.values() if view is not own)
    if name and any(view.body.get("external_id") == name for view in others):
        raise ApiError("duplicate_external_id")


def exchange(call: Call) -> Trigger:
    """Use up the trigger id of the call."""
    trigger = call.space.state.triggers.get(call.args.text("trigger_id"))
    if trigger is None:
        raise ApiError("invalid_trigger_id")
    if call.space.now() > trigger.until:
        raise ApiError("expired_trigger_id")
    if trigger.spent:
        raise ApiError("exchanged_trigger_id")
    trigger.spent = True
    return trigger


def answered(call: Call, opened: View) -> Json:
    """The view as the call's answer carries it."""
    return {"view": shown.view(call.space.seed, opened)}


def show(call: Call, trigger: Trigger, opened: View) -> Json:
    """Tell the person's deed that a modal came of it, and answer the call."""
    trigger.interaction.show("modal", view=shown.view(call.space.seed, opened))
    return answered(call, opened)


def open_modal(call: Call) -> Json:
    """views.open"""
    body = view_of(call.args, call.space.ids, call.scopes, MODAL)
    refuse_taken(call, body)
    trigger = exchange(call)
    opened = board.open_view(call.space, trigger.interaction.user, body)
    return show(call, trigger, opened)


def push(call: Call) -> Json:
    """views.push: on top of the modal the trigger came from"""
    body = view_of(call.args, call.space.ids, call.scopes, MODAL)
    refuse_taken(call, body)
    trigger = exchange(call)
    below = call.space.state.views.get(trigger.view or "")
    if below is None or below.kind != MODAL:
        raise ApiError("not_found")
    if len(call.space.state.stacks.get(below.user, [])) >= VIEW_STACK:
        raise ApiError("push_limit_reached")
    return show(call, trigger, board.open_view(call.space, below.user, body, below))


def update(call: Call) -> Json:
    """views.update"""
    opened = named(call)
    body = view_of(call.args, call.space.ids, call.scopes, opened.kind)
    refuse_taken(call, body, opened)
    refuse_stale(call, opened)
    board.change_view(call.space, opened, body)
    return answered(call, opened)


def named(call: Call) -> View:
    """The open view that the call names by view_id or external_id."""
    views = call.space.state.views
    name, outside = call.args.text("view_id"), call.args.text("external_id")
    if not name and not outside:
        raise ApiError("invalid_arguments")
    by_outside = (view for view in views.values() if view.body.get("external_id") == outside)
    found = views.get(name) if name else next(by_outside, None)
    if found is None:
        raise ApiError("not_found")
    return found


def refuse_stale(call: Call, opened: View | None) -> None:
    """A hash, where given, must be the view's present one."""
    given = call.args.text("hash")
    if given and opened and given != opened.hash:
        raise ApiError("hash_conflict")


def publish(call: Call) -> Json:
    """views.publish"""
    space = call.space
    user = call.args.text("user_id")
    if user not in space.state.people or space.state.people[user].is_bot:
        raise ApiError("user_not_found")
    if not space.app.home_tab:
        raise ApiError("not_enabled")
    body = view_of(call.args, call.space.ids, call.scopes, HOME)
    known = space.state.views.get(space.state.homes.get(user, ""))
    refuse_taken(call, body, known)
    refuse_stale(call, known)
    return answered(call, board.publish_home(space, user, body))
