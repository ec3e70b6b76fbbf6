"""Overrides where people meet them: typed, granted, told once, over by the clock. [G1.12] [G5]"""

from dataclasses import replace
from datetime import timedelta

from bot.domain.intents.release import PreflightReported
from bot.domain.state.moves import State
from bot.domain.state.release import Release
from bot.domain.terms.calendar import Calendar
from bot.domain.terms.rules import PollRules, Seat, SeatKind
from bot.domain.terms.strategy import Observed
from bot.engine.door.home import HomeTab
from bot.engine.lanes.notice import NOTICE, NoticeLane
from bot.engine.lanes.outbox import RowDone
from bot.engine.lanes.oversight import OversightLane
from bot.engine.record.evidence import dossier, gather
from bot.engine.record.oversight import OVERSIGHT
from bot.engine.runtime import Runtime
from bot.engine.watch.pulse import Pulse
from bot.ports.directory import Person
from bot.ports.store import Effect
from bot.render.release.evidence import page
from tests.commands.desk import Shop
from tests.domain.builders import MEI, OLD
from tests.domain.test_freezing import lasting
from tests.engine.rig import FakeDirectory, Group, Waker, lenient
from tests.fakes.clock import NOON

RUI, ANA = "U0RUI", "U0ANA"
MAY = {
    **dict.fromkeys(("start", "promote", "override"), ("owners",)),
    "break_glass": ("on-call",),
    "rollback": ("anyone",),
}
PEOPLE = {"owners": Group(users=(RUI, ANA, MEI)), "on-call": Group(users=(RUI,))}
NAMES = FakeDirectory(people={each: Person(id=each, name=each) for each in (RUI, ANA, MEI)})
CHANNEL = "C0RELEASES"
POLL = PollRules(
    seats=(Seat(name="owner", people=("owners",), kind=SeatKind.VETO),),
    quorum=1,
)


class Frozen(Shop):
    """A shop in a freeze of 60 hours; `pump` does what is due, as a process of the bot would."""

    def __init__(self, **changes: object) -> None:
        super().__init__(lenient(may=MAY, **changes), people=PEOPLE, directory=NAMES)
        book = self.rig.book
        window = lasting(NOON, NOON + timedelta(hours=60))
        book.policy = replace(book.policy, calendar=Calendar(windows=(window,)))
        self.runtime = Runtime(self.rig.engine, self.rig.ports, Waker(), {})

    async def pump(self) -> None:
        perform = {
            OVERSIGHT: OversightLane(self.rig.engine).perform,
            NOTICE: NoticeLane(self.rig.chat, CHANNEL).perform,
        }
        for _ in range(4):
            for row in await self.due(tuple(perform)):
                result = await perform[row.lane](row)
                assert isinstance(result, RowDone), result
                await self.rig.store.settle(row.key, result.outcome, self.rig.clock.now())
            await self.runtime.almanac.look()

    async def due(self, lanes: tuple[str, ...]) -> list[Effect]:
        rows = await self.rig.store.effects("S/checkout/prod")
        now = self.rig.clock.now()
        return [
            each
            for each in rows
            if each.lane in lanes and each.done_at is None and each.due_at <= now
        ]

    def heard(self, where: str = CHANNEL) -> list[str]:
        return [post.message.text for post in self.rig.chat.posts if post.place.channel == where]

    def buttons(self) -> list[str]:
        """What can be pressed in the messages that stand."""
        blocks = [block for post in self.rig.chat.posts for block in post.message.blocks]
        elements = [each for block in blocks for each in block.get("elements", ())]
        return [each["text"]["text"] for each in elements if each["type"] == "button"]

    async def checked(self, release: str = "R-1", version: str = "v1.4.2") -> Release:
        report = PreflightReported(
            revision=version,
            mechanism="switch",
            proof=("kept",),
            observed=Observed(revisions={OLD.revision: 100.0}),
        )
        assert (await self.rig.engine.tell(release, report)).ok
        return await self.rig.release(release)


async def frozen(**changes: object) -> Frozen:
    """v1.4.1 is what rollbacks return to."""
    shop = Frozen(**changes)
    await shop.rig.adopt()
    return shop


