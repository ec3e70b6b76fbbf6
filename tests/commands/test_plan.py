"""`plan`: what a start would meet and do, by reading only."""

from pathlib import Path

from bot.engine.door.door import Reply
from tests.commands.desk import STAGED, Shop
from tests.domain.builders import MEI
from tests.engine.rig import lenient
from tests.fakes.deployer import Call, Fault
from tests.integrations.git.world import Repository


async def planned(shop: Shop, text: str = "plan checkout v1.4.2") -> str:
    """What is read, blocks and all; nothing was recorded, done or to be done."""
    store, deployer = shop.rig.store, shop.rig.deployer
    before = (await store.events(), list(deployer.effects), await store.next_due(("world", "chat")))
    reply: Reply = await shop.types(text)
    assert reply.code == "", reply.message.text
    after = (await store.events(), list(deployer.effects), await store.next_due(("world", "chat")))
    assert after == before
    return f"{reply.message.text}\n{reply.message.blocks}"


async def ready(**changes: object) -> Shop:
    shop = Shop(lenient(**changes))
    await shop.rig.adopt()
    shop.runs()
    return shop


async def test_what_would_start_has_its_steps_its_way_back_and_a_button() -> None:
    text = await planned(await ready())
    assert "would start: yes" in text
    assert "10 % 20 min · 50 % 30 min · 100 % 1 h" in text
    assert "to v1.4.1 within 2 min: switch in memory" in text
    assert "start checkout v1.4.2 to prod" in text
    assert "what it brings is not configured" in text


async def test_its_button_starts_what_was_planned() -> None:
    shop = await ready()
    await planned(shop)
    reply = await shop.types("start checkout v1.4.2 to prod", via="button")
    assert reply.release == "R-1"


async def test_what_it_brings_and_who_wrote_it_are_told(tmp_path: Path) -> None:
    shop = await ready(changes="repo")
    world = Repository(tmp_path)
    for version in ("v1.4.1", "v1.4.2"):
        world.commits(f"Make {version} (#812)")
        world.tags(version)
    shop.rig.ports.changes = {"repo": world.source}
    assert "1 change by mei@x.example" in await planned(shop)
    shop.rig.book.policy.accounts["mei@x.example"] = MEI  # type: ignore[index]
    text = await planned(shop)
    assert f"1 change by {MEI}" in text
    assert "Make v1.4.2 (#812)" in text


async def test_gates_and_preflight_are_said_together() -> None:
    shop = await ready()
    await shop.said("mark checkout v1.4.2 bad in prod because it leaks")
    shop.runs(version="v1.4.0")
    text = await planned(shop)
    assert "would start: no" in text
    assert "for 2 reasons" in text
    assert "is marked bad" in text
    assert "does not run v1.4.1 alone" in text
    assert "act:offer" not in text


async def test_a_deployer_that_does_not_answer_is_a_reason() -> None:
    shop = await ready()
    shop.rig.deployer.fail_next(Fault.UNAVAILABLE, on=Call.OBSERVE)
    assert "would start: no" in await planned(shop)


async def test_the_plan_and_the_start_refuse_for_the_same_reason() -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt()
    shop.runs()
    text = await planned(shop, "plan checkout v1.4.2 to prod")
    refused = await shop.types("start checkout v1.4.2 to prod")
    assert refused.message.text in text


async def test_what_cannot_be_planned_says_what_to_type() -> None:
    shop = Shop(*STAGED)
    assert (await shop.refused("plan checkout v1.4.2"))[0] == "WHICH_ENVIRONMENT"
    assert (await shop.refused("plan checkout to prod"))[0] == "NEEDS_VERSION"
