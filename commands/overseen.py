"""What the verbs of overrides share: of which service and release they are."""

from dataclasses import dataclass

from bot.domain.intents.override import OfService
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from commands.common import elsewhere, meant, nothing_live


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """`release` empty: none was named, and none is live there."""

    service: str
    environment: str
    version: str = ""
    release: str = ""


async def where(ask: Ask, not_done: str) -> Meant | Reply:
    """The place, and the release that was named, ended or not."""
    parsed = ask.parsed
    release = await meant(ask)
    if wrong := elsewhere(ask, release, not_done):
        return wrong
    if release is not None and parsed.version in (None, release.name):
        return Meant(
            service=release.service,
            environment=release.environment,
            version=release.name,
            release=release.id,
        )
    if parsed.service is None or parsed.environment is None:
        return nothing_live(ask, not_done)
    return Meant(
        service=parsed.service, environment=parsed.environment, version=parsed.version or ""
    )


async def put(ask: Ask, intent: OfService) -> Reply:
    told = await ask.desk.engine.open(intent, inbox=ask.inbound.key, patience=PATIENCE)
    return reply_to(told)
