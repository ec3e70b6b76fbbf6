"""`/release link mei-gh`: this account is me; a second person confirms or rejects it."""

from bot.domain.decide.people import claim, settle_claim
from bot.domain.facts.people import PEOPLE_STREAM, AccountConfirmed, AccountRejected
from bot.domain.state.people import key_of
from bot.domain.terms.refusal import Code, Refusal
from bot.domain.terms.rules import Right
from bot.engine.door.door import Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, Group
from bot.engine.record.engine import Answer
from bot.render.answers import refusal
from commands.shared.answer import names_of, refuse

CONFIRM, REJECT = "confirm", "reject"


async def run(ask: Ask) -> Reply:
    account = ask.parsed.account
    if account is None:
        return refuse(
            Code.NEEDS_ACCOUNT,
            "Nothing happened: no account was named.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    needed = Right.OVERRIDE if ask.parsed.choice else Right.READ
    if denied := await _denied(ask, needed):
        return denied
    if ask.parsed.choice:
        return await _settle(ask, account, ask.parsed.choice == CONFIRM)
    return await _claim(ask, account)


async def _denied(ask: Ask, right: Right) -> Reply | None:
    book = ask.desk.book
    if await book.holds_anywhere(ask.by, right):
        return None
    who = ", ".join(book.who_may_anywhere(right))
    return refuse(
        Code.NO_RIGHT,
        f"Nothing happened: you do not have the right to {right} anywhere.",
        f"Ask {who}." if who else "Nobody has it; whoever keeps the config can write [accounts].",
    )


async def _claim(ask: Ask, account: str) -> Reply:
    book, now = ask.desk.book, ask.desk.engine.clock.now()
    links = await book.links()
    owner = (await book.people_behind({key_of(account)})).get(key_of(account))
    fact = claim(links, owner, account, ask.by, now)
    if isinstance(fact, Refusal):
        return refuse(fact.code, fact.sentence, fact.remedy)
    (name,) = await names_of((ask.by,), ask.desk)
    text = (
        f"{name} says that commits by {account} are theirs, and approves none of them from now on."
    )
    remedy = "Somebody else who may override confirms it; until then it counts for nothing more."
    answer = Answer(text=f"{text} {remedy}")
    await ask.desk.engine.note(PEOPLE_STREAM, fact, answer=answer, inbox=ask.inbound.key)
    offers = [("Confirm", f"link {account} {CONFIRM}"), ("Reject", f"link {account} {REJECT}")]
    return Reply(message=refusal(text, remedy, offers), public=True, answer=answer)


async def _settle(ask: Ask, account: str, yes: bool) -> Reply:
    engine = ask.desk.engine
    links = await ask.desk.book.links()
    facts = settle_claim(links, account, yes, ask.by, engine.clock.now())
    if isinstance(facts, Refusal):
        return refuse(facts.code, facts.sentence, facts.remedy)
    answer = Answer(text=await _said(ask, facts))
    for fact in facts[:-1]:
        await engine.note(PEOPLE_STREAM, fact)
    await engine.note(PEOPLE_STREAM, facts[-1], answer=answer, inbox=ask.inbound.key)
    return reply_to(answer)


async def _said(ask: Ask, facts: tuple[AccountConfirmed | AccountRejected, ...]) -> str:
    names = await names_of([fact.person for fact in facts], ask.desk)
    isnt = "are" if isinstance(facts[0], AccountConfirmed) else "are not"
    return f"Commits by {facts[0].account} {isnt} by {', '.join(names)}."


SPEC = CommandSpec(
    name="link",
    usage="link <account or e-mail> [confirm|reject]",
    summary="Say which commits are yours; a second person confirms it.",
    examples=("link mei-gh", "link mei-gh confirm"),
    does=Effectful.ACT,
    group=Group.SERVICE,
    order=30,
    takes_account=True,
    choices=(CONFIRM, REJECT),
    right="read",
    run=run,
)
