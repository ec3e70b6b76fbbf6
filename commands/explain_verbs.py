"""`/release help [verb]`"""

from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful
from bot.render.answers import help_text
from commands.common import show


async def run(ask: Ask) -> Reply:
    specs = [
        spec for spec in ask.desk.specs if ask.parsed.topic is None or spec.name == ask.parsed.topic
    ]
    rows = [(spec.usage, spec.summary, spec.examples[0] if spec.examples else "") for spec in specs]
    return show(help_text(rows, ask.desk.command))


SPEC = CommandSpec(
    name="help",
    usage="help [verb]",
    summary="What can be typed.",
    examples=("help promote",),
    does=Effectful.ASK,
    takes_verb=True,
    run=run,
)
