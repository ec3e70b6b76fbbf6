"""users.* and usergroups.*: who there is."""

from bot.practice.workspace import shown
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.limits import PAGE_USUAL
from bot.practice.workspace.methods.call import Call, page, page_answer, person
from bot.practice.workspace.seed import Group, Member
from bot.practice.workspace.state import Json

EMAIL = "users:read.email"


def seen(call: Call, found: Member) -> Json:
    """A user as the bot may see them."""
    space = call.space
    return shown.user(space.seed, found, space.now(), email=EMAIL in call.scopes)


def info(call: Call) -> Json:
    """users.info"""
    return {"user": seen(call, person(call))}


def list_all(call: Call) -> Json:
    """users.list"""
    found, following = page(call, list(call.space.state.people.values()), PAGE_USUAL)
    members = [seen(call, one) for one in found]
    return page_answer("members", members, following, cache_ts=int(call.space.now().timestamp()))


def lookup_by_email(call: Call) -> Json:
    """users.lookupByEmail; deactivated people are not found"""
    asked = call.args.text("email").casefold()
    people = call.space.state.people.values()
    living = (one for one in people if one.email and not one.deleted)
    found = next((one for one in living if one.email.casefold() == asked), None)
    if found is None:
        raise ApiError("users_not_found")
    return {"user": seen(call, found)}


def groups(call: Call) -> Json:
    """usergroups.list"""
    every = call.args.flag("include_disabled")
    users = call.args.flag("include_users")
    known = call.space.state.groups.values()
    found = [group for group in known if group.enabled or every]
    return {"usergroups": [shown.group(call.space.seed, group, users=users) for group in found]}


def group_members(call: Call) -> Json:
    """usergroups.users.list"""
    found = call.space.state.groups.get(call.args.text("usergroup"))
    if found is None:
        raise ApiError("no_such_subteam")
    if not found.enabled and not call.args.flag("include_disabled"):
        raise ApiError("subteam_disabled")
    return {"users": present(call, found)}


def present(call: Call, group: Group) -> list[str]:
    """The members that are still there."""
    people = call.space.state.people
    return [user for user in group.members if user in people and not people[user].deleted]
