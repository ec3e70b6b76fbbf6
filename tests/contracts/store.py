"""What every store must do, as test classes to inherit.

A driver's test class inherits StoreContract and supplies one fixture, `store`: an empty one, open.
"""

import asyncio
import math
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, Protocol

import pytest

from bot.ports.store import (
    Batch,
    Claim,
    ClaimTaken,
    CommitResult,
    Committed,
    Effect,
    KeptMember,
    KeptSample,
    Pruned,
    Replayed,
    Stale,
    Store,
    Upkeep,
)
from tests.store.batches import (
    DAY,
    MINUTE,
    NOW,
    begins,
    claims,
    effect,
    fact,
    full,
    goes_on,
    status,
)

GENESIS = "0" * 64
SOON = NOW + MINUTE


class WholeStore(Store, Upkeep, Protocol):
    """Both ports: one thing serves them."""


def committed(result: CommitResult) -> Committed:
    assert isinstance(result, Committed), result
    return result


async def keys_due(store: Store, *lanes: str, limit: int = 16) -> list[str]:
    return [row.key for row in await store.lease(lanes, NOW, SOON, limit)]


async def kept(store: Store, key: str) -> Effect:
    row = await store.effect(key)
    assert row is not None
    return row


class FactsContract:
    async def test_an_empty_store_knows_nothing(self, store: WholeStore) -> None:
        assert await store.load("R-1") == ()
        assert await store.events() == ()
        assert await store.head() == (0, GENESIS)
        assert await store.count_streams("R-") == 0

    async def test_facts_come_back_as_they_went_in(self, store: WholeStore) -> None:
        first = fact(text="café ✓\0 <b>", big=2**60, share=0.1, none=None, deep=[{"a": [True]}])
        [event] = committed(await store.commit(Batch(at=NOW, events=[first]))).events
        assert await store.load("R-1") == (event,)
        assert (event.stream, event.kind, event.body) == (first.stream, first.kind, first.body)
        assert (event.at, event.actor, event.cause, event.schema) == (NOW, "U0ANA", "", 1)

    async def test_whole_and_broken_numbers_stay_apart(self, store: WholeStore) -> None:
        await store.commit(Batch(at=NOW, events=[fact(whole=1, broken=1.0)]))
        [event] = await store.load("R-1")
        assert [type(event.body[key]) for key in ("whole", "broken")] == [int, float]

    async def test_instants_come_back_in_utc(self, store: WholeStore) -> None:
        lisbon = datetime(2026, 7, 1, 9, 30, 0, 7, tzinfo=timezone(timedelta(hours=1)))
        await store.commit(Batch(at=lisbon, events=[]))
        await store.put_series("R-1", {}, lisbon)
        series = await store.get_series("R-1")
        assert series is not None
        assert series[1].isoformat() == "2026-07-01T08:30:00.000007+00:00"

    async def test_places_count_on_over_streams_and_within(self, store: WholeStore) -> None:
        await store.commit(Batch(at=NOW, events=[fact("a"), fact("b"), fact("a")]))
        await store.commit(Batch(at=NOW, events=[fact("b")]))
        places = [(event.seq, event.stream, event.version) for event in await store.events()]
        assert places == [(1, "a", 1), (2, "b", 1), (3, "a", 2), (4, "b", 2)]

    async def test_each_fact_is_linked_to_the_one_before(self, store: WholeStore) -> None:
        await store.commit(Batch(at=NOW, events=[fact("a"), fact("b")]))
        await store.commit(Batch(at=NOW, events=[fact("a")]))
        events = await store.events()
        assert [event.prev_hash for event in events] == [GENESIS, events[0].hash, events[1].hash]
        assert await store.head() == (3, events[2].hash)

    async def test_reading_goes_on_after_a_place(self, store: WholeStore) -> None:
        await store.commit(Batch(at=NOW, events=[fact("a", n=n) for n in range(5)]))
        assert [event.body["n"] for event in await store.load("a", after=3)] == [3, 4]
        assert [event.seq for event in await store.events(after=1, limit=2)] == [2, 3]

    async def test_streams_are_counted_by_number_not_by_text(self, store: WholeStore) -> None:
        names = ["R-2", "R-10", "R-9", "R-10/x", "R-x", "R-", "R-٣", "RX-99", "r-77"]
        await store.commit(Batch(at=NOW, events=[fact(name) for name in names]))
        assert await store.count_streams("R-") == 10
        assert await store.count_streams("Q-") == 0

    @pytest.mark.parametrize(
        "wrong",
        [
            fact(share=math.nan),
            fact(share=math.inf),
            fact(half="\ud800"),
            fact(what={1: "a key that is not text"}),
            fact(what=object()),
            fact("R-\0"),
            fact("R-\udfff"),
            replace(fact(), schema=True),
            replace(fact(), schema=2**63),
        ],
        ids=["nan", "inf", "half", "key", "object", "nul", "half-stream", "bool", "long"],
    )
    async def test_what_cannot_be_kept_is_refused_whole(
        self, store: WholeStore, wrong: Any
    ) -> None:
        with pytest.raises(ValueError, match=r"; (send|take|pass) "):
            await store.commit(Batch(at=NOW, events=[fact("other"), wrong], inbox="I1"))
        assert await store.events() == ()
        assert await store.replied("I1") is None

    async def test_an_instant_without_a_zone_is_refused(self, store: WholeStore) -> None:
        with pytest.raises(ValueError, match="names no zone"):
            await store.put_series("R-1", {}, NOW.replace(tzinfo=None))

    async def test_half_a_character_is_not_looked_for(self, store: WholeStore) -> None:
        with pytest.raises(ValueError, match="half a character"):
            await store.replied("I-\ud800")

    async def test_a_body_nested_without_end_is_refused(self, store: WholeStore) -> None:
        nest: dict[str, Any] = {}
        for _ in range(5000):
            nest = {"in": nest}
        with pytest.raises(ValueError, match="levels deep"):
            await store.commit(Batch(at=NOW, events=[fact(nest=nest)]))


