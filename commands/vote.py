"""`/release vote go R-142`, `/release vote no-go R-142 because ledger is migrating`"""

from dataclasses import replace

from bot.domain.facts.vote import Choice
from bot.domain.intents.release import Vote
from bot.domain.state.moves import State
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.vote.question import poll_aside
from commands.shared.answer import show
from commands.shared.release import find_release, tell


async def run(ask: Ask) -> Reply:
    if ask.parsed.choice is None:
        return await _choose(ask)
    seen = int(ask.inbound.seen) if ask.inbound.seen.isdigit() else None
    intent = Vote(by=ask.by, choice=Choice(ask.parsed.choice), because=ask.because, round=seen)
    # To the voter alone: for all to see the question itself is edited, and nothing new is sent.
    return replace(await tell(ask, intent, "Not counted"), public=False)


async def _choose(ask: Ask) -> Reply:
    """The question with its buttons, for whoever said neither yes nor no."""
    release = await find_release(ask)
    if release is None or release.state is not State.POLLING:
        return await tell(ask, Vote(by=ask.by, choice=Choice.ABSTAIN), "Not counted")
    return show(poll_aside(await ask.desk.readers.view(release)))


SPEC = CommandSpec(
    name="vote",
    usage="vote go|no-go|abstain [what] [because <reason>]",
    summary="Say whether a release may reach users; the last you say counts, a no-go says why.",
    examples=("vote go R-142", "vote no-go R-142 because ledger is migrating"),
    does=Effectful.ACT,
    group=VerbGroup.VOTE,
    order=10,
    aliases=("approve", "reject"),
    implies={"approve": "go", "reject": "no-go"},
    what="required",
    choices=tuple(choice.value for choice in Choice),
    words=frozenset({"to", "because"}),
    intent=Vote,
    run=run,
)
