"""Messages: each stands once, whatever is lost on the way, and a thread waits for its card."""

from datetime import timedelta

import pytest

from bot.domain.intents import release as i
from bot.domain.judge.samples import Outcome
from bot.domain.state.moves import Do
from bot.engine.lanes.chat import ChatLane
from bot.engine.lanes.outbox import RowDone, RowLater, RowResult
from bot.ports.chat import Posted
from bot.ports.store import Effect
from tests.domain.builders import MEI, split, verdict
from tests.engine.rig import SECOND, Rig
from tests.fakes.chat import FakeChat, Slip

MINUTE = timedelta(minutes=1)


class Talk:
    """A rig whose chat slips as told, once per slip."""

    def __init__(self, *slips: Slip) -> None:
        self.rig = Rig()
        self.slips = list(slips)
        self.chat = FakeChat(lambda key: self.slips.pop(0) if self.slips else None)
        self.teller = ChatLane(self.rig.engine, self.chat, self.rig.readers, "C0RELEASES")

    async def tells(self, do: Do) -> RowResult:
        """Lease the newest row of a kind, perform it, and write down what came of it."""
        clock, store = self.rig.clock, self.rig.store
        leased = await store.lease(("chat",), clock.now(), clock.now() + MINUTE, 100)
        mine = [row for row in leased if row.body["do"] == do.value]
        await store.unlease()
        result = await self.teller.perform(mine[-1])
        await self._write(mine[-1], result)
        return result

    async def _write(self, row: Effect, result: RowResult) -> None:
        now = self.rig.clock.now()
        if isinstance(result, RowDone):
            await self.rig.store.settle(row.key, result.outcome, now)
        else:
            await self.rig.store.postpone(row.key, now, {"waiting": result.why})

    async def dies_telling(self, do: Do) -> None:
        """The message goes out, and the process ends before that is written down."""
        clock, store = self.rig.clock, self.rig.store
        leased = await store.lease(("chat",), clock.now(), clock.now() + MINUTE, 100)
        [row] = [row for row in leased if row.body["do"] == do.value]
        await self.teller.perform(row)
        await store.unlease()

    @property
    def posted(self) -> list[str]:
        return [post.key for post in self.chat.posts]


async def started(*slips: Slip) -> Talk:
    talk = Talk(*slips)
    await talk.rig.adopt()
    await talk.rig.start()
    return talk


async def test_the_card_is_posted_once_and_then_edited() -> None:
    talk = await started()
    await talk.tells(Do.CARD)
    await talk.rig.fly()
    await talk.tells(Do.CARD)
    [post] = talk.chat.posts
    assert (post.place.channel, post.edits) == ("C0RELEASES", 1)


async def test_a_card_whose_sending_was_cut_short_is_found_again() -> None:
    talk = await started()
    await talk.dies_telling(Do.CARD)
    assert isinstance(await talk.tells(Do.CARD), RowDone)
    assert len(talk.posted) == 1


async def test_a_card_sent_by_an_older_row_is_found_by_the_newer_one() -> None:
    """The process died after posting; then a new fact replaced the row nobody had settled."""
    talk = await started()
    await talk.dies_telling(Do.CARD)
    await talk.rig.fly()
    await talk.tells(Do.CARD)
    [post] = talk.chat.posts
    assert (post.key, post.edits) == ("R-1/1/card", 1)
    assert await talk.rig.readers.place("R-1", "card") == post.place


async def test_a_log_sent_by_an_older_row_is_found_too() -> None:
    talk = await started()
    await talk.tells(Do.CARD)
    await talk.rig.fly()
    await talk.dies_telling(Do.LOG)
    await talk.rig.engine.tell("R-1", i.Pause(by=MEI))
    await talk.tells(Do.LOG)
    assert len(talk.posted) == 2


async def test_a_card_that_was_never_sent_is_not_looked_for_in_vain() -> None:
    talk = await started(Slip.LATER)
    waiting = RowLater(SECOND, "chat.postMessage: too many messages", unsent=True)
    assert await talk.tells(Do.CARD) == waiting
    await talk.rig.fly()
    await talk.tells(Do.CARD)
    assert len(talk.posted) == 1


