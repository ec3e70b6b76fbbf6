"""Which buttons a release has in which state: at most three, and more behind the dots."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from bot.domain.facts import release as f
from bot.domain.facts.release import RollbackProposed
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.strategy import Step
from bot.ports.chat import Block
from bot.render.kit.blocks import DANGER, PRIMARY, Button, Confirm, actions, button_value
from bot.render.kit.view import ReleaseView
from bot.render.kit.voice import place_of, stand
from bot.render.release.truth import next_step

Make: TypeAlias = Callable[[Release], Button | None]
CONFIRM_FROM = 50.0
"""Percent of users from which a promotion is asked for once more."""


def release_buttons(view: ReleaseView) -> Block | None:
    release = view.release
    return actions(make_buttons(BUTTONS[release.state], release), make_buttons(MORE, release))


def make_buttons(makes: Sequence[Make], release: Release) -> list[Button]:
    """What applies now, with one primary at most."""
    found = [button for make in makes if (button := make(release)) is not None]
    first = next((at for at, each in enumerate(found) if each.style == PRIMARY), None)
    return [
        replace(each, style="") if each.style == PRIMARY and at != first else each
        for at, each in enumerate(found)
    ]


def act(
    release: Release, verb: str, label: str, command: str = "", style: str = "", asks: str = ""
) -> Button:
    """A button for a verb on this release; it carries the step it was drawn for."""
    return Button(
        label=label,
        verb=verb,
        asks=asks,
        value=button_value(release.id, command or f"{verb} {release.id}", release.step),
        style=style,
        aloud=f"{label} {release.id}, {release.service} {release.environment}",
    )


def pause(release: Release) -> Button:
    return act(release, "pause", "Pause")


def roll_back(release: Release) -> Button:
    """In flight: at once, so nothing is asked again."""
    return act(release, "rollback", "Roll back", style=DANGER)


def promote(release: Release) -> Button | None:
    after = next_step(release)
    if after is None:
        return None
    if release.gate is not None and not release.waits_for_click:
        return approve(release, after)
    button = act(release, "promote", f"Promote to {stand(after)}", style=PRIMARY)
    if after.weight.percent < CONFIRM_FROM:
        return button
    place = place_of(release.environment)
    asked = Confirm(
        title=f"Promote {release.id} to {stand(after)}?",
        text=f"{after.weight} of users get {release.name} of {release.service} in {place}.",
        yes="Promote",
    )
    return replace(button, confirm=asked)


def approve(release: Release, after: Step) -> Button | None:
    """Where people are asked to agree; a gate that waits for no person has no button."""
    gate = release.gate
    if gate is None or not gate.approve or release.is_shut_out:
        return None
    return act(release, "promote", f"Agree to {stand(after)}", style=PRIMARY)


def agree_meanwhile(release: Release) -> Button | None:
    """In a freeze: what is agreed to goes on by itself when that ends."""
    after = next_step(release)
    return approve(release, after) if after is not None and release.is_frozen_at_gate else None


def resume(release: Release) -> Button | None:
    if release.proposal is not None:
        return stay(release, release.proposal)
    if release.hold(f.Hold.PERSON) is None:
        return None
    return act(release, "resume", "Resume", style=PRIMARY)


def stay(release: Release, proposal: RollbackProposed) -> Button:
    """The other answer to a proposed rollback; it is recorded with its reason."""
    label = "Not its fault…" if proposal.cause is f.Cause.VERDICT else "Try again…"
    return act(release, "resume", label, asks="stay")


def take(release: Release) -> Button | None:
    """Only where something rings that has not been taken."""
    asks = any(held.escalates_at for held in release.holds) or release.way is not None
    if release.taken_by or not asks:
        return None
    return act(release, "ack", "I have it", style=PRIMARY)


def try_again(release: Release) -> Button:
    return act(release, "rollback", "Try again", style=DANGER)


def settle(release: Release) -> Button:
    return act(release, "settle", "Settle…", asks="settle")


def promote_early(release: Release) -> Button | None:
    at_gate = release.is_standing_at_gate and not release.waits_for_click
    if release.is_last_step or not (at_gate or release.state is State.BAKING):
        return None
    return act(
        release, "promote", "Promote early…", f"promote {release.id} early", asks="promote-early"
    )


def promote_past_gate(release: Release) -> Button | None:
    """Where only a person can still open it."""
    return promote_early(release) if release.is_shut_out else None


def not_its_fault(release: Release) -> Button | None:
    """Where the checks took it back: only then is the version marked bad."""
    if release.way is None or release.way.cause is not f.Cause.VERDICT:
        return None
    line = f"mark {release.service} {release.name} good in {release.environment}"
    return act(release, "mark", "Not its fault…", line, asks="mark-good")


def cancel(release: Release) -> Button:
    return act(release, "abort", "Cancel")


def vote(release: Release) -> Button:
    """Opens the choice for the one who presses it; the question itself stands in the thread."""
    return act(release, "vote", "Vote", style=PRIMARY)


def why(release: Release) -> Button:
    return act(release, "why", "Why")


def changes(release: Release) -> Button:
    return act(release, "changes", "Changes", f"changes {release.service}")


BUTTONS: Mapping[State, tuple[Make, ...]] = {
    State.REQUESTED: (cancel,),
    State.PREFLIGHT: (cancel,),
    State.POLLING: (vote, cancel),
    State.SHIFTING: (pause, roll_back),
    State.BAKING: (pause, roll_back),
    State.GATED: (promote, roll_back, promote_past_gate),
    State.HELD: (resume, agree_meanwhile, roll_back, take),
    State.FINISHING: (roll_back,),
    State.ROLLING_BACK: (take,),
    State.STUCK: (take, try_again, settle),
    State.ROLLED_BACK: (why, changes, not_its_fault),
    State.SUCCEEDED: (changes, why),
    State.REJECTED: (why,),
    State.CANCELLED: (why,),
}
MORE: tuple[Make, ...] = (
    lambda release: None if release.is_shut_out else promote_early(release),
    lambda release: why(release) if release.is_live else None,
    lambda release: changes(release) if release.is_live else None,
)
