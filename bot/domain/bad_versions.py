"""What was marked bad stays bad under another name."""

from bot.domain.facts import Reason
from bot.domain.known import Known
from bot.domain.release import Release


def bad_by_another_name(release: Release, revision: str, known: Known) -> Reason | None:
    """Why what a name turned out to be is refused: its like was taken back before."""
    mark = known.service.bad_as(revision)
    if mark is None:
        return None
    where = f"since {mark.release}" if mark.release else "since a person said so"
    return Reason(
        code="MARKED_BAD",
        sentence=f"{release.name} is the same as {mark.version}, which is marked bad in "
        f"{release.environment} {where} ({mark.because}).",
        remedy=f"Start a fix, or say why it is good: /release mark {release.service} "
        f"{mark.version} good in {release.environment} because <reason>.",
    )
