"""`why not`: every reason at once, who could, and nothing changed by asking."""

import pytest

from bot.engine.door.door import Reply
from bot.ports.directory import Person
from commands import COMMANDS
from tests.commands.desk import STAGED, Shop, baking, done
from tests.domain.builders import MEI
from tests.engine.rig import FakeDirectory, Group, lenient

RUI = Person(id="U0RUI", name="rui")


async def asked(shop: Shop, text: str, by: str = MEI) -> str:
    """The answer, which left nothing behind."""
    before = await shop.rig.store.events()
    reply: Reply = await shop.types(text, by=by)
    assert reply.code == "", reply.message.text
    assert await shop.rig.store.events() == before
    assert "Nothing was changed by asking." in reply.message.text
    return reply.message.text


async def test_where_nothing_is_against_it_it_says_so() -> None:
    text = await asked(await done(), "why not start checkout to prod")
    assert text.startswith("Nothing is against it: you can start checkout in production now.")
    assert "Who may start: any full member." in text


async def test_all_reasons_are_said_and_not_only_the_first() -> None:
    shop = Shop(
        lenient(may={"start": ("leads",)}),
        directory=FakeDirectory(people={MEI: Person(id=MEI, name="mei"), RUI.id: RUI}),
        people={"leads": Group(users=(RUI.id,))},
        quarantined={("checkout", "prod"): "checks: there is no check errors"},
    )
    await shop.rig.store.put_names({RUI.id: "rui"})
    text = await asked(shop, "why not start checkout")
    assert "for 2 reasons" in text
    assert "1. Not started: you do not have the right to start here. Ask leads." in text
    assert "2. Nothing happened: the config of checkout has a mistake" in text
    assert "Who may start: leads (rui)." in text


async def test_the_reasons_are_those_of_the_act_itself() -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt()
    text = await asked(shop, "why not start checkout v9 to prod")
    refused = await shop.types("start checkout v9 to prod")
    assert refused.message.text in text
    live = await baking()
    acts = ("start checkout v2", "promote R-1", "vote R-1 go", "nudge R-1")
    for verb, typed in ((each.split()[0], each) for each in acts):
        told = await asked(live, f"can {verb} checkout to prod")
        assert (await live.types(typed)).message.text in told


async def test_a_bad_mark_and_a_missing_certificate_are_said_together() -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt()
    await shop.said("mark checkout v9 bad in prod because it leaks")
    text = await asked(shop, "can start checkout v9 to prod")
    assert "v9 is marked bad" in text
    assert "certified in staging" in text


async def test_a_promote_to_the_next_environment_is_the_start_that_it_is() -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt(environment="staging", version="v1.4.2")
    await shop.rig.adopt()
    text = await asked(shop, "why not promote checkout to prod")
    assert text.startswith("Nothing is against it: you can promote checkout v1.4.2 in production")
    await shop.said("mark checkout v1.4.2 bad in prod because it leaks")
    assert "is marked bad" in await asked(shop, "why not promote checkout to prod")


async def test_without_a_version_nothing_is_said_of_versions() -> None:
    assert "certified" not in await asked(Shop(*STAGED), "why not start checkout to prod")


async def test_a_verb_about_no_place_is_weighed_everywhere() -> None:
    assert "Nothing is against it" in await asked(Shop(), "why not reload")
    none = Shop(lenient(may={"start": ("anyone",)}))
    assert "do not have the right to override anywhere" in await asked(none, "why not reload")


@pytest.mark.parametrize("spec", [each for each in COMMANDS if each.is_act], ids=lambda x: x.name)
async def test_every_act_can_be_weighed(spec: object) -> None:
    name = getattr(spec, "name", "")
    for shop in (Shop(), await baking(), await done()):
        await asked(shop, f"why not {name} checkout" if name != "reload" else "why not reload")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("why not", "NEEDS_VERB"),
        ("why not status checkout", "NOTHING_AGAINST"),
        ("why not start", "NEEDS_WHAT"),
        ("why not start R-99", "NEEDS_WHAT"),
    ],
)
async def test_what_cannot_be_weighed_says_what_to_type(text: str, code: str) -> None:
    assert (await Shop().refused(text))[0] == code


async def test_of_several_environments_one_is_asked_for() -> None:
    code, text = await Shop(*STAGED).refused("why not start checkout")
    assert code == "WHICH_ENVIRONMENT"
    assert "why not start checkout to prod" in text
