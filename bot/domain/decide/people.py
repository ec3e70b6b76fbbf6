"""Who may not approve their own, and what a second person makes of a claim. [G0, G2]"""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.decide.known import Decided, Decision, HouseKnown, refuse_unentitled
from bot.domain.facts.fact import Fact
from bot.domain.facts.people import AccountClaimed, AccountConfirmed, AccountRejected
from bot.domain.intents.people import ClaimAccount, SettleClaim
from bot.domain.state.release import Release
from bot.domain.terms.refusal import Code, Refusal


def cannot_approve(
    release: Release, person: str, accounts: Iterable[str], not_done: str = "Not counted"
) -> Refusal | None:
    """Why a person fills no approving seat of a release; `accounts` are what they are known by.

    `not_done` begins the sentence. Where nobody can tell who wrote it, nobody can be ruled out,
    and so nobody approves.
    """
    found = _bar(release, person, accounts)
    if found is None:
        return None
    code, said, remedy = found
    return Refusal(code, f"{not_done}: {said}.", remedy)


def _bar(release: Release, person: str, accounts: Iterable[str]) -> tuple[Code, str, str] | None:
    if person == release.requested_by:
        return Code.REQUESTER, "you asked for this release", "Somebody else votes."
    if person in release.authors:
        said = f"you wrote part of this change{_numbers(release, person)}"
        return Code.AUTHOR, said, "Somebody who did not write it votes."
    if release.changes_unknown:
        said = f"nobody can tell who wrote this change ({release.changes_unknown})"
        remedy = "Mend that, and start again; until then nobody can be ruled out."
        return Code.AUTHORS_UNKNOWN, said, remedy
    if release.rules.changes is not None and not any(accounts):
        said = "I do not know which author you would be"
        remedy = "Say so, and let somebody confirm it: /release link <account or e-mail>."
        return Code.UNMAPPED, said, remedy
    return None


def _numbers(release: Release, person: str) -> str:
    """` (#812, #815)`: what somebody wrote, as far as it has numbers."""
    mine = (change for change in release.changes if person in change.people)
    numbers = sorted({change.pull_request for change in mine if change.pull_request})
    return f" ({', '.join(f'#{number}' for number in numbers)})" if numbers else ""


NOBODY_MAY = "Nobody has it; whoever keeps the config can write [accounts]."
CONFIRMED_BY = "Somebody else who may override confirms it; until then it counts for nothing more."


def claim(intent: ClaimAccount, known: HouseKnown, now: datetime) -> Decision:
    """It counts against who claims it at once, and for them once it is confirmed."""
    if lacks := refuse_unentitled(intent, known, "Nothing happened", NOBODY_MAY):
        return lacks
    account, by = intent.account, intent.by
    if known.owner == by:
        return Refusal(Code.YOURS, f"Nothing to do: {account} is you already.", "See whoami.")
    if known.owner is not None:
        sentence = f"Not linked: {account} is somebody else here."
        return Refusal(Code.TAKEN, sentence, "If that is wrong, mend [accounts] in the config.")
    if by in known.links.claimants(account):
        sentence = f"Nothing to do: you said already that {account} is you."
        return Refusal(Code.CLAIMED, sentence, "Somebody who may override confirms it.")
    fact = AccountClaimed(at=now, by=by, account=account)
    says = f"{known.names.get(by, by)} says that commits by {account} are theirs"
    note = f"{says}, and approves none of them from now on. {CONFIRMED_BY}"
    return Decided(also=[(intent.stream, fact)], note=note)


def settle_claim(intent: SettleClaim, known: HouseKnown, now: datetime) -> Decision:
    """What a second person makes of a claim."""
    if lacks := refuse_unentitled(intent, known, "Nothing happened", NOBODY_MAY):
        return lacks
    account, by = intent.account, intent.by
    people = sorted(known.links.claimants(account))
    if not people:
        sentence = f"Nothing happened: nobody says that {account} is theirs."
        return Refusal(Code.NOTHING_CLAIMED, sentence, "They say so first: link <account>.")
    if by in people:
        sentence = f"Nothing happened: you say yourself that {account} is you."
        return Refusal(Code.OWN_CLAIM, sentence, "Somebody else confirms or rejects it.")
    if intent.yes and len(people) > 1:
        sentence = f"Not confirmed: {len(people)} people say that {account} is theirs."
        return Refusal(Code.SEVERAL, sentence, "Reject it, or write whose it is in [accounts].")
    kind = AccountConfirmed if intent.yes else AccountRejected
    facts: list[Fact] = [kind(at=now, by=by, account=account, person=each) for each in people]
    whose = ", ".join(known.names.get(each, each) for each in people)
    note = f"Commits by {account} {'are' if intent.yes else 'are not'} by {whose}."
    return Decided(also=[(intent.stream, fact) for fact in facts], note=note)
