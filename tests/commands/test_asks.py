"""Each verb that only looks, and that what is declared is what is understood."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.terms.clock import read_start
from bot.engine.door.grammar import Surroundings, Vocabulary, parse
from bot.engine.door.spec import CommandSpec, Parsed, Ref
from commands import COMMANDS
from tests.commands.desk import STAGED, Shop, baking

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
WORLD = Surroundings(
    vocabulary=Vocabulary(COMMANDS, {"checkout": ("prod",)}),
    live=(Ref("R-142", "checkout", "prod"),),
    versions={"checkout": ("v1.4.1", "v1.4.2")},
)
EXAMPLES = [(spec, example) for spec in COMMANDS for example in spec.examples]


@pytest.mark.parametrize(("spec", "example"), EXAMPLES, ids=lambda each: str(each)[:30])
def test_every_example_is_understood_as_its_verb(spec: CommandSpec, example: str) -> None:
    got = parse(example, WORLD)
    assert isinstance(got, Parsed), got
    assert (got.verb, got.does) == (spec.name, spec.does)


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_every_verb_has_what_help_shows(spec: CommandSpec) -> None:
    assert spec.usage.split(" ")[0] == spec.name
    assert spec.summary.endswith(".")
    assert spec.examples


def test_no_word_stands_for_two_verbs() -> None:
    words = [word for spec in COMMANDS for word in (spec.name, *spec.aliases)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
async def test_help_of_a_verb_shows_how_it_is_typed(spec: CommandSpec) -> None:
    text = await Shop().said(f"help {spec.name}")
    assert spec.summary in text


async def test_help_names_every_verb() -> None:
    text = await Shop().said("help")
    assert all(spec.name in text for spec in COMMANDS)


async def test_whoami_says_what_one_may() -> None:
    text = await Shop().said("whoami")
    assert "U0MEI" in text
    assert "rollback" in text


async def test_status_of_a_service_is_its_release() -> None:
    shop = await baking()
    assert "v1.4.2" in await shop.said("status checkout")
    assert "v1.4.2" in await shop.said("")


async def test_status_of_a_service_shows_all_that_is_live() -> None:
    shop = Shop(*STAGED)
    await shop.rig.adopt(environment="staging", version="v1.4.1")
    await shop.rig.start(environment="staging", version="v1.4.2")
    await shop.said("mark checkout v9 bad in prod because x")
    await shop.rig.adopt(version="v1.4.0")
    await shop.said("start checkout v1.4.1 to prod")
    text = await shop.said("status checkout")
    assert "2 live" in text


async def test_status_where_nothing_is_live_says_so() -> None:
    assert "Nothing is live" in await Shop().said("status")


@pytest.mark.parametrize(("text", "code"), [("status R-99", "UNKNOWN_RELEASE")])
async def test_status_of_what_never_was(text: str, code: str) -> None:
    assert (await Shop().refused(text))[0] == code


async def test_why_explains_a_release() -> None:
    shop = await baking()
    assert "checkout" in await shop.said("why R-1")
    assert (await shop.refused("why R-99"))[0] == "NOTHING_LIVE"


async def test_changes_are_of_lately() -> None:
    shop = await baking()
    assert "v1.4.2" in await shop.said("changes")
    shop.rig.clock.advance(timedelta(days=3))
    assert "Nothing changed" in await shop.said("changes checkout since 2h")
    assert "v1.4.2" in await shop.said("changes checkout since 4d")
    assert "v1.4.2" in await shop.said("changes since 2026-11-20T11:00:00Z")


@pytest.mark.parametrize("said", ["fri sat 10:00", "next week", "99:99", "2026-13-45"])
async def test_changes_since_nonsense_are_refused_with_what_can_be_written(said: str) -> None:
    code, text = await Shop().refused(f"changes since {said}")
    assert (code, "14:30" in text) == ("BAD_TIME", True)


@pytest.mark.parametrize(
    ("typed", "zone", "meant"),
    [
        ("2h", "UTC", datetime(2026, 11, 20, 10, 0, tzinfo=UTC)),
        ("11:30", "UTC", datetime(2026, 11, 20, 11, 30, tzinfo=UTC)),
        ("12:30", "UTC", datetime(2026, 11, 19, 12, 30, tzinfo=UTC)),
        ("12:30", "Europe/Berlin", datetime(2026, 11, 20, 11, 30, tzinfo=UTC)),
        ("2026-11-20T10:00:00+01:00", "UTC", datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
        ("2026-11-20", "Europe/Berlin", datetime(2026, 11, 19, 23, 0, tzinfo=UTC)),
        ("2030-01-01T00:00:00Z", "UTC", NOON),
        ("99999w", "UTC", NOON - timedelta(days=3660)),
        ("0001-01-01T00:00:00+14:00", "UTC", None),
        ("yesterday", "UTC", datetime(2026, 11, 19, tzinfo=UTC)),
        ("", "UTC", None),
    ],
)
def test_since_reads_spans_hours_and_dates(typed: str, zone: str, meant: datetime | None) -> None:
    read = read_start(typed, NOON, zone)
    assert (read.at if read else None) == meant