class BatchContract:
    async def test_a_stale_batch_writes_nothing(self, store: WholeStore) -> None:
        await store.commit(begins("R-1"))
        result = await store.commit(begins("R-1", effect("k"), inbox="I1"))
        assert result == Stale("R-1", 1)
        assert await store.effects("R-1") == ()
        assert await store.replied("I1") is None

    async def test_every_expected_stream_counts(self, store: WholeStore) -> None:
        await store.commit(begins("a"))
        batch = Batch(at=NOW, expect={"a": 1, "b": 3}, events=[fact("a")])
        assert await store.commit(batch) == Stale("b", 0)

    async def test_an_input_that_came_before_gets_its_answer_again(self, store: WholeStore) -> None:
        first = begins("R-1", inbox="I1", reply={"text": "started"})
        assert await store.replied("I1") is None
        committed(await store.commit(first))
        assert await store.commit(first) == Replayed({"text": "started"})
        assert await store.replied("I1") == Replayed({"text": "started"})
        assert len(await store.events()) == 1

    async def test_an_input_without_a_reply_is_known_too(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", inbox="I1"))
        assert await store.commit(begins("R-2", inbox="I1")) == Replayed(None)

    async def test_a_replay_is_seen_before_anything_else(self, store: WholeStore) -> None:
        await store.commit(claims("R-1"))
        await store.commit(begins("R-2", inbox="I1"))
        late = Batch(
            at=NOW,
            expect={"R-1": 99},
            claims=[Claim(name="checkout/prod", stream="R-2")],
            inbox="I1",
        )
        assert await store.commit(late) == Replayed(None)

    async def test_a_version_is_looked_at_before_a_claim(self, store: WholeStore) -> None:
        await store.commit(claims("R-1"))
        both = Batch(at=NOW, expect={"R-1": 7}, claims=[Claim(name="checkout/prod", stream="R-2")])
        assert await store.commit(both) == Stale("R-1", 1)

    async def test_one_of_fifty_at_once_wins(self, store: WholeStore) -> None:
        batches = [begins("R-1", effect(f"k{n}"), inbox=f"I{n}") for n in range(50)]
        results = await asyncio.gather(*map(store.commit, batches))
        assert Counter(map(type, results)) == {Committed: 1, Stale: 49}
        assert len(await store.events()) == len(await store.effects("R-1")) == 1

    async def test_one_input_fifty_times_at_once_has_one_effect(self, store: WholeStore) -> None:
        batches = [begins(f"R-{n}", inbox="I1", reply={"n": n}) for n in range(50)]
        results = await asyncio.gather(*map(store.commit, batches))
        [won] = [result for result in results if isinstance(result, Committed)]
        winner = int(won.events[0].stream.removeprefix("R-"))
        assert results.count(Replayed({"n": winner})) == 49
        assert len(await store.events()) == 1

    async def test_a_bad_neighbour_harms_nobody(self, store: WholeStore) -> None:
        await store.commit(begins("R-0", effect("taken", stream="R-0")))
        batches = [
            begins(f"R-{n}", effect("taken" if n % 7 == 0 else f"k{n}", stream=f"R-{n}"))
            for n in range(1, 29)
        ]
        results = await asyncio.gather(*map(store.commit, batches), return_exceptions=True)
        failed = [n for n, result in enumerate(results, 1) if isinstance(result, ValueError)]
        assert failed == [7, 14, 21, 28]
        assert {event.stream for event in await store.events()} == {
            f"R-{n}" for n in range(29) if n == 0 or n % 7
        }

    async def test_a_refused_batch_leaves_no_trace(self, store: WholeStore) -> None:
        await store.commit(full("R-1", 1))
        head = await store.head()
        taken = Batch(
            at=NOW,
            events=[fact("R-2")],
            effects=[effect("R-1/1/card", stream="R-2")],
            claims=[Claim(name="c", stream="R-2")],
            statuses=[status("R-2")],
            inbox="I2",
        )
        with pytest.raises(ValueError, match="A key is written once"):
            await store.commit(taken)
        assert await store.head() == head
        assert await store.replied("I2") is None
        assert await store.claims() == {"claim/R-1": "R-1"}
        assert [row.stream for row in await store.statuses()] == ["R-1"]

    async def test_an_effect_without_a_story_is_refused(self, store: WholeStore) -> None:
        with pytest.raises(ValueError, match="has no facts"):
            await store.commit(goes_on(effect("k", stream="R-404")))


class ClaimsContract:
    async def test_a_claim_is_held_by_one(self, store: WholeStore) -> None:
        committed(await store.commit(claims("R-1")))
        assert await store.commit(claims("R-2")) == ClaimTaken("checkout/prod", "R-1")
        assert await store.claims() == {"checkout/prod": "R-1"}
        assert await store.load("R-2") == ()

    async def test_its_holder_may_claim_again(self, store: WholeStore) -> None:
        await store.commit(claims("R-1"))
        again = Batch(at=NOW, claims=[Claim(name="checkout/prod", stream="R-1")])
        committed(await store.commit(again))

    async def test_one_of_fifty_claimants_wins(self, store: WholeStore) -> None:
        results = await asyncio.gather(*(store.commit(claims(f"R-{n}")) for n in range(50)))
        assert Counter(map(type, results)) == {Committed: 1, ClaimTaken: 49}

    async def test_a_claim_passes_on_from_whom_it_names(self, store: WholeStore) -> None:
        await store.commit(claims("R-1"))
        committed(await store.commit(claims("R-2", replaces="R-1")))
        assert await store.claims() == {"checkout/prod": "R-2"}
        late = await store.commit(claims("R-3", replaces="R-1"))
        assert late == ClaimTaken("checkout/prod", "R-2")

    async def test_a_claim_freed_and_taken_in_one_batch_passes_on(self, store: WholeStore) -> None:
        await store.commit(claims("R-1"))
        batch = Batch(
            at=NOW,
            events=[fact("R-1"), fact("R-2")],
            claims=[Claim(name="checkout/prod", stream="R-2")],
            free=["R-1"],
        )
        committed(await store.commit(batch))
        assert await store.claims() == {"checkout/prod": "R-2"}

    async def test_an_end_frees_every_claim_of_its_stream(self, store: WholeStore) -> None:
        await store.commit(claims("R-1", "a"))
        await store.commit(Batch(at=NOW, claims=[Claim(name="b", stream="R-1")]))
        await store.commit(claims("R-2", "c"))
        await store.commit(Batch(at=NOW, free=["R-1"]))
        assert await store.claims() == {"c": "R-2"}

    async def test_what_begins_and_ends_at_once_keeps_no_claim(self, store: WholeStore) -> None:
        batch = claims("R-1")
        ended = begins("R-1", claims=batch.claims, free=["R-1"])
        committed(await store.commit(ended))
        assert await store.claims() == {}

    async def test_one_batch_cannot_give_a_claim_to_two(self, store: WholeStore) -> None:
        two = [Claim(name="c", stream="a"), Claim(name="c", stream="b")]
        with pytest.raises(ValueError, match="two streams claim"):
            await store.commit(Batch(at=NOW, events=[fact("a"), fact("b")], claims=two))


class OutboxContract:
    async def test_an_effect_comes_back_as_it_went_in(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("k", body={"do": "card"}, due_at=SOON)))
        row = await kept(store, "k")
        assert (row.key, row.stream, row.slot, row.lane) == ("k", "R-1", "card", "chat")
        assert (row.priority, row.body, row.due_at, row.attempts) == (5, {"do": "card"}, SOON, 0)
        assert (row.lease_until, row.done_at, row.outcome) == (None, None, None)
        assert await store.effect("unknown") is None

    async def test_the_urgent_goes_first_then_the_older(self, store: WholeStore) -> None:
        rows = [("late", 9), ("first", 5), ("rollback", 0), ("second", 5)]
        effects = [effect(key, slot=key, priority=priority) for key, priority in rows]
        await store.commit(begins("R-1", *effects))
        assert await keys_due(store, "chat", limit=3) == ["rollback", "first", "second"]
        assert await keys_due(store, "chat") == ["late"]
        assert await keys_due(store, "chat") == []

    async def test_only_due_rows_of_the_lanes_asked_for(self, store: WholeStore) -> None:
        await store.commit(
            begins(
                "R-1",
                effect("chat", slot="a"),
                effect("page", slot="b", lane="page"),
                effect("world", slot="c", lane="world"),
                effect("later", slot="d", due_at=NOW + timedelta(microseconds=1)),
            )
        )
        assert await keys_due(store) == []
        assert await keys_due(store, "chat", "page") == ["chat", "page"]

    async def test_lanes_share_one_order(self, store: WholeStore) -> None:
        lanes = ["page", "chat", "page", "chat"]
        rows = [effect(f"{n}", slot=f"{n}", lane=lane) for n, lane in enumerate(lanes)]
        await store.commit(begins("R-1", *rows))
        assert await keys_due(store, "chat", "page") == ["0", "1", "2", "3"]

    async def test_a_lease_is_an_attempt_and_is_written_first(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("k")))
        [leased] = await store.lease(["chat"], NOW, SOON)
        assert (leased.attempts, leased.lease_until) == (1, SOON)
        assert await store.effect("k") == leased

    async def test_a_lease_that_ran_out_is_none(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("k")))
        await store.lease(["chat"], NOW, SOON)
        [again] = await store.lease(["chat"], SOON, SOON + MINUTE)
        assert again.attempts == 2

    async def test_fifty_askers_share_without_overlap(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", *(effect(f"k{n}", slot=f"s{n}") for n in range(50))))
        handed = await asyncio.gather(*(store.lease(["chat"], NOW, SOON, 3) for _ in range(50)))
        keys = [row.key for rows in handed for row in rows]
        assert sorted(keys) == sorted(f"k{n}" for n in range(50))

    async def test_what_is_settled_is_over(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("k")))
        await store.lease(["chat"], NOW, SOON)
        assert await store.settle("k", {"ts": "1.2"}, SOON)
        row = await kept(store, "k")
        assert (row.done_at, row.outcome, row.lease_until) == (SOON, {"ts": "1.2"}, None)
        assert not await store.settle("k", {"ts": "9.9"}, SOON)
        assert not await store.postpone("k", SOON, {})
        assert await store.lease(["chat"], SOON, SOON + DAY) == ()
        assert (await kept(store, "k")).outcome == {"ts": "1.2"}

    async def test_nothing_comes_of_a_key_nobody_wrote(self, store: WholeStore) -> None:
        assert not await store.settle("unknown", {}, NOW)
        assert not await store.postpone("unknown", NOW, {})

    async def test_what_is_postponed_waits_with_its_note(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("k")))
        await store.lease(["chat"], NOW, NOW + DAY)
        assert await store.postpone("k", SOON, {"why": "429"})
        row = await kept(store, "k")
        assert (row.due_at, row.lease_until, row.outcome) == (SOON, None, {"why": "429"})
        assert await keys_due(store, "chat") == []
        assert [row.attempts for row in await store.lease(["chat"], SOON, NOW + DAY)] == [2]

    async def test_a_start_gives_back_what_a_dead_process_leased(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a"), effect("b", slot="b"), effect("c", slot="c")))
        await store.lease(["chat"], NOW, NOW + DAY, 2)
        assert await store.unlease() == 2
        assert await store.unlease() == 0
        assert await keys_due(store, "chat") == ["a", "b", "c"]

    async def test_the_next_due_counts_leases_and_forgets_the_done(self, store: WholeStore) -> None:
        assert await store.next_due(["chat"]) is None
        await store.commit(begins("R-1", effect("a"), effect("b", slot="b", due_at=NOW + DAY)))
        assert await store.next_due(["chat"]) == NOW
        assert await store.next_due(["page"]) is None
        assert await store.next_due([]) is None
        await store.lease(["chat"], NOW, SOON)
        assert await store.next_due(["chat"]) == SOON
        await store.settle("a", {}, NOW)
        assert await store.next_due(["chat"]) == NOW + DAY

    async def test_rows_of_a_stream_come_oldest_first(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("z"), effect("a", slot="b")))
        await store.commit(begins("R-2", effect("other", stream="R-2")))
        rows = await store.effects("R-1")
        assert [row.key for row in rows] == ["z", "a"]
        assert rows[0].seq < rows[1].seq