async def test_G7_a_freeze_is_overridden_by_two_people_told_once_and_over_by_the_clock() -> None:
    shop = await frozen()
    code, text = await shop.refused("start checkout v1.4.2", by=MEI)
    assert code == "FROZEN"
    assert "override" in text
    said = await shop.said("override checkout v1.4.2 freeze for 2h because INC-77", by=RUI)
    assert "second person" in said
    await shop.pump()
    [asked] = shop.heard()
    assert shop.buttons() == ["Grant", "Refuse"] * 3
    assert asked.startswith("U0RUI asks for a second person: checkout v1.4.2 in production")
    assert [bool(shop.heard(f"D-{each}")) for each in (RUI, ANA, MEI)] == [False, True, True]
    assert (await shop.refused("grant checkout freeze", by=RUI))[0] == "SAME_PERSON"
    await shop.said("grant checkout v1.4.2 freeze", by=ANA, seen="O-1")
    await shop.pump()
    await shop.pump()
    assert len(shop.heard()) == 2
    assert "is let past the freeze" in shop.heard()[1]
    assert shop.heard()[0].endswith("U0ANA granted it.")
    assert shop.heard(f"D-{MEI}")[0].endswith("U0ANA granted it.")
    assert shop.buttons() == []
    await shop.said("start checkout v1.4.2", by=MEI)
    assert (await shop.checked()).state is State.SHIFTING
    shop.rig.clock.advance(timedelta(hours=2))
    await shop.pump()
    assert (await shop.rig.release()).state is State.HELD


async def test_a_question_that_was_refused_or_ran_out_says_so_and_takes_no_more_answers() -> None:
    shop = await frozen()
    await shop.said("override checkout v1.4.2 freeze for 2h because INC-77", by=RUI)
    await shop.pump()
    await shop.said("deny checkout v1.4.2 freeze because too risky", by=ANA, seen="O-1")
    await shop.pump()
    assert shop.heard()[0].endswith("Over: too risky.")
    await shop.said("override checkout v1.4.2 freeze for 1h because INC-77", by=RUI)
    await shop.pump()
    shop.rig.clock.advance(timedelta(hours=1))
    await shop.pump()
    assert shop.heard()[-1].endswith("Over: nobody granted it in time.")
    assert shop.buttons() == []


async def test_G7_what_a_freeze_holds_goes_on_by_itself_once_it_is_let_past() -> None:
    shop = await frozen()
    shop.rig.book.policy = replace(shop.rig.book.policy, calendar=Calendar())
    await shop.said("start checkout v1.4.2", by=MEI)
    await shop.checked()
    window = lasting(NOON, NOON + timedelta(hours=60))
    shop.rig.book.policy = replace(shop.rig.book.policy, calendar=Calendar(windows=(window,)))
    await shop.pump()
    assert (await shop.rig.release()).state is State.HELD
    await shop.said("override R-1 freeze because INC-77", by=RUI)
    await shop.pump()
    assert (await shop.rig.release()).state is State.HELD
    await shop.said("grant R-1 freeze", by=ANA)
    await shop.pump()
    release = await shop.rig.release()
    assert release.state is State.SHIFTING
    assert [(used.asked_by, used.second) for used in release.overrides] == [(RUI, ANA)]


async def test_G1_row_12_the_holder_of_a_veto_is_told_by_a_message_of_their_own() -> None:
    shop = await frozen(poll=POLL, tier=1)
    shop.rig.book.policy = replace(shop.rig.book.policy, calendar=Calendar())
    await shop.said("start checkout v1.4.2", by=MEI)
    await shop.checked()
    await shop.said("vote no-go R-1 because the ledger is behind", by=ANA)
    assert (await shop.rig.release()).state is State.REJECTED
    await shop.said("override R-1 poll because INC-77", by=RUI)
    await shop.said("grant R-1 poll", by=ANA)
    await shop.pump()
    assert any("Your veto is overridden" in text for text in shop.heard(f"D-{ANA}"))
    await shop.said("start checkout v1.4.2", by=MEI)
    release = await shop.checked("R-2")
    assert release.state is State.SHIFTING
    assert [used.gates for used in release.overrides] == [("poll",)]


async def test_G5_an_emergency_waits_for_one_who_did_not_ask_for_it_and_owes_a_look_back() -> None:
    shop = await frozen()
    await shop.said("start checkout v1.4.2 hotfix INC-77", by=MEI)
    release = await shop.checked()
    assert (release.state, release.incident) == (State.POLLING, "INC-77")
    assert (await shop.types("vote go R-1", by=MEI)).code == "REQUESTER"
    await shop.said("vote go R-1", by=RUI)
    assert (await shop.checked()).state is State.SHIFTING
    service = await shop.rig.engine.history.service("checkout", "prod")
    assert service.reviews["R-1"].is_open


async def test_G5_broken_glass_is_loud_and_asks_for_a_second_person_afterwards() -> None:
    shop = await frozen(poll=POLL)
    line = "break-glass checkout v1.4.2 hotfix INC-77 because checkout is down"
    assert (await shop.refused(line, by=ANA))[0] == "NO_RIGHT"
    await shop.said(line, by=RUI)
    assert (await shop.checked()).state is State.SHIFTING
    await shop.pump()
    [loud] = shop.heard()
    assert loud.startswith("Glass broken: checkout v1.4.2 in production (R-1).")
    assert "the covered hours for INC-77: checkout is down." in loud
    assert "It is their own (requester)." in loud
    [paged] = [row for row in await shop.rig.store.effects("R-1") if row.slot == "glass/O-1"]
    assert paged.body["summary"].startswith("GLASS BROKEN by U0RUI: checkout v1.4.2 in production")
    await shop.said("grant R-1", by=ANA, seen="O-1")
    await shop.pump()
    assert "agrees, afterwards" in shop.heard()[-1]
    assert shop.heard()[0].endswith("U0ANA agrees, afterwards.")
    assert shop.buttons() == []


