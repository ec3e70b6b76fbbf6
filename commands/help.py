"""`/release help [verb]`"""

from bot.engine.door.door import Ask, Reply
from bot.engine.door.help import help_groups
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.answers import help_text
from commands.shared.answer import show


async def run(ask: Ask) -> Reply:
    specs = [
        spec for spec in ask.desk.specs if ask.parsed.topic is None or spec.name == ask.parsed.topic
    ]
    return show(help_text(help_groups(specs), ask.desk.command))


SPEC = CommandSpec(
    name="help",
    usage="help [verb]",
    summary="What can be typed.",
    examples=("help promote",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=90,
    takes_verb=True,
    run=run,
)
