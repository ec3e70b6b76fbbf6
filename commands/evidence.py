"""`/release evidence R-142`: who decided what, on what, and how the record proves it."""

from bot.domain.facts.bot import EvidenceRead
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.engine.record.evidence import dossier, gather
from bot.render.release.evidence import summary
from commands.shared.answer import show
from commands.shared.release import find_release, refuse_nothing_live

READING = "door"


async def run(ask: Ask) -> Reply:
    release = await find_release(ask)
    if release is None:
        return refuse_nothing_live(ask, "Nothing to show")
    engine = ask.desk.engine
    found = await gather(engine.store, release.id)
    if found is None:
        return refuse_nothing_live(ask, "Nothing to show")
    read = EvidenceRead(at=engine.clock.now(), by=ask.by, release=release.id, via=ask.inbound.via)
    await engine.note(READING, read)
    return show(summary(dossier(found)))


SPEC = CommandSpec(
    name="evidence",
    usage="evidence <R>",
    summary="Who decided what about a release, on what, and how the record proves it.",
    examples=("evidence R-142",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=70,
    aliases=("audit",),
    what="required",
    run=run,
)