async def test_G5_a_look_back_is_chased_at_half_time_when_due_and_daily_until_it_was_had() -> None:
    shop = await frozen()
    await shop.said("start checkout v1.4.2 hotfix INC-77", by=MEI)
    hours = (12, 24, 48, 72)
    for nth, at in enumerate(hours):
        shop.rig.clock.advance(NOON + timedelta(hours=at) - shop.rig.clock.now())
        await shop.pump()
        await shop.pump()
        chased = [text for text in shop.heard(f"D-{ANA}") if "look back" in text]
        late = [text for text in shop.heard() if "A look back is overdue" in text]
        assert (len(chased), len(late)) == (nth + 1, nth)
    assert not [text for text in shop.heard(f"D-{MEI}") if "look back" in text]
    await shop.said("review R-1 approve because the fix was right", by=ANA)
    shop.rig.clock.advance(timedelta(days=3))
    await shop.pump()
    assert len([text for text in shop.heard() if "A look back is overdue" in text]) == 3
    assert "was looked at afterwards and approved by U0ANA" in shop.heard()[-1]


async def test_who_could_be_the_second_person_finds_it_on_their_home_tab() -> None:
    shop = await frozen()
    await shop.said("override checkout v1.4.2 freeze because INC-77", by=RUI)
    lobby = HomeTab(shop.desk, Pulse(shop.rig.clock), shop.rig.clock.now())
    asked = "asks for a second person: checkout v1.4.2 in production"
    assert asked in str(await lobby.home(ANA))
    assert asked not in str(await lobby.home(RUI))
    assert asked not in str(await lobby.home("U0SAM"))
    assert "override: checkout v1.4.2 in production" in await shop.said("status checkout")
    await shop.said("grant checkout v1.4.2 freeze", by=ANA)
    assert asked not in str(await lobby.home(ANA))


async def test_a_look_back_stands_on_the_home_tab_in_status_and_in_the_evidence() -> None:
    shop = await frozen()
    await shop.said("override checkout v1.4.2 freeze because INC-77", by=RUI)
    await shop.said("grant checkout v1.4.2 freeze", by=ANA)
    await shop.said("start checkout v1.4.2", by=MEI)
    await shop.checked()
    lobby = HomeTab(shop.desk, Pulse(shop.rig.clock), shop.rig.clock.now())
    assert "Look back at R-1" in str(await lobby.home(ANA))
    assert "Look back at R-1" not in str(await lobby.home(MEI))
    assert "look back owed: R-1" in await shop.said("status checkout")
    found = await gather(shop.rig.store, "R-1")
    assert found is not None
    told = dossier(found)
    assert [each["kind"] for each in told["overrides"]] == [
        "OverrideAsked",
        "OverrideGranted",
        "OverrideUsed",
        "ReviewOpened",
    ]
    assert "INC-77" in page(told)
    assert "⚠ Let past a gate: it goes past the freeze" in await shop.said("evidence R-1")


async def test_what_is_told_is_told_once_however_often_it_comes_to_that() -> None:
    shop = await frozen()
    await shop.said("override checkout v1.4.2 freeze because INC-77", by=RUI)
    [told] = [row for row in await shop.due((OVERSIGHT,)) if row.body["do"] == "told"]
    for _ in range(3):
        await OversightLane(shop.rig.engine).perform(told)
    await shop.pump()
    assert len(shop.heard()) == 1


async def test_a_program_is_no_second_person() -> None:
    shop = await frozen()
    await shop.said("override checkout v1.4.2 freeze because INC-77", by=RUI)
    assert (await shop.refused("grant checkout freeze", by="api:ci"))[0] == "NOT_A_PERSON"


async def test_who_refuses_is_named_to_who_asked() -> None:
    shop = await frozen()
    await shop.said("override checkout v1.4.2 freeze because INC-77", by=RUI)
    await shop.said("deny checkout freeze because payments are out", by=ANA)
    await shop.pump()
    [told] = shop.heard(f"D-{RUI}")
    assert told == (
        "U0ANA did not grant O-1: checkout v1.4.2 in production is not let past the freeze: "
        "payments are out."
    )
    assert (await shop.refused("start checkout v1.4.2", by=MEI))[0] == "FROZEN"
