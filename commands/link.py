"""`/release link mei-gh`: this account is me; a second person confirms or rejects it."""

from bot.domain.intents.people import ClaimAccount, SettleClaim
from bot.domain.terms.refusal import Code
from bot.engine.door.door import PATIENCE, Ask, Reply, reply_to
from bot.engine.door.spec import CommandSpec, Effectful, VerbGroup
from bot.render.answers import refusal
from commands.shared.answer import refuse

CONFIRM, REJECT = "confirm", "reject"


async def run(ask: Ask) -> Reply:
    account = ask.parsed.account
    if account is None:
        return refuse(
            Code.NEEDS_ACCOUNT,
            "Nothing happened: no account was named.",
            f"Type: {ask.desk.command} {SPEC.usage}",
        )
    if ask.parsed.choice:
        yes = ask.parsed.choice == CONFIRM
        settled = SettleClaim(by=ask.by, account=account, yes=yes)
        engine, key = ask.desk.engine, ask.inbound.key
        return reply_to(await engine.order(settled, inbox=key, patience=PATIENCE))
    return await _claim(ask, account)


async def _claim(ask: Ask, account: str) -> Reply:
    """With buttons for the second person."""
    claimed = ClaimAccount(by=ask.by, account=account)
    told = await ask.desk.engine.order(claimed, inbox=ask.inbound.key, patience=PATIENCE)
    if not told.ok:
        return reply_to(told)
    offers = [("Confirm", f"link {account} {CONFIRM}"), ("Reject", f"link {account} {REJECT}")]
    return Reply(message=refusal(told.text, "", offers), public=True, answer=told)


SPEC = CommandSpec(
    name="link",
    usage="link <account or e-mail> [confirm|reject]",
    summary="Say which commits are yours; a second person confirms it.",
    examples=("link mei-gh", "link mei-gh confirm"),
    does=Effectful.ACT,
    group=VerbGroup.SERVICE,
    order=30,
    takes_account=True,
    choices=(CONFIRM, REJECT),
    intent=ClaimAccount,
    run=run,
)
