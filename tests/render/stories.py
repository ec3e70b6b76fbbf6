"""Every story there is to render, by name."""

from collections.abc import Mapping

from bot.domain.facts.fact import Fact
from bot.render.kit.view import ReleaseView
from tests.render import builders
from tests.render.polls import POLLS

STORIES: Mapping[str, tuple[Fact, ...]] = {**builders.STORIES, **POLLS}


def view(story: str, **changes: object) -> ReleaseView:
    """A story seen some minutes after its last fact, by the names people have."""
    return builders.view_of(STORIES[story], **changes)
