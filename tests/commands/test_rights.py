"""The full matrix of roles and verbs, through the one door. [G0]

Every verb is taken from COMMANDS with its own first example, so a new one cannot be forgotten. A
cell is allowed where its role has the right that the verb declares: it then works, or refuses for
another reason. A denied cell answers with the reason and with who could, and leaves a row in the
record. What is asked about no place in particular shows nothing of the places one may not see.
"""

import re
from dataclasses import dataclass

import pytest

from bot.domain.facts.bot import Denied
from bot.domain.terms.rules import Right
from bot.engine.door.door import DOOR_STREAM, NO_RIGHT, Reply
from bot.engine.door.spec import CommandSpec
from bot.engine.record.codec import fact_of
from bot.ports.directory import Person
from commands import COMMANDS
from tests.commands.desk import Shop
from tests.domain.builders import MEI
from tests.engine.rig import FakeDirectory, Group, lenient

MAY = {
    "start": ("devs",),
    "promote": ("leads",),
    "pause": ("on-call", "leads"),
    "rollback": ("on-call", "devs"),
    "adopt": ("leads",),
    "override": ("admins",),
    "break_glass": ("on-call",),
    "read": ("devs", "leads", "on-call", "admins", "auditors"),
}
READS = {Right.READ}
ROLES: dict[str, set[Right]] = {
    "devs": {Right.START, Right.ROLLBACK, *READS},
    "leads": {Right.PROMOTE, Right.PAUSE, Right.ADOPT, *READS},
    "on-call": {Right.PAUSE, Right.ROLLBACK, Right.BREAK_GLASS, *READS},
    "admins": {Right.OVERRIDE, *READS},
    "auditors": READS,
    "member": set(),
    "guest": set(),
    "unknown": set(),
}
KEPT_OUT = {"guest": "only full members", "unknown": "never seen you"}
"""Who does not get as far as any verb, and what they are told."""
OPEN = frozenset({"help", "whoami"})
"""About oneself and the bot, and about no release."""


@dataclass(frozen=True)
class Cell:
    role: str
    spec: CommandSpec

    @property
    def needs(self) -> Right | None:
        if self.spec.is_act:
            return Right(self.spec.right or "")
        return None if self.spec.name in OPEN else Right.READ

    @property
    def allowed(self) -> bool:
        if self.role in KEPT_OUT:
            return False
        return self.needs is None or self.needs in ROLES[self.role]

    @property
    def text(self) -> str:
        """The verb's own example, of the release that lives here."""
        return re.sub(r"R-142", "R-1", self.spec.examples[0])

    @property
    def names_a_place(self) -> bool:
        return self.spec.is_act or bool(re.search(r"R-1|checkout|ledger", self.text))


MATRIX = [Cell(role, spec) for role in ROLES for spec in COMMANDS]


def person(role: str) -> str:
    return f"U0{role.upper().replace('-', '')}"


async def shop() -> Shop:
    """R-1 of checkout is watched; everybody is who their role says."""
    people = {person(role): Person(id=person(role), name=role) for role in ROLES}
    people[person("guest")] = Person(id=person("guest"), name="guest", is_member=False)
    del people[person("unknown")]
    people[MEI] = Person(id=MEI, name="mei")
    groups = {role: Group(users=(person(role),)) for role in MAY["read"]}
    groups["devs"] = Group(users=(person("devs"), MEI))
    groups["leads"] = Group(users=(person("leads"), MEI))
    made = Shop(
        lenient(may=MAY),
        lenient(may=MAY, service="ledger"),
        directory=FakeDirectory(people=people),
        people=groups,
    )
    await made.rig.baking()
    return made


async def asks(made: Shop, cell: Cell) -> Reply:
    return await made.types(cell.text, by=person(cell.role))


async def denials(made: Shop) -> list[Denied]:
    facts = [fact_of(event) for event in await made.rig.store.load(DOOR_STREAM)]
    return [fact for fact in facts if isinstance(fact, Denied)]


@pytest.mark.parametrize("spec", [spec for spec in COMMANDS if spec.is_act], ids=lambda x: x.name)
def test_G0_every_act_needs_a_right(spec: CommandSpec) -> None:
    assert spec.right in {right.value for right in Right}


@pytest.mark.parametrize("cell", MATRIX, ids=lambda cell: f"{cell.role}-{cell.spec.name}")
async def test_G0_every_cell_of_the_matrix(cell: Cell) -> None:
    made = await shop()
    before = await made.facts()
    reply = await asks(made, cell)
    if cell.allowed:
        assert reply.code != NO_RIGHT, reply.message.text
        return
    assert await made.facts() == before
    assert made.reloads == []
    if cell.names_a_place:
        await denied_with_reason_helper_and_row(made, cell, reply)
    else:
        assert "v1.4.2" not in str(reply.message)


async def denied_with_reason_helper_and_row(made: Shop, cell: Cell, reply: Reply) -> None:
    assert reply.code == NO_RIGHT, reply.message.text
    assert not reply.public
    if cell.role in KEPT_OUT:
        assert KEPT_OUT[cell.role] in reply.message.text
    else:
        assert f"right to {cell.needs}" in reply.message.text or cell.spec.name == "reload"
        assert any(name in reply.message.text for name in MAY[str(cell.needs)])
    (row,) = await denials(made)
    assert (row.by, row.code, row.asked) == (person(cell.role), NO_RIGHT, cell.text)


@pytest.mark.parametrize("role", ["member", "guest", "unknown"])
async def test_G0_a_list_leaves_out_what_one_may_not_see(role: str) -> None:
    made = await shop()
    for text in ("status", "changes", "status prod", "changes prod since 2h"):
        assert "R-1" not in str((await made.types(text, by=person(role))).message)
        assert "R-1" in str((await made.types(text, by=person("auditors"))).message)


async def test_G0_rights_differ_by_service_and_environment() -> None:
    made = Shop(
        lenient(may={"start": ("devs",)}, environment="staging"),
        lenient(may={"start": ("nobody",), "rollback": ("devs",)}),
        people={"devs": Group(users=(MEI,))},
    )
    assert (await made.types("start checkout v2 to staging")).code != NO_RIGHT
    code, text = await made.refused("start checkout v2 to prod")
    assert code == NO_RIGHT
    assert "Nobody has it" in text


async def test_I30_rights_are_read_anew_at_each_act() -> None:
    made = await shop()
    assert (await made.types("pause R-1", by=person("on-call"))).code == ""
    made.rig.book.policy.people["on-call"] = Group(users=("U0SAM",))  # type: ignore[index]
    assert (await made.types("rollback R-1", by=person("on-call"))).code == NO_RIGHT


async def test_I31_with_the_directory_down_nothing_goes_forward_and_a_rollback_does() -> None:
    group = Group(group="S0DEV")
    known_once = {"S0DEV": frozenset({person("devs")})}
    down = FakeDirectory(known_once=known_once, remembered={person("devs"): True})
    made = Shop(
        lenient(may={"start": ("devs",), "rollback": ("devs",)}),
        directory=down,
        people={"devs": group},
    )
    down.people[MEI] = Person(id=MEI, name="mei")
    down.groups["S0DEV"] = frozenset({MEI, person("devs")})
    await made.rig.baking()
    down.groups.clear()
    down.people.clear()
    for text in ("start checkout v9", "promote R-1 early because x", "pause R-1"):
        assert (await made.types(text, by=person("devs"))).code == NO_RIGHT
    assert (await made.types("rollback R-1", by=person("devs"))).code == ""
