"""api.test, auth.test, bots.info, apps.connections.open: about the app itself."""

from bot.practice.workspace import shown
from bot.practice.workspace.errors import ApiError
from bot.practice.workspace.methods.call import Call
from bot.practice.workspace.state import Json


def api_test(call: Call) -> Json:
    """api.test"""
    if call.args.has("error"):
        raise ApiError(call.args.text("error"), args=call.args.values)
    return {"args": call.args.values}


def auth_test(call: Call) -> Json:
    """auth.test"""
    seed, app = call.space.seed, call.space.app
    return {
        "url": f"https://{seed.team_domain}.slack.com/",
        "team": seed.team_name,
        "user": call.space.state.people[app.user].name,
        "team_id": seed.team,
        "user_id": app.user,
        "bot_id": app.bot,
        "is_enterprise_install": False,
    }


def bot_info(call: Call) -> Json:
    """bots.info"""
    app = call.space.app
    if call.args.text("bot", app.bot) != app.bot:
        raise ApiError("bot_not_found")
    profile = shown.bot_profile(call.space.seed)
    return {"bot": {key: value for key, value in profile.items() if key != "team_id"}}


def open_connection(call: Call) -> Json:
    """apps.connections.open: a socket's address, good once and for a short time"""
    space = call.space
    ticket = space.ids.word()
    space.tickets[ticket] = space.now() + space.seed.timing.ticket
    where = call.base_url.replace("http", "ws", 1)
    return {"url": f"{where}/link/?ticket={ticket}&app_id={space.app.id}"}