async def test_a_question_that_was_answered_says_so_where_it_stands() -> None:
    talk = Talk()
    await talk.rig.baking()
    blind = i.Judged(verdicts=(verdict(Outcome.NO_DATA),), watched=timedelta(0))
    assert (await talk.rig.engine.tell("R-1", blind)).ok
    await talk.tells(Do.ASK)
    [asked] = [post for post in talk.chat.posts if post.key.endswith("/ask")]
    assert asked.message.text.startswith("NEEDS A PERSON")
    seen = i.Judged(verdicts=(verdict(Outcome.INCONCLUSIVE),), watched=timedelta(0))
    assert (await talk.rig.engine.tell("R-1", seen)).ok
    await talk.tells(Do.ASK_EDIT)
    assert asked.message.text.startswith("NO LONGER NEEDED")
    assert asked.edits == 1


@pytest.mark.parametrize("slip", [Slip.UNSURE_BEFORE, Slip.UNSURE_AFTER])
async def test_what_was_not_answered_stands_once(slip: Slip) -> None:
    talk = await started(slip)
    assert isinstance(await talk.tells(Do.CARD), RowLater)
    assert isinstance(await talk.tells(Do.CARD), RowDone)
    assert len(talk.posted) == 1


async def test_what_a_card_says_for_ever_waits_behind_no_other_edit() -> None:
    talk = await started()
    await talk.tells(Do.CARD)
    await talk.rig.fly()
    await talk.tells(Do.CARD)
    assert talk.chat.urgent_edits == []
    await talk.rig.engine.tell("R-1", i.Abort(by=MEI))
    await talk.tells(Do.CARD)
    assert talk.chat.urgent_edits == []
    await talk.rig.engine.tell("R-1", i.Seen(observed=split(0), idle=True))
    await talk.rig.engine.tell("R-1", i.Judged(verdicts=(verdict(Outcome.PASS),), watched=MINUTE))
    await talk.tells(Do.CARD)
    assert not (await talk.rig.release()).is_live
    assert len(talk.chat.urgent_edits) == 1


async def test_a_card_somebody_deleted_is_posted_anew() -> None:
    talk = await started()
    await talk.tells(Do.CARD)
    talk.chat.posts.clear()
    await talk.rig.fly()
    await talk.tells(Do.CARD)
    assert talk.posted == ["R-1/2/card"]


async def test_the_thread_waits_for_the_card_with_patience() -> None:
    talk = await started()
    await talk.rig.fly()
    first = await talk.tells(Do.LOG)
    again = await talk.tells(Do.LOG)
    assert isinstance(first, RowLater)
    assert isinstance(again, RowLater)
    assert again.span > first.span
    await talk.tells(Do.CARD)
    await talk.tells(Do.LOG)
    assert [post.thread for post in talk.chat.posts] == [None, "1.0"]


async def test_where_the_card_was_refused_nothing_waits_for_its_thread() -> None:
    talk = await started(Slip.REFUSED)
    refused = await talk.tells(Do.CARD)
    assert refused == RowDone({"refused": "the channel is archived", "remedy": "Unarchive it."})
    await talk.rig.fly()
    assert isinstance(await talk.tells(Do.LOG), RowDone)


async def test_an_alert_is_a_message_of_its_own() -> None:
    talk = await started()
    await talk.tells(Do.CARD)
    await talk.rig.fly()
    await talk.rig.engine.tell("R-1", i.Rollback(by=MEI))
    await talk.tells(Do.ALERT)
    assert talk.posted == ["R-1/1/card", "R-1/3/alert"]
    assert talk.chat.posts[1].thread is None
    assert talk.chat.posts[1].message.text.startswith("ROLLING BACK checkout")


async def test_the_thread_of_a_card_is_the_release() -> None:
    talk = await started()
    await talk.tells(Do.CARD)
    found = await talk.rig.readers.in_thread("C0RELEASES", "1.0")
    assert found is not None
    assert found.id == "R-1"
    assert await talk.rig.readers.in_thread("C0OTHER", "1.0") is None
    assert await talk.rig.readers.place("R-1", "log") is None
    assert await talk.rig.readers.place("R-1", "card") == Posted(channel="C0RELEASES", ts="1.0")
