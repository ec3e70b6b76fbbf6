"""The release that was meant: found, refused where it is not there, and told an intent."""

from bot.domain.intents.release import Intent
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from commands.shared.answer import refuse


async def find_release(ask: Ask) -> Release | None:
    """The release that was named, or that is live where the words point to."""
    if ask.parsed.release is None:
        return None
    return await ask.desk.engine.history.release(ask.parsed.release)


def refuse_elsewhere(
    ask: Ask, release: Release | None, not_done: str, crosses: bool = False
) -> Reply | None:
    """A refusal where the release that was named is not of the place that was named.

    `crosses`: the environment is where it is to go.
    """
    if release is None:
        return None
    places = [(ask.parsed.service, release.service), (ask.parsed.environment, release.environment)]
    said = places[:1] if crosses else places
    wrong = next((typed for typed, real in said if typed not in (None, real)), None)
    if wrong is None:
        return None
    return refuse(
        Code.OTHER_PLACE,
        f"{not_done}: {release.id} is of {release.service} in {release.environment}, "
        f"and you said {wrong}.",
        "Name only the release, or only where it is.",
    )


async def tell(ask: Ask, intent: Intent, not_done: str) -> Reply:
    """Put an intent to the release that was meant."""
    release = await find_release(ask)
    if release is None:
        return refuse_nothing_live(ask, not_done)
    if wrong := refuse_elsewhere(ask, release, not_done):
        return wrong
    told = await ask.desk.engine.tell(release.id, intent, inbox=ask.inbound.key, patience=PATIENCE)
    return reply_to(told)


def refuse_nothing_live(ask: Ask, not_done: str) -> Reply:
    parsed = ask.parsed
    if parsed.release is not None:
        text = f"{not_done}: there is no {parsed.release}."
    else:
        where = f" in {parsed.environment}" if parsed.environment else ""
        text = f"{not_done}: nothing is live for {parsed.service}{where}."
    return refuse(Code.NOTHING_LIVE, text, f"{ask.desk.command} status shows what is live.")
