"""What a pager says: plain text, all times in UTC, understood half asleep."""

from datetime import UTC, datetime

from bot.domain.facts.fact import BOT
from bot.domain.judge.words import name_versions
from bot.domain.state.moves import State
from bot.domain.state.release import Held, Release
from bot.render.kit.blocks import cut_plain, one_line
from bot.render.kit.voice import place_of, stand, step_of
from bot.render.release.holds import HOLDS, foremost

SUMMARY = 250
DETAILS = 4000


def page_summary(release: Release) -> str:
    """One line: what to do, then where and what."""
    where = f"{release.service}, {place_of(release.environment)}"
    return cut_plain(
        one_line(f"{_call(release)} {where}: {_what(release)} ({release.id})"), SUMMARY
    )


def _call(release: Release) -> str:
    if release.state is State.STUCK:
        return "ACT NOW"
    if release.state is State.HELD:
        return "LOOK"
    return "ROLLING BACK" if release.state is State.ROLLING_BACK else "OVER"


def _what(release: Release) -> str:
    to = f"{release.name} to {release.back_to}"
    if release.state is State.STUCK:
        return f"rollback from {to} is stuck"
    if release.state is State.HELD:
        held = foremost(release)
        said = HOLDS[held.hold].paged if held else ""
        reason = f", {said}" if said else ""
        return f"{release.name} held at {stand(step_of(release))}{reason}"
    return f"from {to}" if release.state is State.ROLLING_BACK else f"{release.state.value}"


def page_details(release: Release) -> str:
    """Why, since when, what users may have, what the bot does next, and how to do it by hand."""
    lines = [*_held(release), *_back(release), *_by_hand(release), *_commands(release)]
    return cut_plain("\n".join(lines) or _what(release), DETAILS)


def _held(release: Release) -> list[str]:
    return [
        f"{held.hold.value.replace('_', ' ')} since {_utc(held.since)}: {_because(release, held)}"
        for held in release.holds
    ]


def _because(release: Release, held: Held) -> str:
    is_judged = HOLDS[held.hold].is_judged
    return _judged(release, held.because) if is_judged else one_line(held.because)


def _back(release: Release) -> list[str]:
    way = release.way
    if way is None:
        return []
    because = _judged(release, way.because) if way.by == BOT else one_line(way.because)
    why = because or f"asked for by {one_line(way.by)}"
    lines = [
        f"Why: {why}",
        f"Decided {_utc(way.decided_at)}; traffic due back by {_utc(way.deadline)}.",
        f"At most {way.reached:g} % of users had {one_line(release.name)}.",
    ]
    if release.state is State.STUCK and way.stuck_because:
        lines.append(f"Stuck: {one_line(way.stuck_because)}")
        lines.append("The bot does not try again by itself.")
    if way.back_at:
        lines.append(f"Traffic is back since {_utc(way.back_at)}.")
    return lines


def _by_hand(release: Release) -> list[str]:
    return [f"By hand: {one_line(release.mechanism)}"] if release.mechanism else []


def _commands(release: Release) -> list[str]:
    if not release.is_live:
        return []
    told = f"Say you have it: /release ack {release.id}. Why: /release why {release.id}."
    return [told, f"Started by {one_line(release.requested_by)} at {_utc(release.requested_at)}."]


def _judged(release: Release, text: str) -> str:
    before = release.running or release.stable
    old = before.version if before else "the version before"
    return name_versions(one_line(text), one_line(release.name), one_line(old))


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%d %b %H:%M:%S} UTC"
