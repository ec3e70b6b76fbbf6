"""Who may not approve their own, and what a second person makes of a claim. [G0, G2]"""

from collections.abc import Iterable
from datetime import datetime

from bot.domain.facts.people import AccountClaimed, AccountConfirmed, AccountRejected
from bot.domain.state.people import Links
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


def claim(
    links: Links, owner: str | None, account: str, by: str, now: datetime
) -> AccountClaimed | Refusal:
    """`owner` is whose it is as far as it is known without asking anybody."""
    if owner == by:
        return Refusal(Code.YOURS, f"Nothing to do: {account} is you already.", "See whoami.")
    if owner is not None:
        sentence = f"Not linked: {account} is somebody else here."
        return Refusal(Code.TAKEN, sentence, "If that is wrong, mend [accounts] in the config.")
    if by in links.claimants(account):
        sentence = f"Nothing to do: you said already that {account} is you."
        return Refusal(Code.CLAIMED, sentence, "Somebody who may override confirms it.")
    return AccountClaimed(at=now, by=by, account=account)


def settle_claim(
    links: Links, account: str, yes: bool, by: str, now: datetime
) -> tuple[AccountConfirmed | AccountRejected, ...] | Refusal:
    """What a second person makes of a claim; that they may is looked at before."""
    people = sorted(links.claimants(account))
    if not people:
        sentence = f"Nothing happened: nobody says that {account} is theirs."
        return Refusal(Code.NOTHING_CLAIMED, sentence, "They say so first: link <account>.")
    if by in people:
        sentence = f"Nothing happened: you say yourself that {account} is you."
        return Refusal(Code.OWN_CLAIM, sentence, "Somebody else confirms or rejects it.")
    if not yes:
        return tuple(AccountRejected(at=now, by=by, account=account, person=p) for p in people)
    if len(people) > 1:
        sentence = f"Not confirmed: {len(people)} people say that {account} is theirs."
        return Refusal(Code.SEVERAL, sentence, "Reject it, or write whose it is in [accounts].")
    return (AccountConfirmed(at=now, by=by, account=account, person=people[0]),)
