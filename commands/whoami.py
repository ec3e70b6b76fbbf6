"""`/release whoami`: who the bot thinks you are, and what you may do where."""

from bot.domain.terms.rules import Right
from bot.engine.door.door import Ask, Reply
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.answers import whoami
from commands.shared.answer import show


async def run(ask: Ask) -> Reply:
    book = ask.desk.book
    person = await book.directory.person(ask.by)
    rights = {
        f"{service} in {environment}": sorted(may - {Right.READ})
        for (service, environment), rules in sorted(book.policy.services.items())
        if Right.READ in (may := await book.rights(ask.by, rules))
    }
    asked = any(rules.changes for rules in book.policy.services.values())
    accounts = await book.accounts(ask.by) if asked else None
    return show(whoami(ask.by, person.name if person else "", rights, accounts))


SPEC = CommandSpec(
    name="whoami",
    usage="whoami",
    summary="Who you are to the bot, and what you may do.",
    examples=("whoami",),
    does=Effectful.ASK,
    group=VerbGroup.ASK,
    order=80,
    run=run,
)