class SlotsContract:
    async def test_a_newer_row_takes_the_place_of_the_unsent(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("old"), effect("other", slot="other")))
        await store.commit(goes_on(effect("new")))
        old = await kept(store, "old")
        assert (old.done_at, old.outcome) == (NOW, {"superseded": "new"})
        assert await keys_due(store, "chat") == ["other", "new"]

    async def test_within_one_batch_the_last_of_a_slot_stands(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a"), effect("b"), effect("c")))
        outcomes = [row.outcome for row in await store.effects("R-1")]
        assert outcomes == [{"superseded": "b"}, {"superseded": "c"}, None]

    async def test_a_slot_of_another_stream_is_another_slot(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a")))
        await store.commit(begins("R-2", effect("b", stream="R-2")))
        assert await keys_due(store, "chat") == ["a", "b"]

    async def test_a_rollback_ends_every_unsent_forward_row(self, store: WholeStore) -> None:
        forward = [effect(f"f{n}", slot=f"move{n}", lane="world") for n in range(3)]
        await store.commit(begins("R-1", *forward))
        await store.lease(["world"], NOW, SOON, 1)
        back = effect("back", slot="back", lane="world", priority=0)
        supersede = [("R-1", f"move{n}") for n in range(3)]
        await store.commit(goes_on(back, supersede=supersede))
        assert [row.outcome for row in (await store.effects("R-1"))[:3]] == [
            {"superseded": "back"}
        ] * 3
        await store.unlease()
        assert await keys_due(store, "world") == ["back"]

    async def test_a_slot_may_end_with_nothing_in_its_place(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a")))
        await store.commit(goes_on(supersede=[("R-1", "card"), ("R-1", "none"), ("R-9", "card")]))
        assert (await kept(store, "a")).outcome == {"superseded": None}

    async def test_what_is_done_is_not_superseded(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a")))
        await store.settle("a", {"ts": "1.2"}, NOW)
        await store.commit(goes_on(effect("b")))
        assert (await kept(store, "a")).outcome == {"ts": "1.2"}

    async def test_the_last_done_row_of_a_slot_is_no_superseded_one(
        self, store: WholeStore
    ) -> None:
        assert await store.last_done("R-1", "card") is None
        await store.commit(begins("R-1", effect("a")))
        await store.settle("a", {"ts": "1.1"}, SOON)
        await store.commit(goes_on(effect("b")))
        await store.settle("b", {"ts": "1.2"}, NOW)
        await store.commit(goes_on(effect("c")))
        await store.commit(goes_on(effect("d"), effect("x", slot="x")))
        done = await store.last_done("R-1", "card")
        assert done is not None
        assert (done.key, done.outcome) == ("b", {"ts": "1.2"})

    async def test_what_was_overtaken_unsent_stays_so(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a")))
        await store.commit(goes_on(effect("b")))
        assert not await store.settle("a", {"ts": "1.2"}, SOON)
        assert (await kept(store, "a")).outcome == {"superseded": "b"}

    async def test_what_was_overtaken_while_sent_keeps_its_outcome(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a")))
        await store.lease(["chat"], NOW, SOON)
        await store.commit(goes_on(effect("b")))
        assert not await store.settle("a", {"ts": "1.2"}, SOON)
        done = await store.last_done("R-1", "card")
        assert done is not None
        assert (done.key, done.outcome, done.lease_until) == ("a", {"ts": "1.2"}, None)
        assert not await store.settle("a", {"ts": "9.9"}, SOON)

    async def test_an_overtaken_attempt_that_came_to_nothing_is_over(
        self, store: WholeStore
    ) -> None:
        await store.commit(begins("R-1", effect("a")))
        await store.lease(["chat"], NOW, SOON)
        await store.commit(goes_on(effect("b")))
        assert not await store.postpone("a", NOW, {"why": "503"})
        assert not await store.settle("a", {"ts": "1.2"}, SOON)
        assert (await kept(store, "a")).outcome == {"superseded": "b"}
        assert await keys_due(store, "chat") == ["b"]


class BesideContract:
    async def test_statuses_come_newest_first_by_what_is_asked(self, store: WholeStore) -> None:
        rows = [
            status("R-1", minute=1),
            status("R-2", minute=2, live=False),
            status("R-3", minute=3, service="cart"),
        ]
        await store.commit(Batch(at=NOW, statuses=rows))
        assert await store.statuses() == tuple(reversed(rows))
        assert await store.statuses(live=True) == (rows[2], rows[0])
        assert await store.statuses(live=False) == (rows[1],)
        assert await store.statuses(service="cart", environment="prod") == (rows[2],)
        assert await store.statuses(environment="dev") == ()
        assert await store.statuses(since=NOW + 2 * MINUTE) == (rows[2], rows[1])
        assert await store.statuses(limit=1) == (rows[2],)

    async def test_a_status_is_replaced_by_its_stream(self, store: WholeStore) -> None:
        await store.commit(Batch(at=NOW, statuses=[status("R-1")]))
        await store.commit(Batch(at=NOW, statuses=[status("R-1", minute=4, live=False)]))
        assert await store.statuses() == (status("R-1", minute=4, live=False),)

    async def test_the_projection_can_be_rebuilt(self, store: WholeStore) -> None:
        await store.commit(Batch(at=NOW, statuses=[status("R-1"), status("R-2")]))
        await store.replace_statuses([status("R-2", minute=1), status("R-3")])
        assert [row.stream for row in await store.statuses()] == ["R-2", "R-3"]

    async def test_series_are_kept_until_dropped(self, store: WholeStore) -> None:
        assert await store.get_series("R-1") is None
        await store.put_series("R-1", {"n": 1}, NOW)
        await store.put_series("R-1", {"n": 2}, SOON)
        assert await store.get_series("R-1") == ({"n": 2}, SOON)
        await store.drop_series("R-1")
        await store.drop_series("R-1")
        assert await store.get_series("R-1") is None

    async def test_samples_are_kept_by_series_and_instant(self, store: WholeStore) -> None:
        first, second, other = (
            KeptSample(series=series, at=at, body={"n": n})
            for n, (series, at) in enumerate([("a", NOW), ("a", SOON), ("b", NOW)])
        )
        await store.put_samples([second, other, first])
        newer = KeptSample(series="a", at=SOON, body={"n": 9})
        await store.put_samples([newer])
        assert await store.samples("a", NOW) == (first, newer)
        assert await store.samples("a", SOON) == (newer,)

    async def test_names_can_be_changed_and_forgotten(self, store: WholeStore) -> None:
        await store.put_names({"U1": "Ana", "U2": "Rui"})
        await store.put_names({"U2": "Rui S."})
        assert await store.names() == {"U1": "Ana", "U2": "Rui S."}
        assert await store.forget_names(["U1", "U7"]) == 1
        assert await store.names() == {"U2": "Rui S."}

    async def test_of_each_member_the_newest_answer_is_kept(self, store: WholeStore) -> None:
        """A1: who became a guest is no member any more, whatever the clock said."""
        assert await store.member("U1") is None
        was = KeptMember(id="U1", full_member=True, seen_at=SOON)
        other = KeptMember(id="U2", full_member=True, seen_at=NOW)
        await store.put_members([was, other])
        assert await store.member("U1") == was
        now = KeptMember(id="U1", full_member=False, seen_at=NOW)
        await store.put_members([now])
        assert (await store.member("U1"), await store.member("U2")) == (now, other)

    async def test_old_inputs_and_samples_go(self, store: WholeStore) -> None:
        for days, key in ((8, "old"), (6, "young")):
            await store.commit(Batch(at=NOW - days * DAY, inbox=key))
        old, young = (KeptSample(series="a", at=NOW - n * DAY, body={}) for n in (15, 13))
        await store.put_samples([old, young])
        assert await store.prune(NOW) == Pruned(inbox=1, outbox=0, samples=1)
        assert await store.replied("old") is None
        assert await store.replied("young") == Replayed(None)
        assert await store.samples("a", NOW - 99 * DAY) == (young,)

    async def test_more_than_one_piece_is_swept(self, store: WholeStore) -> None:
        old = [KeptSample(series="a", at=NOW - 15 * DAY - n * MINUTE, body={}) for n in range(1201)]
        await store.put_samples(old)
        assert (await store.prune(NOW)).samples == 1201

    async def test_done_effects_go_but_the_newest_of_each_slot(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a"), effect("other", slot="x")))
        long_ago = NOW - 91 * DAY
        for key in ("a", "other"):
            await store.settle(key, {"ts": key}, long_ago)
        await store.commit(goes_on(effect("b")))
        assert (await store.prune(NOW)).outbox == 0
        await store.settle("b", {"ts": "b"}, long_ago)
        assert (await store.prune(NOW)).outbox == 1
        assert [row.key for row in await store.effects("R-1")] == ["other", "b"]

    async def test_an_overtaken_row_does_not_hide_the_last_done(self, store: WholeStore) -> None:
        await store.commit(begins("R-1", effect("a")))
        await store.settle("a", {"ts": "1.2"}, NOW - 91 * DAY)
        await store.commit(Batch(at=NOW - 91 * DAY, effects=[effect("b")]))
        await store.commit(Batch(at=NOW - 91 * DAY, supersede=[("R-1", "card")]))
        await store.prune(NOW)
        done = await store.last_done("R-1", "card")
        assert done is not None
        assert done.key == "a"

    async def test_facts_are_never_pruned(self, store: WholeStore) -> None:
        await store.commit(begins("R-1"))
        await store.prune(NOW + 9999 * DAY)
        assert len(await store.events()) == 1


class StoreContract(
    FactsContract, BatchContract, ClaimsContract, OutboxContract, SlotsContract, BesideContract
):
    """All of it."""
