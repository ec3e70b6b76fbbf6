"""Which person an author is, and who approves nothing because it is their own. [G0, G2]"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from bot.domain.changes import Author, Change
from bot.domain.facts import Reason
from bot.domain.release import Release

_HIDDEN = re.compile(r"(?:[0-9]+\+)?(?P<account>[^@+]+)@users\.noreply\.[a-z0-9.-]+", re.I)
"""The address that hosts give to whoever keeps their own to themselves."""


def key_of(account: str) -> str:
    """Accounts and e-mails are compared so: capitals do not tell people apart."""
    return account.strip().casefold()


def keys_of(author: Author) -> tuple[str, ...]:
    """What an author may be known by, the surest first."""
    hidden = _HIDDEN.fullmatch(author.email.strip())
    written = (author.account, author.email, hidden["account"] if hidden else "")
    return tuple(dict.fromkeys(key_of(each) for each in written if each.strip()))


def named(
    changes: Iterable[Change],
    people: Mapping[str, str],
    claimed: Mapping[str, frozenset[str]] | None = None,
) -> tuple[Change, ...]:
    """The same changes with the person of each author whom `people` knows by a key.

    `claimed` are people who say of a key that it is theirs.
    """
    says = claimed or {}
    return tuple(
        replace(change, authors=tuple(_named(author, people, says) for author in change.authors))
        for change in changes
    )


def _named(
    author: Author, people: Mapping[str, str], claimed: Mapping[str, frozenset[str]]
) -> Author:
    keys = keys_of(author)
    known = (people[key] for key in keys if key in people)
    say = frozenset().union(*(claimed.get(key, frozenset()) for key in keys))
    return replace(author, person=next(known, author.person), claimed=tuple(sorted(say)))


def cannot_approve(release: Release, person: str, accounts: Iterable[str]) -> Reason | None:
    """Why a person fills no approving seat of a release; `accounts` are what they are known by.

    Where nobody can tell who wrote it, nobody can be ruled out, and so nobody approves.
    """
    if person == release.requested_by:
        return _not_counted("REQUESTER", "you asked for this release", "Somebody else votes.")
    if person in release.authors:
        numbers = _numbers(release, person)
        said = f"you wrote part of this change{numbers}"
        return _not_counted("AUTHOR", said, "Somebody who did not write it votes.")
    if release.changes_unknown:
        said = f"nobody can tell who wrote this change ({release.changes_unknown})"
        remedy = "Mend that, and start again; until then nobody can be ruled out."
        return _not_counted("AUTHORS_UNKNOWN", said, remedy)
    if release.rules.changes is not None and not any(accounts):
        said = "I do not know which author you would be"
        remedy = "Say so, and let somebody confirm it: /release link <account or e-mail>."
        return _not_counted("UNMAPPED", said, remedy)
    return None


def _not_counted(code: str, said: str, remedy: str) -> Reason:
    return Reason(code=code, sentence=f"Not counted: {said}.", remedy=remedy)


def _numbers(release: Release, person: str) -> str:
    """` (#812, #815)`: what somebody wrote, as far as it has numbers."""
    mine = (change for change in release.changes if person in change.people)
    numbers = sorted({change.pull_request for change in mine if change.pull_request})
    return f" ({', '.join(f'#{number}' for number in numbers)})" if numbers else ""
