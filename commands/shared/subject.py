"""What the verbs of overrides share: of which service and release they are."""

from dataclasses import dataclass

from bot.domain.intents.override import OfService
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from commands.shared.release import find_release, refuse_elsewhere, refuse_nothing_live


@dataclass(frozen=True, slots=True, kw_only=True)
class OverrideSubject:
    """`release` empty: none was named, and none is live there."""

    service: str
    environment: str
    version: str = ""
    release: str = ""


async def find_subject(ask: Ask, not_done: str) -> OverrideSubject | Reply:
    """The place, and the release that was named, ended or not."""
    parsed = ask.parsed
    release = await find_release(ask)
    if wrong := refuse_elsewhere(ask, release, not_done):
        return wrong
    if release is not None and parsed.version in (None, release.name):
        return OverrideSubject(
            service=release.service,
            environment=release.environment,
            version=release.name,
            release=release.id,
        )
    if parsed.service is None or parsed.environment is None:
        return refuse_nothing_live(ask, not_done)
    return OverrideSubject(
        service=parsed.service, environment=parsed.environment, version=parsed.version or ""
    )


async def submit(ask: Ask, intent: OfService) -> Reply:
    told = await ask.desk.engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE)
    return reply_to(told)
