"""Whether every right has somebody who can use it."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from bot.cli.lines import CheckLine
from bot.config import Config, People
from bot.domain.terms.rules import ANYONE, NO_ONE, Right
from bot.engine.people.rulebook import names_given
from bot.ports.directory import Directory


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryMembers:
    """One entry of [people]: how many full members are in it, and what is odd about it."""

    members: int = 0
    odd: tuple[str, ...] = ()
    unknown: bool = False


async def holders(config: Config, directory: Directory) -> AsyncIterator[CheckLine]:
    """A line for each entry of [people], then one for each right that nobody can use."""
    found = {name: await look(people, directory) for name, people in config.people.items()}
    for name, held in found.items():
        yield line_of(name, held)
    for (names, right), where in rights(config).items():
        if nobody_can(names, found):
            said = (
                f"nobody can {right} {' or '.join(where)}: {' and '.join(names)} "
                f"{'have' if len(names) > 1 else 'has'} no full member. "
                f"Remedy: put somebody into it, or name others in may"
            )
            yield CheckLine("people", said, fault=True)


async def look(people: People, directory: Directory) -> EntryMembers:
    """Everybody of an entry; a group of hundreds is only counted."""
    group = await directory.members(people.group) if people.group else frozenset[str]()
    mailed = {email: await directory.by_email(email) for email in people.emails}
    odd = [f"nobody has the e-mail {email}" for email, person in mailed.items() if person == ""]
    if people.group and group == frozenset():
        odd.append(f"the group {people.group} is empty, or there is none")
    ids = sorted({*people.users, *filter(None, mailed.values()), *(group or ())})
    looked_up = await directory.look_up(ids[:MOST])
    known = [looked_up.get(each) for each in ids[:MOST]]
    odd += [
        f"{each.name} is a guest, a bot or gone" for each in known if each and not each.is_member
    ]
    members = sum(each is not None and each.is_member for each in known) + len(ids[MOST:])
    unknown = group is None or None in known or None in mailed.values()
    return EntryMembers(members=members, odd=tuple(odd), unknown=unknown)


MOST = 40
"""So many are looked at; the rest are only counted."""


def line_of(name: str, held: EntryMembers) -> CheckLine:
    what = f"people {name}"
    odd = "; ".join(held.odd)
    if held.unknown:
        return CheckLine(
            what, "; ".join(["Slack did not say who they are", *held.odd]), remark=True
        )
    count = f"{held.members} full member{'s' if held.members != 1 else ''}"
    return CheckLine(what, f"{count}; {odd}" if odd else count, remark=bool(odd))


def rights(config: Config) -> Mapping[tuple[tuple[str, ...], str], list[str]]:
    """The places where a right is given to the same names."""
    found: dict[tuple[tuple[str, ...], str], list[str]] = {}
    for (service, environment), rules in config.services.items():
        for right in Right:
            names = names_given(rules, right)
            if names and not {ANYONE, NO_ONE} & set(names):
                found.setdefault((names, right.value), []).append(f"{service} in {environment}")
    return found


def nobody_can(names: tuple[str, ...], found: Mapping[str, EntryMembers]) -> bool:
    held = [found[name] for name in names if name in found]
    return not any(each.members or each.unknown for each in held)
