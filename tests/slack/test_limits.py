"""The buckets: Slack's tiers are never reached, urgent ones never wait for others."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from bot.ports.chat import Delivered, Message, SendLater
from bot.practice.workspace import Seed, Workspace
from bot.practice.workspace.rates import Rates
from bot.slack.limits import (
    CHANNELS,
    METHODS,
    MethodBucket,
    MethodLimits,
    RateWait,
    RateWindow,
    allowed,
)
from tests.fakes.clock import FakeClock
from tests.slack.world import world

SECOND = timedelta(seconds=1)


def drain(limits: MethodLimits, method: str, channel: str = "", urgent: bool = False) -> int:
    """How many calls go through at once."""
    done = 0
    while limits.take(method, channel, who=f"w{done}", urgent=urgent) is None:
        done += 1
    return done


def spend(limits: MethodLimits, method: str, clock: FakeClock, seconds: float) -> int:
    """How many calls that are not urgent go through in so many seconds, tried all the time."""
    done = 0
    for _ in range(int(seconds * 10)):
        done += limits.take(method, who="one") is None
        clock.advance(SECOND / 10)
    return done


def test_a_fifth_of_what_we_use_is_kept_for_urgent_calls() -> None:
    clock = FakeClock()
    limits = MethodLimits(clock.monotonic)
    assert spend(limits, "chat.update", clock, 59) == 32
    assert drain(limits, "chat.update", urgent=True) == 8


def test_half_may_go_at_once_and_the_rest_is_spread() -> None:
    clock = FakeClock()
    limits = MethodLimits(clock.monotonic)
    assert drain(limits, "chat.update") == 16
    assert 1 <= spend(limits, "chat.update", clock, 7) <= 3
    assert spend(limits, "chat.update", clock, 600) > 290


TEN = {"m": (RateWindow(10, 60),)}


def test_a_call_may_be_made_when_the_oldest_leaves_the_window() -> None:
    clock = FakeClock()
    limits = MethodLimits(clock.monotonic, TEN, {})
    assert drain(limits, "m", urgent=True) == 8
    assert limits.take("m", urgent=True) == RateWait(60.0, "m")
    clock.advance(60 * SECOND)
    assert limits.take("m", urgent=True) is None


def test_who_waits_comes_one_after_the_other_and_keeps_the_place() -> None:
    limits = MethodLimits(FakeClock().monotonic, TEN, {})
    drain(limits, "m", urgent=True)
    turns = [limits.take("m", who=who) for who in ("a", "b", "a", "c")]
    assert [turn.seconds for turn in turns if turn is not None] == [60.0, 70.0, 60.0, 80.0]


def test_who_comes_first_is_not_overtaken() -> None:
    clock = FakeClock()
    limits = MethodLimits(clock.monotonic, TEN, {})
    drain(limits, "m", urgent=True)
    assert limits.take("m", who="first") is not None
    clock.advance(60 * SECOND)
    assert limits.take("m", who="new") is not None
    assert limits.take("m", who="first") is None


def test_a_turn_nobody_takes_is_lost() -> None:
    bucket = MethodBucket("m", (RateWindow(10, 60),))
    bucket.enqueue(0.0, "gone", 1.0)
    assert bucket.wait(2.0, "other", urgent=False) > 0
    assert bucket.wait(5.0, "other", urgent=False) == 0


def test_a_pause_rests_one_channel_and_no_other() -> None:
    clock = FakeClock()
    limits = MethodLimits(clock.monotonic)
    assert limits.pause("chat.postMessage", "C1", 30) == "chat.postMessage in C1"
    waiting = limits.take("chat.postMessage", "C1", urgent=True)
    assert waiting == RateWait(30.0, "chat.postMessage in C1")
    assert limits.take("chat.postMessage", "C2") is None


def test_a_channel_by_name_and_by_id_is_one_channel() -> None:
    clock = FakeClock()
    limits = MethodLimits(clock.monotonic)
    used = drain(limits, "chat.postMessage", "#releases")
    limits.rename("#releases", "C1")
    assert used > 0
    assert limits.take("chat.postMessage", "C1", who="another") is not None


def test_two_hundred_live_cards_never_reach_a_tier_and_urgent_ones_go_at_once() -> None:
    """Ten minutes: each card wants an edit every 25 s; an alert comes every 10 s."""
    clock = FakeClock()
    limits, slack = MethodLimits(clock.monotonic), Rates(Workspace().seed)
    due = {f"card {number}": number / 8 for number in range(200)}
    late, edits = [], 0
    for tick in range(600 * 4):
        now = tick / 4
        for card in sorted((name for name, at in due.items() if at <= now), key=due.__getitem__):
            wait = limits.take("chat.update", "C1", who=card)
            due[card] = now + (25 if wait is None else wait.seconds)
            if wait is None:
                edits += 1
                assert slack.take("chat.update", "C1", clock.now()) == 0
        if tick % 40 == 0:
            late.append(limits.take("chat.postMessage", "C1", who=f"alert {tick}", urgent=True))
            late.append(limits.take("chat.update", "C1", who=f"alert {tick}", urgent=True))
            assert slack.take("chat.postMessage", "C1", clock.now()) == 0
            assert slack.take("chat.update", "C1", clock.now()) == 0
        clock.advance(SECOND / 4)
    assert late == [None] * len(late)
    assert edits > 600 / 60 * 20


def test_our_table_is_never_above_the_workspaces() -> None:
    seed = Seed()
    for method, windows in METHODS.items():
        assert windows == tuple(
            RateWindow(each.calls, each.seconds) for each in seed.method_rates[method]
        )
    for method, windows in CHANNELS.items():
        assert windows == tuple(
            RateWindow(each.calls, each.seconds) for each in seed.channel_rates[method]
        )
    assert allowed(RateWindow(50, 60), urgent=True) == 40


async def test_at_the_limit_of_a_tighter_slack_a_429_is_later_and_rests_the_bucket() -> None:
    seed = replace(Seed(), rate_factor=0.02)
    async with world(seed=seed, listening=False) as here:
        told = [
            await here.room.chat.post("C0RELEASES", Message(text="x"), key=f"k{number}")
            for number in range(4)
        ]
        calls = len(here.calls("chat.postMessage"))
    assert isinstance(told[0], Delivered)
    assert isinstance(told[1], SendLater)
    assert isinstance(told[2], SendLater)
    assert told[1].seconds >= 1
    assert calls == 2


async def test_two_hundred_edits_at_once_bring_no_429_and_an_alert_passes_them() -> None:
    async with world(listening=False) as here:
        told = await here.room.chat.post("C0RELEASES", Message(text="card"), key="card")
        assert isinstance(told, Delivered)
        edits = [
            here.room.chat.edit(told.place, Message(text=f"{number}"), key=f"k{number}")
            for number in range(200)
        ]
        done = await asyncio.gather(*edits)
        alert = await here.room.chat.edit(told.place, Message(text="!"), key="a", urgent=True)
        statuses = {each["status"] for each in here.journal("request")}
    assert sum(isinstance(each, Delivered) for each in done) == 16
    assert isinstance(alert, Delivered)
    assert statuses == {200}
