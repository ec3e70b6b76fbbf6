"""The head of the record, kept where a cut tail cannot take it along."""

import json
from datetime import timedelta
from pathlib import Path

from bot.domain.facts.bot import BOT_STREAM, BotStarted, HeadAnchored
from bot.engine.lanes.anchor import AnchorLane, AnchorRules, add_head, is_anchor
from bot.engine.lanes.notice import NoticeLane
from bot.engine.lanes.outbox import RowDone, RowLater
from bot.engine.record.codec import fact_of
from bot.ports.store import Effect
from tests.engine.rig import Rig

DAY = timedelta(days=1)


class Kept:
    """A rig whose bot has started, and the file that heads are added to."""

    def __init__(self, folder: Path, channel: str | None = "C0AUDIT") -> None:
        self.rig = Rig()
        self.path = folder / "slipway.db.heads"
        self.anchoring = AnchorLane(self.rig.engine, self.path, AnchorRules(channel=channel))

    async def start(self) -> None:
        now = self.rig.clock.now()
        fact = BotStarted(at=now, by="bot", version="0.1.0", config="", away_since=None)
        await self.rig.engine.note(BOT_STREAM, fact)

    async def rows(self, lane: str) -> list[Effect]:
        return [row for row in await self.rig.store.effects(BOT_STREAM) if row.lane == lane]


async def test_the_first_head_is_kept_a_day_after_the_first_start(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    await kept.start()
    assert not await kept.anchoring.anchor_if_due()
    kept.rig.clock.advance(DAY)
    before = await kept.rig.store.head()
    assert await kept.anchoring.anchor_if_due()
    [event] = filter(is_anchor, await kept.rig.store.load(BOT_STREAM))
    anchor = fact_of(event)
    assert isinstance(anchor, HeadAnchored)
    assert (anchor.seq, anchor.hash) == before


async def test_nothing_new_is_not_kept_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    await kept.start()
    kept.rig.clock.advance(DAY)
    assert await kept.anchoring.anchor_if_due()
    kept.rig.clock.advance(DAY)
    assert not await kept.anchoring.anchor_if_due()
    await kept.rig.adopt()
    assert await kept.anchoring.anchor_if_due()


async def test_it_is_posted_once_and_added_to_the_file_once(tmp_path: Path) -> None:
    kept = Kept(tmp_path)
    await kept.start()
    kept.rig.clock.advance(DAY)
    await kept.anchoring.anchor_if_due()
    [row] = await kept.rows("anchor")
    [notice] = await kept.rows("notice")
    for _ in range(2):
        assert isinstance(await kept.anchoring.perform(row), RowDone)
    assert [json.loads(line)["seq"] for line in kept.path.read_text().splitlines()] == [1]
    await NoticeLane(kept.rig.chat, "C0RELEASES").perform(notice)
    [posted] = kept.rig.chat.posts
    assert posted.place.channel == "C0AUDIT"
    assert row.body["hash"] in posted.message.text


async def test_who_wants_no_post_gets_the_file_alone(tmp_path: Path) -> None:
    kept = Kept(tmp_path, channel=None)
    await kept.start()
    kept.rig.clock.advance(DAY)
    await kept.anchoring.anchor_if_due()
    assert len(await kept.rows("anchor")) == 1
    assert await kept.rows("notice") == []


async def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "gone")
    await kept.start()
    kept.rig.clock.advance(DAY)
    await kept.anchoring.anchor_if_due()
    [row] = await kept.rows("anchor")
    result = await kept.anchoring.perform(row)
    assert isinstance(result, RowLater)
    assert "could not be written" in result.why


def test_a_line_that_stands_there_is_not_added_again(tmp_path: Path) -> None:
    path = tmp_path / "heads"
    assert add_head(path, {"seq": 1, "hash": "ab"})
    assert not add_head(path, {"hash": "ab", "seq": 1})
    assert add_head(path, {"seq": 2, "hash": "cd"})
    assert len(path.read_text().splitlines()) == 2
