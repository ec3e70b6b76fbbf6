"""Each verb that acts, typed at the door and seen in the record."""

from datetime import timedelta

import pytest

from bot.domain.facts import release as f
from bot.domain.intents import release as i
from bot.domain.state.moves import Do, State
from bot.domain.terms.strategy import Observed
from bot.render.kit.forms import asked_by, with_reason
from tests.commands.desk import PROD, STAGED, Shop, baking, done
from tests.domain.builders import MEI, OLD
from tests.engine.rig import lenient
from tests.fakes.deployer import Call, Fault


async def test_start_opens_a_release() -> None:
    shop = Shop()
    await shop.rig.adopt()
    assert await shop.said("start checkout v1.4.2 to prod") == "R-1: checkout v1.4.2 to prod."
    assert (await shop.rig.release()).state is State.PREFLIGHT


async def test_start_without_a_version_asks_for_one() -> None:
    shop = Shop()
    code, text = await shop.refused("start checkout")
    assert (code, "start &lt;service&gt; &lt;version&gt;" in text) == ("NEEDS_VERSION", True)


async def test_a_second_start_names_the_first() -> None:
    code, text = await (await baking()).refused("start checkout v1.4.3")
    assert (code, "R-1" in text) == ("ALREADY_LIVE", True)


async def test_start_of_a_quarantined_service_says_what_to_mend() -> None:
    shop = Shop(PROD, quarantined={("ledger", "prod"): "no deployer named shopp"})
    code, text = await shop.refused("start ledger v1")
    assert (code, "shopp" in text) == ("QUARANTINED", True)
    await shop.said("start checkout v1.4.2")


async def test_promote_at_the_door_of_the_next_step() -> None:
    shop = await baking()
    code, text = await shop.refused("promote R-1")
    assert (code, "20 min of 20 min" in text) == ("STILL_BAKING", True)
    assert "goes on" in await shop.said("promote R-1 early because fix for INC-77")
    assert (await shop.rig.release()).step == 1


async def test_an_old_button_is_told_so() -> None:
    shop = await baking()
    code, _ = await shop.refused("promote R-1", via="button", seen="1", release="R-1")
    assert code == "OLD_BUTTON"


async def test_promote_of_an_ended_release_says_what_to_do_instead() -> None:
    shop = Shop()
    await shop.rig.adopt()
    await shop.rig.start()
    await shop.said("abort R-1")
    code, text = await shop.refused("promote R-1")
    assert (code, "Start a new release" in text) == ("CANCELLED_PROMOTE", True)


async def test_promote_to_the_next_environment_takes_what_was_certified_before() -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt(environment="staging", version="v1.4.2")
    assert "checkout v1.4.2 to prod" in await shop.said("promote checkout to prod")
    assert (await shop.rig.release()).kind is f.ReleaseKind.PROMOTE


async def test_promote_to_where_nothing_leads_says_so() -> None:
    shop = Shop(*STAGED)
    assert (await shop.refused("promote checkout to staging"))[0] == "NO_WAY_THERE"
    assert (await shop.refused("promote checkout to prod"))[0] == "NOT_CERTIFIED_BEFORE"


async def test_pause_and_resume() -> None:
    shop = await baking()
    assert "Paused for 30 min at 10 %" in await shop.said("pause checkout for 30m because odd")
    [held] = (await shop.rig.release()).holds
    assert held.until == shop.rig.clock.now() + timedelta(minutes=30)
    await shop.said("resume checkout")
    assert (await shop.rig.release()).state is State.BAKING


async def test_abort_before_users_cancels_and_after_rolls_back() -> None:
    shop = Shop()
    await shop.rig.adopt()
    await shop.rig.start()
    assert "Nothing had moved" in await shop.said("abort R-1")
    await shop.rig.start()
    await shop.rig.fly("R-2")
    await shop.said("abort R-2 because wrong")
    assert (await shop.rig.release("R-2")).state is State.ROLLING_BACK


