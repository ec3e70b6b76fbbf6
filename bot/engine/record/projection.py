"""What lists read: one row per release, written with its facts, rebuilt by folding them."""

from bot.domain.state.release import Release
from bot.engine.record.codec import plain
from bot.ports.store import Status


def status_of(release: Release) -> Status:
    """The row of a release, whole: `release_of` gives the release back."""
    return Status(
        stream=release.id,
        service=release.service,
        environment=release.environment,
        state=release.state.value,
        live=release.is_live,
        at=release.changed_at,
        body=plain(release),
    )
