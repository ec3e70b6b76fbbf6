"""`/release status [what|env]`: what is live, and how it stands."""

from bot.domain.release import Release
from bot.engine.codec import restore
from bot.engine.door import Ask, Reply
from bot.engine.looking import visible
from bot.engine.spec import CommandSpec, Effectful
from bot.render.answers import status_list, status_one
from commands.common import meant, refuse, show

LISTED = 20


async def run(ask: Ask) -> Reply:
    release = await meant(ask)
    if release is not None:
        return show(status_one(await ask.desk.readers.view(release)))
    if ask.parsed.release is not None:
        return refuse(
            "UNKNOWN_RELEASE",
            f"There is no {ask.parsed.release}.",
            f"{ask.desk.command} changes shows the newest ones.",
        )
    return await _many(ask)


async def _many(ask: Ask) -> Reply:
    service, environment = ask.parsed.service, ask.parsed.environment
    store = ask.desk.engine.store
    rows = await store.statuses(live=True, service=service, environment=environment, limit=LISTED)
    if service and not rows:
        rows = await store.statuses(service=service, environment=environment, limit=1)
    found: list[Release] = [restore(Release, row.body) for row in rows]
    releases = await visible(found, ask.by, ask.desk.book)
    views = [await ask.desk.readers.view(release) for release in releases]
    if service and len(views) == 1:
        return show(status_one(views[0]))
    return show(status_list(views, ask.desk.engine.clock.now()))


SPEC = CommandSpec(
    name="status",
    usage="status [what|env]",
    summary="What is live and how it stands.",
    examples=("status checkout",),
    does=Effectful.ASK,
    aliases=("list",),
    what="optional",
    words=frozenset({"to"}),
    run=run,
)