async def test_rollback_in_flight_is_at_once() -> None:
    shop = await baking()
    text = await shop.said("checkout", verb="rollback")
    assert text == "Rolling checkout back to v1.4.1 now."


async def test_rollback_of_what_is_over_is_one_private_button() -> None:
    shop = await done()
    reply = await shop.types("checkout", verb="rollback")
    assert (reply.code, reply.public) == ("CONFIRM", False)
    assert "runs v1.4.1" in reply.message.text
    assert "rollback checkout in prod --version v1.4.0" in str(reply.message.blocks)
    assert await shop.rig.store.count_streams("R-") == 0
    assert await shop.rig.store.load("door") == ()


async def test_the_click_on_it_rolls_back() -> None:
    shop = await done()
    text = await shop.said("rollback checkout in prod --version v1.4.0", via="button")
    assert text == "Rolling checkout back from v1.4.1 to v1.4.0 now."
    assert (await shop.rig.release()).state is State.ROLLING_BACK


async def test_the_button_can_be_read_whatever_the_version_is_called() -> None:
    shop = Shop()
    await shop.rig.adopt(version="nightly")
    await shop.rig.adopt()
    reply = await shop.types("checkout", verb="rollback")
    assert "--version nightly" in str(reply.message.blocks)
    await shop.said("rollback checkout in prod --version nightly", via="button")


async def test_rollback_with_nothing_to_return_to_says_what_helps() -> None:
    shop = Shop()
    await shop.rig.adopt()
    code, text = await shop.refused("checkout", verb="rollback")
    assert (code, "Release a fix" in text) == ("NOTHING_TO_RETURN_TO", True)


async def test_an_old_release_does_not_take_back_what_came_after_it() -> None:
    shop = await baking()
    await shop.said("rollback R-1")
    await shop.rig.engine.tell(
        "R-1", i.Seen(observed=Observed(revisions={"v1.4.1": 100.0}), idle=True)
    )
    await shop.rig.engine.tell("R-1", i.Settle(by=MEI, because="x"))
    shop.rig.clock.advance(timedelta(hours=1))
    await shop.rig.engine.tell("R-1", i.AlarmRang(alarm=Do.ALARM_CONFIRM, version=1))
    assert not (await shop.rig.release()).is_live
    code, text = await shop.refused("rollback R-1", via="button")
    assert (code, "runs v1.4.1" in text) == ("NOT_RUNNING", True)


async def stuck() -> Shop:
    shop = await baking()
    await shop.said("rollback R-1")
    await shop.rig.engine.tell("R-1", i.MoveRefused(reason="quota", back=True))
    return shop


async def test_ack_and_settle_of_a_stuck_rollback() -> None:
    shop = await stuck()
    assert await shop.said("ack R-1") == "You have R-1."
    assert (await shop.refused("ack R-1", by="U0ANA"))[0] == "TAKEN"
    assert (await shop.refused("settle R-1"))[0] == "NO_REASON"
    await shop.said("settle R-1 because all pods are on v1.4.1 now")
    assert (await shop.rig.release()).state is State.ROLLED_BACK


async def test_a_stuck_rollback_can_be_tried_again() -> None:
    shop = await stuck()
    await shop.said("rollback R-1")
    assert (await shop.rig.release()).state is State.ROLLING_BACK


async def test_mark_bad_refuses_and_mark_good_lifts_it() -> None:
    shop = Shop()
    await shop.rig.adopt()
    await shop.said("mark checkout v1.4.2 bad because it leaks")
    code, text = await shop.refused("start checkout v1.4.2")
    assert (code, "it leaks" in text) == ("MARKED_BAD", True)
    await shop.said("mark checkout v1.4.2 good because it was DNS")
    await shop.said("start checkout v1.4.2")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("mark checkout bad because x", "NEEDS_VERSION"),
        ("mark checkout v1.4.2 because x", "NEEDS_CHOICE"),
        ("mark checkout v1.4.2 bad", "NO_REASON"),
    ],
)
async def test_mark_needs_a_version_a_choice_and_a_reason(text: str, code: str) -> None:
    assert (await Shop().refused(text))[0] == code


