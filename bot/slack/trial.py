"""What is wrong between the bot and Slack, found before it matters, each with its remedy. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.slack.calls import CallAnswer, CallOutcome, Failed
from bot.slack.declared import optional_scopes, scopes
from bot.slack.reasons import REASONS
from bot.slack.remedies import remedy_of
from bot.slack.room import trouble_of

REINSTALL = (
    "if the manifest has them, the app was changed but not installed again: api.slack.com/apps → "
    "Install App → Reinstall"
)


def introduce(outcome: CallOutcome) -> tuple[str, bool]:
    """Who the bot is and where, or what is wrong; and whether that is well."""
    if not isinstance(outcome, CallAnswer):
        return trouble_of(outcome), False
    body = outcome.body
    return f"the bot is @{body.get('user')} in {body.get('team')} ({body.get('team_id')})", True


def find_lacking(granted: frozenset[str] | None) -> Iterator[tuple[str, bool]]:
    """What the token may not do, and whether the bot needs it; nothing where Slack keeps quiet."""
    if granted is None:
        return
    needed = sorted(scopes() - granted)
    if needed:
        told = "; ".join(f"{scope} ({REASONS[scope]})" for scope in needed)
        yield f"the bot token lacks {told}. Remedy: {REINSTALL}", True
    wanted = sorted(optional_scopes() - scopes() - granted)
    if wanted:
        told = "; ".join(f"{scope} ({REASONS[scope]})" for scope in wanted)
        yield f"without what is optional: {told}", False


def channel_said(outcome: CallOutcome, channel: str) -> tuple[str, bool | None]:
    """Whether the bot is in a channel, and why not; None where it cannot be told."""
    match outcome:
        case CallAnswer(body):
            return _in_channel(body, channel)
        case Failed(code, body):
            why, remedy = remedy_of(code, body)
            return f"whether it is in {channel} cannot be seen: {why}. Remedy: {remedy}", None
        case _:
            return trouble_of(outcome), None


def _in_channel(body: Mapping[str, Any], channel: str) -> tuple[str, bool | None]:
    rooms = {f"#{room['name']}": room for room in body.get("channels", [])}
    named = {str(room["id"]): room for room in body.get("channels", [])}
    room = rooms.get(channel) or named.get(channel)
    if room is None and (body.get("response_metadata") or {}).get("next_cursor"):
        return f"{channel} is not among the first thousand channels; --live posts there", None
    if room is None:
        said = f"there is no {channel}, or it is private and the bot is not in it"
        return f"{said}. Remedy: {invite(channel)}, or name another channel in the config", False
    if not room.get("is_member"):
        return f"the bot is not in {channel}. Remedy: {invite(channel)}", False
    return f"the bot is in {channel}", True


def invite(channel: str) -> str:
    return f"/invite @slipway in {channel}"


def silence(command: str, team: str) -> str:
    """Why a command that was typed does not arrive, the likeliest first."""
    return (
        f"Another app may own {command} (the last installed wins): set [slack] command = "
        f'"/ship" and change the manifest, or reinstall the app. Or the app was not installed '
        f"again after the manifest gained {command} (Install App → Reinstall). Or Socket Mode is "
        f"off, or the app token is another app's (Settings → Socket Mode). Or it was typed in "
        f"another workspace than {team}. Or a slipway run took it: stop that one first"
    )
