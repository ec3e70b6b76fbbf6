"""Every message there is about a release, by name."""

from collections.abc import Callable, Mapping

from bot.ports.chat import Message
from bot.render.answers import changes, status_list, status_one, why
from bot.render.kit.view import ReleaseView
from bot.render.release import alerts
from bot.render.release.card import card
from bot.render.release.log import log
from bot.render.vote.question import poll_aside, poll_message, poll_reminder

MESSAGES: Mapping[str, Callable[[ReleaseView], Message]] = {
    "card": card,
    "log": log,
    "alert": alerts.alert_message,
    "alert_edit": alerts.alert_edit,
    "over": alerts.over_message,
    "stuck": alerts.stuck_message,
    "ask": alerts.ask_message,
    "ask_edit": alerts.ask_edit,
    "ended": alerts.end_message,
    "status_one": status_one,
    "status_list": lambda view: status_list([view, view], view.now),
    "changes": lambda view: changes([view, view]),
    "why": why,
    "poll": poll_message,
    "poll_aside": poll_aside,
    "poll_reminder": poll_reminder,
}