async def test_adopt_takes_what_runs() -> None:
    shop = Shop()
    assert "v1.4.1" in await shop.said("adopt checkout in prod")
    state = await shop.rig.engine.history.service("checkout", "prod")
    assert state.stable == OLD


async def test_adopt_without_an_answer_says_why() -> None:
    shop = Shop()
    shop.rig.deployer.fail_next(Fault.UNAVAILABLE, on=Call.OBSERVE)
    assert (await shop.refused("adopt checkout"))[0] == "NOT_SEEN"


RIGHTS = {
    "start checkout v1.4.3": "start",
    "promote R-1": "promote",
    "pause R-1": "pause",
    "abort R-1": "rollback",
    "rollback R-1": "rollback",
    "mark checkout v9 bad because x": "promote",
    "adopt checkout": "adopt",
}


@pytest.mark.parametrize("text", RIGHTS)
async def test_who_lacks_the_right_is_told_which_and_nothing_happens(text: str) -> None:
    shop = Shop(lenient(may=dict.fromkeys(("start", "rollback"), ("nobody",))))
    rig = shop.rig
    policy = rig.book.policy
    rig.book.policy = Shop().rig.book.policy
    await rig.baking()
    rig.book.policy = policy
    code, said = await shop.refused(text)
    assert (code, RIGHTS[text] in said) == ("NO_RIGHT", True)


@pytest.mark.parametrize(
    "text", ["pause R-99", "promote R-99", "rollback R-99", "abort R-99", "ack R-99", "resume R-99"]
)
async def test_a_release_that_never_was_is_refused_by_name(text: str) -> None:
    code, said = await (await baking()).refused(text)
    assert (code, "R-99" in said) == ("NOTHING_LIVE", True)


@pytest.mark.parametrize("text", ["pause ledger", "promote ledger", "resume ledger"])
async def test_where_nothing_is_live_nothing_is_done(text: str) -> None:
    shop = Shop(*STAGED)
    assert (await shop.refused(text))[0] == "NOTHING_LIVE"


@pytest.mark.parametrize("text", ["pause ledger R-1", "rollback ledger R-1", "promote ledger R-1"])
async def test_a_release_of_another_service_is_left_alone(text: str) -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt(environment="staging")
    await shop.rig.start(environment="staging")
    assert (await shop.refused(text))[0] == "OTHER_PLACE"
    await shop.said("abort R-1")
    assert (await shop.refused(text))[0] == "OTHER_PLACE", "the grammar knows live ones only"


@pytest.mark.parametrize("reason", ["is it over?", "to prod, for 2h", '<@U1> said "no"', "a & b"])
async def test_a_reason_from_a_form_is_recorded_as_it_was_written(reason: str) -> None:
    shop = await baking()
    await shop.said(with_reason("pause R-1", reason), via="form")
    release = await shop.rig.engine.history.release("R-1")
    assert release is not None
    assert release.holds[0].because == reason


async def test_what_lacks_only_a_reason_comes_with_a_form_that_asks_for_it() -> None:
    shop = await baking()
    reply = await shop.types("mark checkout v1.4.2 bad", seen="1")
    assert reply.code == "NO_REASON"
    assert reply.form is not None
    text = with_reason(reply.form.line, "it was slow")
    assert (await shop.types(text)).code == ""


async def test_promoting_too_soon_offers_to_say_why() -> None:
    shop = await baking()
    reply = await shop.types("promote R-1")
    (button,) = reply.message.blocks[-1]["elements"]
    asked = asked_by("promote-early", button["value"])
    assert button["action_id"] == "ask:promote-early"
    assert asked is not None
    assert asked.line == "promote R-1 early"
